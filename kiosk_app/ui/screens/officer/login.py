"""The officers' door: a number, then the PIN. A wrong PIN and an unknown number are told in the same words."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from kiosk_app.booth.flow import Screen
from kiosk_app.errors import KioskError
from kiosk_app.ui.kit.banner import Banner, Mood
from kiosk_app.ui.kit.button import Kind
from kiosk_app.ui.kit.code_field import CodeField
from kiosk_app.ui.kit.keypad import Keypad, KeySet
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.kit.pin_pad import PinPad
from kiosk_app.ui.messages import Message, message_for
from kiosk_app.ui.screens.base import Actions, Heading, ScreenContext, ScreenView, Stage, WithinReach

_ID_DIGITS = 8
_DIGITS = "0123456789"
_NUMBER_PAD, _PIN_PAD = 0, 1


class LoginScreen(ScreenView):
    """`submitted` with officer and PIN; the PIN is not kept here."""

    submitted = Signal(str, str)
    cancelled = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, Screen.LOGIN)
        look, words = context.look, context.words
        self._officer = ""
        self._message: Message | None = None
        self._heading = Heading(context)
        self._field = CodeField(look, capacity=_ID_DIGITS)
        self._field.setObjectName("login.field")
        self._banner = Banner(look)
        self._banner.setObjectName("login.message")
        head = QWidget()
        left = Column(look, head, gap="l")
        left.addWidget(self._heading)
        left.addWidget(self._field)
        left.addWidget(self._banner)
        self._numbers = Keypad(look, words, KeySet.DIGITS)
        self._numbers.typed.connect(lambda digit: self._change((self._officer + digit)[:_ID_DIGITS]))
        self._numbers.deleted.connect(lambda: self._change(self._officer[:-1]))
        self._numbers.cleared.connect(lambda: self._change(""))
        self._pin = PinPad(look, words)
        self._pin.entered.connect(lambda pin: self.submitted.emit(self._officer, pin))
        for digit in _DIGITS:
            self._numbers.key(digit).setObjectName(f"login.id.{digit}")
            self._pin.keypad.key(digit).setObjectName(f"login.key.{digit}")
        self._pads = QStackedWidget()
        self._pads.addWidget(WithinReach(look, self._numbers))
        self._pads.addWidget(WithinReach(look, self._pin))
        cancel = context.button("login.cancel", "btn.cancel", icon="x", kind=Kind.SECONDARY, tall=False)
        cancel.clicked.connect(self.cancelled)
        self._other = context.button("login.other", "officer.other", icon="users", kind=Kind.SECONDARY, tall=False)
        self._other.clicked.connect(self.clear)
        self._next = context.button("login.next", "btn.next", icon="arrow-right", icon_after=True)
        self._next.clicked.connect(self._ask_pin)
        actions = Actions(look, cancel, self._other, self._next, stacked=True)
        self.column.addLayout(Stage(look, head, self._pads, actions), 1)
        self.clear()

    def show_refused(self, error: KioskError) -> None:
        """The officer may not come in, for this reason."""
        self._message = message_for(error, self.context.words)
        self._pin.set_wrong(True)
        self.refresh()

    def clear(self) -> None:
        """Forgets who was there."""
        self._pads.setCurrentIndex(_NUMBER_PAD)
        self._pin.clear()
        self._pin.set_wrong(False)
        self._change("")

    def left(self, to: Screen) -> None:
        """The next officer begins anew."""
        self.clear()

    def refresh(self) -> None:
        """The step now."""
        words = self.context.words
        asks_pin = self._pads.currentIndex() == _PIN_PAD
        self._heading.set_texts(
            words.tr("officer.login"), words.tr("officer.pin" if asks_pin else "officer.number.lead")
        )
        self._field.set_code(self._officer)
        self._field.set_hint(words.tr("officer.number"))
        self._next.setVisible(not asks_pin)
        self._other.setVisible(asks_pin)
        message = self._message
        self._banner.setVisible(message is not None)
        if message is not None:
            self._banner.set_message(Mood.ERROR, words.tr(message.what), words.tr(message.do) if message.do else "")

    def _change(self, officer: str) -> None:
        self._officer = officer
        self._message = None
        self.refresh()

    def _ask_pin(self) -> None:
        if self._officer:
            self._pads.setCurrentIndex(_PIN_PAD)
            self.refresh()
