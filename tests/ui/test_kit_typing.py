"""Typing on the screen: keys, the code that is typed, the PIN that nobody sees."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import CodeField, Keypad, KeySet, PinPad
from kiosk_app.ui.kit.code_field import grouped
from kiosk_app.ui.kit.keypad import CLEAR, DELETE
from kiosk_app.ui.kit.pin_pad import PinDots
from kiosk_app.ui.theme import Look

from .conftest import colours_in

Stage = Callable[..., QWidget]


def tap(pad: Keypad, signs: str) -> None:
    """Touch these keys."""
    for sign in signs:
        QTest.mouseClick(pad.key(sign), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("keys", "signs"), [(KeySet.DIGITS, "0123456789"), (KeySet.CODE, "0123456789QWERTYUIOPASDFGHJKLZXCVBNM-")]
)
def test_each_key_types_its_sign(look: Look, words: Translator, stage: Stage, keys: KeySet, signs: str) -> None:
    pad = Keypad(look, words, keys)
    stage(pad, 1700, 500)
    heard: list[str] = []
    pad.typed.connect(heard.append)
    pad.deleted.connect(lambda: heard.append(DELETE))
    pad.cleared.connect(lambda: heard.append(CLEAR))
    tap(pad, signs + DELETE + CLEAR)
    assert heard == [*signs, DELETE, CLEAR]
    with pytest.raises(KeyError):
        pad.key("é")


def test_keys_are_targets_and_do_not_overlap(look: Look, words: Translator, stage: Stage) -> None:
    pad = Keypad(look, words, KeySet.CODE)
    stage(pad, 1700, 500)
    areas = [pad.key(sign).geometry() for sign in "QWERTY1234567890" + DELETE + CLEAR]
    assert all(min(area.width(), area.height()) >= look.tokens.sizes.target for area in areas)
    assert not any(one.intersects(other) for number, one in enumerate(areas) for other in areas[:number])


def test_keys_without_a_sign_have_a_spoken_name_in_the_language_now(look: Look, words: Translator) -> None:
    pad = Keypad(look, words)
    assert pad.key(DELETE).accessibleName() == "Hapus satu karakter"
    words.set_language("en")
    assert pad.key(DELETE).accessibleName() == "Delete one character"
    assert pad.key(CLEAR).words() == "Clear all"


def test_a_code_is_shown_in_groups_of_four(look: Look, stage: Stage) -> None:
    assert grouped("1234567890") == "1234 5678 90"
    assert grouped("") == ""
    field = CodeField(look)
    stage(field, 900, 130)
    empty = field.grab().toImage()
    field.set_hint("Nomor permohonan")
    assert field.grab().toImage() != empty
    field.set_code("1234567890123456")
    assert field.code == "1234567890123456"
    assert field.accessibleDescription() == "1234 5678 9012 3456"
    assert field.minimumSizeHint().width() < 900


def test_a_wrong_code_is_marked_until_it_changes(look: Look, stage: Stage) -> None:
    field = CodeField(look)
    stage(field, 900, 130)
    field.set_code("12")
    field.set_invalid(True)
    assert look.tokens.colours.error in colours_in(field.grab().toImage())
    field.set_code("123")
    assert look.tokens.colours.error not in colours_in(field.grab().toImage())


def dots(pad: PinPad) -> PinDots:
    """The dots of a pad."""
    found = pad.findChild(PinDots)
    assert isinstance(found, PinDots)
    return found


def test_a_pin_leaves_whole_and_is_forgotten(look: Look, words: Translator, stage: Stage) -> None:
    pad = PinPad(look, words, length=4)
    stage(pad, 600, 700)
    heard: list[str] = []
    pad.entered.connect(heard.append)
    tap(pad.keypad, "12")
    assert dots(pad).filled == 2
    tap(pad.keypad, DELETE + "34")
    assert heard == []
    pad.press("5")
    assert heard == ["1345"]
    assert dots(pad).filled == 0
    assert "1345" not in repr(vars(pad))


def test_a_pin_pad_passes_over_what_is_no_digit(look: Look, words: Translator) -> None:
    pad = PinPad(look, words)
    for odd in ("", "a", "12", "²", "٣", " "):
        pad.press(odd)
    assert dots(pad).filled == 0
    pad.setEnabled(False)
    pad.press("1")
    assert dots(pad).filled == 0


def test_a_wrong_pin_is_marked_until_the_next_digit(look: Look, words: Translator, stage: Stage) -> None:
    pad = PinPad(look, words)
    stage(pad, 600, 700)
    pad.set_wrong(True)
    assert look.tokens.colours.error in colours_in(dots(pad).grab().toImage())
    tap(pad.keypad, "1")
    assert look.tokens.colours.error not in colours_in(dots(pad).grab().toImage())
    tap(pad.keypad, CLEAR)
    assert dots(pad).filled == 0
