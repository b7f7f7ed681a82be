"""The number typed by hand: the 16-digit application number or the booking code with letters."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from kiosk_app.booth.codes import booking_id_number
from kiosk_app.booth.flow import Screen
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.code_field import CodeField
from kiosk_app.ui.kit.keypad import Keypad, KeySet
from kiosk_app.ui.kit.layout import Column, Row
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage, WithinReach

NUMBER_DIGITS = 16
ID_CHARACTERS = 11


def is_complete(code: str) -> bool:
    """Whether this can be an application number or a booking code."""
    if len(code) == NUMBER_DIGITS:
        return code.isascii() and code.isdigit()
    try:
        booking_id_number(code)
    except ValueError:
        return False
    return True


def room_for(code: str, character: str) -> bool:
    """Whether another character can belong to a code: a number may have 16 digits, one with letters 11 characters."""
    longer = code + character
    return len(longer) <= (NUMBER_DIGITS if longer.isdigit() else ID_CHARACTERS)


class TypeCodeScreen(ScreenView):
    """`submitted` with a code that can be one; what cannot be is told kindly and stays to be corrected."""

    submitted = Signal(str)
    noCodeWanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.TYPE_CODE)
        look, words = context.look, context.words
        self._code = ""
        self._wrong = False
        self._letters = False
        self._field = CodeField(look, capacity=NUMBER_DIGITS)
        self._field.setObjectName("type.field")
        self._banner = Banner(look)
        self._banner.setObjectName("type.hint")
        self._pads = QStackedWidget()
        for name, keys in (("digits", KeySet.DIGITS), ("letters", KeySet.CODE)):
            pad = Keypad(look, words, keys)
            pad.setObjectName(f"type.keys.{name}")
            pad.typed.connect(self._type)
            pad.deleted.connect(lambda: self._change(self._code[:-1]))
            pad.cleared.connect(lambda: self._change(""))
            self._pads.addWidget(WithinReach(look, pad))
        head = QWidget()
        column = Column(look, head, gap="l")
        self._heading = Heading(context, "code.title", "code.lead")
        column.addWidget(self._heading)
        column.addWidget(self._banner)
        main = QWidget()
        right = Column(look, main, gap="l")
        self._other = context.button("type.letters", "", icon="keyboard", kind=Kind.SECONDARY)
        self._other.clicked.connect(self._other_keys)
        row = Row(look, gap="gap")
        row.addWidget(self._field, 1)
        row.addWidget(self._other)
        right.addLayout(row)
        right.addWidget(self._pads, 1)
        self._check = context.button("type.check", "btn.check", icon="arrow-right", icon_after=True)
        self._check.clicked.connect(self._submit)
        nothing = context.button("type.no_code", "menu.nocode", kind=Kind.SECONDARY, tall=False)
        nothing.clicked.connect(self.noCodeWanted)
        actions = Actions(look, nothing, self._check, stacked=True)
        self.column.addLayout(Stage(look, head, main, actions, shares=(4, 7)), 1)
        self.refresh()

    @property
    def code(self) -> str:
        """What was typed so far."""
        return self._code

    def refresh(self) -> None:
        """The field, and what is still missing."""
        words = self.context.words
        self._field.set_code(self._code)
        self._field.set_hint(words.tr("code.hint"))
        self._field.set_invalid(self._wrong)
        self._pads.setCurrentIndex(1 if self._letters else 0)
        self._other.setText(words.tr("type.digits" if self._letters else "type.letters"))
        if self._wrong:
            self._banner.set_message(Mood.WARNING, words.tr("code.invalid"))
        elif is_complete(self._code):
            self._banner.set_message(Mood.SUCCESS, words.tr("code.complete"))
        else:
            total = NUMBER_DIGITS if self._code.isdigit() or not self._code else ID_CHARACTERS
            self._banner.set_message(Mood.INFO, words.tr("code.count", n=len(self._code), total=total))
        self._banner.setVisible(bool(self._code))
        self._heading.lead.setVisible(not self._code)

    def clear(self) -> None:
        """Forgets what was typed."""
        self._letters = False
        self._change("")

    def left(self, to: Screen) -> None:
        """Who only asked for help finds the number again; else nobody needs it any more."""
        if to is not Screen.HELP:
            self.clear()

    def _type(self, character: str) -> None:
        if character != "-" and room_for(self._code, character):
            self._change(self._code + character)

    def _change(self, code: str) -> None:
        self._code = code
        full = len(code) == ID_CHARACTERS and not code.isdigit()
        self._wrong = full and not is_complete(code)
        self.refresh()

    def _other_keys(self) -> None:
        self._letters = not self._letters
        self.refresh()

    def _submit(self) -> None:
        if is_complete(self._code):
            self.submitted.emit(self._code)
        else:
            self._wrong = bool(self._code)
            self.refresh()
