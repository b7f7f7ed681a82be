"""OFIQ-compatible component values of one face: raw value and score of those that our networks can tell.

They are kept as evidence with a photo, so that an office can compare booths and cameras; no gate is on them. Landmarks,
person mask and faces come from other networks than OFIQ's, hence "compatible" and no more. Left out for want of a network:
sharpness, compression, expression, what is visible of eyes, mouth and face, head coverings, the unified score.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera import face_points, ofiq
from kiosk_app.camera.background import Wall
from kiosk_app.camera.crop import CropPlan
from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import FaceFrame, lid_opening, lip_opening
from kiosk_app.camera.landmarks import FloatArray
from kiosk_app.camera.model_files import model_hashes
from kiosk_app.camera.warp import LevelView

_ALIGNED_SIDE = 616
# Where the aligned picture has both eyes, the tip of the nose and the corners of the mouth.
_ALIGNED = np.array([(251, 272), (364, 272), (308, 336), (262, 402), (355, 402)], dtype=np.float64)
# Eye corners of the 68-point models lie further out than those of the mesh (median of 269 portraits).
_EYE_DISTANCE = 1.027
_ZONE = 0.3
_DARK, _BRIGHT = 26, 247
# The part of the aligned picture in which the wall is looked at, and the size to which it is brought.
_WALL_ROWS, _WALL_COLUMNS = slice(0, 406), slice(62, 554)
_WALL_SIZE = (354, 295)
_WALL_ERODE = np.ones((4, 4), np.uint8)

_NORMAL = np.arange(256) / 255
_LINEAR: Final = np.where(_NORMAL <= 0.04045, _NORMAL / 12.92, ((_NORMAL + 0.055) / 1.055) ** 2.4).astype(np.float32)
_LUMINANCE_WEIGHTS = np.array([0.0722, 0.7152, 0.2126], dtype=np.float32)  # blue, green, red
# sRGB to XYZ as seen under D50, which the norm asks for, and its white.
_TO_XYZ = np.array([(0.43605, 0.38508, 0.14309), (0.22249, 0.71689, 0.06062), (0.01393, 0.09710, 0.71419)])
_WHITE = np.array([0.964221, 1.0, 0.825211])


@dataclass(frozen=True, slots=True)
class Component:
    """`raw` in the component's own unit, `score` 0..100 by `ofiq.MAPPING_VERSION`; 100 is best."""

    raw: float
    score: int


def judged_by() -> dict[str, str]:
    """What a judgement depends on beside the profile, as it is kept with a photo: name -> version or sha256 (hex) of
    every model, of the score mapping (`mapping`) and of OpenCV (`opencv`), which runs the models."""
    return model_hashes() | {"mapping": ofiq.MAPPING_VERSION, "opencv": cv2.__version__}


def as_evidence(components: Mapping[str, Component]) -> dict[str, float]:
    """`<component>.raw` and `<component>.score` of each, to be kept beside the measurements."""
    told = {f"{name}.raw": component.raw for name, component in components.items()}
    return told | {f"{name}.score": float(component.score) for name, component in components.items()}


def face_components(
    bgr: Image, points: FloatArray, face: FaceFrame, plan: CropPlan, second_face: float, wall: Wall | None
) -> dict[str, Component]:
    """All components that can be told of a face, its [478, 3] points, in a [H, W, 3] frame.

    second_face: area of the second largest face as a share of the largest one's. What would have to be measured outside
    the frame is left out. Crops and margins are those of the frame, the head's size that of the picture cut from it: they
    contradict each other on one and the same picture.
    """
    view = _aligned_view(points, face)
    aligned = view.render(bgr)
    raw = _geometry(bgr.shape[1], bgr.shape[0], points, face, plan) | {"SingleFacePresent": second_face}
    raw |= _light(aligned, view, points, face)
    if wall is not None:
        raw |= _background(aligned, wall.seen_through(view))
    return {name: Component(value, ofiq.score(name, value)) for name, value in raw.items() if math.isfinite(value)}


def _geometry(width: int, height: int, points: FloatArray, face: FaceFrame, plan: CropPlan) -> dict[str, float]:
    """OFIQ turns yaw and roll the other way than we do."""
    x, y = (float(value) for value in face.eyes)
    eye_distance = _EYE_DISTANCE * face.eye_distance
    return {
        "EyesOpen": lid_opening(points, face),
        "MouthClosed": lip_opening(points, face),
        "InterEyeDistance": eye_distance / math.cos(math.radians(face.pose.yaw)),
        "HeadSize": face.height * plan.view.scale / plan.view.size[1],
        "LeftwardCropOfTheFaceImage": (x - eye_distance / 2) / eye_distance,
        "RightwardCropOfTheFaceImage": (width - x - eye_distance / 2) / eye_distance,
        "MarginAboveOfTheFaceImage": y / face.height,
        "MarginBelowOfTheFaceImage": (height - y) / face.height,
        "HeadPoseYaw": -face.pose.yaw,
        "HeadPosePitch": face.pose.pitch,
        "HeadPoseRoll": -face.pose.roll,
    }


