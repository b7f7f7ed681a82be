"""On every display, in every language: what is touched is large enough, and no words are cut."""

import sys

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk_app.ui.i18n import LANGUAGES, Translator
from kiosk_app.ui.kit import CheckRow, LanguageBar
from kiosk_app.ui.kit.keypad import Key
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.theme import Look, Metrics, ThemeName
from tests.shots.kit_sheets import SHEETS

DISPLAYS = [Metrics(1920, 1080), Metrics(1080, 1920), Metrics(1366, 768, 0.2528), Metrics(1280, 1024, 0.264)]


def touchable(window: QWidget) -> list[Pressable | CheckRow]:
    """Everything that can be pressed."""
    return [*window.findChildren(Pressable), *window.findChildren(CheckRow)]


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
@pytest.mark.parametrize(
    ("theme", "metrics"),
    [*((ThemeName.STANDARD, metrics) for metrics in DISPLAYS), (ThemeName.LARGE, DISPLAYS[0])],
    ids=lambda value: str(value),
)
@pytest.mark.parametrize("sheet", ["menu", "typed", "letters", "desk"])
def test_targets_and_words(
    qapp: QApplication, look: Look, words: Translator, metrics: Metrics, theme: ThemeName, sheet: str
) -> None:
    look.set_metrics(metrics)
    look.set_theme(theme)
    for language in LANGUAGES:
        words.set_language(language)
        window = SHEETS[sheet](look, words)
        look.dress(window)
        window.resize(metrics.width, metrics.height)
        window.show()
        qapp.processEvents()
        found = touchable(window)
        assert found
        for widget in found:
            assert min(widget.width(), widget.height()) * metrics.mm_per_px >= 20 - 1e-9, widget.words()
            if not isinstance(widget, Key):
                assert widget.heightForWidth(widget.width()) <= widget.height(), (language, widget.words())
        window.close()
        window.deleteLater()


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("metrics", DISPLAYS, ids=lambda m: f"{m.width}x{m.height}")
def test_the_languages_leave_room_for_help_beside_them(
    look: Look, words: Translator, metrics: Metrics, theme: ThemeName
) -> None:
    look.set_metrics(metrics)
    look.set_theme(theme)
    space = look.tokens.space
    beside = look.tokens.sizes.target if metrics.portrait and theme is ThemeName.LARGE else 2 * look.tokens.sizes.target
    assert LanguageBar(look, words).minimumSizeHint().width() + space.gap + beside + 2 * space.page <= metrics.width


def test_calls_that_return_nothing_do_not_wear_out_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 loses a reference to None at nearly every such call and aborts within a minute."""
    widget = QWidget()
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
        widget.setEnabled(True)
    assert sys.getrefcount(None) > before - 250
