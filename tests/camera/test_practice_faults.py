"""What the practice people wear, the rooms they sit in, and what the camera does wrong: drawn, and told by the rules."""

from dataclasses import replace
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.faults import TOLD_BY
from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import SKIN_TONES, Person
from kiosk_app.camera.practice.render import Studio, studio
from kiosk_app.camera.practice.scene import Conditions, Scene, Sitter
from kiosk_app.camera.practice.scripts import SCRIPTS
from kiosk_app.camera.practice.sensor import blurred
from kiosk_app.camera.practice.wall import WALLS

PERSON = Person(seed=2)
# These rules leave what they see to the officer; all others tell the person.
OFFICERS = {"mouth_visible", "head_covering", "background"}
GOOD = ("portrait", "hijab", "white-hijab", "noisy")
# When both lids are open in every script.
AT_S = 1.9


@cache
def assessor() -> PortraitAssessor:
    return PortraitAssessor()


def verdicts(scene: Scene) -> dict[str, Any]:
    return dict(assessor().assess(studio(1280, 720).render(scene)).verdicts)


def of(person: Person = PERSON, **conditions: Any) -> Scene:
    return Scene((Sitter(person),), **conditions)


def gray(scene: Scene) -> Image:
    return np.asarray(cv2.cvtColor(studio(1280, 720).render(scene), cv2.COLOR_BGR2GRAY), np.uint8)


@pytest.mark.parametrize("name", sorted(set(TOLD_BY) - {"wall-corner"}))
def test_each_fault_is_told(name: str) -> None:
    rule = TOLD_BY[name]
    assert verdicts(SCRIPTS[name](AT_S))[rule] == ("officer" if rule in OFFICERS else "advice")


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_told_of_what_is_no_fault(name: str) -> None:
    assert set(verdicts(SCRIPTS[name](AT_S)).values()) == {"pass"}


def test_every_script_is_accounted_for() -> None:
    # The first three are no single frame, the others show nobody.
    others = {"poses", "tones", "visit", "empty", "empty-dark", "empty-blue"}
    assert {*TOLD_BY, *GOOD, *others} == set(SCRIPTS)


def test_a_corner_behind_the_person_shows_in_the_measure_of_marks() -> None:
    plain, corner = (
        assessor().assess(studio(1280, 720).render(of(wall=wall))).measurements["background_marks"]
        for wall in ("white", "corner")
    )
    assert corner > plain + 6


@pytest.mark.parametrize("skin", range(SKIN_TONES))
def test_a_mask_is_seen_on_every_skin_in_every_colour(skin: int) -> None:
    for colour in range(4):
        scene = of(Person(skin=skin, seed=4 * skin + colour, mask=True))
        assert verdicts(scene)["mouth_visible"] == "officer"


@pytest.mark.parametrize("skin", range(SKIN_TONES))
def test_a_white_hijab_before_the_white_wall_is_a_passport_photo(skin: int) -> None:
    assessment = assessor().assess(studio(1280, 720).render(of(Person(skin=skin, white_hijab=True, seed=skin))))
    assert set(assessment.verdicts.values()) == {"pass"}
    assert assessment.crop().shape == (531, 413, 3)


def test_tones_shows_sixteen_people_who_are_all_well() -> None:
    scenes = [SCRIPTS["tones"](4.0 * number + AT_S) for number in range(2 * SKIN_TONES)]
    people = [scene.sitters[0].person for scene in scenes]
    assert {(person.skin, person.hijab) for person in people} == {(s, h) for s in range(8) for h in (False, True)}
    assert SCRIPTS["tones"](4.0 * 16 + AT_S).sitters[0].person == people[0]


def test_poses_reach_out_to_all_sides() -> None:
    poses = [SCRIPTS["poses"](0.2 * number).sitters[0].pose for number in range(400)]
    for angle, reach in (("yaw", 20), ("pitch", 12), ("roll", 10)):
        values = [getattr(pose, angle) for pose in poses]
        assert min(values) < -reach
        assert max(values) > reach


