"""Recordings as cameras: a video file, or a folder of images. For rehearsal, demonstration and tests."""

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from kiosk_app import log
from kiosk_app.camera.frames import CameraFault, Image, as_bgr

_logger = logging.getLogger(__name__)

IMAGE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
_LARGEST_IMAGE_BYTES = 64_000_000
_USUAL_FPS = 25.0
_HIGHEST_FPS = 120.0
_IMAGE_FPS = 10.0
_SECONDS_AN_IMAGE = 0.5


class Pace:
    """Lets one picture through every 1/fps seconds, without catching up on lost time beyond one picture."""

    def __init__(self, fps: float, now: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1.0 / fps
        self._now = now
        self._due = now()

    def wait(self) -> None:
        ahead = self._due - self._now()
        if ahead > 0:
            time.sleep(ahead)
        self._due = max(self._due, self._now() - self._interval) + self._interval


class VideoFile:
    """A recording, played at its own speed, again and again unless `loop` is false."""

    live = False  # a recording may hold still

    def __init__(self, path: Path, loop: bool = True) -> None:
        self._path = path.absolute()
        self._loop = loop
        self._capture: cv2.VideoCapture | None = None
        self._pace = Pace(_USUAL_FPS)

    @property
    def name(self) -> str:
        return f"video {self._path.name}"

    def open(self) -> None:
        self.close()
        if not self._path.is_file():
            raise CameraFault("camera-missing", f"There is no file {self._path}.", "Check the path given as --camera.")
        # FFmpeg takes "scheme:rest" for an address; an absolute path cannot be read so.
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            capture.release()
            raise self._no_video()
        fps = capture.get(cv2.CAP_PROP_FPS)
        usable = math.isfinite(fps) and 0 < fps <= _HIGHEST_FPS
        self._pace = Pace(max(fps, 1.0) if usable else _USUAL_FPS)
        self._capture = capture

    def read(self) -> Image:
        if self._capture is None:
            raise CameraFault("camera-missing", f"{self._path.name} is not open.", "Open the video before reading it.")
        read, picture = self._capture.read()
        if not read:
            read, picture = self._restarted().read()
        if not read:
            raise self._no_video()
        self._pace.wait()
        return as_bgr(picture)

    def _restarted(self) -> cv2.VideoCapture:
        """The recording at its start; opened anew, because not every container can be wound back."""
        if not self._loop:
            raise CameraFault("camera-ended", f"{self._path.name} is at its end.", "Start it again or choose a camera.")
        pace = self._pace
        self.open()
        self._pace = pace
        if self._capture is None:
            raise self._no_video()
        return self._capture

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _no_video(self) -> CameraFault:
        return CameraFault(
            "camera-format",
            f"{self._path.name} is no video that can be played.",
            "Give an MP4, MKV or AVI file, or a folder of images.",
        )


class ImageFolder:
    """The images of a folder by name, each for half a second (ten equal pictures a second), again and again.

    `path` may also be one image. Files that cannot be read are named once in the log and skipped.
    """

    live = False  # the same picture is meant to come again

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._files: list[Path] = []
        self._next = 0
        self._bad: list[str] = []
        self._told = False
        self._picture: Image | None = None
        self._shown = 0
        self._pace = Pace(_IMAGE_FPS)

    @property
    def name(self) -> str:
        return f"images {self._path.name}"

    def open(self) -> None:
        self.close()
        if self._path.is_file():
            self._files = [self._path]
        elif self._path.is_dir():
            self._files = sorted(file for file in self._path.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES)
        else:
            raise CameraFault(
                "camera-missing", f"There is no folder {self._path}.", "Check the path given as --camera."
            )
        if not self._files:
            raise CameraFault(
                "camera-format",
                f"The folder {self._path.name} holds no images.",
                f"Put files of these kinds there: {', '.join(sorted(IMAGE_SUFFIXES))}.",
            )
        self._pace = Pace(_IMAGE_FPS)
        self._advance()

    def read(self) -> Image:
        if self._picture is None:
            raise CameraFault("camera-missing", f"{self._path.name} is not open.", "Open the folder before reading it.")
        if self._shown >= round(_SECONDS_AN_IMAGE * _IMAGE_FPS):
            self._advance()
        self._shown += 1
        self._pace.wait()
        return self._picture.copy()

    def _advance(self) -> None:
        """Turns to the next image that can be read."""
        for _ in range(len(self._files)):
            if self._next == len(self._files):
                self._next = 0
                self._tell()
            file = self._files[self._next]
            self._next += 1
            picture = _read_image(file)
            if picture is not None:
                self._picture, self._shown = picture, 0
                return
            if not self._told:
                self._bad.append(file.name)
        self._tell()
        raise CameraFault(
            "camera-format",
            f"None of the {len(self._files)} files of {self._path.name} is an image that can be read.",
            "Put readable JPEG or PNG files there.",
        )

    def _tell(self) -> None:
        if self._bad and not self._told:
            log.event(
                _logger,
                "images-skipped",
                logging.WARNING,
                count=len(self._bad),
                reason=f"unreadable: {', '.join(self._bad)}",
            )
        self._told = True

    def close(self) -> None:
        self._files, self._bad = [], []
        self._next, self._shown, self._told = 0, 0, False
        self._picture = None


def _read_image(file: Path) -> Image | None:
    """The image as BGR, upright; None when it is none. Read by Python: OpenCV on Windows opens no path beyond ASCII."""
    try:
        if file.stat().st_size > _LARGEST_IMAGE_BYTES:
            return None
        data = file.read_bytes()
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except (OSError, cv2.error):
        return None
    return None if picture is None else as_bgr(picture)
