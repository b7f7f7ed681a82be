"""A camera on this machine, through OpenCV."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
from cv2.typing import MatLike

from kiosk_app import log
from kiosk_app.camera.frames import CameraFault, Image, as_bgr

_logger = logging.getLogger(__name__)

# DSHOW: Media Foundation may take 20 s to open a camera (opencv/opencv #17687).
_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
_MJPG = cv2.VideoWriter.fourcc(*"MJPG")
_UNCOMPRESSED = {cv2.VideoWriter.fourcc(*letters) for letters in ("YUYV", "YUY2", "UYVY", "NV12", "BGR3", "RGB3")}
_SIZE = (1920, 1080)  # codes of 45 modules and more need it
_SIZE_UNCOMPRESSED = (1280, 720)  # uncompressed 1080p fills a USB 2 bus at about 5 frames a second
_FPS = 30
_THROWN_AWAY = 5  # exposure and white balance settle; some drivers give a stale first frame


class Device(Protocol):
    """What is used of cv2.VideoCapture."""

    def isOpened(self) -> bool: ...  # noqa: N802 - OpenCV's own name

    def set(self, key: int, value: float, /) -> bool: ...

    def get(self, key: int, /) -> float: ...

    def read(self) -> tuple[bool, MatLike | None]: ...

    def release(self) -> None: ...


def _system_device(index: int) -> Device:
    # Seconds that V4L2 waits for a frame; its own 10 s would outlast the worker's patience. Read at the first wait.
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")
    return cv2.VideoCapture(index, _BACKENDS.get(sys.platform, cv2.CAP_ANY))


class Webcam:
    """Camera number `index` of the system, at 1080p where it sends compressed pictures.

    A success of `read` proves little: after the plug is pulled OpenCV may go on giving the last frame (opencv/opencv
    #14044, #5221). That is for the worker to notice.
    """

    live = True

    def __init__(self, index: int, device: Callable[[int], Device] = _system_device) -> None:
        self._index = index
        self._new_device = device
        self._device: Device | None = None

    @property
    def name(self) -> str:
        return f"webcam {self._index}"

    def open(self) -> None:
        self.close()
        device = self._new_device(self._index)
        if not device.isOpened():
            device.release()
            raise self._not_opened()
        self._device = device
        self._configure(device)
        for _ in range(_THROWN_AWAY):
            read, _picture = device.read()
            if not read:
                self.close()
                raise self._busy()

    def _configure(self, device: Device) -> None:
        # The format comes first: a size asked for before it is answered for uncompressed pictures.
        refused = [not _settled(device, cv2.CAP_PROP_FOURCC, _MJPG)]
        size = _SIZE
        refused += _ask_size(device, size)
        if int(device.get(cv2.CAP_PROP_FOURCC)) in _UNCOMPRESSED:
            size = _SIZE_UNCOMPRESSED
            refused += _ask_size(device, size)
        refused.append(not _settled(device, cv2.CAP_PROP_FPS, _FPS))
        got = device.get(cv2.CAP_PROP_FRAME_WIDTH), device.get(cv2.CAP_PROP_FRAME_HEIGHT)
        log.event(
            _logger,
            "webcam-configured",
            logging.WARNING if got != size else logging.INFO,
            camera=self.name,
            size=f"{got[0]:.0f}x{got[1]:.0f}",
            kind=_letters(device.get(cv2.CAP_PROP_FOURCC)),
            count=sum(refused),
        )

    def read(self) -> Image:
        if self._device is None:
            raise self._not_opened()
        read, picture = self._device.read()
        if not read or picture is None:
            raise CameraFault(
                "camera-missing",
                f"Camera {self._index} stopped giving pictures.",
                "Check its cable; it is tried again by itself.",
            )
        return as_bgr(picture)

    def close(self) -> None:
        if self._device is not None:
            self._device.release()
            self._device = None

    def _not_opened(self) -> CameraFault:
        if Path(f"/dev/video{self._index}").exists():
            return self._busy()
        return CameraFault(
            "camera-missing",
            f"There is no camera {self._index}.",
            "Plug the camera in, or choose another one with --camera.",
        )

    def _busy(self) -> CameraFault:
        return CameraFault(
            "camera-busy",
            f"Camera {self._index} is there but gives no picture.",
            "Close other programs that use it, and check that this user may use it (group video on Linux).",
        )


def _settled(device: Device, key: int, value: float) -> bool:
    """Whether the device took the value: a driver may say yes and go on as before."""
    return device.set(key, value) and device.get(key) == value


def _ask_size(device: Device, size: tuple[int, int]) -> list[bool]:
    """Asks for both sides; true for each that was refused. V4L2 acts when it has the second."""
    device.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
    device.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
    got = device.get(cv2.CAP_PROP_FRAME_WIDTH), device.get(cv2.CAP_PROP_FRAME_HEIGHT)
    return [got[0] != size[0], got[1] != size[1]]


def _letters(fourcc: float) -> str:
    """The four letters of a picture format, "?" for what is no letter."""
    letters = (chr(int(fourcc) >> shift & 0xFF) for shift in (0, 8, 16, 24)) if fourcc > 0 else "????"
    return "".join(letter if letter.isalnum() and letter.isascii() else "?" for letter in letters)
