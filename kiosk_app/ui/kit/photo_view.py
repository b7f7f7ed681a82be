"""A photo that has been taken, shown whole, kept in memory only as long as it is shown."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.theme.look import Look

_ASPECT = 35 / 45
"""Width to height while there is no photo: the usual passport photo."""


class PhotoView(QWidget):
    """Shows an encoded photo (JPEG or PNG) in its own proportions, with a fine border."""

    def __init__(self, look: Look, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._image = QImage()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_photo(self, encoded: bytes) -> None:
        """Show a photo. Raises ValueError when the bytes are not one."""
        image = QImage.fromData(encoded)
        if image.isNull():
            raise ValueError("not a photo that can be shown")
        self._image = image
        self.updateGeometry()
        self.update()

    def clear_photo(self) -> None:
        """Forget the photo."""
        self._image = QImage()
        self.update()

    @property
    def has_photo(self) -> bool:
        """True while it holds a photo."""
        return not self._image.isNull()

    def sizeHint(self) -> QSize:
        """Half the display's shorter side high."""
        metrics = self._look.tokens.metrics
        height = min(metrics.width, metrics.height) // 2
        return QSize(round(height * _ASPECT), height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the photo in the middle, or an empty frame."""
        painter = painting.start(self)
        shape = self._image.size() if self.has_photo else QSize(round(self.height() * _ASPECT), self.height())
        size = shape.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRect(0, 0, size.width(), size.height())
        area.moveCenter(self.rect().center())
        width = self._look.tokens.sizes.border
        if self.has_photo:
            painter.drawImage(area, self._image)
        else:
            painter.fillRect(area, self._look.colour("surface_sunken"))
        painter.setPen(QPen(self._look.colour("border"), width))
        painter.drawRect(area.adjusted(0, 0, -width, -width))
        painter.end()
