"""How the head is turned: the canonical face is fitted to the 33 of its points that expression does not move."""

import math
from dataclasses import dataclass

import numpy as np

from kiosk_app.camera.landmarks import FloatArray, canonical_mesh

# A picture's y runs down and the network's z runs away from the camera; the canonical face has both the other way.
_TO_CANONICAL_AXES = np.array([1.0, -1.0, -1.0])


@dataclass(frozen=True)
class Pose:
    """Degrees. yaw > 0: the nose points to the right of the picture (the person's left). pitch > 0: it points down.
    roll > 0: the head leans clockwise in the picture. Yaw and pitch do not change when the picture is rotated."""

    yaw: float
    pitch: float
    roll: float


def head_pose(points: FloatArray) -> Pose:
    """Pose of [478, 3] points by weighted orthogonal Procrustes, seen as by a far camera.

    A fit with a perspective model spread pitch more on real portraits, so the lens is left out on purpose.
    """
    mesh = canonical_mesh()
    weights = mesh.pose_weights / mesh.pose_weights.sum()
    seen = points[mesh.pose_points] * _TO_CANONICAL_AXES
    model = mesh.vertices[mesh.pose_points]
    seen = seen - weights @ seen
    model = model - weights @ model
    left, _, right = np.linalg.svd((seen * weights[:, np.newaxis]).T @ model)
    handedness = np.diag([1.0, 1.0, float(np.sign(np.linalg.det(left @ right)))])
    rotation = left @ handedness @ right
    return Pose(
        yaw=math.degrees(math.asin(min(1.0, max(-1.0, -rotation[2, 0])))),
        pitch=math.degrees(math.atan2(rotation[2, 1], rotation[2, 2])),
        roll=math.degrees(-math.atan2(rotation[1, 0], rotation[0, 0])),
    )