def _aligned_view(points: FloatArray, face: FaceFrame) -> LevelView:
    """The similarity map that brings five points of the face nearest to their places (least squares)."""
    others = points[[face_points.NOSE_TIP, *face_points.MOUTH_CORNERS], :2]
    seen = np.vstack([face.right_eye, face.left_eye, others])
    middle, target = seen.mean(axis=0), _ALIGNED.mean(axis=0)
    off, wanted = (seen - middle) @ (1, 1j), (_ALIGNED - target) @ (1, 1j)
    turn = complex(np.vdot(off, wanted) / np.vdot(off, off).real)
    places = (float(middle[0]), float(middle[1])), (float(target[0]), float(target[1]))
    return LevelView(*places, -math.atan2(turn.imag, turn.real), abs(turn), (_ALIGNED_SIDE, _ALIGNED_SIDE))


def _light(aligned: Image, view: LevelView, points: FloatArray, face: FaceFrame) -> dict[str, float]:
    """Of the face between brows and jaw, and of one square below each eye."""
    hull = cv2.convexHull(np.round(view.points(points[list(face_points.BROWS_AND_JAW)])).astype(np.int32))
    left, top, width, height = cv2.boundingRect(hull)
    box = slice(max(0, top), max(0, top + height)), slice(max(0, left), max(0, left + width))
    luminance = _luminance(aligned[box])
    mask = np.zeros(luminance.shape, np.uint8)
    cv2.fillConvexPoly(mask, hull - np.array([box[1].start, box[0].start], np.int32), 1)
    measured: dict[str, float] = {}
    if mask.any():
        levels = np.bincount(luminance[mask > 0], minlength=256) / np.count_nonzero(mask)
        mean = float(levels @ _NORMAL)
        present = levels[levels > 0]
        measured = {
            "LuminanceMean": mean,
            "LuminanceVariance": float(levels @ (_NORMAL - mean) ** 2),
            "UnderExposurePrevention": float(levels[:_DARK].sum()),
            "OverExposurePrevention": float(levels[_BRIGHT:].sum()),
            "DynamicRange": max(0.0, -float(present @ np.log2(present))),
        }
    zones = _zones(aligned, view, points, face)
    if all(zone.size for zone in zones):
        histograms = [np.bincount(_luminance(zone).ravel(), minlength=256) * 3 / zone.size for zone in zones]
        measured["IlluminationUniformity"] = float(np.minimum(*histograms).sum())
        measured["NaturalColour"] = _unnatural(np.vstack([zone.reshape(-1, 3) for zone in zones]).mean(axis=0))
    return measured


def _zones(aligned: Image, view: LevelView, points: FloatArray, face: FaceFrame) -> tuple[Image, Image]:
    """The squares below the outer half of each eye, half way down to the mouth."""
    eyes = view.points(np.stack([face.right_eye, face.left_eye]))
    mouth = view.points(points[list(face_points.MOUTH_CORNERS)]).mean(axis=0)
    side = int(_ZONE * float(np.hypot(*(eyes[1] - eyes[0]))))
    down = int(float(np.hypot(*(mouth - eyes.mean(axis=0)))) / 2)
    (right_x, right_y), (left_x, left_y) = np.maximum(eyes, side).astype(int)
    right = aligned[right_y + down : right_y + down + side, right_x - side : right_x]
    return right, aligned[left_y + down : left_y + down + side, left_x : left_x + side]


def _luminance(bgr: Image) -> NDArray[np.uint8]:
    return np.asarray(_LINEAR[bgr] @ _LUMINANCE_WEIGHTS * 255 + 0.5, dtype=np.uint8)


def _unnatural(bgr: FloatArray) -> float:
    """How far the mean colour [3] of the cheeks lies from what skin may have, in a* and b*; 100 for an impossible one."""
    rgb = bgr[::-1] / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    x, y, z = (_lab_curve(float(value)) for value in _TO_XYZ @ linear / _WHITE)
    a, b = 500 * (x - y), 200 * (y - z)
    if a < 0 or b < 0:
        return 100.0
    return math.hypot(max(0.0, 5 - a, a - 25), max(0.0, 5 - b, b - 35))


def _lab_curve(value: float) -> float:
    return math.cbrt(value) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def _background(aligned: Image, wall: NDArray[np.uint8]) -> dict[str, float]:
    """Mean gradient of the luminance of what is wall in both [616, 616] pictures."""
    part = cv2.resize(aligned[_WALL_ROWS, _WALL_COLUMNS], _WALL_SIZE, interpolation=cv2.INTER_LINEAR)
    mask = cv2.resize(wall[_WALL_ROWS, _WALL_COLUMNS], _WALL_SIZE, interpolation=cv2.INTER_NEAREST)
    inside = cv2.erode(mask, _WALL_ERODE, borderType=cv2.BORDER_CONSTANT, borderValue=1) > 0
    if not inside.any():
        return {}
    luminance = _luminance(np.asarray(part, dtype=np.uint8))
    across, down = cv2.Scharr(luminance, cv2.CV_32F, 1, 0), cv2.Scharr(luminance, cv2.CV_32F, 0, 1)
    return {"BackgroundUniformity": float(np.asarray(cv2.magnitude(across, down))[inside].mean())}
