"""What is drawn over the live picture: the outline of a head, or the corners that a code is held into."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from kiosk_app.ui.theme.look import Look


class Guide(StrEnum):
    """Which guide."""

    NONE = "none"
    HEAD = "head"
    CODE = "code"


class GuideState(StrEnum):
    """How it is going; the value is the colour of the guide."""

    NEUTRAL = "on_camera"
    ADVICE = "accent"
    GOOD = "success_bright"


_HEAD_HEIGHT = 0.66
_HEAD_ASPECT = 0.74
_HEAD_CENTRE = 0.46
"""Head outline: its height as a share of the picture's, its width as a share of its own height (adult head, chin to
crown), and how far down its centre lies: a little above the middle, as in a passport photo."""

_CODE_SIDE = 0.62
_CORNER = 0.22
_SCRIM_ALPHA = 0.34


def head_area(width: float, height: float) -> QRectF:
    """Where the head belongs in a picture of this size."""
    tall = min(height * _HEAD_HEIGHT, width / _HEAD_ASPECT * 0.8)
    area = QRectF(0, 0, tall * _HEAD_ASPECT, tall)
    area.moveCenter(QPointF(width / 2, height * _HEAD_CENTRE))
    return area


def code_area(width: float, height: float) -> QRectF:
    """Where a code is to be held."""
    side = min(width, height) * _CODE_SIDE
    area = QRectF(0, 0, side, side)
    area.moveCenter(QPointF(width / 2, height / 2))
    return area


def guide_pixmap(look: Look, guide: Guide, state: GuideState, size: QSize, ratio: float) -> QPixmap:
    """The guide for a picture of `size` logical pixels; drawn once a size and state, then only copied."""
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sizes = look.tokens.sizes
    whole = QRectF(0, 0, size.width(), size.height())
    if guide is Guide.HEAD:
        area = head_area(size.width(), size.height())
        hole = QPainterPath()
        hole.addEllipse(area)
        _dim(painter, look, whole, hole)
        pen = QPen(look.colour(state), sizes.outline)
        if state is GuideState.NEUTRAL:
            pen.setDashPattern([3.0, 2.0])
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(hole)
    elif guide is Guide.CODE:
        area = code_area(size.width(), size.height())
        hole = QPainterPath()
        hole.addRoundedRect(area, sizes.radius_l, sizes.radius_l)
        _dim(painter, look, whole, hole)
        _corners(painter, area, sizes.radius_l, QPen(look.colour(state), sizes.outline * 1.5))
    _round_off(painter, look, whole, sizes.radius_m)
    painter.end()
    return picture


def _round_off(painter: QPainter, look: Look, whole: QRectF, radius: float) -> None:
    """Cover the corners of the picture: clipping each frame would cost more than copying it."""
    covered, seen = QPainterPath(), QPainterPath()
    covered.addRect(whole)
    seen.addRoundedRect(whole, radius, radius)
    painter.fillPath(covered.subtracted(seen), look.colour("background"))


def _dim(painter: QPainter, look: Look, whole: QRectF, hole: QPainterPath) -> None:
    outside = QPainterPath()
    outside.addRect(whole)
    shade = QColor(look.colour("scrim"))
    shade.setAlphaF(_SCRIM_ALPHA)
    painter.fillPath(outside.subtracted(hole), shade)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _corners(painter: QPainter, area: QRectF, radius: float, pen: QPen) -> None:
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    length = area.width() * _CORNER
    for right in (False, True):
        for bottom in (False, True):
            x, toward_x = (area.right(), -1) if right else (area.left(), 1)
            y, toward_y = (area.bottom(), -1) if bottom else (area.top(), 1)
            path = QPainterPath(QPointF(x, y + toward_y * length))
            path.lineTo(x, y + toward_y * radius)
            path.quadTo(QPointF(x, y), QPointF(x + toward_x * radius, y))
            path.lineTo(x + toward_x * length, y)
            painter.drawPath(path)
