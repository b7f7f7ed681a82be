"""The officer's PIN: dots and digits. The digits are never shown, and leave this widget once, whole."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.keypad import Keypad, KeySet
from kiosk_app.ui.kit.layout import Column
from kiosk_app.ui.theme.look import Look


class PinPad(QWidget):
    """Emits `entered(pin)` as soon as `length` digits are there, and forgets them at once."""

    entered = Signal(str)

    def __init__(self, look: Look, translator: Translator, length: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._length = length
        self._pin = ""
        self._dots = PinDots(look, length)
        translator.bind(self._dots.setAccessibleName, "officer.pin")
        self.keypad = Keypad(look, translator, KeySet.DIGITS)
        self.keypad.typed.connect(self.press)
        self.keypad.deleted.connect(self._delete)
        self.keypad.cleared.connect(self.clear)
        column = Column(look, self, gap="l")
        column.addWidget(self._dots, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.keypad, 1)

    def press(self, digit: str) -> None:
        """Take one digit, from the keypad or from a keyboard; anything else is passed over."""
        if not (self.isEnabled() and len(digit) == 1 and digit.isascii() and digit.isdigit()):
            return
        self._set(self._pin + digit)
        if len(self._pin) == self._length:
            pin = self._pin
            self.clear()
            self.entered.emit(pin)

    def clear(self) -> None:
        """Forget what was typed."""
        self._set("")

    def set_wrong(self, wrong: bool) -> None:
        """Mark the dots after a PIN that was not right; the next digit takes the mark away."""
        self._dots.set_wrong(wrong)

    def _delete(self) -> None:
        self._set(self._pin[:-1])

    def _set(self, pin: str) -> None:
        self._pin = pin
        self._dots.set_filled(len(pin))


class PinDots(QWidget):
    """One dot a digit; filled when typed."""

    def __init__(self, look: Look, length: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._length = length
        self._filled = 0
        self._wrong = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    @property
    def filled(self) -> int:
        """How many digits are there."""
        return self._filled

    def set_filled(self, filled: int) -> None:
        """Show so many digits."""
        self._wrong = self._wrong and filled == 0
        self._filled = filled
        self.update()

    def set_wrong(self, wrong: bool) -> None:
        """Colour the dots as an error."""
        self._wrong = wrong
        self.update()

    def sizeHint(self) -> QSize:
        """A row of dots with their distance between them."""
        dot = self._look.tokens.sizes.dot
        return QSize(dot * (2 * self._length - 1), dot * 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dots."""
        sizes, colour = self._look.tokens.sizes, self._look.colour
        painter = painting.start(self)
        for number in range(self._length):
            filled = number < self._filled
            edge = colour("error" if self._wrong else "primary" if filled else "border")
            painter.setPen(QPen(edge, sizes.border))
            painter.setBrush(edge if filled else colour("surface"))
            radius = (sizes.dot - sizes.border) / 2
            painter.drawEllipse(QPointF(sizes.dot * (2 * number + 0.5), self.height() / 2), radius, radius)
        painter.end()
