"""A QR code from its modules, black on white whatever the theme: readers need that."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.theme.look import Look

QUIET_ZONE = 4
"""Light modules around the code, as ISO/IEC 18004 asks."""


class QrImage(QWidget):
    """Paints a module matrix (True is dark, without quiet zone), each module a whole number of pixels wide."""

    def __init__(self, look: Look, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._modules: Sequence[Sequence[bool]] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_modules(self, modules: Sequence[Sequence[bool]]) -> None:
        """Show another code; an empty matrix shows none. Raises ValueError when it is not square."""
        if any(len(row) != len(modules) for row in modules):
            raise ValueError("a QR code is square")
        self._modules = modules
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """About the token's size: the whole number of pixels a module that comes nearest from below, at least two."""
        modules = len(self._modules) + 2 * QUIET_ZONE
        side = max(2, self._look.tokens.sizes.qr // modules) * modules
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the paper and the dark modules."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colour("paper"))
        count = len(self._modules)
        if count:
            pixel = max(1, min(self.width(), self.height()) // (count + 2 * QUIET_ZONE))
            left = (self.width() - count * pixel) // 2
            top = (self.height() - count * pixel) // 2
            ink = self._look.colour("ink")
            for y, row in enumerate(self._modules):
                for x, dark in enumerate(row):
                    if dark:
                        painter.fillRect(QRect(left + x * pixel, top + y * pixel, pixel, pixel), ink)
        painter.end()
