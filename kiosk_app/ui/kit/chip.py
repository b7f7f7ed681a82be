"""A few words in a pill: a lane, a flag, a state."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.banner import Mood
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role


class Chip(QWidget):
    """Words in the colour of a mood, or neutral without one; an icon before them if given."""

    def __init__(
        self, look: Look, text: str = "", *, mood: Mood | None = None, icon: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._text = ""
        self._mood = mood
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.set_text(text)

    @property
    def text(self) -> str:
        """The words."""
        return self._text

    def set_text(self, text: str) -> None:
        """Change the words."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_mood(self, mood: Mood | None, icon: str = "") -> None:
        """Change the colour, and the icon."""
        self._mood, self._icon = mood, icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        space = self._look.tokens.space
        metrics = QFontMetrics(self._look.font(Role.CHIP))
        width = metrics.horizontalAdvance(self._text) + 2 * space.m + self._beside()
        return QSize(width, metrics.height() + 2 * space.xs)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pill."""
        space, sizes, colour = (self._look.tokens.space, self._look.tokens.sizes, self._look.colour)
        ink = self._mood.value if self._mood else "text"
        fill = f"{self._mood}_soft" if self._mood else "surface_sunken"
        painter = painting.start(self)
        area = QRectF(self.rect())
        painting.box(painter, area, area.height() / 2, colour(fill), colour(ink) if self._mood else None, sizes.border)
        if self._icon:
            centre = QPointF(space.m + sizes.icon_s / 2, area.center().y())
            painting.icon(painter, self._look, self._icon, ink, centre, sizes.icon_s)
        painter.setFont(self._look.font(Role.CHIP))
        room = QRect(space.m + self._beside(), 0, self.width() - 2 * space.m - self._beside(), self.height())
        painter.setPen(colour(ink))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()

    def _beside(self) -> int:
        return self._look.tokens.sizes.icon_s + self._look.tokens.space.s if self._icon else 0
