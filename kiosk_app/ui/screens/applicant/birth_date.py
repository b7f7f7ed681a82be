"""The birth date, where the office asks for it: eight digits, day first, as everybody here writes it."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.code_field import CodeField
from kiosk_app.ui.kit.keypad import Keypad, KeySet
from kiosk_app.ui.kit.label import Label
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage, WithinReach
from kiosk_app.ui.theme.tokens import Role, Tone

_PARTS = (("birth.day", 0, 2), ("birth.month", 2, 4), ("birth.year", 4, 8))
_DIGITS = 8
_OLDEST = 1900


def date_of(digits: str, today: date) -> date | None:
    """The date of DDMMYYYY, None where it is not complete, no date, or in the future."""
    if len(digits) != _DIGITS or int(digits[4:]) < _OLDEST:
        return None
    try:
        given = date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None
    return given if given <= today else None


class BirthDateScreen(ScreenView):
    """`given` with a date; whether it is the right one others know."""

    given = Signal(object)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.BIRTH_DATE)
        look, words = context.look, context.words
        self._digits = ""
        self._problem = ""
        self._banner = Banner(look)
        self._banner.setObjectName("birth.hint")
        self._fields: list[CodeField] = []
        row = Row(look, gap="m")
        for key, start, end in _PARTS:
            field = CodeField(look, capacity=end - start)
            field.setObjectName(key)
            words.bind(field.setAccessibleName, key)
            self._fields.append(field)
            column = Column(look, gap="xs")
            label: Label = context.label(key, Role.CAPTION, Tone.MUTED)
            column.addWidget(label)
            column.addWidget(field)
            row.addLayout(column, end - start + 1)
        head = QWidget()
        left = Column(look, head, gap="l")
        left.addWidget(Heading(context, "confirm.birth.title", "confirm.birth"))
        left.addLayout(row)
        left.addWidget(self._banner)
        self._pad = Keypad(look, words, KeySet.DIGITS)
        self._pad.setObjectName("birth.keys")
        self._pad.typed.connect(lambda digit: self._change((self._digits + digit)[:_DIGITS]))
        self._pad.deleted.connect(lambda: self._change(self._digits[:-1]))
        self._pad.cleared.connect(lambda: self._change(""))
        following = context.button("birth.next", "btn.next", icon="arrow-right", icon_after=True)
        following.clicked.connect(self._submit)
        self.column.addLayout(
            Stage(look, head, WithinReach(look, self._pad), Actions(look, following, stacked=True), shares=(1, 1)), 1
        )
        self.refresh()

    def show_mismatch(self) -> None:
        """It is not the date of the booking; another try."""
        self._digits = ""
        self._problem = "birth.again"
        self.refresh()

    def clear(self) -> None:
        """Forgets the date."""
        self._change("")

    def left(self, to: Screen) -> None:
        """Nobody needs it any more."""
        self.clear()

    def refresh(self) -> None:
        """The three fields and what is wrong with them."""
        for field, (_key, start, end) in zip(self._fields, _PARTS, strict=True):
            field.set_code(self._digits[start:end])
            field.set_invalid(bool(self._problem and self._digits))
        self._banner.setVisible(bool(self._problem))
        self._banner.set_message(Mood.WARNING, self.context.words.tr(self._problem) if self._problem else "")

    def _change(self, digits: str) -> None:
        self._digits = digits
        self._problem = ""
        self.refresh()

    def _submit(self) -> None:
        today = self.context.clock.now().astimezone(self.context.profile().zone).date()
        given = date_of(self._digits, today)
        if given is None:
            self._problem = "birth.invalid"
            self.refresh()
        else:
            self.given.emit(given)
