"""The picture on the attract screen: a telephone with a code, held up to the camera. It says without words what to do."""

from math import sin, tau

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QLinearGradient, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look

_FRAME_MS = 50
_ROUND_MS = 3200
# A drawn code, not one that can be read: a camera that looks at a mirror must not find it.
_PATTERN = ("1110111", "1010101", "1110111", "0001000", "1101011", "1001001", "1110101")


class PhoneArt(QWidget):
    """Moves gently while it can be seen; draws nothing otherwise."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._moment = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._step)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """A third of the display; it takes what it is given."""
        metrics = self._look.tokens.metrics
        return QSize(metrics.width // 4, metrics.height // 4)

    def showEvent(self, event: QShowEvent) -> None:
        """Moves."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rests."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints camera, light and telephone."""
        painter = painting.start(self)
        side = min(self.width(), self.height())
        painter.translate((self.width() - side) / 2, (self.height() - side) / 2)
        wave = sin(tau * self._moment / _ROUND_MS)
        phone = QRectF(0.335 * side, (0.43 + 0.022 * wave) * side, 0.33 * side, 0.55 * side)
        self._light(painter, side, phone.top() + 0.1 * side)
        self._camera(painter, side)
        self._phone(painter, side, phone)
        painter.end()

    def _camera(self, painter: QPainter, side: float) -> None:
        colour = self._look.colour
        body = QRectF(0.36 * side, 0.02 * side, 0.28 * side, 0.15 * side)
        painting.box(painter, body, 0.075 * side, colour("strip"))
        for share, name in ((0.105, "on_strip"), (0.085, "camera"), (0.05, "primary"), (0.018, "on_primary")):
            eye = QRectF(0, 0, share * side, share * side)
            eye.moveCenter(body.center())
            painting.box(painter, eye, share * side / 2, colour(name))
        lamp = QRectF(0, 0, 0.016 * side, 0.016 * side)
        lamp.moveCenter(QPointF(0.59 * side, body.center().y()))
        painting.box(painter, lamp, 0.008 * side, colour("accent"))

    def _light(self, painter: QPainter, side: float, bottom: float) -> None:
        glow = QColor(self._look.colour("accent"))
        fade = QColor(glow)
        glow.setAlphaF(0.42)
        fade.setAlphaF(0.0)
        gradient = QLinearGradient(0, 0.12 * side, 0, bottom + 0.12 * side)
        gradient.setColorAt(0, glow)
        gradient.setColorAt(1, fade)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawPolygon(
            [
                QPointF(0.455 * side, 0.12 * side),
                QPointF(0.545 * side, 0.12 * side),
                QPointF(0.76 * side, bottom + 0.12 * side),
                QPointF(0.24 * side, bottom + 0.12 * side),
            ]
        )

    def _phone(self, painter: QPainter, side: float, phone: QRectF) -> None:
        colour = self._look.colour
        painting.box(painter, phone, 0.045 * side, colour("scrim"))
        rim = 0.016 * side
        glass = phone.adjusted(rim, rim, -rim, -rim)
        painting.box(painter, glass, 0.032 * side, colour("paper"))
        code = QRectF(0, 0, 0.22 * side, 0.22 * side)
        code.moveCenter(QPointF(glass.center().x(), glass.top() + 0.19 * side))
        cell = code.width() / len(_PATTERN)
        for row, cells in enumerate(_PATTERN):
            for column, cell_set in enumerate(cells):
                if cell_set == "1":
                    spot = QRectF(code.left() + column * cell, code.top() + row * cell, cell * 0.92, cell * 0.92)
                    painting.box(painter, spot, cell * 0.2, colour("ink"))
        for place, share in ((0.345, 0.62), (0.40, 0.42)):
            line = QRectF(0, 0, code.width() * share, 0.022 * side)
            line.moveCenter(QPointF(glass.center().x(), glass.top() + place * side))
            painting.box(painter, line, 0.011 * side, colour("divider"))
        sweep = (self._moment % (_ROUND_MS // 2)) / (_ROUND_MS // 2)
        painter.setPen(QPen(colour("primary"), 0.008 * side, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        height = code.top() + sweep * code.height()
        reach = 0.03 * side
        painter.drawLine(QPointF(code.left() - reach, height), QPointF(code.right() + reach, height))

    def _step(self) -> None:
        self._moment = (self._moment + _FRAME_MS) % _ROUND_MS
        self.update()
