"""Where points of a person land in the frame, and how much light falls on them."""

from dataclasses import dataclass
from math import atan2, cos, radians, sin

import numpy as np

from kiosk_app.camera.practice.raster import Floats

# Centimetres from the lens to the middle of the head at distance 1, focal length in frame heights (a common webcam,
# 60 degrees wide), and where the eyes of an average adult then lie, in parts of the frame height.
SEAT = 68.0
FOCAL = 1.553
EYE_LINE = 0.46
# A head turns about a point between the ears, below and behind the eyes.
PIVOT = (0.0, -1.0, -5.5)
EYES = (0.0, 2.63, 3.9)


@dataclass(frozen=True)
class Pose:
    """How a head is held, degrees and parts of a seat's distance.

    As the portrait wing measures it: yaw > 0 turns the face to the right of the frame (the person's left), pitch > 0
    lowers it, roll > 0 tilts it clockwise in the frame. At yaw 0 one looks at the lens, wherever one is. dx, dy move the
    person by centimetres to the right and down.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    distance: float = 1.0
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True)
class Lens:
    """A frame of (width, height) pixels."""

    width: int
    height: int

    def project(self, points: Floats, pose: Pose) -> tuple[Floats, Floats]:
        """Pixels [N, 2] and nearness [N] of points [N, 3] in centimetres round the person's seat."""
        focal = FOCAL * self.height
        away = SEAT * pose.distance - points[:, 2]
        scale = focal / away
        eye_scale = focal / (SEAT * pose.distance - EYES[2])
        x = self.width / 2 + (points[:, 0] + pose.dx) * scale
        y = EYE_LINE * self.height + EYES[1] * eye_scale - (points[:, 1] - pose.dy) * scale
        return np.stack([x, y], 1).astype(np.float32), (-away).astype(np.float32)

    def body_scale(self, pose: Pose) -> float:
        """Pixels a centimetre at the depth of the chest, which lies as deep as the middle of the head."""
        return FOCAL * self.height / (SEAT * pose.distance)


def rotation(pose: Pose) -> Floats:
    """[3, 3]: first pitch, then yaw, then roll, in coordinates x right, y up, z to the camera."""
    aside = atan2(pose.dx, SEAT * pose.distance - EYES[2])
    yaw, pitch, roll = radians(pose.yaw) - aside, radians(pose.pitch), radians(-pose.roll)
    about_x = np.array([[1, 0, 0], [0, cos(pitch), -sin(pitch)], [0, sin(pitch), cos(pitch)]])
    about_y = np.array([[cos(yaw), 0, sin(yaw)], [0, 1, 0], [-sin(yaw), 0, cos(yaw)]])
    about_z = np.array([[cos(roll), -sin(roll), 0], [sin(roll), cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x, np.float32)


def turned(points: Floats, pose: Pose, held: Floats | None = None) -> Floats:
    """Points [N, 3] of a head after it has turned; `held` [N] 0..1 keeps a point with the body."""
    pivot = np.array(PIVOT, np.float32)
    moved = (points - pivot) @ rotation(pose).T + pivot
    if held is None:
        return moved.astype(np.float32)
    return (moved + (points - moved) * held[:, None]).astype(np.float32)
