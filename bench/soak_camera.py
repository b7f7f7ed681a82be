"""The camera of the soak: practice frames at a webcam's pace, a sensor's noise on each, and every fault on order."""

import enum
import random
import threading

import cv2
import numpy as np

from kiosk_app.camera.files import Pace
from kiosk_app.camera.frames import CameraFault, Image, as_bgr
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.scene import Scene
from kiosk_app.camera.practice.stage import Stage

FPS = 25.0
_NOISE_SPARE = 64  # px that the noise is larger than a frame, so that it can lie in 4,096 ways
_DRIVER_S = 0.2


class Flaw(enum.Enum):
    """What goes wrong, and the name that it must get."""

    UNPLUGGED = "unplugged"
    FROZEN = "same frame again and again"
    SILENT = "driver gives no frame and no error"
    BLACK = "black frames"
    FORMAT = "frames of another format"
    SLOW = "opening takes long"

    @property
    def code(self) -> str:
        return _CODES[self]


_CODES = {
    Flaw.UNPLUGGED: "camera-missing",
    Flaw.FROZEN: "camera-frozen",
    Flaw.SILENT: "camera-frozen",
    Flaw.BLACK: "camera-black",
    Flaw.FORMAT: "camera-format",
    Flaw.SLOW: "camera-slow",
}


class View(enum.Enum):
    """What stands before the camera."""

    NOBODY = "nobody"
    CODE = "code"
    PERSON = "person"


def rendered(frames: int, text: str) -> dict[View, list[Image]]:
    """`frames` practice frames of each view, made before anything is measured: drawing them live would be the load."""
    stage = Stage()
    camera = PracticeCamera(stage, fps=0)
    camera.open()
    views: dict[View, list[Image]] = {}
    for view in View:
        stage.show(Scene())
        if view is View.CODE:
            stage.hold_code(text, Person(seed=2))
        elif view is View.PERSON:
            stage.sit(Person(seed=2))
        views[view] = [camera.read() for _ in range(frames)]
    camera.close()
    return views


class SoakCamera:
    """A webcam as the worker sees it. `view` and `flaw` are set from another thread and hold from the next frame on."""

    live = True
    name = "soak camera"

    def __init__(self, views: dict[View, list[Image]], seed: int) -> None:
        self._views = views
        self._random = random.Random(seed)  # noqa: S311 - figures, no secrets
        height, width = views[View.NOBODY][0].shape[:2]
        noise = np.random.default_rng(seed)
        self._noise = noise.integers(0, 6, (height + _NOISE_SPARE, width + _NOISE_SPARE, 3), dtype=np.uint8)
        self._dark = np.zeros((height, width, 3), np.uint8)
        self._pace = Pace(FPS)
        self._last: Image | None = None
        self._count = 0
        self.view = View.NOBODY
        self.flaw: Flaw | None = None
        self.mended = threading.Event()
        self.opened = 0

    def open(self) -> None:
        self._check_plug()
        while self.flaw is Flaw.SLOW:
            self.mended.wait(_DRIVER_S)
        self._pace = Pace(FPS)
        self.opened += 1

    def read(self) -> Image:
        while self.flaw is Flaw.SILENT:
            self.mended.wait(_DRIVER_S)
        self._pace.wait()
        self._check_plug()
        if self.flaw is Flaw.FORMAT:
            return as_bgr(np.zeros((720, 1280, 2), np.uint8))
        if self.flaw is Flaw.FROZEN and self._last is not None:
            return self._last.copy()
        frames = self._views[self.view]
        self._count += 1
        clean = self._dark if self.flaw is Flaw.BLACK else frames[self._count % len(frames)]
        y, x = self._random.randrange(_NOISE_SPARE), self._random.randrange(_NOISE_SPARE)
        noise = self._noise[y : y + clean.shape[0], x : x + clean.shape[1]]
        self._last = np.asarray(cv2.add(clean, noise), np.uint8)
        return self._last

    def close(self) -> None:
        self._last = None

    def _check_plug(self) -> None:
        if self.flaw is Flaw.UNPLUGGED:
            raise CameraFault("camera-missing", "The soak camera is unplugged.", "Plug it in again.")
