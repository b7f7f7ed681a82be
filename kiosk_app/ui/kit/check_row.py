"""One thing to tick off, the whole row a target."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role


class CheckRow(QCheckBox):
    """A check box as large as its row; `toggled(bool)` as every QCheckBox. The text wraps."""

    def __init__(self, look: Look, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self._follow_look)
        look.focusShown.connect(self._repaint)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the words; they are also the accessible name."""
        super().setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self._follow_look()

    def words(self) -> str:
        """The text as it was given."""
        return self.text().replace("&&", "&")

    def hitButton(self, pos: QPoint) -> bool:
        """The whole row ticks."""
        return self.rect().contains(pos)

    def hasHeightForWidth(self) -> bool:
        """True: text wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """High enough for the wrapped text, at least a target."""
        space = self._look.tokens.space
        room = QRect(0, 0, max(1, width - self._left() - space.m), 100_000)
        needed = QFontMetrics(self._look.font(Role.BODY)).boundingRect(room, int(painting.WRAP), self.words())
        return max(self._look.tokens.sizes.target, needed.height() + 2 * space.m)

    def sizeHint(self) -> QSize:
        """Wide enough for half of the text in a line."""
        words = QFontMetrics(self._look.font(Role.BODY)).horizontalAdvance(self.words())
        width = self._left() + words // 2 + self._look.tokens.sizes.target
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Room for the box and a short word; `heightForWidth` asks for the height that the text needs."""
        target = self._look.tokens.sizes.target
        return QSize(3 * target, target)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row, the box, the tick and the words."""
        sizes, space, colour = (self._look.tokens.sizes, self._look.tokens.space, self._look.colour)
        ticked = self.isChecked()
        painter = painting.start(self)
        fill = "primary_soft" if self.isDown() else "success_soft" if ticked else "surface"
        edge = colour("success" if ticked else "border")
        painting.box(painter, QRectF(self.rect()), sizes.radius_m, colour(fill), edge, sizes.border)
        side = sizes.icon_m
        mark = QRectF(space.m, (self.height() - side) / 2, side, side)
        inside = colour("success" if ticked else "surface")
        painting.box(painter, mark, sizes.radius_s, inside, edge, sizes.border_strong)
        if ticked:
            painting.icon(painter, self._look, "check", "on_success", QPointF(mark.center()), sizes.icon_s)
        painter.setFont(self._look.font(Role.BODY))
        room = self.rect().adjusted(self._left(), 0, -space.m, 0)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painting.text(painter, room, self.words(), align, colour("text" if self.isEnabled() else "text_disabled"))
        painting.focus_ring(painter, self, self._look, sizes.radius_m)
        painter.end()

    def _left(self) -> int:
        return self._look.tokens.space.m * 2 + self._look.tokens.sizes.icon_m

    def _follow_look(self) -> None:
        self.updateGeometry()
        self.update()

    def _repaint(self, _visible: bool) -> None:
        self.update()
