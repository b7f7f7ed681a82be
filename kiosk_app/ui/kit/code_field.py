"""What has been typed, in groups of four, so that a person can compare it with a letter."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role

GROUP = 4


def grouped(code: str, group: int = GROUP) -> str:
    """ "1234567890" -> "1234 5678 90"."""
    return " ".join(code[start : start + group] for start in range(0, len(code), group))


class CodeField(QWidget):
    """Shows a code; it has no cursor and no selection, the keypad and the scanner write it.

    `set_invalid` marks it until the next change. `capacity` is the length it is made wide for.
    """

    def __init__(self, look: Look, *, capacity: int = 16, group: int = GROUP, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._capacity = capacity
        self._group = group
        self._code = ""
        self._hint = ""
        self._invalid = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    @property
    def code(self) -> str:
        """The characters without gaps."""
        return self._code

    def set_code(self, code: str) -> None:
        """Show another code."""
        self._code = code
        self._invalid = False
        self.setAccessibleDescription(grouped(code, self._group))
        self.update()

    def set_hint(self, hint: str) -> None:
        """What is to be typed here; shown while it is empty, and its accessible name."""
        self._hint = hint
        self.setAccessibleName(hint)
        self.update()

    def set_invalid(self, invalid: bool) -> None:
        """Mark the code as one that cannot be."""
        self._invalid = invalid
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for a full code of digits."""
        metrics = QFontMetrics(self._look.font(Role.KEY))
        tokens = self._look.tokens
        width = metrics.horizontalAdvance(grouped("0" * self._capacity, self._group)) + 2 * tokens.space.l
        return QSize(width, tokens.sizes.action)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box, and the code or the hint."""
        sizes, space, colour = (self._look.tokens.sizes, self._look.tokens.space, self._look.colour)
        painter = painting.start(self)
        edge = "error" if self._invalid else "primary" if self._code else "border"
        painting.box(painter, QRectF(self.rect()), sizes.radius_m, colour("surface"), colour(edge), sizes.border_strong)
        painter.setFont(self._look.font(Role.KEY if self._code else Role.BODY))
        room = self.rect().adjusted(space.l, 0, -space.l, 0)
        words = grouped(self._code, self._group) if self._code else self._hint
        ink = "error" if self._invalid else "text" if self._code else "text_muted"
        painting.text(painter, room, words, Qt.AlignmentFlag.AlignCenter, colour(ink))
        painter.end()
