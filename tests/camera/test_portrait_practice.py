"""The portrait wing on practice people, whose truth is known: every rule, every tone of skin, and a visit as a stream."""

from typing import Any

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import AdviceChooser, HoldTimer, PortraitProfile
from kiosk_app.camera.background import BackgroundMeter
from kiosk_app.camera.encode import encode_jpeg
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.person import SKIN_TONES, Person
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.scene import Truth
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.errors import KioskError

PERSON = Person(skin=4, seed=5)


@pytest.fixture(scope="module")
def assessor() -> PortraitAssessor:
    return PortraitAssessor()


def seen(
    person: Person = PERSON, guest: Person | None = None, size: tuple[int, int] = (1280, 720), **held: Any
) -> Image:
    """One frame of the person on the seat; `held` are the arguments of Stage.sit."""
    return taken(person, guest, size, **held)[0]


def taken(
    person: Person = PERSON, guest: Person | None = None, size: tuple[int, int] = (1280, 720), **held: Any
) -> tuple[Image, Truth]:
    stage = Stage()
    stage.sit(person, **held)
    stage.second(guest)
    scene = stage.snapshot()
    return studio(*size).render(scene), studio(*size).truth(scene)


def advice(assessment: Assessment) -> set[str]:
    return {rule for rule, verdict in assessment.verdicts.items() if verdict == "advice"}


@pytest.mark.parametrize("skin", range(SKIN_TONES))
@pytest.mark.parametrize("hijab", [False, True])
def test_skin_and_hijab_move_no_gate(assessor: PortraitAssessor, skin: int, hijab: bool) -> None:
    assessment = assessor.assess(seen(Person(skin=skin, hijab=hijab, seed=40 + skin)))
    assert set(assessment.verdicts.values()) == {"pass"}
    assert assessment.acceptable
    crop = assessment.crop()
    assert crop.shape == (531, 413, 3)
    assert encode_jpeg(crop, PortraitProfile())[:3] == b"\xff\xd8\xff"


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        ("pose", {"yaw": 15}),
        ("pose", {"yaw": -15}),
        ("pose", {"pitch": 22}),
        ("pose", {"pitch": -18}),
        ("pose", {"roll": 11}),
        ("eyes_open", {"eyes_open": 0.0}),
        ("mouth_closed", {"mouth": 0.6}),
        ("expression", {"smile": 1.0}),
        ("glasses", {"person": Person(skin=4, seed=5, glasses=True)}),
        ("dark_glasses", {"person": Person(skin=4, seed=5, dark_glasses=True)}),
        ("light", {"light": 0.4}),
        ("light", {"light": 1.8}),
        ("light", {"side_light": 0.9}),
        ("size", {"distance": 1.7}),
        ("size", {"distance": 0.6}),
        ("centred", {"dx": 14}),
        ("single_face", {"guest": Person(seed=9)}),
    ],
)
def test_each_fault_is_told_from_all_others(assessor: PortraitAssessor, rule: str, held: dict[str, Any]) -> None:
    assessment = assessor.assess(seen(**held))
    # Dark glasses are glasses, and whoever sits aside is seen from the side.
    also_seen = {"dark_glasses": {"glasses"}, "centred": {"pose"}}.get(rule, set())
    assert advice(assessment) - also_seen == {rule}
    assert not assessment.acceptable


@pytest.mark.parametrize("skin", range(SKIN_TONES))
def test_dark_glasses_are_seen_on_every_skin_and_plain_ones_are_not_dark(assessor: PortraitAssessor, skin: int) -> None:
    dark = assessor.assess(seen(Person(skin=skin, seed=60 + skin, dark_glasses=True)))
    assert dark.verdicts["dark_glasses"] != "pass"
    assert not dark.acceptable  # their frame is seen as well
    plain = assessor.assess(seen(Person(skin=skin, seed=60 + skin, glasses=True)))
    assert plain.verdicts["dark_glasses"] == "pass"


def test_a_blurred_frame_is_told(assessor: PortraitAssessor) -> None:
    frame = seen()
    moved = cv2.filter2D(frame, -1, np.full((1, 13), 1 / 13))
    unfocused = cv2.GaussianBlur(frame, (0, 0), 2.5)
    for blurred in (moved, unfocused):
        assert advice(assessor.assess(np.asarray(blurred, dtype=np.uint8))) == {"sharpness"}


