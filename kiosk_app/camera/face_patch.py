"""The face turned level and brought to one size, so that pixel measures do not depend on distance or camera."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.geometry import FaceFrame
from kiosk_app.camera.landmarks import FloatArray

Image = NDArray[np.uint8]

PATCH_SIZE = (320, 400)
PATCH_EYE_DISTANCE = 120.0
PATCH_EYES = (160.0, 150.0)

# sRGB values 0..255 as linear light 0..255, and what each of blue, green, red adds to luminance (Rec. 709).
_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32) * 255
_LUMINANCE_BGR = np.array([[0.0722, 0.7152, 0.2126]], dtype=np.float32)


@dataclass(frozen=True)
class FacePatch:
    """bgr [400, 320, 3] with the eyes level, 120 px apart, at y 150; points [478, 2] in its pixels; luminance [400, 320]
    linear, 0..255."""

    bgr: Image
    points: FloatArray
    luminance: NDArray[np.float32]


def face_patch(bgr: Image, points: FloatArray, face: FaceFrame) -> FacePatch:
    """Cuts the patch of one face out of a [H, W, 3] frame; what lies outside the frame repeats its edge."""
    scale = PATCH_EYE_DISTANCE / face.eye_distance
    if scale < 0.5:  # a warp reads only the nearest pixels: shrink first, or fine hair turns into false edges
        step = 0.5 ** math.floor(-math.log2(scale))
        bgr = np.asarray(cv2.resize(bgr, None, fx=step, fy=step, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    else:
        step = 1.0
    cos, sin = scale * math.cos(face.tilt), scale * math.sin(face.tilt)
    turn = np.array([[cos, sin], [-sin, cos]])
    shift = np.array(PATCH_EYES) - turn @ face.eyes
    to_patch = np.hstack([turn / step, shift[:, np.newaxis]])
    patch = cv2.warpAffine(bgr, to_patch, PATCH_SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    linear = cv2.transform(cv2.LUT(patch, _LINEAR), _LUMINANCE_BGR)
    return FacePatch(
        bgr=np.asarray(patch, dtype=np.uint8),
        points=points[:, :2] @ turn.T + shift,
        luminance=np.asarray(linear, dtype=np.float32),
    )