@pytest.mark.parametrize(
    "person",
    [
        Person(seed=1, hat="cap"),
        Person(seed=5, skin=6, hat="peci", mask=True),
        Person(seed=3, hijab=True, mask=True),
        Person(seed=4, white_hijab=True, glasses=True),
    ],
)
@pytest.mark.parametrize("pose", [Pose(yaw=-20, pitch=-8), Pose(yaw=15, pitch=3, roll=8)])
def test_what_is_worn_turns_with_the_head(person: Person, pose: Pose) -> None:
    scene = Scene((Sitter(person, pose),))
    measured = assessor().assess(studio(1280, 720).render(scene)).measurements
    assert measured["yaw_deg"] == pytest.approx(pose.yaw, abs=5)
    assert measured["roll_deg"] == pytest.approx(pose.roll, abs=2.5)


def test_a_mask_follows_the_jaw() -> None:
    place, masked = studio(1280, 720), Person(seed=2, mask=True)
    frames = [place.render(Scene((Sitter(masked, mouth=mouth),))).astype(np.int16) for mouth in (0.0, 1.0)]
    chin = place.truth(Scene((Sitter(masked),))).faces[0].chin
    below = (round(chin[1]) + 12, round(chin[0]))
    assert np.abs(frames[0][below] - frames[1][below]).max() > 30
    blue = frames[1][below]
    assert blue[0] > blue[2]


@pytest.mark.parametrize("angle", [0.0, 90.0, 30.0, -50.0])
@pytest.mark.parametrize("length", [4.0, 15.0])
def test_motion_makes_a_streak_of_its_length_and_way(length: float, angle: float) -> None:
    point = np.zeros((61, 61, 3), np.uint8)
    point[30, 30] = 255
    streak = blurred(point, length, angle, 0.0)[..., 0].astype(np.float64)
    y, x = np.mgrid[-30:31, -30:31]
    weight = streak / streak.sum()
    assert (weight * x).sum() == pytest.approx(0, abs=0.1)
    assert (weight * y).sum() == pytest.approx(0, abs=0.1)
    spread = np.array(
        [[(weight * x * x).sum(), (weight * x * -y).sum()], [(weight * x * -y).sum(), (weight * y * y).sum()]]
    )
    size, ways = np.linalg.eigh(spread)
    along = ways[:, 1]
    turned = np.arctan2(along[1], along[0]) - np.radians(angle)
    assert abs(np.sin(turned)) < 0.3 / length + 0.03
    # An even streak of a length has a variance of a twelfth of its square; it is one pixel thick.
    assert np.sqrt(12 * size[1]) == pytest.approx(length, abs=1)
    assert np.sqrt(12 * size[0]) < 1.7


@pytest.mark.parametrize("radius", [1.0, 3.5, 10.0])
def test_defocus_makes_a_disc_of_its_radius(radius: float) -> None:
    point = np.zeros((61, 61, 3), np.uint8)
    point[29:32, 29:32] = 255
    disc = blurred(point, 0.0, 0.0, radius)[..., 0].astype(np.float64)
    y, x = np.mgrid[-30:31, -30:31]
    weight = disc / disc.sum()
    assert (weight * x).sum() == pytest.approx(0, abs=0.1)
    assert (weight * y).sum() == pytest.approx(0, abs=0.1)
    # The variance of a disc is a quarter of the square of its radius; the square of nine pixels adds two thirds.
    for axis in (x, y):
        assert 2 * np.sqrt((weight * axis * axis).sum() - 2 / 3) == pytest.approx(radius, abs=0.7)


def test_blur_loses_no_light() -> None:
    sharp = gray(of(noise=0.0)).astype(np.float32)
    for scene in (of(noise=0.0, motion=9.0, motion_deg=25.0), of(noise=0.0, defocus=3.5)):
        assert gray(scene).astype(np.float32).mean() == pytest.approx(sharp.mean(), abs=0.1)


def test_noise_is_as_strong_as_asked() -> None:
    wall = np.s_[300:400, 600:700]
    spread = {noise: float(gray(Scene(noise=noise))[wall].astype(np.float32).std()) for noise in (0.0, 1.0, 4.0)}
    assert spread[0.0] < 0.6
    assert spread[4.0] == pytest.approx(4 * spread[1.0], rel=0.2)


