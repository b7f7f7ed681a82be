"""Whether the camera still looks where it looked: two small grey pictures of the same booth, laid over each other."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image

FIELD_DEG = 65.0
"""How much of the room a usual webcam sees from left to right; makers say 60 to 78."""
_LEAST_DETAIL = 1.2
"""Mean strength of detail in its weaker direction, below which a wall tells nothing: a plain one with noise has 0.3."""
LEAST_MATCH = 0.75
"""Below it no move explains the difference. Another booth, upside down, still gives 0.7; a changed light 0.95."""
_SMOOTH = 1.5
_LOCAL = 24.0


@dataclass(frozen=True, slots=True)
class Move:
    """How the camera was turned since the reference, degrees: `right` and `up` as seen from behind it, `clockwise`
    likewise; `closer` is the factor by which things have grown. `match`: correlation of the pictures, 0..1."""

    right: float
    up: float
    clockwise: float
    closer: float
    match: float


def displacement(before: Image, now: Image) -> Move | None:
    """The move between two [H, W, 3] pictures of one size; None where the booth shows too little to tell.

    `match` is below LEAST_MATCH where no move explains the difference: the booth was changed, or the camera looks elsewhere.
    """
    first, second = _detail(before), _detail(now)
    if min(_strength(first), _strength(second)) < _LEAST_DETAIL:
        return None
    height, width = first.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(first * window, second * window)
    warp = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    try:
        match, found = cv2.findTransformECC(
            first, second, warp, cv2.MOTION_AFFINE,
            (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-5), np.full(first.shape, 255, np.uint8), 5,
        )  # fmt: skip
    except cv2.error:  # it says so where it finds no way to bring them together
        match, found = 0.0, warp
    return _move(np.asarray(found, np.float64), max(0.0, float(match)), width, height)


def _move(warp: NDArray[np.float64], match: float, width: int, height: int) -> Move:
    """`warp` leads from places of the earlier picture to those of this one."""
    middle = np.array([width / 2, height / 2])
    shift = warp[:, :2] @ middle + warp[:, 2] - middle
    degrees_a_pixel = FIELD_DEG / width
    scale = math.sqrt(max(1e-6, abs(float(np.linalg.det(warp[:, :2])))))
    turned = math.degrees(math.atan2(warp[1, 0] - warp[0, 1], warp[0, 0] + warp[1, 1]))
    # What moves left in the picture was left behind by a camera that turned right; y points down.
    return Move(float(-shift[0]) * degrees_a_pixel, float(shift[1]) * degrees_a_pixel, -turned, scale, match)


def _detail(bgr: Image) -> NDArray[np.float32]:
    """Edges and spots without the light that falls on them."""
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _SMOOTH) - cv2.GaussianBlur(grey, (0, 0), _LOCAL), np.float32)


def _strength(detail: NDArray[np.float32]) -> float:
    """Of the weaker of both directions: one straight line tells a move across it, not along it."""
    x, y = (cv2.Scharr(detail, cv2.CV_32F, *way) / 32 for way in ((1, 0), (0, 1)))
    tensor = np.array([[np.mean(x * x), np.mean(x * y)], [np.mean(x * y), np.mean(y * y)]])
    return float(math.sqrt(max(0.0, np.linalg.eigvalsh(tensor)[0])))
