"""Draw the kit on sheets, to be looked at.

`QT_QPA_PLATFORM=offscreen python -m tests.shots.kit_gallery DIR`
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import Column, LanguageBar, LinkState, Row, StatusBar
from kiosk_app.ui.theme import Look, Metrics, ThemeName
from kiosk_app.ui.theme.fonts import load_fonts
from tests.shots.kit_sheets import SHEETS

ASSETS = Path(__file__).resolve().parents[2] / "assets"
DISPLAYS = {"kiosk": Metrics(1920, 1080), "portrait": Metrics(1080, 1920), "laptop": Metrics(1366, 768, 0.2528)}


def sheet(look: Look, texts: Translator, content: Callable[[Look, Translator], QWidget]) -> QWidget:
    """A window with the strip above and a sheet of the gallery in it."""
    window = QWidget()
    look.dress(window)
    column = Column(look, window, gap="")
    moment = datetime(2025, 1, 25, 2, 30, tzinfo=UTC)
    zone = ZoneInfo("Asia/Jakarta")
    bar = StatusBar(look, texts.tr("idle.org"), texts.tr("org.ministry"))
    bar.set_clock(texts.formats.clock(moment, zone), texts.formats.long_date(moment.astimezone(zone)))
    bar.set_link(LinkState.OFFLINE, texts.count("net.pending", 1234))
    column.addWidget(bar)
    column.addWidget(content(look, texts), 1)
    foot = Row(look, margin="s")
    foot.addStretch(1)
    foot.addWidget(LanguageBar(look, texts))
    foot.addStretch(1)
    column.addLayout(foot)
    window.resize(look.tokens.metrics.width, look.tokens.metrics.height)
    return window


def main() -> None:
    """Write one PNG a sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--display", choices=DISPLAYS, default="kiosk")
    parser.add_argument("--language", default="id")
    parser.add_argument("--theme", type=ThemeName, default=ThemeName.STANDARD)
    parser.add_argument("--sheets", nargs="*", default=list(SHEETS))
    choice = parser.parse_args()
    app = QApplication([])
    load_fonts(ASSETS / "fonts")
    look = Look(ASSETS / "icons", DISPLAYS[choice.display], choice.theme)
    texts = Translator(ASSETS / "i18n", strict=True)
    texts.set_language(choice.language)
    choice.folder.mkdir(parents=True, exist_ok=True)
    for name in choice.sheets:
        window = sheet(look, texts, SHEETS[name])
        window.show()
        for _ in range(4):
            app.processEvents()
        file = choice.folder / f"kit_{name}_{choice.display}_{choice.language}_{choice.theme}.png"
        window.grab().save(str(file))
        print(file, window.size().toTuple())
        window.close()


if __name__ == "__main__":
    main()
