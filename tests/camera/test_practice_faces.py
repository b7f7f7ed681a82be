"""The practice people against the real networks: what is measured in a frame is what is known to be in it."""

from dataclasses import replace
from functools import cache

import pytest

from kiosk_app.camera.face import FaceFinder
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import SKIN_TONES, Person
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.scene import FaceTruth, Scene, Sitter

# Seeds whose people have short, tied and long hair.
SHORT, TIED, LONG = 1, 9, 3


@cache
def finder() -> FaceFinder:
    return FaceFinder()


@cache
def assessor() -> PortraitAssessor:
    return PortraitAssessor()


def seen(scene: Scene, size: tuple[int, int] = (1280, 720)) -> tuple[Assessment, tuple[FaceTruth, ...]]:
    place = studio(*size)
    return assessor().assess(place.render(scene)), place.truth(scene).faces


def of(person: Person, pose: Pose | None = None, **face: float) -> Scene:
    return Scene((Sitter(person, pose or Pose(), **face),))


@pytest.mark.parametrize("hijab", [False, True])
@pytest.mark.parametrize("skin", range(SKIN_TONES))
def test_a_straight_well_lit_person_is_a_passport_photo(skin: int, hijab: bool) -> None:
    scene = of(Person(skin=skin, hijab=hijab, seed=skin + 1))
    boxes = finder().detect(studio(1280, 720).render(scene))
    assert [box.score > 0.9 for box in boxes] == [True]
    mesh = finder().mesh_of_box(studio(1280, 720).render(scene), boxes[0])
    assert mesh is not None
    assert mesh.presence > 0.99
    assessment, _ = seen(scene)
    assert assessment.acceptable
    told = {rule: verdict for rule, verdict in assessment.verdicts.items() if verdict != "pass"}
    assert set(told) <= {"head_covering"}
    assert assessment.crop().shape == (531, 413, 3)


@pytest.mark.parametrize("seed", [SHORT, TIED, LONG])
@pytest.mark.parametrize("angle", [-20.0, -8.0, 8.0, 20.0])
def test_yaw(angle: float, seed: int) -> None:
    assessment, _ = seen(of(Person(seed=seed), Pose(yaw=angle)))
    assert assessment.measurements["yaw_deg"] == pytest.approx(angle, abs=4)
    assert assessment.measurements["roll_deg"] == pytest.approx(0, abs=1)


@pytest.mark.parametrize("hijab", [False, True])
@pytest.mark.parametrize("angle", [-15.0, -6.0, 6.0, 15.0])
def test_pitch(angle: float, hijab: bool) -> None:
    assessment, _ = seen(of(Person(seed=2, hijab=hijab), Pose(pitch=angle)))
    assert assessment.measurements["pitch_deg"] == pytest.approx(angle, abs=5)
    assert assessment.measurements["yaw_deg"] == pytest.approx(0, abs=2)


@pytest.mark.parametrize("hijab", [False, True])
@pytest.mark.parametrize("angle", [-12.0, -4.0, 4.0, 12.0])
def test_roll(angle: float, hijab: bool) -> None:
    assessment, _ = seen(of(Person(seed=2, hijab=hijab), Pose(roll=angle)))
    assert assessment.measurements["roll_deg"] == pytest.approx(angle, abs=1)