def test_a_wall_with_things_on_it_is_the_officers(assessor: PortraitAssessor) -> None:
    frame = seen()
    for x in range(0, 1280, 60):
        frame[:330, x : x + 4] = np.minimum(frame[:330, x : x + 4], 120)
    assessment = assessor.assess(frame)
    assert assessment.verdicts["background"] == "officer"


@pytest.mark.parametrize(
    "held",
    [
        {},
        {"yaw": 12},
        {"yaw": -18},
        {"roll": 14},
        {"roll": -9, "yaw": 6},
        {"pitch": 10},
        {"distance": 1.4},
        {"size": (640, 480)},
        {"size": (1920, 1080)},
    ],
)
def test_measures_are_near_the_truth(assessor: PortraitAssessor, held: dict[str, Any]) -> None:
    frame, truth = taken(**held)
    measured = assessor.assess(frame).measurements
    (face,) = truth.faces
    pose = face.sitter.pose
    assert measured["yaw_deg"] == pytest.approx(pose.yaw, abs=3)
    assert measured["roll_deg"] == pytest.approx(pose.roll, abs=1.2)
    assert measured["pitch_deg"] - 3 == pytest.approx(pose.pitch, abs=3)
    frontal = face.inter_eye_px / np.cos(np.radians(pose.yaw))
    assert measured["inter_eye_px"] == pytest.approx(frontal, rel=0.065)  # of the irises; measured between the corners


def test_a_picture_that_leaves_the_frame_is_refused(assessor: PortraitAssessor) -> None:
    for held in ({"distance": 0.6}, {"dx": 30}):
        with pytest.raises(KioskError) as caught:
            assessor.assess(seen(**held)).crop()
        assert caught.value.code == "crop-outside"


def test_a_picture_whose_head_is_not_found_again_is_not_handed_out(
    assessor: PortraitAssessor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessment = assessor.assess(seen())
    monkeypatch.setattr("kiosk_app.camera.portrait.head_misplaced", lambda face, profile: True)
    with pytest.raises(KioskError) as caught:
        assessment.crop()
    assert caught.value.code == "crop-unsure"


def test_a_face_that_fills_the_frame_leaves_the_wall_to_the_officer(assessor: PortraitAssessor) -> None:
    frame, truth = taken()
    left, right = (round(eye[0]) for eye in (truth.faces[0].right_eye, truth.faces[0].left_eye))
    close = np.ascontiguousarray(frame[220:540, left - 50 : right + 50])
    assessment = assessor.assess(close)
    assert assessment.faces == 1
    assert assessment.verdicts["background"] == "officer"
    assert assessment.verdicts["size"] == "advice"


def test_where_no_wall_shows_nothing_is_said_of_it() -> None:
    meter, frame = BackgroundMeter(), seen()
    beside = np.array([[1300, 0], [1500, 0], [1500, 300], [1300, 300]], dtype=np.float64)
    assert meter.measure(frame, beside) == {}
    only_person = np.array([[440, 719], [640, 180], [840, 719], [640, 719]], dtype=np.float64)
    assert meter.measure(frame, only_person) == {}


def test_a_visit_is_led_to_one_photo() -> None:
    # Steps in, comes near, turns, blinks, sits straight: as a stream, with its own clock.
    assessor, chooser, timer = PortraitAssessor(), AdviceChooser(PortraitProfile()), HoldTimer()
    stage, at_s, number = Stage(), 0.0, 0
    said: list[str | None] = []
    fired: list[float] = []

    def play(seconds: float) -> None:
        nonlocal at_s, number
        for _ in range(round(seconds * 10)):
            at_s, number = at_s + 0.1, number + 1
            frame = studio(1280, 720).render(stage.snapshot(), number)
            assessment = assessor.assess_live(frame)
            key = chooser.update(assessment.verdicts, assessment.measurements, at_s)
            if not said or said[-1] != key:
                said.append(key)
            if timer.update(assessment.acceptable, at_s):
                fired.append(at_s)
                assert assessor.assess(frame).acceptable

    play(1.5)
    stage.sit(PERSON, distance=1.7)
    play(1.6)
    stage.sit(PERSON, yaw=20)
    play(1.6)
    assert fired == []
    sits_at = at_s
    stage.sit(PERSON)
    play(0.3)
    stage.sit(PERSON, eyes_open=0.0)
    play(0.2)
    stage.sit(PERSON)
    play(2.0)
    assert said == [None, "cam.none", "cam.closer", "cam.turn", None]
    assert len(fired) == 1
    assert fired[0] - sits_at == pytest.approx(1.1, abs=0.15)  # the blink broke the calm
