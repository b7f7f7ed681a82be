"""The live picture: frames painted as they come, one picture element to one of the display, and a guide over them."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk_app.ui.kit import painting
from kiosk_app.ui.kit.guides import Guide, GuideState, guide_pixmap
from kiosk_app.ui.theme.look import Look
from kiosk_app.ui.theme.tokens import Role


class CameraPreview(QWidget):
    """Shows BGRA frames that the camera worker made to its size (see `frameSizeWanted`) and mirrored.

    `frameSizeWanted(width, height)`, in device pixels, is sent when the widget appears or changes size, and (0, 0) when
    it is hidden: then no preview needs to be made. Without a frame it shows `set_message`.
    """

    frameSizeWanted = Signal(int, int)

    def __init__(
        self, look: Look, guide: Guide = Guide.NONE, *, icon: str = "camera", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._guide = guide
        self._state = GuideState.NEUTRAL
        self._icon = icon
        self._message = ""
        self._frame: QImage | None = None
        self._pixels: memoryview | bytes | None = None
        self._overlay: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look.changed.connect(self._redraw_overlay)

    @property
    def has_frame(self) -> bool:
        """True while it shows a picture."""
        return self._frame is not None

    @property
    def guide_state(self) -> GuideState:
        """How the guide is coloured now."""
        return self._state

    def set_frame(self, pixels: memoryview | bytes, width: int, height: int, stride: int) -> None:
        """Show a frame: `height` rows of `stride` bytes with `width` BGRA pixels each.

        The buffer is not copied: it is kept until the next frame and must not be written to. Raises ValueError when it
        is too short for what it claims to hold (Qt would read past its end).
        """
        size = pixels.nbytes if isinstance(pixels, memoryview) else len(pixels)
        if width <= 0 or height <= 0 or stride < 4 * width or size < stride * (height - 1) + 4 * width:
            raise ValueError(f"a frame of {width} x {height}, {stride} bytes a row, is not in {size} bytes")
        if self._frame is None:
            self._overlay = None
        self._frame = QImage(pixels, width, height, stride, QImage.Format.Format_RGB32)
        self._pixels = pixels
        self.update()

    def clear_frame(self) -> None:
        """Forget the picture and show the message."""
        self._frame = None
        self._pixels = None
        self._redraw_overlay()

    def set_message(self, message: str) -> None:
        """What is said while there is no picture."""
        self._message = message
        self.setAccessibleName(message)
        self.update()

    def set_guide(self, guide: Guide, state: GuideState = GuideState.NEUTRAL) -> None:
        """Change the guide, or only how it is going."""
        if (guide, state) != (self._guide, self._state):
            self._guide, self._state = guide, state
            self._redraw_overlay()

    def sizeHint(self) -> QSize:
        """Half the display; it takes what it is given."""
        metrics = self._look.tokens.metrics
        return QSize(metrics.width // 2, metrics.height // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint frame and guide, or the message."""
        painter = QPainter(self)
        if self._frame is None:
            self._paint_message(painter)
        else:
            self._paint_frame(painter, self._frame)
        if self._overlay is None:
            guide = Guide.NONE if self._frame is None else self._guide
            ratio = self.devicePixelRatioF()
            self._overlay = guide_pixmap(self._look, guide, self._state, self.size(), ratio)
        painter.drawPixmap(0, 0, self._overlay)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for frames of the new size."""
        super().resizeEvent(event)
        self._redraw_overlay()
        if self.isVisible():
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for frames."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for no more, and keep no picture of a person."""
        super().hideEvent(event)
        self.clear_frame()
        self.frameSizeWanted.emit(0, 0)

    def _ask(self) -> None:
        ratio = self.devicePixelRatioF()
        self.frameSizeWanted.emit(round(self.width() * ratio), round(self.height() * ratio))

    def _paint_frame(self, painter: QPainter, frame: QImage) -> None:
        ratio = self.devicePixelRatioF()
        device = QSize(round(self.width() * ratio), round(self.height() * ratio))
        if frame.size() == device:
            frame.setDevicePixelRatio(ratio)
            painter.drawImage(0, 0, frame)
            return
        painter.fillRect(self.rect(), self._look.colour("camera"))
        whole = QSize(frame.size()).scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRect(0, 0, whole.width(), whole.height())
        area.moveCenter(self.rect().center())
        painter.drawImage(area, frame)

    def _paint_message(self, painter: QPainter) -> None:
        sizes, space = self._look.tokens.sizes, self._look.tokens.space
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._look.colour("camera"))
        middle = QRectF(self.rect()).center()
        middle.setY(middle.y() - sizes.icon_l)
        painting.icon(painter, self._look, self._icon, "on_camera", middle, sizes.icon_l)
        painter.setFont(self._look.font(Role.BODY))
        top = round(middle.y()) + sizes.icon_l // 2 + space.m
        room = QRect(space.l, top, max(1, self.width() - 2 * space.l), max(1, self.height() - top))
        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painting.text(painter, room, self._message, align, self._look.colour("on_camera"))

    def _redraw_overlay(self) -> None:
        self._overlay = None
        self.update()
