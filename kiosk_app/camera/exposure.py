"""Exposure and white balance that stay as they are while a portrait is judged and taken."""

import logging
import sys
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import cv2
import numpy as np

from kiosk_app import log
from kiosk_app.camera.frames import Image

_logger = logging.getLogger(__name__)

_STEP = 16  # one pixel in 256 gives the picture's brightness
_WATCHED_S = 1.0
"""How long after locking the brightness is watched; a camera shows a new exposure within a few frames."""
_CHANGE = 0.2
"""Share of the brightness. Who sits and moves changes less; a jump to an old setting is a multiple."""
_LEAST = 4.0
"""Of 255: in a dark picture a share is next to nothing."""


class Controls(Protocol):
    """What is used of cv2.VideoCapture."""

    def set(self, key: int, value: float, /) -> bool: ...

    def get(self, key: int, /) -> float: ...


@runtime_checkable
class Lockable(Protocol):
    """A source that can keep exposure and white balance as they are."""

    def lock(self, on: bool) -> None:
        """Called by the thread that reads. Harmless where the camera cannot; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Automatic:
    """How a backend is told who sets the exposure: V4L2 takes its own numbers, DirectShow a share that is rounded.

    `tells`: whether what it answers can be believed; OpenCV's DirectShow compares the exposure itself with a flag.
    """

    by_hand: float
    by_itself: tuple[float, ...]
    tells: bool


V4L2 = Automatic(1.0, (3.0, 0.0), tells=True)  # manual; aperture priority, which webcams have, or else all automatic
DIRECT_SHOW = Automatic(0.25, (0.75,), tells=False)


class ExposureLock:
    """Holds the automatic controls of one opened camera, and lets them go again.

    Some cameras, told to keep their exposure, jump to the one they were once given by hand. So the value that they had
    is written back where it has changed, and when the picture still becomes brighter or darker the exposure is let go
    and not held again until the camera is opened anew.
    """

    def __init__(self, controls: Controls, camera: str, automatic: Automatic | None = None) -> None:
        self._controls = controls
        self._camera = camera
        self._automatic = automatic or (DIRECT_SHOW if sys.platform == "win32" else V4L2)
        self._exposure = _Control("exposure", cv2.CAP_PROP_AUTO_EXPOSURE, cv2.CAP_PROP_EXPOSURE)
        self._white = _Control("white balance", cv2.CAP_PROP_AUTO_WB, cv2.CAP_PROP_WB_TEMPERATURE)
        self._held: list[_Control] = []
        self._useless: set[_Control] = set()
        self._before = 0.0
        self._watched_until = float("-inf")
        self._locked = False

    def reset(self) -> None:
        """Puts the camera on automatic: a program that was killed may have left it held, and cameras remember."""
        for control in (self._exposure, self._white):
            self._let_go(control)

    def lock(self, bgr: Image, at: float) -> None:
        """Keeps exposure and white balance as they made the newest frame, `bgr`; `at` in monotonic seconds."""
        if self._locked:
            return
        self._locked = True
        self._held = [control for control in (self._exposure, self._white) if self._hold(control)]
        self._before = _brightness(bgr)
        self._watched_until = at + _WATCHED_S if self._exposure in self._held else float("-inf")

    def unlock(self) -> None:
        """Gives exposure and white balance back to the camera."""
        self._locked = False
        self._watched_until = float("-inf")
        while self._held:
            self._let_go(self._held.pop())

    def look(self, bgr: Image, at: float) -> None:
        """Lets the exposure go when a frame after the lock is not lit like the one before it."""
        if at > self._watched_until:
            return
        now = _brightness(bgr)
        if abs(now - self._before) > max(_CHANGE * max(now, self._before), _LEAST):
            self._watched_until = float("-inf")
            self._held.remove(self._exposure)
            self._let_go(self._exposure)
            self._refused(self._exposure, "the picture changed")

    def _hold(self, control: "_Control") -> bool:
        if control in self._useless:
            return False
        value = self._controls.get(control.value)
        if not self._set(control.switch, self._automatic.by_hand if control is self._exposure else 0.0):
            self._refused(control, "not by this camera")
            return False
        if self._controls.get(control.value) != value:
            self._controls.set(control.value, value)
        return True

    def _let_go(self, control: "_Control") -> None:
        ways = self._automatic.by_itself if control is self._exposure else (1.0,)
        any(self._set(control.switch, value) for value in ways)

    def _set(self, key: int, value: float) -> bool:
        took = self._controls.set(key, value)
        return took and (not self._automatic.tells or self._controls.get(key) == value)

    def _refused(self, control: "_Control", reason: str) -> None:
        """Told once an opened camera: that it does not hold does not stop the portrait."""
        self._useless.add(control)
        log.event(_logger, "camera-not-locked", logging.WARNING, camera=self._camera, part=control.name, reason=reason)


@dataclass(frozen=True, slots=True)
class _Control:
    """An automatic of the camera: the property that switches it and the one that it moves."""

    name: str
    switch: int
    value: int


def _brightness(bgr: Image) -> float:
    return float(np.mean(bgr[::_STEP, ::_STEP]))
