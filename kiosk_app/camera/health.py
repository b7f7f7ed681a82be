"""Whether a live camera still sees: `read` says yes even after the plug was pulled."""

import numpy as np

from kiosk_app.camera.frames import CameraFault, Image

_STEP = 16  # one pixel in 256 tells a frozen picture from a noisy one; the rest is compared only when those agree
_BLACK_LEVEL = 24  # of 255: above a covered lens with its gain noise, below the darkest lit room
_BLACK_SHARE = 0.002


class Health:
    """Watches one opened camera. A sensor's noise makes all frames differ: equal frames are one frame given again."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._previous: Image | None = None
        self._equal_since: float | None = None
        self._black_since: float | None = None

    def check(self, bgr: Image, at: float) -> bool:
        """True when the frame read at `at` (monotonic seconds) proves that the camera sees, false while that is open.

        Raises CameraFault "camera-black" or "camera-frozen" when it has been so for `patience_s`.
        """
        black, equal = self._is_black(bgr), self._is_equal(bgr)
        self._previous = bgr
        self._black_since = _since(self._black_since, at) if black else None
        self._equal_since = _since(self._equal_since, at) if equal else None
        if self._black_since is not None and at - self._black_since >= self._patience_s:
            raise CameraFault(
                "camera-black",
                "The camera's picture is black.",
                "Take the cover off the lens, check the light; it is tried again by itself.",
            )
        if self._equal_since is not None and at - self._equal_since >= self._patience_s:
            raise CameraFault(
                "camera-frozen",
                "The camera sends the same picture again and again.",
                "Unplug it and plug it in again; it is tried again by itself.",
            )
        return not black and equal is False

    def _is_black(self, bgr: Image) -> bool:
        return float(np.mean(bgr[::_STEP, ::_STEP] > _BLACK_LEVEL)) < _BLACK_SHARE

    def _is_equal(self, bgr: Image) -> bool | None:
        """Whether the frame equals the one before; None for the first one."""
        before = self._previous
        if before is None:
            return None
        if before.shape != bgr.shape or not np.array_equal(before[::_STEP, ::_STEP], bgr[::_STEP, ::_STEP]):
            return False
        return bool(np.array_equal(before, bgr))


def _since(start: float | None, at: float) -> float:
    return at if start is None else start
