"""The practice camera as a source: a webcam to all the rest of the program, with the truth of each frame for a test."""

import threading
import time
from collections import OrderedDict
from dataclasses import replace

from kiosk_app.camera.files import Pace
from kiosk_app.camera.frames import CameraFault, Image
from kiosk_app.camera.practice.motion import moved
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.scene import Scene, Truth
from kiosk_app.camera.practice.scripts import SCRIPTS, Script
from kiosk_app.camera.practice.stage import Stage

# Without a pace time runs by frames, as a camera of this speed would see it.
_USUAL_FPS = 25.0
# Truths of so many frames are kept: ten seconds.
_KEPT_TRUTHS = 250


class PracticeCamera:
    """A camera that shows its stage, or the script of that name. fps 0 gives frames as fast as they are read.

    size: (width, height) pixels. Raises CameraFault "camera-missing" for a script that does not exist.
    """

    live = True

    def __init__(
        self,
        stage: Stage | None = None,
        script: str | None = None,
        size: tuple[int, int] = (1280, 720),
        fps: float = _USUAL_FPS,
    ) -> None:
        self.stage = stage or Stage()
        self._script = None if script is None else _script(script)
        self.name = "practice camera" if script is None else f"practice camera, script {script}"
        self._studio = studio(*size)
        self._fps = fps
        self._pace: Pace | None = None
        self._opened_at: float | None = None
        self._count = 0
        self._last: tuple[Image, Truth] | None = None
        self._truths: OrderedDict[int, Truth] = OrderedDict()
        self._lock = threading.Lock()

    def open(self) -> None:
        self._check_plug()
        self._pace = Pace(self._fps) if self._fps > 0 else None
        self._opened_at = time.monotonic()

    def read(self) -> Image:
        opened_at = self._opened_at
        if opened_at is None:
            raise CameraFault("camera-missing", "The practice camera is not open.", "Open it before reading it.")
        if self._pace is not None:
            self._pace.wait()
        self._check_plug()
        self._count += 1
        seconds = time.monotonic() - opened_at if self._fps > 0 else (self._count - 1) / _USUAL_FPS
        picture, truth = self._frame(seconds)
        self._last = (picture, truth)
        with self._lock:
            self._truths[self._count] = truth
            if len(self._truths) > _KEPT_TRUTHS:
                self._truths.popitem(last=False)
        # A frozen camera gives the same frame again, but never the same array: each one belongs to its reader.
        return picture.copy() if truth.fault == "freeze" else picture

    def close(self) -> None:
        self._opened_at = None

    def render(self, scene: Scene, number: int = 1) -> Image:
        """A frame of any scene, uint8 [height, width, 3] BGR, without touching the stage; equal calls, equal pixels."""
        return self._studio.render(scene, number)

    def truth(self, number: int) -> Truth:
        """What is true of the frame that was read as number `number`, counted from 1; KeyError when that is long ago."""
        with self._lock:
            if number not in self._truths:
                raise KeyError(f"no truth is kept of frame {number}")
            return self._truths[number]

    def _frame(self, seconds: float) -> tuple[Image, Truth]:
        fault = self.stage.fault
        if fault == "freeze" and self._last is not None:
            return self._last[0], replace(self._last[1], number=self._count, fault="freeze")
        if fault == "black":
            dark = Scene(light=0.0)
            return self.render(dark, self._count), replace(self._studio.truth(dark, self._count), fault="black")
        scene = self.stage.snapshot() if self._script is None else self._script(seconds)
        scene = moved(scene, seconds)
        return self.render(scene, self._count), self._studio.truth(scene, self._count)

    def _check_plug(self) -> None:
        if self.stage.fault == "unplug":
            raise CameraFault(
                "camera-missing", "The practice camera is unplugged.", "Plug it in again on its stage: fail(None)."
            )


def _script(name: str) -> Script:
    if name not in SCRIPTS:
        raise CameraFault(
            "camera-missing",
            f'There is no practice script "{name}".',
            f"Give one of {', '.join(sorted(SCRIPTS))}, as in practice:visit.",
        )
    return SCRIPTS[name]
