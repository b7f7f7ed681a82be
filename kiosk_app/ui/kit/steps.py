"""Where somebody is on the way: the steps, those done, the one now."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role


class StepIndicator(QWidget):
    """Numbered points on a line with the name of each step below; done ones have a tick."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._names: tuple[str, ...] = ()
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_steps(self, names: Sequence[str], now: int) -> None:
        """The names of all steps and the index of the one now; the index may be their number: all done."""
        self._names = tuple(names)
        self._now = now
        self.setAccessibleName(self._names[now] if now < len(self._names) else "")
        self.update()

    @property
    def now(self) -> int:
        """The index of the step now."""
        return self._now

    def sizeHint(self) -> QSize:
        """Points and the names below, two lines of them on an upright display."""
        sizes = self._look.tokens.sizes
        line = QFontMetrics(self._look.font(Role.CHIP)).height()
        return QSize(sizes.row * 4, sizes.step + self._look.tokens.space.s + line * (2 if self._look.portrait else 1))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint lines, points, names."""
        sizes, space, colour = (self._look.tokens.sizes, self._look.tokens.space, self._look.colour)
        painter = painting.start(self)
        count = max(1, len(self._names))
        cell = self.width() / count
        centre_y = sizes.step / 2
        for index in range(1, len(self._names)):
            done = index <= self._now
            painter.setPen(QPen(colour("primary" if done else "border"), sizes.border_strong))
            gap = sizes.step / 2 + space.s
            start = QPointF(cell * (index - 0.5) + gap, centre_y)
            painter.drawLine(start, QPointF(cell * (index + 0.5) - gap, centre_y))
        for index, name in enumerate(self._names):
            done, here = index < self._now, index == self._now
            middle = QPointF(cell * (index + 0.5), centre_y)
            area = QRectF(0, 0, sizes.step, sizes.step)
            area.moveCenter(middle)
            fill, ink = ("primary", "on_primary") if done or here else ("surface", "text_muted")
            edge = colour("primary" if done or here else "border")
            painting.box(painter, area, sizes.step / 2, colour(fill), edge, sizes.border)
            if done:
                painting.icon(painter, self._look, "check", ink, middle, sizes.icon_s)
            else:
                painter.setFont(self._look.font(Role.STRONG))
                painting.text(painter, area.toRect(), str(index + 1), Qt.AlignmentFlag.AlignCenter, colour(ink))
            painter.setFont(self._look.font(Role.CHIP if here else Role.CAPTION))
            top = round(sizes.step + space.s)
            below = QRect(round(cell * index), top, round(cell), self.height() - top)
            align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painting.text(painter, below, name, align, colour("text" if here else "text_muted"))
        painter.end()
