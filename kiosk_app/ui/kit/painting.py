"""What the painted widgets of the kit share: boxes, the focus ring, wrapped text, icons."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.theme.look import Look

WRAP = Qt.TextFlag.TextWordWrap
"""Text on buttons breaks between words and, in Chinese, between characters; it is never cut."""


def start(widget: QWidget) -> QPainter:
    """A smooth painter on a widget; the caller ends it."""
    painter = QPainter(widget)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    return painter


def box(
    painter: QPainter, area: QRectF, radius: float, fill: QColor, border: QColor | None = None, width: float = 0
) -> None:
    """A rounded box whose border lies inside `area`."""
    painter.setBrush(fill)
    if border is None or width <= 0:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(QPen(border, width))
        half = width / 2
        area = area.adjusted(half, half, -half, -half)
        radius = max(0.0, radius - half)
    painter.drawRoundedRect(area, radius, radius)


def focus_ring(painter: QPainter, widget: QWidget, look: Look, radius: float) -> None:
    """Two rings, dark and gold, so that one of them stands out from whatever is behind; only after keyboard use."""
    if not (widget.hasFocus() and look.focus_visible):
        return
    width = look.tokens.sizes.focus
    area = QRectF(widget.rect())
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for number, name in enumerate(("focus", "focus_halo")):
        inset = width * (number + 0.5)
        painter.setPen(QPen(look.colour(name), width))
        painter.drawRoundedRect(
            area.adjusted(inset, inset, -inset, -inset), max(0.0, radius - inset), max(0.0, radius - inset)
        )


def text(painter: QPainter, area: QRect, words: str, align: Qt.AlignmentFlag, colour: QColor) -> None:
    """Wrapped text in `area`, in the painter's font."""
    painter.setPen(colour)
    painter.drawText(area, int(align) | int(WRAP), words)


def icon(painter: QPainter, look: Look, name: str, colour: str, centre: QPointF, px: int) -> None:
    """An icon of `px` logical pixels around a point."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    picture = look.icon(name, colour, px, ratio)
    painter.drawPixmap(QPointF(centre.x() - px / 2, centre.y() - px / 2), picture)
