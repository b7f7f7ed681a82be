"""The passport picture: where the head comes to lie, and when there is none."""

import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera import face_points
from kiosk_app.camera.crop import cut_out, head_misplaced, plan_crop
from kiosk_app.camera.face import FaceFinder
from kiosk_app.camera.geometry import FaceFrame, face_frame
from kiosk_app.errors import KioskError
from tests.camera.faces import assessed, assessor, needs_faces, padded
from tests.camera.test_face import turned_points

PROFILE = PortraitProfile()
FRAME = (1280, 720)


def face_at(x: float, y: float, roll: float = 0, size: float = 1.0) -> FaceFrame:
    points = turned_points(roll=roll, at=(0, 0)) * size
    points[:, :2] += np.array([x, y]) - face_frame(points).eyes
    return face_frame(points)


@pytest.mark.parametrize("roll", [0.0, 7.0, -20.0])
def test_the_head_lies_where_the_profile_wants_it(roll: float) -> None:
    face = face_at(640, 340, roll, size=0.8)
    plan = plan_crop(face, FRAME, PROFILE)
    eyes, chin = plan.view.points(np.stack([face.eyes, face.chin]))
    assert eyes == pytest.approx((206.5, 265.5))
    assert chin[1] - eyes[1] == pytest.approx(0.375 * 531, rel=0.01)
    eye_line = plan.view.points(np.stack([face.right_eye, face.left_eye]))[:, 1]
    assert eye_line[0] == pytest.approx(eye_line[1])
    assert plan.overhang == 0
    assert cut_out(np.zeros((720, 1280, 3), np.uint8), plan).shape == (531, 413, 3)


@pytest.mark.parametrize(
    ("x", "y", "size", "action"),
    [
        (150, 360, 0.8, "middle"),
        (1150, 360, 0.8, "middle"),
        (640, 120, 0.8, "middle"),
        (640, 620, 0.8, "middle"),
        (640, 360, 1.6, "further"),
    ],
)
def test_a_picture_that_leaves_the_frame_is_refused(x: float, y: float, size: float, action: str) -> None:
    plan = plan_crop(face_at(x, y, size=size), FRAME, PROFILE)
    assert plan.overhang > 0
    assert (plan.share > 1) == (action == "further")
    with pytest.raises(KioskError, match=action) as caught:
        cut_out(np.zeros((720, 1280, 3), np.uint8), plan)
    assert caught.value.code == "crop-outside"


def test_another_profile_makes_another_picture() -> None:
    small_head = PortraitProfile(width_mm=40, height_mm=60, width_px=472, height_px=709, head_share=0.6)
    face = face_at(640, 360, size=0.6)
    plan = plan_crop(face, FRAME, small_head)
    eyes, chin = plan.view.points(np.stack([face.eyes, face.chin]))
    assert cut_out(np.zeros((720, 1280, 3), np.uint8), plan).shape == (709, 472, 3)
    assert chin[1] - eyes[1] == pytest.approx(0.3 * 709, rel=0.01)


def test_the_second_look_sees_a_head_out_of_place() -> None:
    right_size = 0.375 * 531 / face_at(0, 0).height
    assert not head_misplaced(face_at(206.5, 265.5, size=right_size), PROFILE)
    assert head_misplaced(face_at(206.5 + 12, 265.5, size=right_size), PROFILE)
    assert head_misplaced(face_at(206.5, 265.5, size=right_size * 1.08), PROFILE)
    assert head_misplaced(face_at(206.5, 265.5, roll=4, size=right_size), PROFILE)


@needs_faces
def test_real_crops_are_as_exact_as_they_are_meant_to_be() -> None:
    files = [f"ai_male_{n}.jpg" for n in (0, 12, 19, 83, 95)] + [f"ai_female_{n}.jpg" for n in (13, 36, 43, 9)]
    files += ["real_016.jpg", "real_085.jpg", "syn_roll-10_female_60.jpg", "syn_roll+15_male_19.jpg"]
    finder = FaceFinder()
    for file in files:
        crop = assessor().assess(padded(file)).crop()
        mesh = finder.mesh_of_box(crop, finder.detect(crop)[0])
        assert mesh is not None
        face = face_frame(mesh.points)
        assert face.eyes[0] / 413 == pytest.approx(0.5, abs=0.01)
        assert face.height / 531 == pytest.approx(0.375, rel=0.02)
        assert abs(np.degrees(face.tilt)) < 1.5
        assert mesh.points[face_points.CHIN, 1] < 531


@needs_faces
def test_what_cannot_be_cropped_says_why() -> None:
    for file, code in {
        "syn_frame720_ied170_near_male_19.jpg": "crop-outside",
        "ai_male_7.jpg": "crop-outside",
        "syn_noface_male_12.jpg": "crop-no-face",
        "real_019.jpg": "crop-no-face",
    }.items():
        with pytest.raises(KioskError) as caught:
            assessed(file).crop()
        assert caught.value.code == code, file
        assert caught.value.action


@needs_faces
def test_a_crop_can_be_taken_later_and_again() -> None:
    assessment = assessed("syn_frame720_ied110_ok_male_19.jpg")
    assessed("ai_male_12.jpg")
    first, second = assessment.crop(), assessment.crop()
    assert first.shape == (531, 413, 3)
    assert np.array_equal(first, second)
