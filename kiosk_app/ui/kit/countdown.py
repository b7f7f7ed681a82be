"""A ring that empties: seconds until something happens. It has no clock; whoever counts tells it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role


class Countdown(QWidget):
    """Shows `left` of `whole` as an arc, and a number in its middle."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._share = 1.0
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_left(self, left: float, whole: float, words: str = "") -> None:
        """How much is left of the whole (any unit), and what stands in the middle."""
        self._share = min(max(left / whole, 0.0), 1.0) if whole > 0 else 0.0
        self._words = words
        self.setAccessibleName(words)
        self.update()

    @property
    def share(self) -> float:
        """How much is left, 0 to 1."""
        return self._share

    def sizeHint(self) -> QSize:
        """A ring."""
        side = self._look.tokens.sizes.ring
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ring, the arc from twelve o'clock and the number."""
        sizes, colour = self._look.tokens.sizes, self._look.colour
        painter = painting.start(self)
        half = sizes.ring_stroke / 2
        area = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.setPen(QPen(colour("divider"), sizes.ring_stroke))
        painter.drawEllipse(area)
        stroke = QPen(colour("primary"), sizes.ring_stroke, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(stroke)
        if self._share > 0:
            painter.drawArc(area, 90 * 16, round(self._share * 360 * 16))
        painter.setFont(self._look.font(Role.HEADING))
        painting.text(painter, self.rect(), self._words, Qt.AlignmentFlag.AlignCenter, colour("text"))
        painter.end()
