"""The stream: one face followed, others noticed, nothing kept of who has gone."""

import threading

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import RULES
from kiosk_app.camera import portrait
from kiosk_app.camera.follow import DETECT_EVERY
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.errors import KioskError
from tests.camera.faces import needs_faces, picture

GOOD = "syn_frame720_ied110_ok_male_19.jpg"
OTHER = "syn_frame720_ied110_ok_female_68.jpg"
SLOW = {"left_right", "background_l", "glasses", "forehead_colour"}


@pytest.fixture(scope="module")
def assessor() -> PortraitAssessor:
    return PortraitAssessor()


def shifted(frame: Image, dx: int, dy: int = 0) -> Image:
    move = np.array([[1, 0, dx], [0, 1, dy]], dtype=np.float64)
    size = (frame.shape[1], frame.shape[0])
    return np.asarray(cv2.warpAffine(frame, move, size, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def empty_wall() -> Image:
    return np.random.default_rng(2).integers(232, 240, (720, 1280, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [(1, 1), (2, 700), (700, 2), (16, 16), (33, 64), (480, 640), (1080, 1920)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_frames_of_any_size_are_judged(assessor: PortraitAssessor, size: tuple[int, int], value: int) -> None:
    frame = np.full((*size, 3), value, dtype=np.uint8)
    for assessment in (assessor.assess(frame), assessor.assess_live(frame)):
        assert assessment.faces == 0
        assert set(assessment.verdicts) == set(RULES)
        assert assessment.verdicts["single_face"] == "advice"
        assert not assessment.acceptable
        assert all(np.isfinite(value) for value in assessment.measurements.values())
        with pytest.raises(KioskError) as caught:
            assessment.crop()
        assert caught.value.code == "crop-no-face"


@needs_faces
def test_the_first_frame_of_a_face_is_measured_in_full(assessor: PortraitAssessor) -> None:
    assessor.assess_live(empty_wall())
    live, full = assessor.assess_live(picture(GOOD)), assessor.assess(picture(GOOD))
    assert live.measurements == pytest.approx(full.measurements, abs=1e-6)
    assert live.verdicts == full.verdicts


@needs_faces
def test_a_face_is_followed_as_exactly_as_it_is_found(assessor: PortraitAssessor) -> None:
    assessor.assess_live(empty_wall())
    frame = picture(GOOD)
    for step in range(2 * DETECT_EVERY):
        moved = shifted(frame, 8 * step, 4 * step)
        live, full = assessor.assess_live(moved), assessor.assess(moved)
        assert live.faces == 1
        assert set(live.measurements) == set(full.measurements)
        for name, near in {"inter_eye_px": 3, "yaw_deg": 1.5, "roll_deg": 1, "off_centre": 0.004}.items():
            assert live.measurements[name] == pytest.approx(full.measurements[name], abs=near), (step, name)


@needs_faces
def test_slow_measures_take_their_turn(assessor: PortraitAssessor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portrait, "_PAUSE_S", 60.0)  # a busy machine's delay between two frames is no pause here
    assessor.assess_live(empty_wall())
    frame = picture(GOOD)
    assert assessor.assess_live(frame).measurements["background_l"] > 85
    gray_wall = frame.copy()
    gray_wall[frame.min(axis=2) > 200] = 120
    lightness = [assessor.assess_live(gray_wall).measurements["background_l"] for _ in range(10)]
    assert lightness[0] > 85
    assert lightness[-1] < 85


@needs_faces
def test_who_leaves_is_gone_at_once_and_leaves_nothing(assessor: PortraitAssessor) -> None:
    assessor.assess_live(picture(GOOD))
    gone = assessor.assess_live(empty_wall())
    assert gone.faces == 0
    assert set(gone.measurements) == {"faces", "frame_l", "clipped"}


@needs_faces
def test_another_person_is_measured_anew(assessor: PortraitAssessor) -> None:
    for _ in range(3):
        assessor.assess_live(picture(GOOD))
    elsewhere = shifted(picture(OTHER), 320)
    told = [assessor.assess_live(elsewhere) for _ in range(DETECT_EVERY + 1)]
    full = assessor.assess(elsewhere)
    for name in SLOW:
        assert told[-1].measurements[name] == pytest.approx(full.measurements[name], rel=0.1), name


@needs_faces
def test_a_second_person_is_noticed_within_a_few_frames(assessor: PortraitAssessor) -> None:
    assessor.assess_live(empty_wall())
    alone = picture(GOOD)
    assert assessor.assess_live(alone).verdicts["single_face"] == "pass"
    joined = alone.copy()
    guest = cv2.resize(picture("ai_female_60.jpg"), (380, 380))
    joined[340:720, 900:1280] = guest
    told = [assessor.assess_live(joined).verdicts["single_face"] for _ in range(DETECT_EVERY + 1)]
    assert told[-1] == "advice"


@needs_faces
def test_a_grey_camera_is_judged_without_the_colours(assessor: PortraitAssessor) -> None:
    gray = cv2.cvtColor(cv2.cvtColor(picture(GOOD), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assessment = assessor.assess(np.asarray(gray, dtype=np.uint8))
    assert assessment.acceptable
    assert "forehead_colour" not in assessment.measurements
    assert assessment.verdicts["head_covering"] == "officer"


@needs_faces
def test_two_threads_may_share_an_assessor(assessor: PortraitAssessor) -> None:
    frames = [picture(GOOD), picture(OTHER)]
    alone = [assessor.assess(frame).measurements for frame in frames]
    found: list[list[dict[str, float]]] = [[], []]

    def work(which: int) -> None:
        for _ in range(4):
            assessment = assessor.assess(frames[which])
            assessment.crop()
            found[which].append(assessment.measurements)

    threads = [threading.Thread(target=work, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [len(of_thread) for of_thread in found] == [4, 4]
    for which in (0, 1):
        assert all(measured == alone[which] for measured in found[which])