@pytest.mark.parametrize("size", [(640, 480), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("distance", [0.8, 1.0, 1.5])
def test_distance_is_the_inter_eye_distance(distance: float, size: tuple[int, int]) -> None:
    assessment, faces = seen(of(Person(seed=LONG, skin=5), Pose(distance=distance)), size)
    assert assessment.measurements["inter_eye_px"] == pytest.approx(faces[0].inter_eye_px, rel=0.08)
    # A head twice as far away shows its eyes half as far apart; 720 rows show a seated adult's 110 pixels apart.
    assert faces[0].inter_eye_px * distance == pytest.approx(110 * size[1] / 720, rel=0.05)


def test_a_child_has_a_smaller_head() -> None:
    _, adult = seen(of(Person(seed=2)))
    child_assessment, child = seen(of(Person(seed=2, age_size=0.8)))
    assert child[0].inter_eye_px == pytest.approx(0.8 * adult[0].inter_eye_px, rel=0.01)
    assert child_assessment.measurements["inter_eye_px"] == pytest.approx(child[0].inter_eye_px, rel=0.08)


def test_the_networks_find_the_eyes_where_the_truth_says() -> None:
    scene = of(Person(seed=SHORT), Pose(dx=9, yaw=5))
    mesh_box = finder().detect(studio(1280, 720).render(scene))[0]
    truth = studio(1280, 720).truth(scene).faces[0]
    for found, known in zip(mesh_box.eyes, (truth.right_eye, truth.left_eye), strict=True):
        assert found == pytest.approx(known, abs=0.08 * truth.inter_eye_px)


@pytest.mark.parametrize("person", [Person(skin=1, seed=4, hijab=True), Person(skin=6, seed=SHORT)])
def test_eyes_mouth_and_smile(person: Person) -> None:
    neutral = seen(of(person))[0]
    shut = seen(of(person, eyes_open=0.0))[0]
    assert shut.measurements["eyes_open"] < 0.5 * neutral.measurements["eyes_open"]
    assert shut.verdicts["eyes_open"] == "advice"
    mouths = [seen(of(person, mouth=mouth))[0] for mouth in (0.0, 0.25, 0.6)]
    gaps = [assessment.measurements["mouth_open"] for assessment in mouths]
    assert gaps == sorted(gaps)
    assert mouths[-1].verdicts["mouth_closed"] == "advice"
    smiling = seen(of(person, smile=1.0))[0]
    assert neutral.verdicts["expression"] == "pass"
    assert smiling.verdicts["expression"] == "advice"


def test_light() -> None:
    scene = of(Person(seed=LONG))
    assert seen(replace(scene, light=0.4))[0].verdicts["light"] == "advice"
    left, right = (seen(replace(scene, side_light=side))[0].measurements["left_right"] for side in (-1.0, 1.0))
    assert max(left, right) < 0.65 < seen(scene)[0].measurements["left_right"]


def test_glasses() -> None:
    bare = seen(of(Person(seed=2)))[0]
    clear = seen(of(Person(seed=2, glasses=True)))[0]
    dark = seen(of(Person(seed=2, dark_glasses=True)))[0]
    assert [a.verdicts["glasses"] for a in (bare, clear)] == ["pass", "advice"]
    assert [a.verdicts["dark_glasses"] for a in (bare, clear, dark)] == ["pass", "pass", "advice"]


def test_whoever_stands_beside_the_seat_is_not_centred_but_looks_into_the_lens() -> None:
    assessment, _ = seen(of(Person(seed=2), Pose(dx=18)))
    assert assessment.verdicts["centred"] == "advice"
    assert assessment.measurements["yaw_deg"] == pytest.approx(0, abs=4)


def test_a_second_person_is_a_second_face() -> None:
    person = Person(seed=2)
    scene = Scene((Sitter(Person.random(5), Pose(distance=1.75, dx=27, dy=-4)), Sitter(person)))
    assessment, faces = seen(scene)
    assert assessment.faces == len(faces) == 2
    assert faces[0].sitter.person == person
    assert assessment.verdicts["single_face"] == "advice"


def test_random_people_differ_and_come_again() -> None:
    people = [Person.random(seed) for seed in range(40)]
    assert people == [Person.random(seed) for seed in range(40)]
    assert len({person.skin for person in people}) >= 6
    assert {person.hijab for person in people} == {False, True}
    assert len({person.age_size for person in people}) > 20
    assert not any(person.glasses or person.dark_glasses for person in people)
    first, second = (studio(1280, 720).render(of(replace(people[0], seed=seed))) for seed in (100, 101))
    assert (first != second).mean() > 0.05


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Person, {"skin": 8}),
        (Person, {"age_size": 0.5}),
        (Scene, {"light": -0.1}),
        (Scene, {"side_light": 2.0}),
        (Sitter, {"person": Person(), "eyes_open": 1.5}),
        (Sitter, {"person": Person(), "pose": Pose(distance=0.1)}),
    ],
)
def test_what_cannot_be_is_refused_by_name(kind: type, values: dict[str, object]) -> None:
    name = "distance" if "pose" in values else list(values)[-1]
    with pytest.raises(ValueError, match=name):
        kind(**values)
