"""The one place where the newest frame lies: whoever comes late finds the latest, and nothing queues."""

import threading
import time

from kiosk_app.camera.frames import Frame, Image


class LatestFrame:
    """Written by the reading thread, read by the analysing thread."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._frame: Frame | None = None
        self._count = 0
        self._woken = False
        self.light_held_until = float("-inf")
        """Monotonic second until which the camera's light should stay as it is; set by who judges the frames."""
        self.wanted_every_s = 0.0
        """How often somebody looks at a frame; what comes in between need not be decoded while nothing is shown."""

    @property
    def last_at(self) -> float | None:
        """When the newest frame was read (monotonic seconds); None before the first."""
        with self._condition:
            return None if self._frame is None else self._frame.at

    def put(self, bgr: Image) -> Frame:
        """Makes `bgr` the newest frame, read now."""
        with self._condition:
            self._count += 1
            self._frame = Frame(bgr, self._count, time.monotonic())
            self._condition.notify_all()
            return self._frame

    def newer(self, number: int, not_before: float, patience_s: float) -> Frame | None:
        """The newest frame once there is one after `number` and the time is `not_before` (monotonic seconds).

        None when that takes longer than `patience_s`, or when `wake` was called.
        """
        deadline = time.monotonic() + patience_s
        with self._condition:
            while not self._woken:
                now = time.monotonic()
                frame = self._frame if self._frame is not None and self._frame.number > number else None
                if frame is not None and now >= not_before:
                    return frame
                if now >= deadline:
                    return None
                self._condition.wait((deadline if frame is None else min(deadline, not_before)) - now)
            self._woken = False
            return None

    def wake(self) -> None:
        """Ends the wait of `newer` at once: the orders have changed."""
        with self._condition:
            self._woken = True
            self._condition.notify_all()
