"""A turning arc: something is being done. Twelve steps a second, cheap enough to run for minutes."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

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
