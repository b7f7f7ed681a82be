"""One visit in the officer's queue, with its flags as badges."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent

from kiosk_app.booth.facts import ArrivalFlag, Lane
from kiosk_app.booth.visits import Visit
from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.banner import Mood
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.screens.base import ScreenContext
from kiosk_app.ui.screens.officer.flags import LANE_MOODS, flag_texts, lane_text, service_text
from kiosk_app.ui.theme.tokens import Role


class QueueLine(Pressable):
    """Number, type and times at the left, badges at the right; pressed like a button."""

    def __init__(self, context: ScreenContext, visit: Visit) -> None:
        words, profile = context.words, context.profile()
        service = profile.service(visit.service)
        said = words.formats
        self._number = visit.number
        arrived = said.time(visit.arrived_at, profile.zone)
        if visit.slot is None:
            self._line = words.tr("desk.arrived.at", t=arrived)
        else:
            self._line = words.tr("desk.times", t=said.time(visit.slot, profile.zone), u=arrived)
        self._badges: list[tuple[str, Mood]] = []
        if visit.lane is not Lane.ORDINARY:
            self._badges.append((lane_text(visit, words), LANE_MOODS[visit.lane]))
        self._badges += flag_texts((flag for flag in visit.flags if flag is not ArrivalFlag.LATE), words)
        super().__init__(context.look, service_text(service.title if service else "", words))
        self.setObjectName(f"queue.row.{visit.number}")
        self.setAccessibleName(
            " ".join((visit.number, self.words(), self._line, *(words_ for words_, _mood in self._badges)))
        )

    def sizeHint(self) -> QSize:
        """A row as wide as it may be."""
        return QSize(self._look.tokens.sizes.row * 5, self.heightForWidth(0))

    def heightForWidth(self, _width: int) -> int:
        """Two lines, and at least a target."""
        strong = QFontMetrics(self._look.font(Role.STRONG)).height()
        small = QFontMetrics(self._look.font(Role.CAPTION)).height()
        return max(self._look.tokens.sizes.row, strong + small + 2 * self._look.tokens.space.s)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row; badges that find no room are counted, what is too long is shortened."""
        sizes, space, colour = self._look.tokens.sizes, self._look.tokens.space, self._look.colour
        painter = painting.start(self)
        fill = "primary_soft" if self.isDown() else "surface"
        painting.box(painter, QRectF(self.rect()), sizes.radius_m, colour(fill), colour("divider"), sizes.border)
        painter.setFont(self._look.font(Role.HEADING))
        number = max(painter.fontMetrics().horizontalAdvance(self._number), round(sizes.row * 1.1))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setPen(colour("primary"))
        painter.drawText(QRect(space.m, 0, number, self.height()), middle, self._number)
        left = space.m + number + space.m
        right = self._paint_badges(painter, left)
        room = max(1, right - left)
        strong = QFontMetrics(self._look.font(Role.STRONG)).height()
        small = QFontMetrics(self._look.font(Role.CAPTION)).height()
        top = (self.height() - strong - small) // 2
        for role, words, ink, start, height in (
            (Role.STRONG, self.words(), "text", top, strong),
            (Role.CAPTION, self._line, "text_muted", top + strong, small),
        ):
            painter.setFont(self._look.font(role))
            painter.setPen(colour(ink))
            short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(left, start, room, height), middle, short)
        painting.focus_ring(painter, self, self._look, sizes.radius_m)
        painter.end()

    def _paint_badges(self, painter: QPainter, left: int) -> int:
        """Paints badges from the right, in two rows at the most half of the line; returns where they begin."""
        space, colour, sizes = self._look.tokens.space, self._look.colour, self._look.tokens.sizes
        painter.setFont(self._look.font(Role.CHIP))
        metrics = painter.fontMetrics()
        height = metrics.height() + space.xs
        room = (self.width() - left) * 6 // 10
        right = self.width() - space.m
        begin = right
        per_row = [self._badges[: (len(self._badges) + 1) // 2], self._badges[(len(self._badges) + 1) // 2 :]]
        one_row = sum(metrics.horizontalAdvance(words) + 2 * space.m + space.s for words, _mood in self._badges) <= room
        rows = [self._badges] if one_row else [row for row in per_row if row]
        top = (self.height() - len(rows) * height - (len(rows) - 1) * space.xs) // 2
        for number, row in enumerate(rows):
            x = right
            for words, mood in reversed(row):
                width = metrics.horizontalAdvance(words) + 2 * space.m
                area = QRect(x - width, top + number * (height + space.xs), width, height)
                ink = colour(mood.value)
                painting.box(painter, QRectF(area), height / 2, colour(f"{mood.value}_soft"), ink, sizes.border)
                painting.text(painter, area, words, Qt.AlignmentFlag.AlignCenter, ink)
                x -= width + space.s
            begin = min(begin, x)
        return begin - space.s
