"""Whether anything happens before the camera: an empty hall need not be searched for codes five times a second."""

import cv2
import numpy as np

from kiosk_app.camera.frames import Image

_SIZE = (64, 36)
_STEP = 12  # of 255, averaged over a cell: far above sensor noise, below a white card on a grey shirt
_CELLS = 4  # of 2,304: a phone at arm's length covers about forty
_AFTER_S = 3.0  # a code held still gives no motion, and may need some attempts
_ANYWAY_S = 1.0


class MotionGate:
    """Opens when a frame differs from the one before, stays open a while, and opens now and then in any case."""

    def __init__(self) -> None:
        self._before: Image | None = None
        self._moved_at = float("-inf")
        self._opened_at = float("-inf")

    def opens(self, gray: Image, at: float) -> bool:
        """Whether the frame `gray` uint8[H, W], read at `at` (monotonic seconds), is worth a search."""
        # Half the rows: whole cells of 720p and 1080p, which OpenCV averages fastest.
        small = np.asarray(cv2.resize(gray[::2], _SIZE, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        if self._before is None or int(np.count_nonzero(cv2.absdiff(small, self._before) > _STEP)) >= _CELLS:
            self._moved_at = at
        self._before = small
        if at - self._moved_at > _AFTER_S and at - self._opened_at < _ANYWAY_S:
            return False
        self._opened_at = at
        return True

    def lively(self, at: float) -> bool:
        """Whether something moved within the last seconds: then a code may come up at any moment."""
        return at - self._moved_at <= _AFTER_S
