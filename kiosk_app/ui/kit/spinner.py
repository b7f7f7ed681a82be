"""A turning arc: something is being done. Eight steps a second, cheap enough to run for minutes."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Tone

SPIN_MS = 80
_STEP_DEGREES = 30
_ARC_DEGREES = 270


def spin(painter: QPainter, colour: QColor, centre: QPointF, px: int, turn: int) -> None:
    """Paint step number `turn` of the arc, `px` wide, around a point."""
    width = px / 8
    area = QRectF(0, 0, px - width, px - width)
    area.moveCenter(centre)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(area, -turn * _STEP_DEGREES * 16 % (360 * 16), _ARC_DEGREES * 16)


class Spinner(QWidget):
    """A spinner as a widget; it turns only while it can be seen."""

    def __init__(self, look: Look, *, tone: Tone = Tone.PRIMARY, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tone = tone
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setInterval(SPIN_MS)
        self._timer.timeout.connect(self._step)
        look.changed.connect(self.updateGeometry)

    @property
    def turning(self) -> bool:
        """True while it turns."""
        return self._timer.isActive()

    def sizeHint(self) -> QSize:
        """A large icon."""
        side = self._look.tokens.sizes.icon_l
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the arc in the middle."""
        painter = painting.start(self)
        side = self._look.tokens.sizes.icon_l
        spin(painter, self._look.colour(self._tone), QRectF(self.rect()).center(), side, self._turn)
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Start turning."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning."""
        super().hideEvent(event)
        self._timer.stop()

    def _step(self) -> None:
        self._turn += 1
        self.update()
