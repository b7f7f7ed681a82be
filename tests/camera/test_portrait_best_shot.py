"""The best of several frames: acceptable first, then detail, lids and pose together."""

import random
from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.best_shot import rank
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.stage import Stage

GOOD = {"sharpness": 0.003, "eyes_open": 0.06, "yaw_deg": 0.0, "pitch_deg": 4.0, "roll_deg": 0.0}


def nothing() -> Image:
    raise AssertionError("nobody crops here")


def frame(measured: Mapping[str, float] = GOOD, acceptable: bool = True, advice: int = 0) -> Assessment:
    verdicts = dict.fromkeys(("pose", "light", "size")[:advice], "advice")
    return Assessment(1, GOOD | dict(measured), verdicts, acceptable, nothing)  # type: ignore[arg-type]  # of a str, not the Literal


def test_acceptable_comes_before_everything() -> None:
    assert rank(frame({"sharpness": 0.001})) > rank(frame({"sharpness": 0.009}, acceptable=False, advice=1))


def test_among_the_others_the_one_with_least_to_change_is_best() -> None:
    assert rank(frame({"sharpness": 0.001}, acceptable=False, advice=1)) > rank(frame(acceptable=False, advice=2))


@pytest.mark.parametrize(
    "worse",
    [
        {"sharpness": 0.0025},
        {"eyes_open": 0.05},
        {"yaw_deg": 5.0},
        {"yaw_deg": -5.0},
        {"pitch_deg": 10.0},
        {"pitch_deg": -2.0},
        {"roll_deg": 4.0},
    ],
)
def test_each_part_of_the_look_counts(worse: dict[str, float]) -> None:
    assert rank(frame()) > rank(frame(worse))


def test_a_little_more_detail_does_not_outweigh_a_falling_lid_but_eyes_wide_open_gain_nothing() -> None:
    assert rank(frame({"sharpness": 0.0033, "eyes_open": 0.05})) < rank(frame())
    assert rank(frame({"eyes_open": 0.09})) == rank(frame({"eyes_open": 0.08}))


def test_straight_ahead_is_where_the_profile_says() -> None:
    low_camera = PortraitProfile(pitch_zero_deg=-6.0)
    assert rank(frame({"pitch_deg": -6.0}), low_camera) > rank(frame({"pitch_deg": 4.0}), low_camera)


def test_no_face_comes_last_and_all_can_be_sorted() -> None:
    nobody = replace(frame(acceptable=False), measurements={"faces": 0.0})
    frames = [nobody, frame(), frame({"sharpness": 0.0}), frame({"eyes_open": 0.0}), nobody]
    random.Random(1).shuffle(frames)
    frames.sort(key=rank)
    assert frames[:2] == [nobody, nobody]
    assert frames[-1].measurements == GOOD


def test_the_best_of_a_blinking_turning_shaking_person_is_the_calm_frame() -> None:
    assessor, stage, person = PortraitAssessor(), Stage(), Person(skin=5, seed=11)

    def seen(blur: float = 0.0, **held: float) -> Assessment:
        stage.sit(person, **held)
        taken = studio(1280, 720).render(stage.snapshot())
        return assessor.assess(np.asarray(cv2.GaussianBlur(taken, (0, 0), blur) if blur else taken, np.uint8))

    shots = {
        "blinks": seen(eyes_open=0.55),
        "shakes": seen(blur=1.2),
        "calm": seen(),
        "turns": seen(yaw=7.0),
        "leans": seen(roll=6.0),
    }
    assert max(shots, key=lambda name: rank(shots[name])) == "calm"
