"""The button: an icon and wrapping text, in four kinds, with a busy state."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.pressable import Pressable
from kiosk_app.ui.kit.spinner import SPIN_MS, spin
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role

_ONE_LINE_EMS = 16
"""Words wider than this many ems are broken into two lines when the button may choose its width."""

_HALF_AND_SOME = 0.62
"""The share of the whole width in which a text is sure to fit on two lines, whatever its words."""


class Kind(StrEnum):
    """How much a button weighs. One primary a screen; danger only for what cannot be undone."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    DANGER = "danger"


class Button(Pressable):
    """A button of the height of a main action (`tall`) or of a plain target.

    `icon` names a Lucide icon before the text, or after it with `icon_after` (for "Lanjutkan >"). Text wraps at `lines`
    lines at the most when it has the width of its hint; in less width it takes more lines and grows.
    """

    def __init__(
        self,
        look: Look,
        text: str = "",
        *,
        icon: str = "",
        kind: Kind = Kind.PRIMARY,
        tall: bool = True,
        icon_after: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._icon = icon
        self._kind = kind
        self._tall = tall
        self._icon_after = icon_after
        self._busy = False
        self._turn = 0
        super().__init__(look, text, parent)
        self._timer = QTimer(self)
        self._timer.setInterval(SPIN_MS)
        self._timer.timeout.connect(self._step)

    @property
    def busy(self) -> bool:
        """True while it shows that something is being done."""
        return self._busy

    def set_busy(self, busy: bool) -> None:
        """Show a spinner in place of the icon and take no presses, or become a button again."""
        self._busy = busy
        self.setEnabled(not busy)
        if busy:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def set_icon(self, name: str) -> None:
        """Change the icon; "" is none."""
        self._icon = name
        self._follow_look()

    def set_kind(self, kind: Kind) -> None:
        """Change the weight."""
        self._kind = kind
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for its words in a line, or in two when they are many; as high as its size class."""
        words = self._width_of(self.words())
        width = words if words <= _ONE_LINE_EMS * self._look.tokens.faces[Role.BUTTON].px else self._two_lines()
        width = max(width + 2 * self._padding() + self._beside(), self._height())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for its words in two lines; `heightForWidth` asks for the height that they need."""
        width = min(self._two_lines(), self._width_of(self.words())) + 2 * self._padding() + self._beside()
        return QSize(max(width, self._height()), self._height())

    def heightForWidth(self, width: int) -> int:
        """High enough for the wrapped text."""
        room = max(1, width - 2 * self._padding() - self._beside())
        metrics = QFontMetrics(self._look.font(Role.BUTTON))
        needed = metrics.boundingRect(QRect(0, 0, room, 100_000), int(painting.WRAP), self.words()).height()
        return max(self._height(), needed + 2 * self._look.tokens.space.s)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the face, the icon and the words as one centred group."""
        sizes = self._look.tokens.sizes
        fill, border, ink = self._colours()
        painter = painting.start(self)
        radius = sizes.radius_m
        edge = self._look.colour(border) if border else None
        if fill:
            painting.box(painter, QRectF(self.rect()), radius, self._look.colour(fill), edge, sizes.border)
        painter.setFont(self._look.font(Role.BUTTON))
        room = max(1, self.width() - 2 * self._padding() - self._beside())
        flags = int(painting.WRAP) | int(Qt.AlignmentFlag.AlignLeft)
        words = painter.fontMetrics().boundingRect(QRect(0, 0, room, self.height()), flags, self.words())
        total = words.width() + (self._beside() if self.words() else self._beside() - self._gap())
        left = (self.width() - total) // 2
        mark = sizes.icon_m
        before = bool(self._mark()) and not self._icon_after
        text_left = left + (self._beside() if before else 0)
        mark_left = left if before else left + words.width() + self._gap()
        align = Qt.AlignmentFlag.AlignHCenter if not self._mark() else Qt.AlignmentFlag.AlignLeft
        area = QRect(text_left, 0, words.width() + 1, self.height())
        painting.text(painter, area, self.words(), align | Qt.AlignmentFlag.AlignVCenter, self._look.colour(ink))
        centre = QPointF(mark_left + mark / 2, self.height() / 2)
        if self._busy:
            spin(painter, self._look.colour(ink), centre, mark, self._turn)
        elif self._icon:
            painting.icon(painter, self._look, self._icon, ink, centre, mark)
        painting.focus_ring(painter, self, self._look, radius)
        painter.end()

    def _colours(self) -> tuple[str, str, str]:
        """Names of fill, border and ink."""
        pressed = self.isDown() or self.isChecked()
        if not self.isEnabled() and not self._busy:
            return ("" if self._kind is Kind.QUIET else "surface_sunken", "divider", "text_disabled")
        if self._kind is Kind.PRIMARY:
            return ("primary_pressed" if pressed else "primary", "", "on_primary")
        if self._kind is Kind.DANGER:
            return ("error_pressed" if pressed else "error", "", "on_error")
        if self._kind is Kind.SECONDARY:
            return ("primary_soft" if pressed else "surface", "primary", "primary")
        return ("primary_soft" if pressed else "", "", "primary")

    def _width_of(self, words: str) -> int:
        """The width of words in a line; a little more than measured, because wrapping rounds each word up."""
        measured = QFontMetrics(self._look.font(Role.BUTTON)).horizontalAdvance(words)
        return measured + self._look.tokens.space.xs

    def _two_lines(self) -> int:
        """The width in which the words take about two lines; never less than the longest word."""
        longest = max((self._width_of(word) for word in self.words().split()), default=0)
        return max(longest, round(self._width_of(self.words()) * _HALF_AND_SOME))

    def _mark(self) -> bool:
        return self._busy or bool(self._icon)

    def _gap(self) -> int:
        return self._look.tokens.space.s

    def _beside(self) -> int:
        return self._look.tokens.sizes.icon_m + self._gap() if self._mark() else 0

    def _padding(self) -> int:
        return self._look.tokens.space.l

    def _height(self) -> int:
        sizes = self._look.tokens.sizes
        return sizes.action if self._tall else sizes.target

    def _step(self) -> None:
        self._turn += 1
        self.update()
