"""Turning a face level and bringing it to a size: one warp for the measures and for the final picture."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.landmarks import FloatArray


@dataclass(frozen=True)
class LevelView:
    """A similarity map from the frame to an upright picture of `size` (width, height): the frame's point `centre` goes
    to `target`, lines at `tilt` radians become level, lengths are multiplied by `scale`."""

    centre: tuple[float, float]
    target: tuple[float, float]
    tilt: float
    scale: float
    size: tuple[int, int]

    @property
    def _turn(self) -> FloatArray:
        cos, sin = self.scale * math.cos(self.tilt), self.scale * math.sin(self.tilt)
        return np.array([[cos, sin], [-sin, cos]])

    @property
    def _shift(self) -> FloatArray:
        return np.asarray(np.array(self.target) - self._turn @ np.array(self.centre))

    def points(self, points: FloatArray) -> FloatArray:
        """[N, 2] or more columns in the frame -> [N, 2] in the view."""
        return points[:, :2] @ self._turn.T + self._shift

    def corners_in_frame(self) -> FloatArray:
        """[4, 2]: where the corners of the view lie in the frame."""
        width, height = self.size
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
        return (corners - self._shift) @ np.linalg.inv(self._turn).T

    def render(self, bgr: Image, interpolation: int = cv2.INTER_LINEAR) -> Image:
        """The view [height, width, 3] of a [H, W, 3] frame; what lies outside the frame repeats its edge."""
        step = 1.0
        if self.scale < 0.5:  # a warp reads only the nearest pixels: shrink first, or hair turns into false edges
            step = 0.5 ** math.floor(-math.log2(self.scale))
            bgr = np.asarray(cv2.resize(bgr, None, fx=step, fy=step, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        matrix = np.hstack([self._turn / step, self._shift[:, np.newaxis]])
        view = cv2.warpAffine(bgr, matrix, self.size, flags=interpolation, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(view, dtype=np.uint8)
