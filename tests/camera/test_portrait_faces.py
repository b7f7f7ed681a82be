"""The portrait checks on labelled faces: how many each gets right may not fall.

The totals are those of the labels; the floors are what the checks reach, less one where a picture lies near a gate.
"""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kiosk_app.camera.frames import Image
from tests.camera.faces import Labelled, assessed, assessor, labels, needs_faces, picture

pytestmark = needs_faces

Truth = Callable[[Labelled], bool | None]


def _only(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def wall_is_wrong(face: Labelled) -> bool | None:
    return face.expect["background_ok"] is not True if "background_ok" in face.expect else None


def eyes_are_shut(face: Labelled) -> bool | None:
    open_ = _only(face.expect.get("eyes_open"))
    return None if open_ is None or face.file.startswith("real_") else not open_


def glasses_are_dark(face: Labelled) -> bool | None:
    dark = bool(face.expect.get("sunglasses")) or face.expect.get("eyes_visible") is False
    return dark if face.kind == "base" or dark else None


def glasses_are_worn(face: Labelled) -> bool | None:
    dark = glasses_are_dark(face)
    return None if dark is None else dark or bool(face.expect.get("glasses"))


def smiles(face: Labelled) -> bool | None:
    neutral = _only(face.expect.get("neutral"))
    return None if neutral is None else not neutral


def is_turned(face: Labelled) -> bool | None:
    frontal = _only(face.expect.get("frontal")) if face.generated else None
    return None if frontal is None else not frontal


def is_blurred(face: Labelled) -> bool | None:
    return False if face.generated else (not face.expect["sharp"] if "sharp" in face.expect else None)


def mouth_is_covered(face: Labelled) -> bool | None:
    return True if face.expect.get("mouth_visible") is False else (False if face.generated else None)


def forehead_is_covered(face: Labelled) -> bool | None:
    return bool(face.expect["head_covered"]) if face.generated else None


def others_are_there(face: Labelled) -> bool | None:
    return face.expect["single_face"] is False if "single_face" in face.expect else None


@pytest.mark.parametrize(
    ("rules", "truth", "total", "positives", "floor"),
    [
        (("background",), wall_is_wrong, 10, 8, 10),
        (("eyes_open",), eyes_are_shut, 26, 2, 26),
        (("dark_glasses",), glasses_are_dark, 36, 4, 35),
        (("dark_glasses", "glasses"), glasses_are_worn, 36, 7, 34),
        (("expression",), smiles, 23, 4, 23),
        (("pose",), is_turned, 23, 3, 22),
        (("sharpness",), is_blurred, 32, 6, 31),
        (("mouth_visible",), mouth_is_covered, 28, 4, 28),
        (("head_covering",), forehead_is_covered, 24, 7, 19),
        (("single_face",), others_are_there, 4, 4, 4),
    ],
)
def test_checks_are_right_as_often_as_ever(
    rules: tuple[str, ...], truth: Truth, total: int, positives: int, floor: int
) -> None:
    told = [(face, truth(face)) for face in labels() if truth(face) is not None]
    assert (len(told), sum(bool(is_so) for _, is_so in told)) == (total, positives)
    wrong = [face.file for face, is_so in told if flagged(face, rules) is not is_so]
    assert total - len(wrong) >= floor, wrong


def flagged(face: Labelled, rules: tuple[str, ...]) -> bool:
    """Whether one of the rules objects; a face that cannot be measured is no objection to its glasses."""
    assessment = assessed(face.file)
    return "yaw_deg" in assessment.measurements and any(assessment.verdicts[rule] != "pass" for rule in rules)


def test_the_eye_distance_is_the_nominal_one() -> None:
    frames = [face for face in labels() if "ied_px" in face.expect]
    assert len(frames) == 8
    for face in frames:
        assert assessed(face.file).measurements["inter_eye_px"] == pytest.approx(face.expect["ied_px"], rel=0.02)


@pytest.mark.parametrize(
    ("frame", "size", "centred"),
    [
        ("ok", "pass", "pass"),
        ("far", "advice", "pass"),
        ("near", "advice", "pass"),
        ("right", "pass", "advice"),
    ],
)
def test_booth_frames_are_told_where_to_go(frame: str, size: str, centred: str) -> None:
    faces = [face for face in labels() if face.expect.get("frame") == frame]
    assert len(faces) == 2
    for face in faces:
        assessment = assessed(face.file)
        assert (assessment.verdicts["size"], assessment.verdicts["centred"]) == (size, centred)
        assert assessment.acceptable is (frame == "ok")


def test_roll_is_the_turn_of_the_picture() -> None:
    for face in labels():
        if "roll_change_deg" in face.expect:
            untouched = f"ai_{face.file.split('_', 2)[2]}"
            change = assessed(face.file).measurements["roll_deg"] - assessed(untouched).measurements["roll_deg"]
            assert change == pytest.approx(face.expect["roll_change_deg"], abs=0.6)


def test_wrong_exposure_and_light_from_one_side_are_noticed() -> None:
    kinds = {"ev-3p0", "ev-1p5", "ev+1p5", "sidelight"}
    faces = [face for face in labels() if face.kind in kinds]
    assert len(faces) == 8
    assert {assessed(face.file).verdicts["light"] for face in faces} == {"advice"}


def test_nobody_there_is_said_and_nothing_is_made_up() -> None:
    empty = assessed("syn_noface_male_12.jpg")
    assert empty.faces == 0
    assert not empty.acceptable
    assert set(empty.measurements) == {"faces", "frame_l", "clipped"}


def test_a_hijab_never_holds_a_photo_back() -> None:
    covered = [face for face in labels() if face.expect.get("head_covered") in ("hijab", "wrap")]
    assert len(covered) == 5
    for face in covered:
        assert assessed(face.file).verdicts["head_covering"] != "advice"
        assert assessed(face.file).verdicts["mouth_visible"] == "pass"


def test_no_gate_moves_with_the_brightness_of_a_face() -> None:
    # The same face, only its skin darker: nothing but the measure that is for information may change its verdict.
    lit = picture("syn_frame720_ied110_ok_male_19.jpg")
    face = assessed("syn_frame720_ied110_ok_male_19.jpg")
    for shade in (0.5, 0.7, 1.3):
        again = assessor().assess(_shade_face(lit, shade))
        assert again.verdicts == face.verdicts, shade
        assert abs(again.measurements["light_mean"] / face.measurements["light_mean"] - shade) < 0.15


def _shade_face(frame: Image, factor: float) -> Image:
    mask = np.zeros(frame.shape[:2], np.float32)
    cv2.ellipse(mask, (640, 370), (125, 190), 0, 0, 360, 1.0, -1)
    part = np.asarray(cv2.GaussianBlur(mask, (0, 0), 8))[..., np.newaxis]
    return np.clip(frame * (1 - part + part * factor), 0, 255).astype(np.uint8)
