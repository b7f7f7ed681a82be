"""A camera on this machine, through OpenCV."""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
from cv2.typing import MatLike

from kiosk_app import log
from kiosk_app.camera.devices import CameraDevice, find_device
from kiosk_app.camera.exposure import ExposureLock
from kiosk_app.camera.frames import CameraFault, Image, as_bgr

_logger = logging.getLogger(__name__)

# DSHOW: Media Foundation may take 20 s to open a camera (opencv/opencv #17687).
_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
_MJPG = cv2.VideoWriter.fourcc(*"MJPG")
_UNCOMPRESSED = {cv2.VideoWriter.fourcc(*letters) for letters in ("YUYV", "YUY2", "UYVY", "NV12", "BGR3", "RGB3")}
_SIZE = (1920, 1080)  # codes of 45 modules and more need it
_SIZE_UNCOMPRESSED = (1280, 720)  # uncompressed 1080p fills a USB 2 bus at about 5 frames a second
_LEAST_SIZE = (640, 480)  # what is smaller is no colour webcam: the infrared eye of a laptop gives 340 x 340
_FPS = 30
_THROWN_AWAY = 5  # exposure and white balance settle; some drivers give a stale first frame


class Device(Protocol):
    """What is used of cv2.VideoCapture."""

    def isOpened(self) -> bool: ...  # noqa: N802 - OpenCV's own name

    def set(self, key: int, value: float, /) -> bool: ...

    def get(self, key: int, /) -> float: ...

    def read(self) -> tuple[bool, MatLike | None]: ...

    def grab(self) -> bool: ...

    def release(self) -> None: ...


def _system_device(index: int) -> Device:
    # Seconds that V4L2 waits for a frame; its own 10 s would outlast the worker's patience. Read at the first wait.
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")
    return cv2.VideoCapture(index, _BACKENDS.get(sys.platform, cv2.CAP_ANY))


class Webcam:
    """Camera `which` of the system, a number or a name, at 1080p where it sends compressed pictures.

    A name is looked up at each opening: after a plug is pulled and put back the camera may have another number.

    A success of `read` proves little: after the plug is pulled OpenCV may go on giving the last frame (opencv/opencv
    #14044, #5221). That is for the worker to notice.
    """

    live = True

    def __init__(
        self,
        which: int | str,
        device: Callable[[int], Device] = _system_device,
        find: Callable[[str], CameraDevice] = find_device,
    ) -> None:
        self._which = which
        self._new_device = device
        self._find = find
        self._device: Device | None = None
        self._exposure: ExposureLock | None = None
        self._newest: Image | None = None

    @property
    def name(self) -> str:
        return f"webcam {self._which}"

    def open(self) -> None:
        self.close()
        number = self._which if isinstance(self._which, int) else self._find(self._which).number
        device = self._new_device(number)
        if not device.isOpened():
            device.release()
            raise self._not_opened(number)
        self._device = device
        self._configure(device)
        self._exposure = ExposureLock(device, self.name)
        self._exposure.reset()
        for _ in range(_THROWN_AWAY):
            read, picture = device.read()
            if not read or picture is None:
                self.close()
                raise self._busy()
            if picture.shape[1] < _LEAST_SIZE[0] or picture.shape[0] < _LEAST_SIZE[1]:
                self.close()
                raise self._too_small(picture)

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
        if self._device is None or self._exposure is None:
            raise self._not_open()
        read, picture = self._device.read()
        if not read or picture is None:
            raise self._stopped()
        self._newest = as_bgr(picture)
        self._exposure.look(self._newest, time.monotonic())
        return self._newest

    def skip(self) -> None:
        """Lets one picture pass; on Linux without decoding it. DirectShow waits for a picture only when it gives it."""
        if self._device is None:
            raise self._not_open()
        if not (self._device.grab() if sys.platform == "linux" else self._device.read()[0]):
            raise self._stopped()

    def lock(self, on: bool) -> None:
        """Keeps exposure and white balance as they are, as far as the camera can; or lets them go."""
        if self._exposure is None or self._newest is None:
            return
        if on:
            self._exposure.lock(self._newest, time.monotonic())
        else:
            self._exposure.unlock()

    def close(self) -> None:
        if self._exposure is not None:
            self._exposure.unlock()
            self._exposure = self._newest = None
        if self._device is not None:
            self._device.release()
            self._device = None

    def _not_opened(self, number: int) -> CameraFault:
        if Path(f"/dev/video{number}").exists():
            return self._busy()
        return CameraFault(
            "camera-missing",
            f"There is no camera {number}.",
            "Plug the camera in, or choose another one with --camera.",
        )

    def _not_open(self) -> CameraFault:
        return CameraFault(
            "camera-missing", f"Camera {self._which} is not open.", "Open the camera before reading from it."
        )

    def _stopped(self) -> CameraFault:
        return CameraFault(
            "camera-missing",
            f"Camera {self._which} stopped giving pictures.",
            "Check its cable; it is tried again by itself.",
        )

    def _too_small(self, picture: MatLike) -> CameraFault:
        return CameraFault(
            "camera-format",
            f"Camera {self._which} gives pictures of only {picture.shape[1]} x {picture.shape[0]}.",
            f"Choose a colour camera of at least {_LEAST_SIZE[0]} x {_LEAST_SIZE[1]}.",
        )

    def _busy(self) -> CameraFault:
        return CameraFault(
            "camera-busy",
            f"Camera {self._which} is there but gives no picture.",
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
