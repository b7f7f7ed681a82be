"""One visit in the officer's queue."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.banner import Mood
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role

_WIDE_NUMBER = "M-000"
"""The widest usual queue number: names below each other begin at the same place."""


class QueueRow(Pressable):
    """Number, name and a line about it at the left, state at the right; pressed like a button.

    `set_visit` gives everything at once; `set_current` marks the visit that is being served.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        self._number = ""
        self._line = ""
        self._state = ""
        self._mood: Mood | None = None
        self._current = False
        super().__init__(look, "", parent)

    def set_visit(self, number: str, name: str, line: str, state: str = "", mood: Mood | None = None) -> None:
        """What this row shows."""
        self._number, self._line, self._state, self._mood = number, line, state, mood
        self.setText(name)
        self.setAccessibleName(" ".join(part for part in (number, name, line, state) if part))
        self.update()

    def set_current(self, current: bool) -> None:
        """Mark the visit at this desk."""
        self._current = current
        self.update()

    def sizeHint(self) -> QSize:
        """A row as wide as it may be."""
        sizes = self._look.tokens.sizes
        return QSize(sizes.row * 5, self.heightForWidth(0))

    def heightForWidth(self, _width: int) -> int:
        """Two lines, and at least a target."""
        body = QFontMetrics(self._look.font(Role.STRONG)).height()
        small = QFontMetrics(self._look.font(Role.CAPTION)).height()
        return max(self._look.tokens.sizes.row, body + small + 2 * self._look.tokens.space.s)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row; what does not fit is shortened with an ellipsis, the officer opens it for the rest."""
        sizes, space, colour = (self._look.tokens.sizes, self._look.tokens.space, self._look.colour)
        painter = painting.start(self)
        fill = "primary_soft" if self.isDown() or self._current else "surface"
        edge, width = ("primary", sizes.border_strong) if self._current else ("divider", sizes.border)
        painting.box(painter, QRectF(self.rect()), sizes.radius_m, colour(fill), colour(edge), width)
        height = self.height()
        middle = Qt.AlignmentFlag.AlignVCenter
        left = space.m
        painter.setFont(self._look.font(Role.HEADING))
        number = max(painter.fontMetrics().horizontalAdvance(sample) for sample in (self._number, _WIDE_NUMBER))
        painter.setPen(colour("primary"))
        painter.drawText(QRect(left, 0, number, height), int(middle | Qt.AlignmentFlag.AlignLeft), self._number)
        left += number + space.m
        right = self.width() - space.m
        if self._state:
            painter.setFont(self._look.font(Role.CHIP))
            wide = painter.fontMetrics().horizontalAdvance(self._state)
            painter.setPen(colour(self._mood.value if self._mood else "text_muted"))
            area = QRect(right - wide, 0, wide, height)
            painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignRight), self._state)
            right -= wide + space.m
        room = max(1, right - left)
        for role, words, ink, top, share in (
            (Role.STRONG, self.words(), "text", 0, 0.56),
            (Role.CAPTION, self._line, "text_muted", 0.52, 0.44),
        ):
            painter.setFont(self._look.font(role))
            short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.setPen(colour(ink))
            area = QRect(left, round(height * top), room, round(height * share))
            painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignLeft), short)
        painting.focus_ring(painter, self, self._look, sizes.radius_m)
        painter.end()
