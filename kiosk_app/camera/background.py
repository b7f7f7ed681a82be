"""What is behind the person, within the picture that will be cut out."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image
from kiosk_app.camera.landmarks import FloatArray
from kiosk_app.camera.model_files import SELFIE_SEGMENTATION, load_tflite
from kiosk_app.camera.warp import LevelView

Mask = NDArray[np.bool_]

_SIDE = 256
# The network knows people down to the shoulders: shown little more than the head, it loses long hair.
_CONTEXT = 0.6
# The network's edge is soft and hair is fine: what is less sure than this, or close to the person, belongs to neither.
_PERSON = 0.1
_KEEP_CLEAR = 9
# Less wall than this tells nothing.
_MIN_SHARE = 0.01


class _Box(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, eq=False)
class Wall:
    """Where there is no person: `mask` [256, 256] lies over the part `around` of a frame."""

    around: _Box
    mask: Mask

    def seen_through(self, view: LevelView) -> NDArray[np.uint8]:
        """1 where `view` [height, width] shows wall, 0 where it shows a person or nothing of what was looked at."""
        width, height = self.around.right - self.around.left, self.around.bottom - self.around.top
        corners = np.array([[0, 0], [_SIDE, 0], [0, _SIDE]], dtype=np.float64)
        placed = view.points(corners * (width, height) / _SIDE + (self.around.left, self.around.top))
        matrix = cv2.getAffineTransform(corners.astype(np.float32), placed.astype(np.float32))
        return np.asarray(
            cv2.warpAffine(self.mask.astype(np.uint8), matrix, view.size, flags=cv2.INTER_NEAREST), dtype=np.uint8
        )


class BackgroundMeter:
    """Selfie segmentation and the colours of what it leaves. One object belongs to one thread."""

    def __init__(self) -> None:
        self._network = load_tflite(SELFIE_SEGMENTATION)

    def measure(self, bgr: Image, crop_corners: FloatArray) -> dict[str, float]:
        """Measures of the wall in a [H, W, 3] frame, inside `crop_corners` [4, 2]; none where too little of it shows."""
        wall = self.find(bgr, crop_corners)
        return {} if wall is None else self.colours(bgr, crop_corners, wall)

    def find(self, bgr: Image, crop_corners: FloatArray) -> Wall | None:
        """The wall in and around `crop_corners`; None where they lie outside the frame. The dear part of measuring."""
        crop, around = _box(bgr, crop_corners, 0.0), _box(bgr, crop_corners, _CONTEXT)
        if crop.right - crop.left < 2 or crop.bottom - crop.top < 2:
            return None
        self._network.setInput(cv2.dnn.blobFromImage(_part(bgr, around), 1 / 255, swapRB=True))
        person = np.asarray(self._network.forward()).reshape(_SIDE, _SIDE) > _PERSON
        return Wall(around, _open_to_the_sides(~person))

    def colours(self, bgr: Image, crop_corners: FloatArray, wall: Wall) -> dict[str, float]:
        """`background_l` median L* 0..100, `background_chroma` distance from grey, `background_spread` sum of the standard
        deviations of L*, a* and b*, `background_marks` how much darker its darkest spots are (lines, corners, shadows).
        """
        crop = _box(bgr, crop_corners, 0.0)
        inside = np.zeros((_SIDE, _SIDE), dtype=np.uint8)
        corners = (crop_corners - (crop.left, crop.top)) * _SIDE / (crop.right - crop.left, crop.bottom - crop.top)
        cv2.fillConvexPoly(inside, np.round(corners).astype(np.int32), 1)
        shown = (inside > 0) & _over_crop(wall, crop)
        if shown.sum() < _MIN_SHARE * max(1, int(inside.sum())):
            return {}
        pixels = _part(bgr, crop)[shown][np.newaxis].astype(np.float32) / 255
        lab = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2Lab))[0]
        lightness, a, b = (float(value) for value in np.median(lab, axis=0))
        return {
            "background_l": lightness,
            "background_chroma": float(np.hypot(a, b)),
            "background_spread": float(lab.std(axis=0).sum()),
            "background_marks": lightness - float(np.percentile(lab[:, 0], 2)),
        }


def _over_crop(wall: Wall, crop: _Box) -> Mask:
    """[256, 256] over `crop`: wall that is clear of the person."""
    around = wall.around
    scale = _SIDE / np.array([around.right - around.left, around.bottom - around.top])
    left, top = np.floor((crop.left - around.left, crop.top - around.top) * scale).astype(int)
    right, bottom = np.ceil((crop.right - around.left, crop.bottom - around.top) * scale).astype(int)
    part = wall.mask[top:bottom, left:right].astype(np.uint8)
    over_crop = cv2.resize(part, (_SIDE, _SIDE), interpolation=cv2.INTER_NEAREST)
    return np.asarray(cv2.erode(over_crop, np.ones((2 * _KEEP_CLEAR + 1,) * 2, np.uint8))) > 0


def _box(bgr: Image, corners: FloatArray, margin: float) -> _Box:
    """The part of the frame round some points, with a margin in shares of its size."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    reach = margin * (high - low)
    left, top = np.maximum(low - reach, 0).astype(int)
    right, bottom = np.minimum(high + reach, bgr.shape[1::-1]).astype(int)
    return _Box(int(left), int(top), int(right), int(bottom))


def _part(bgr: Image, box: _Box) -> Image:
    part = bgr[box.top : box.bottom, box.left : box.right]
    return np.asarray(cv2.resize(part, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _open_to_the_sides(background: Mask) -> Mask:
    """Those parts of a mask that reach its top, left or right edge: what lies enclosed is hair that the network lost."""
    count, labels = cv2.connectedComponents(background.astype(np.uint8), connectivity=4)
    reached = np.zeros(count, dtype=np.bool_)
    for edge in (labels[0], labels[:, 0], labels[:, -1]):
        reached[edge] = True
    return np.asarray(background & reached[labels])
