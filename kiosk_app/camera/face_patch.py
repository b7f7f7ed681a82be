"""The face turned level and brought to one size, so that pixel measures do not depend on distance or camera."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import FaceFrame
from kiosk_app.camera.landmarks import FloatArray
from kiosk_app.camera.warp import LevelView

FloatImage = NDArray[np.float32]

PATCH_SIZE = (320, 400)
PATCH_EYE_DISTANCE = 120.0
PATCH_EYES = (160.0, 150.0)


@dataclass(frozen=True)
class FacePatch:
    """bgr uint8 [400, 320, 3], the eyes level, 120 px apart, at y 150; points [478, 2] in its pixels."""

    bgr: Image
    points: FloatArray

    @cached_property
    def gray(self) -> FloatImage:
        """[400, 320] luma 0..255."""
        return np.asarray(cv2.cvtColor(self.bgr, cv2.COLOR_BGR2GRAY), dtype=np.float32)

    def median(self, values: FloatImage, outline: tuple[int, ...]) -> FloatArray:
        """Median of `values` [400, 320] or [400, 320, C] inside the convex outline of some face points: [] or [C].

        NaN when a turned head puts that part outside the patch: it cannot be told then.
        """
        return self.percentile(values, outline, 50)

    def percentile(self, values: FloatImage, outline: tuple[int, ...], percent: float) -> FloatArray:
        """The same for another percentile."""
        inside = values[self.mask(outline)]
        return np.asarray(np.percentile(inside, percent, axis=0) if len(inside) else np.full(values.shape[2:], np.nan))

    def median_lab(self, outline: tuple[int, ...]) -> FloatArray:
        """[3] median CIE Lab inside an outline, L* 0..100, a* and b* about -100..100; NaN as in `median`."""
        pixels = self.bgr[self.mask(outline)][np.newaxis].astype(np.float32) / 255
        if pixels.size == 0:
            return np.full(3, np.nan)
        return np.asarray(np.median(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2Lab))[0], axis=0))

    def mask(self, outline: tuple[int, ...]) -> NDArray[np.bool_]:
        """[400, 320]: inside the convex outline of some face points."""
        mask = np.zeros(self.bgr.shape[:2], dtype=np.uint8)
        hull = cv2.convexHull(np.round(self.points[list(outline)]).astype(np.int32))
        cv2.fillConvexPoly(mask, hull, 1)
        return mask.astype(np.bool_)


def face_patch(bgr: Image, points: FloatArray, face: FaceFrame) -> FacePatch:
    """Cuts the patch of one face, [478, 3] points, out of a [H, W, 3] frame; outside the frame its edge is repeated."""
    x, y = face.eyes
    scale = PATCH_EYE_DISTANCE / face.eye_distance
    view = LevelView((float(x), float(y)), PATCH_EYES, face.tilt, scale, PATCH_SIZE)
    return FacePatch(view.render(bgr), view.points(points))
