"""Faces, points and pose where the truth is known without a photo."""

import math

import cv2
import numpy as np
import pytest

from kiosk_app.camera import face_points
from kiosk_app.camera.face import FaceFinder
from kiosk_app.camera.face_patch import face_patch
from kiosk_app.camera.geometry import face_frame, lid_opening, lip_opening
from kiosk_app.camera.landmarks import FloatArray, canonical_mesh
from kiosk_app.camera.pose import head_pose
from kiosk_app.camera.warp import LevelView

SCALE = 20.0


def turned_points(
    yaw: float = 0, pitch: float = 0, roll: float = 0, at: tuple[float, float] = (640, 360)
) -> FloatArray:
    """[478, 3] picture points of the canonical face, turned; degrees with the signs of `Pose`."""
    y, p, r = (math.radians(angle) for angle in (yaw, pitch, -roll))
    about_y = np.array([[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(p), -math.sin(p)], [0, math.sin(p), math.cos(p)]])
    about_z = np.array([[math.cos(r), -math.sin(r), 0], [math.sin(r), math.cos(r), 0], [0, 0, 1]])
    turned = canonical_mesh().vertices @ (about_z @ about_y @ about_x).T
    points = np.zeros((face_points.POINT_COUNT, 3))
    points[:468] = turned * (SCALE, -SCALE, -SCALE) + (*at, 0)
    irises = {468: face_points.RIGHT_EYE_CORNERS, 473: face_points.LEFT_EYE_CORNERS}
    for first, corners in irises.items():
        points[first : first + 5] = points[list(corners)].mean(axis=0)
    return points


@pytest.mark.parametrize("yaw", [-35.0, 0.0, 20.0])
@pytest.mark.parametrize("pitch", [-25.0, 0.0, 15.0])
@pytest.mark.parametrize("roll", [-30.0, 0.0, 12.0])
def test_pose_is_the_turn_that_was_made(yaw: float, pitch: float, roll: float) -> None:
    pose = head_pose(turned_points(yaw, pitch, roll))
    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((yaw, pitch, roll), abs=1e-6)


def test_pose_signs_are_those_of_the_picture() -> None:
    nose, forehead = turned_points()[[1, 10]]
    assert turned_points(yaw=20)[1][0] > nose[0] + 10
    assert turned_points(pitch=20)[1][1] > nose[1] + 10
    assert turned_points(roll=20)[10][0] > forehead[0] + 10


def test_pose_does_not_depend_on_distance_or_place_and_little_on_the_mouth() -> None:
    points = turned_points(12, -6, 4)
    near = head_pose(points * 3 + (100, 50, 7))
    assert (near.yaw, near.pitch, near.roll) == pytest.approx((12, -6, 4), abs=1e-6)
    spoken = points.copy()
    spoken[[13, 14, 17, 152]] += (0, 25, 0)
    assert head_pose(spoken).pitch == pytest.approx(-6, abs=1)


def test_openings_are_shares_of_the_face_height() -> None:
    points = turned_points()
    face = face_frame(points)
    assert face.eye_distance == pytest.approx(SCALE * 6.3, rel=0.05)
    assert face.height == pytest.approx(SCALE * 12, rel=0.05)
    opening = lid_opening(points, face)
    assert 0.04 < opening < 0.12
    shut = points.copy()
    upper, lower = np.array(face_points.LEFT_LIDS).T
    shut[upper] = shut[lower]
    assert lid_opening(shut, face) == 0
    at_rest = lip_opening(points, face)
    assert at_rest < 0.05
    wide = points.copy()
    wide[14, 1] += 0.3 * face.height
    assert lip_opening(wide, face) == pytest.approx(at_rest + 0.3, abs=0.001)
    nearer = points * 2
    assert lid_opening(nearer, face_frame(nearer)) == pytest.approx(opening)


@pytest.mark.parametrize("roll", [0.0, 25.0, -40.0])
def test_the_patch_is_level_and_of_one_size(roll: float) -> None:
    points = turned_points(roll=roll)
    patch = face_patch(np.zeros((720, 1280, 3), np.uint8), points, face_frame(points))
    right = patch.points[list(face_points.RIGHT_EYE_CORNERS)].mean(axis=0)
    left = patch.points[list(face_points.LEFT_EYE_CORNERS)].mean(axis=0)
    assert right == pytest.approx((100, 150), abs=1e-6)
    assert left == pytest.approx((220, 150), abs=1e-6)
    assert patch.gray.shape == (400, 320)


@pytest.mark.parametrize("scale", [0.2, 0.45, 0.8, 1.7])
def test_a_view_shows_each_point_where_it_says(scale: float) -> None:
    frame = np.zeros((720, 1280, 3), np.uint8)
    cv2.circle(frame, (700, 300), 12, (255, 255, 255), -1)
    view = LevelView((640, 360), (200, 150), math.radians(20), scale, (400, 300))
    expected = view.points(np.array([[700.0, 300.0]]))[0]
    seen = cv2.moments(view.render(frame)[..., 0])
    found = (seen["m10"] / seen["m00"], seen["m01"] / seen["m00"])
    assert found == pytest.approx(tuple(expected), abs=1.0)
    assert view.points(view.corners_in_frame()) == pytest.approx(np.array([[0, 0], [400, 0], [400, 300], [0, 300]]))


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 400), (3000, 2), (15, 15), (16, 16), (640, 480), (480, 640), (1920, 1080)]
)
def test_frames_of_any_size_without_a_face_give_none(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    assert FaceFinder().detect(noise) == []
