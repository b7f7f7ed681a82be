"""What is behind the person, within the picture that will be cut out."""

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image
from kiosk_app.camera.landmarks import FloatArray
from kiosk_app.camera.model_files import SELFIE_SEGMENTATION, load_tflite

_SIDE = 256
# The network knows people down to the shoulders: shown little more than the head, it loses long hair.
_MARGIN = 0.6
# The network's edge is soft and hair is fine: what is less sure than this, or close to the person, belongs to neither.
_PERSON = 0.1
_KEEP_CLEAR = 11
# Less wall than this tells nothing.
_MIN_SHARE = 0.01


class BackgroundMeter:
    """Selfie segmentation and the colours of what it leaves. One object belongs to one thread."""

    def __init__(self) -> None:
        self._network = load_tflite(SELFIE_SEGMENTATION)

    def measure(self, bgr: Image, crop_corners: FloatArray) -> dict[str, float]:
        """Measures of the wall in a [H, W, 3] frame, inside `crop_corners` [4, 2]; none where too little of it shows.

        `background_l` median L* 0..100, `background_chroma` distance from grey, `background_spread` sum of the standard
        deviations of L*, a* and b*, `background_marks` how much darker its darkest spots are (lines, corners, shadows).
        """
        height, width = bgr.shape[:2]
        low, high = crop_corners.min(axis=0), crop_corners.max(axis=0)
        margin = _MARGIN * (high - low)
        left, top = np.maximum(low - margin, 0).astype(int)
        right, bottom = np.minimum(high + margin, (width, height)).astype(int)
        if right - left < 2 or bottom - top < 2:
            return {}
        part = cv2.resize(bgr[top:bottom, left:right], (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
        self._network.setInput(cv2.dnn.blobFromImage(part, 1 / 255, swapRB=True))
        person = np.asarray(self._network.forward()).reshape(_SIDE, _SIDE) > _PERSON
        person = cv2.dilate(person.astype(np.uint8), np.ones((_KEEP_CLEAR, _KEEP_CLEAR), np.uint8)) > 0
        inside = np.zeros((_SIDE, _SIDE), dtype=np.uint8)
        corners = (crop_corners - (left, top)) * _SIDE / (right - left, bottom - top)
        cv2.fillConvexPoly(inside, np.round(corners).astype(np.int32), 1)
        wall = (inside > 0) & _open_to_the_sides(~person)
        if wall.sum() < _MIN_SHARE * max(1, int(inside.sum())):
            return {}
        lab = np.asarray(cv2.cvtColor(part.astype(np.float32) / 255, cv2.COLOR_BGR2Lab))[wall]
        lightness, a, b = (float(value) for value in np.median(lab, axis=0))
        return {
            "background_l": lightness,
            "background_chroma": float(np.hypot(a, b)),
            "background_spread": float(lab.std(axis=0).sum()),
            "background_marks": lightness - float(np.percentile(lab[:, 0], 2)),
        }


def _open_to_the_sides(background: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those parts of a mask that reach its top, left or right edge: what lies enclosed is hair that the network lost."""
    _, labels = cv2.connectedComponents(background.astype(np.uint8), connectivity=4)
    edge = np.concatenate([labels[0], labels[:, 0], labels[:, -1]])
    return background & np.isin(labels, np.unique(edge[edge > 0]))
