"""Measures of a face that need its pixels: light, sharpness, glasses, colours.

None of them is the brightness of skin: they compare one part of a face with another, or look at the room.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera import face_points
from kiosk_app.camera.face_patch import FacePatch, FloatImage
from kiosk_app.camera.frames import Image
from kiosk_app.camera.landmarks import FloatArray

# A pixel whose three channels have all reached this says only "more than the camera can tell".
_CLIPPED = 250
# Without colour in the cheeks the picture is grey, and rules on colour mean nothing.
_GREY_CHROMA = 4.0
# Not the very brightest: a lens may mirror a lamp.
_EYE_WHITE_PERCENT = 90
_SECOND_DERIVATIVES = tuple(
    np.array(kernel, dtype=np.float32)
    for kernel in (
        [[0, 0, 0], [1, -2, 1], [0, 0, 0]],
        [[0, 1, 0], [0, -2, 0], [0, 1, 0]],
        [[1, 0, 0], [0, -2, 0], [0, 0, 1]],
        [[0, 0, 1], [0, -2, 0], [1, 0, 0]],
    )
)
_MEDIAN_OF_NOISE = 0.455
_SAMPLE = 4  # a quarter of the pixels tells the same median
# The diagonal kernels reach further, so that equal detail gives them more energy by about this.
_REACH = (1.0, 1.0, 2.5, 2.5)


def frame_light(bgr: Image) -> dict[str, float]:
    """The room's light in a [H, W, 3] frame: `frame_l` L* 0..100 of its bright parts, `clipped` share of blown pixels.

    The bright parts (the 95th percentile) are the wall or the clothes: whoever sits there, they tell the exposure.
    """
    sample = np.ascontiguousarray(bgr[:: max(1, bgr.shape[0] // 90), :: max(1, bgr.shape[1] // 160)])
    lightness = cv2.cvtColor(sample.astype(np.float32) / 255, cv2.COLOR_BGR2Lab)[..., 0]
    return {
        "frame_l": float(np.percentile(lightness, 95)),
        "clipped": float((_least_channel(sample) >= _CLIPPED).mean()),
    }


def face_light(patch: FacePatch) -> dict[str, float]:
    """`light_mean` 0..1 (only to know it), `over_exposed` share of the face, `left_right` darker to lighter cheek."""
    face = patch.mask(face_points.FACE_OVAL)
    cheeks = _of_both(patch, patch.gray, face_points.RIGHT_CHEEK, face_points.LEFT_CHEEK)
    return {
        "light_mean": float(patch.gray[face].mean() / 255),
        "over_exposed": float((_least_channel(patch.bgr)[face] >= _CLIPPED).mean()),
        "left_right": float(cheeks.min() / max(cheeks.max(), 1.0)),
    }


def sharpness(patch: FacePatch) -> dict[str, float]:
    """`sharpness`: fine detail in the direction that has least of it, as a share of the face's contrast (no unit).

    The weakest direction, since motion wipes out one only. Sensor noise must not pass as detail, least of all on deep skin,
    where the contrast is small: it is calmed by a slight blur, and what is left of it is taken off. Most of a face is
    smooth, so the median tells the noise; of squared Gaussian noise it is 0.455 of the mean.
    """
    face = patch.mask(face_points.FACE_OVAL)
    contrast = float(patch.gray[face].var())
    calm = cv2.GaussianBlur(patch.gray, (0, 0), 0.8)
    energies = [
        _above_noise(np.square(cv2.filter2D(calm, cv2.CV_32F, kernel)[face])) / reach
        for kernel, reach in zip(_SECOND_DERIVATIVES, _REACH, strict=True)
    ]
    return {"sharpness": min(energies) / max(contrast, 1.0)}


def _above_noise(squares: NDArray[np.float32]) -> float:
    return max(0.0, float(squares.mean()) - float(np.median(squares[::_SAMPLE])) / _MEDIAN_OF_NOISE)


def glasses(patch: FacePatch) -> dict[str, float]:
    """`dark_glasses`: under the eyes to the cheeks, small behind dark lenses; `eye_white`: L* 0..100 of the brighter parts
    of the eyes; `glasses`: edges as of a frame, no unit.

    Of the two eyes the brighter one counts. Dark lenses are little darker than deep skin, but far darker than the white of
    any eye. A frame shows at the bridge and below both eyes: the weakest of the three counts. Mirrored lenses escape both.
    """
    under = _of_both(patch, patch.gray, face_points.RIGHT_UNDER_EYE, face_points.LEFT_UNDER_EYE)
    cheeks = _of_both(patch, patch.gray, face_points.RIGHT_CHEEK, face_points.LEFT_CHEEK)
    eyes = (face_points.RIGHT_EYE, face_points.LEFT_EYE)
    whites = [float(patch.percentile(patch.gray, outline, _EYE_WHITE_PERCENT)) for outline in eyes]
    contrast = float(patch.gray[60:390, 60:260].std())
    slope = np.abs(cv2.Sobel(cv2.GaussianBlur(patch.gray, (0, 0), 1.0), cv2.CV_32F, 0, 1))
    right = patch.points[list(face_points.RIGHT_EYE_CORNERS)].mean(axis=0)
    left = patch.points[list(face_points.LEFT_EYE_CORNERS)].mean(axis=0)
    middle = (right[0] + left[0]) / 2
    bridge_top, bridge_end = patch.points[[face_points.NOSE_BRIDGE, face_points.NOSE_MIDDLE], 1]
    edges = (
        _level_edge(slope, middle, 8, bridge_top - 12, bridge_end + 4),
        _level_edge(slope, right[0], 22, right[1] + 14, right[1] + 60),
        _level_edge(slope, left[0], 22, left[1] + 14, left[1] + 60),
    )
    return {
        "dark_glasses": float((under / np.maximum(cheeks, 1.0)).max()),
        "eye_white": _lightness(max(whites)),
        "glasses": min(edges) / max(contrast, 1.0),
    }


def colours(patch: FacePatch) -> dict[str, float]:
    """Distances from the colour of the cheeks: `lower_face_colour` in a*b*, `forehead_colour` in L*a*b*; `face_chroma`.

    In a picture without colour only `face_chroma` is there: the others cannot be told.
    """
    cheeks = (patch.median_lab(face_points.RIGHT_CHEEK) + patch.median_lab(face_points.LEFT_CHEEK)) / 2
    measured = {"face_chroma": float(np.hypot(cheeks[1], cheeks[2]))}
    if measured["face_chroma"] < _GREY_CHROMA:
        return measured
    around = (face_points.RIGHT_MOUTH_SIDE, face_points.LEFT_MOUTH_SIDE, face_points.CHIN_SKIN)
    lower = np.median([patch.median_lab(outline) for outline in around], axis=0)
    measured["lower_face_colour"] = float(np.hypot(*(lower - cheeks)[1:]))
    measured["forehead_colour"] = float(np.linalg.norm(patch.median_lab(face_points.FOREHEAD) - cheeks))
    return measured


def _lightness(luma: float) -> float:
    """L* of a grey of this luma 0..255; NaN stays NaN."""
    pixel = np.full((1, 1, 3), luma / 255, dtype=np.float32)
    return float(np.asarray(cv2.cvtColor(pixel, cv2.COLOR_BGR2Lab))[0, 0, 0]) if np.isfinite(luma) else luma


def _least_channel(bgr: Image) -> Image:
    return np.minimum(np.minimum(bgr[..., 0], bgr[..., 1]), bgr[..., 2])


def _of_both(patch: FacePatch, values: FloatImage, right: tuple[int, ...], left: tuple[int, ...]) -> FloatArray:
    return np.stack([patch.median(values, right), patch.median(values, left)])


def _level_edge(slope: NDArray[np.float32], middle: float, reach: int, top: float, end: float) -> float:
    """The strongest edge that runs level through the whole strip between `top` and `end`."""
    rows = slice(max(0, round(top)), max(0, round(end)))
    strip = slope[rows, max(0, round(middle) - reach) : max(0, round(middle) + reach)]
    return float(np.median(strip, axis=1).max()) if strip.size else float("nan")
