"""The large tile of a menu: an icon, a title, a line that says what it leads to."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role

_CHIP_PER_ICON = 1.7
_WIDTH_PER_HEIGHT = 3.2


class TileButton(Pressable):
    """A menu tile. `emphasis` fills it with the primary colour: the one thing most people come for."""

    def __init__(
        self,
        look: Look,
        title: str = "",
        subtitle: str = "",
        *,
        icon: str,
        emphasis: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._icon = icon
        self._subtitle = subtitle
        self._emphasis = emphasis
        super().__init__(look, title, parent)
        self.set_subtitle(subtitle)

    def set_subtitle(self, subtitle: str) -> None:
        """Change the second line; assistive technology reads it as the description."""
        self._subtitle = subtitle
        self.setAccessibleDescription(subtitle)
        self._follow_look()

    def sizeHint(self) -> QSize:
        """A tile of the usual shape, higher when its text needs it."""
        width = round(self._look.tokens.sizes.tile * _WIDTH_PER_HEIGHT)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Room for the icons and a short word; `heightForWidth` asks for the height that the texts need."""
        sizes = self._look.tokens.sizes
        return QSize(2 * sizes.tile, sizes.tile if self._subtitle else sizes.action)

    def heightForWidth(self, width: int) -> int:
        """High enough for the icon and for the wrapped title and line beside it."""
        space, sizes = self._look.tokens.space, self._look.tokens.sizes
        title, line = self._heights(width)
        return max(sizes.tile if self._subtitle else sizes.action, title + line + 2 * space.l)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint icon left, texts beside it, a chevron at the end."""
        sizes, space = self._look.tokens.sizes, self._look.tokens.space
        pressed = self.isDown()
        if not self.isEnabled():
            fill, border, ink, muted, chip = ("surface_sunken", "divider", "text_disabled", "text_disabled", "divider")
        elif self._emphasis:
            fill, border, ink, muted, chip = ("primary", "primary", "on_primary", "on_primary_muted", "primary_pressed")
            fill = "primary_pressed" if pressed else fill
        else:
            fill, border, ink, muted, chip = ("surface", "border", "text", "text_muted", "primary_soft")
            fill = "primary_soft" if pressed else fill
        colour = self._look.colour
        painter = painting.start(self)
        painting.box(painter, QRectF(self.rect()), sizes.radius_l, colour(fill), colour(border), sizes.border)
        side = round(sizes.icon_l * _CHIP_PER_ICON)
        well = QRectF(space.l, (self.height() - side) / 2, side, side)
        painting.box(painter, well, sizes.radius_m, colour(chip))
        mark = "on_primary" if self._emphasis else "primary"
        painting.icon(
            painter, self._look, self._icon, mark if self.isEnabled() else "text_disabled", well.center(), sizes.icon_l
        )
        chevron = QPointF(self.width() - space.l - sizes.icon_m / 2, self.height() / 2)
        painting.icon(painter, self._look, "chevron-right", ink, chevron, sizes.icon_m)
        title, line = self._heights(self.width())
        top = (self.height() - title - line) // 2
        left, room = self._texts(self.width())
        start = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.setFont(self._look.font(Role.HEADING))
        painting.text(painter, QRect(left, top, room, title), self.words(), start, colour(ink))
        if self._subtitle:
            painter.setFont(self._look.font(Role.CAPTION))
            area = QRect(left, top + title + self._between(), room, line)
            painting.text(painter, area, self._subtitle, start, colour(muted))
        painting.focus_ring(painter, self, self._look, sizes.radius_l)
        painter.end()

    def _texts(self, width: int) -> tuple[int, int]:
        """Where the texts begin, and how wide they may be."""
        sizes, space = self._look.tokens.sizes, self._look.tokens.space
        left = 2 * space.l + round(sizes.icon_l * _CHIP_PER_ICON)
        return left, max(1, width - left - space.l - space.m - sizes.icon_m)

    def _between(self) -> int:
        return self._look.tokens.space.xs if self._subtitle else 0

    def _heights(self, width: int) -> tuple[int, int]:
        """Heights of the title, and of the line with the distance above it."""
        _, room = self._texts(width)
        area = QRect(0, 0, room, 100_000)
        title = QFontMetrics(self._look.font(Role.HEADING)).boundingRect(area, int(painting.WRAP), self.words())
        if not self._subtitle:
            return title.height(), 0
        line = QFontMetrics(self._look.font(Role.CAPTION)).boundingRect(area, int(painting.WRAP), self._subtitle)
        return title.height(), line.height() + self._between()