def test_casts_go_opposite_ways_and_back_light_darkens_only_people() -> None:
    plain, warm, cold, behind = (
        studio(1280, 720).render(scene).astype(np.float32)
        for scene in (of(), of(cast=1.0), of(cast=-1.0), of(back_light=1.0))
    )
    wall = np.s_[50:150, 100:300]
    blue_less_red = [float((frame[wall][..., 0] - frame[wall][..., 2]).mean()) for frame in (warm, plain, cold)]
    assert blue_less_red[0] < -40 < -5 < blue_less_red[1] < 5 < 20 < blue_less_red[2]
    face = np.s_[300:400, 600:680]
    assert behind[wall].mean() > 250
    assert behind[face].mean() < 0.6 * plain[face].mean()


def test_walls_differ_and_the_truth_says_which() -> None:
    means = set()
    for wall in WALLS:
        scene = of(wall=wall, noise=0.0)
        means.add(round(float(studio(1280, 720).render(scene).mean()), 2))
        assert studio(1280, 720).truth(scene).wall == wall
    assert len(means) == len(WALLS)


def test_the_truth_carries_all_conditions() -> None:
    conditions: dict[str, Any] = {
        "wall": "grey",
        "light": 0.8,
        "side_light": 0.2,
        "back_light": 0.3,
        "cast": -0.4,
        "motion": 5.0,
        "motion_deg": 10.0,
        "defocus": 1.5,
        "noise": 2.0,
    }
    assert set(conditions) == set(Conditions.__dataclass_fields__)
    camera = PracticeCamera(fps=0)
    camera.open()
    camera.stage.show(Scene((Sitter(Person(seed=2, mask=True)),), **conditions))
    camera.read()
    truth = camera.truth(1)
    assert {name: getattr(truth, name) for name in conditions} == conditions
    assert truth.faces[0].sitter.person.mask


def test_rendering_depends_on_nothing_but_its_arguments() -> None:
    scenes = (
        of(Person(seed=1, hat="cap", mask=True), wall="corner", defocus=1.0),
        of(cast=0.5, back_light=0.5),
        of(Person(seed=3, white_hijab=True), wall="patterned", motion=4.0, noise=3.0),
        of(),
    )
    used = Studio(480, 270)
    kept = [used.render(scene, 5) for scene in scenes]
    again = [used.render(scene, 5) for scene in reversed(scenes)][::-1]
    for first, second, scene in zip(kept, again, scenes, strict=True):
        assert np.array_equal(first, second)
        assert np.array_equal(first, Studio(480, 270).render(scene, 5))


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"wall": "brick"}, "wall"),
        ({"back_light": 1.5}, "back_light"),
        ({"cast": -2.0}, "cast"),
        ({"motion": -1.0}, "motion"),
        ({"defocus": 99.0}, "defocus"),
        ({"noise": -1.0}, "noise"),
    ],
)
def test_conditions_that_cannot_be_are_refused_by_name(values: dict[str, Any], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Scene(**values)
    with pytest.raises(ValueError, match="hat"):
        replace(PERSON, hat="cap", hijab=True)


@pytest.mark.parametrize("person", [Person(seed=2), Person(seed=5, skin=6, hijab=True)])
def test_gaps_of_lids_and_lips_are_known_in_the_unit_of_the_measure(person: Person) -> None:
    place = studio(1280, 720)
    for eyes_open, mouth in ((1.0, 0.0), (0.75, 0.0), (1.0, 0.25), (1.0, 0.5), (1.0, 1.0)):
        scene = Scene((Sitter(person, eyes_open=eyes_open, mouth=mouth),))
        measured = assessor().assess(place.render(scene)).measurements
        truth = place.truth(scene).faces[0]
        assert measured["eyes_open"] == pytest.approx(truth.lid_gap, abs=0.03)
        assert measured["mouth_open"] == pytest.approx(truth.lip_gap, abs=0.03)
    shut = place.truth(Scene((Sitter(person, eyes_open=0.0),))).faces[0]
    assert (shut.lid_gap, shut.lip_gap) == (0.0, 0.0)
