"""Measures of a face that follow from its points alone."""

import math
from dataclasses import dataclass

import numpy as np

from kiosk_app.camera import face_points
from kiosk_app.camera.landmarks import FloatArray
from kiosk_app.camera.pose import Pose, head_pose


@dataclass(frozen=True)
class FaceFrame:
    """The axes of a face in the picture. Points are (x, y) [2] float in pixels; `height` is T, eye line to chin, `tilt`
    the angle of the eye line in radians, clockwise."""

    right_eye: FloatArray
    left_eye: FloatArray
    chin: FloatArray
    pose: Pose

    @property
    def eyes(self) -> FloatArray:
        return (self.right_eye + self.left_eye) / 2

    @property
    def height(self) -> float:
        return float(np.hypot(*(self.chin - self.eyes)))

    @property
    def eye_distance(self) -> float:
        return float(np.hypot(*(self.left_eye - self.right_eye)))

    @property
    def tilt(self) -> float:
        right, down = self.left_eye - self.right_eye
        return math.atan2(down, right)


def face_frame(points: FloatArray) -> FaceFrame:
    """Axes of a face from its [478, 3] points; an eye is the middle of its corners, so that a blink moves nothing."""
    return FaceFrame(
        right_eye=points[list(face_points.RIGHT_EYE_CORNERS), :2].mean(axis=0),
        left_eye=points[list(face_points.LEFT_EYE_CORNERS), :2].mean(axis=0),
        chin=points[face_points.CHIN, :2],
        pose=head_pose(points),
    )


def lid_opening(points: FloatArray, face: FaceFrame) -> float:
    """Widest gap between the lids as a share of T, of the eye that is more closed: 0.05 open and narrow, 0.04 shut."""
    right = _widest_gap(points, face_points.RIGHT_LIDS)
    left = _widest_gap(points, face_points.LEFT_LIDS)
    return min(right, left) / face.height


def lip_opening(points: FloatArray, face: FaceFrame) -> float:
    """Widest gap between the inner lips as a share of T."""
    return _widest_gap(points, face_points.INNER_LIPS) / face.height


def _widest_gap(points: FloatArray, pairs: tuple[tuple[int, int], ...]) -> float:
    first, second = np.array(pairs).T
    return float(np.hypot(*(points[first, :2] - points[second, :2]).T).max())
