"""An icon that stands by itself, beside a text that says the same."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Tone


class IconView(QWidget):
    """One icon. `size` names an icon size of `Sizes`; `well` puts it on a round field of that palette colour."""

    def __init__(
        self,
        look: Look,
        name: str,
        *,
        size: str = "icon_m",
        tone: Tone = Tone.PRIMARY,
        well: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._name = name
        self._size = size
        self._tone = tone
        self._well = well
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_icon(self, name: str, tone: Tone | None = None, well: str | None = None) -> None:
        """Change the icon, and its colours where given."""
        self._name = name
        self._tone = tone or self._tone
        self._well = self._well if well is None else well
        self.update()

    def sizeHint(self) -> QSize:
        """The icon, or the field around it."""
        side = self._side() * (2 if self._well else 1)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the field and the icon."""
        painter = painting.start(self)
        area = QRectF(self.rect())
        if self._well:
            painting.box(painter, area, area.height() / 2, self._look.colour(self._well))
        painting.icon(painter, self._look, self._name, self._tone, area.center(), self._side())
        painter.end()

    def _side(self) -> int:
        return int(getattr(self._look.tokens.sizes, self._size))
