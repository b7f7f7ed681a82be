"""Buttons: reachable by finger, keyboard and assistive technology; text is never cut."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import Button, CheckRow, Kind, LanguageBar, TileButton
from kiosk_app.ui.theme import Look, ThemeName

from .conftest import colours_in

Stage = Callable[..., QWidget]
LEFT = Qt.MouseButton.LeftButton


def presses(button: QPushButton) -> list[bool]:
    """A list that grows by one with each press."""
    heard: list[bool] = []
    button.clicked.connect(lambda: heard.append(True))
    return heard


def test_touch_and_space_press_but_enter_does_not(look: Look, stage: Stage) -> None:
    button = Button(look, "Lanjutkan")
    stage(button)
    heard = presses(button)
    QTest.mouseClick(button, LEFT)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert len(heard) == 2
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        QTest.keyClick(button, key)
    assert len(heard) == 2


def test_a_busy_button_takes_no_presses(look: Look, stage: Stage) -> None:
    button = Button(look, "Simpan", icon="check")
    stage(button)
    heard = presses(button)
    button.set_busy(True)
    QTest.mouseClick(button, LEFT)
    assert heard == []
    assert button.busy
    assert look.tokens.colours.primary in colours_in(button.grab().toImage())
    button.set_busy(False)
    QTest.mouseClick(button, LEFT)
    assert heard == [True]


def test_assistive_technology_hears_name_and_role(look: Look, stage: Stage) -> None:
    for widget, role in (
        (Button(look, "Tanya & Jawab", icon="info"), QAccessible.Role.PushButton),
        (TileButton(look, "Tanya & Jawab", icon="info"), QAccessible.Role.PushButton),
        (CheckRow(look, "Tanya & Jawab"), QAccessible.Role.CheckBox),
    ):
        stage(widget)
        heard = QAccessible.queryAccessibleInterface(widget)
        assert heard.role() == role
        assert heard.text(QAccessible.Text.Name) == "Tanya & Jawab"
        assert widget.words() == "Tanya & Jawab"


def test_text_wraps_and_the_button_grows(look: Look) -> None:
    short = Button(look, "Ya")
    long = Button(look, "Saya belum memiliki kode dan ingin bertanya kepada petugas di meja informasi")
    assert short.sizeHint().height() == look.tokens.sizes.action
    assert long.heightForWidth(500) > look.tokens.sizes.action
    assert long.heightForWidth(5000) == look.tokens.sizes.action
    assert Button(look, "Ya", tall=False).sizeHint().height() == look.tokens.sizes.target


def test_a_button_is_never_narrower_than_its_longest_word(look: Look) -> None:
    word = "Ketidaksesuaiandokumen"
    button = Button(look, f"{word} Anda")
    assert button.minimumSizeHint().width() > button.fontMetrics().horizontalAdvance(word)


@pytest.mark.parametrize(
    ("kind", "fill"),
    [(Kind.PRIMARY, "primary"), (Kind.SECONDARY, "surface"), (Kind.DANGER, "error"), (Kind.QUIET, "background")],
)
def test_kinds_have_their_own_face(look: Look, stage: Stage, kind: Kind, fill: str) -> None:
    button = Button(look, "Batalkan", icon="x")
    button.set_kind(kind)
    window = stage(button)
    assert look.colour(fill) == window.grab().toImage().pixelColor(button.width() // 2, look.tokens.sizes.radius_l)


def test_the_icon_may_stand_on_either_side_and_change(look: Look, stage: Stage) -> None:
    button = Button(look, "Kembali", icon="arrow-left", kind=Kind.QUIET)
    stage(button)
    before = button.grab().toImage()
    button.set_icon("x")
    assert button.grab().toImage() != before
    after = Button(look, "Kembali", icon="arrow-left", kind=Kind.QUIET, icon_after=True)
    stage(after)
    assert after.grab().toImage() != before


def test_the_focus_ring_shows_only_after_the_keyboard_was_used(look: Look, stage: Stage, qapp: QApplication) -> None:
    look.watch_focus(qapp)
    button = Button(look, "Lanjutkan")
    window = stage(button)
    window.activateWindow()
    button.setFocus()
    halo = look.tokens.colours.focus_halo
    assert button.hasFocus()
    assert halo not in colours_in(button.grab().toImage())
    QTest.keyClick(button, Qt.Key.Key_Tab)
    button.setFocus()
    assert halo in colours_in(button.grab().toImage())
    QTest.mouseClick(button, LEFT)
    assert halo not in colours_in(button.grab().toImage())
    qapp.removeEventFilter(look)


def test_a_theme_change_is_seen_at_once(look: Look, stage: Stage) -> None:
    button = Button(look, "Lanjutkan")
    window = stage(button)
    look.set_theme(ThemeName.CONTRAST)
    assert look.tokens.colours.primary in colours_in(window.grab().toImage())


def test_a_tile_shows_its_second_line_and_speaks_it(look: Look, stage: Stage) -> None:
    tile = TileButton(look, "Layanan Prioritas", "Lansia, ibu hamil, balita", icon="heart-handshake", emphasis=True)
    stage(tile, 700, 220)
    heard = presses(tile)
    QTest.mouseClick(tile, LEFT, pos=QPoint(690, 110))
    assert heard == [True]
    assert tile.accessibleDescription() == "Lansia, ibu hamil, balita"
    tall = tile.heightForWidth(500)
    tile.set_subtitle("")
    assert tile.heightForWidth(500) < tall
    tile.setEnabled(False)
    assert look.tokens.colours.primary not in colours_in(tile.grab().toImage())


def test_the_whole_row_ticks(look: Look, stage: Stage) -> None:
    row = CheckRow(look, "Kartu Keluarga")
    stage(row, 800, 100)
    QTest.mouseClick(row, LEFT, pos=QPoint(780, 90))
    assert row.isChecked()
    assert look.tokens.colours.success in colours_in(row.grab().toImage())
    assert row.heightForWidth(120) > row.heightForWidth(800) == look.tokens.sizes.target


def test_the_language_bar_marks_and_changes_the_language(look: Look, words: Translator, stage: Stage) -> None:
    bar = LanguageBar(look, words)
    stage(bar, 900, 100)
    assert [bar.button(name).words() for name in ("id", "en", "zh")] == ["Bahasa Indonesia", "English", "简体中文"]
    assert bar.button("id").isChecked()
    QTest.mouseClick(bar.button("zh"), LEFT)
    assert words.language == "zh"
    assert bar.button("zh").isChecked()
    assert not bar.button("id").isChecked()
    words.set_language("en")
    assert bar.button("en").isChecked()
