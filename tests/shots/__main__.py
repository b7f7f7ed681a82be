"""Draw every screen, to be looked at: `QT_QPA_PLATFORM=offscreen python -m tests.shots --out DIR [--size 1366x768]`."""

import argparse
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from kiosk_app.ui.i18n import LANGUAGES
from kiosk_app.ui.theme import Metrics, ThemeName
from tests import memory
from tests.shots.scenes import ONLINE, PROFILE, SCENES
from tests.ui.rig import Rig

# Pixel widths in mm of usual kiosk displays: 21.5 inch, 15.6 inch.
PIXELS = {"1366x768": 0.2528}


def metrics_of(size: str) -> Metrics:
    """The display of a size such as "1920x1080"."""
    width, height = (int(side) for side in size.split("x"))
    return Metrics(width, height, PIXELS.get(size, 0.248))


def main() -> None:
    """Writes one PNG a scene and language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--theme", type=ThemeName, default=ThemeName.STANDARD)
    parser.add_argument("--languages", nargs="*", choices=LANGUAGES, default=list(LANGUAGES))
    parser.add_argument("--scenes", nargs="*", choices=SCENES, default=list(SCENES))
    choice = parser.parse_args()
    app = QApplication([])
    choice.out.mkdir(parents=True, exist_ok=True)
    for name in choice.scenes:
        rules = memory.FixedProfile(PROFILE)
        practice = name == "attract_offline"
        rig = Rig(profile=rules, metrics=metrics_of(choice.size), key_warning="keys.file_warning", practice=practice)
        rig.window.look.set_theme(choice.theme)
        rig.window.open()
        rig.bridge.syncChanged.emit(ONLINE)
        rig.settle()
        SCENES[name](rig)
        for language in choice.languages:
            rig.window.words.set_language(language)
            rig.settle()
            app.processEvents()
            file = choice.out / f"{name}_{language}.png"
            if not rig.window.grab_screen().save(str(file)):
                raise SystemExit(f"cannot write {file}")
        rig.close()
        app.processEvents()


if __name__ == "__main__":
    main()
