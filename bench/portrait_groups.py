"""Whether the portrait checks treat groups of people alike: tones of skin, with and without hijab."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from bench.labelled import CHECKS, Labelled, flagged, labels, picture
from bench.processes import say
from bench.tables import Table, number
from kiosk_app.booth.portrait_rules import RULES
from kiosk_app.camera import face_points
from kiosk_app.camera.face import FaceFinder
from kiosk_app.camera.face_patch import face_patch
from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import face_frame
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.stage import Stage

# Faults of the sitter and of the room, and the rule that has to notice each.
FAULTS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("pose", {"yaw": 16.0}),
    ("pose", {"roll": 11.0}),
    ("pose", {"pitch": -18.0}),
    ("eyes_open", {"eyes_open": 0.0}),
    ("mouth_closed", {"mouth": 0.6}),
    ("expression", {"smile": 1.0}),
    ("light", {"light": 0.4}),
    ("light", {"light": 1.8}),
    ("light", {"side_light": 0.9}),
    ("size", {"distance": 1.7}),
    ("glasses", {"glasses": True}),
    ("dark_glasses", {"dark_glasses": True}),
)
# Individual typology angle of the cheek, degrees; the usual classes, the two lightest and the two darkest as one.
_CLASSES: Final = (("light (ITA over 41)", 41.0), ("intermediate (28 to 41)", 28.0), ("tan (10 to 28)", 10.0))
_LIDS: Final = (0.5, 0.25, 0.0)
_DARKEST: Final = "brown and dark (10 or less)"


@dataclass
class _Group:
    people: int = 0
    acceptable: int = 0
    objections: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    told: int = 0
    noticed: int = 0
    missed: Counter[str] = field(default_factory=Counter)

    def add(self, assessment: Assessment) -> None:
        self.people += 1
        self.acceptable += assessment.acceptable
        self.objections.update(rule for rule in RULES if assessment.verdicts[rule] != "pass")
        self.held.update(rule for rule in RULES if assessment.verdicts[rule] == "advice")


def practice_people(assessor: PortraitAssessor, tones: Sequence[int], seeds: int, faulty_seeds: int) -> Table:
    """Everybody sits as they should, `seeds` people a group; then with each fault, `faulty_seeds` people a group."""
    rows: list[tuple[str, ...]] = []
    for hijab in (False, True):
        for skin in tones:
            say(f"portraits: skin {skin}, {'with' if hijab else 'without'} hijab")
            group = _Group()
            for seed in range(seeds):
                group.add(assessor.assess(seated(Person(skin=skin, hijab=hijab, seed=100 * skin + seed))))
            for seed in range(faulty_seeds):
                for rule, held in FAULTS:
                    _notice(group, assessor, Person(skin=skin, hijab=hijab, seed=100 * skin + seed), rule, held)
            rows.append(
                (
                    f"skin {skin}, {'with' if hijab else 'without'} hijab",
                    f"{group.acceptable} of {group.people}",
                    str(sum(group.held.values())),
                    _named(group.objections - group.held),
                    f"{group.noticed} of {group.told}",
                    _named(group.missed),
                )
            )
    return Table(
        "Practice people by skin tone (0 light, 7 deep) and hijab",
        "python -m bench portraits",
        ("", "acceptable", "false alarms", "left to the officer", "faults noticed", "faults missed"),
        tuple(rows),
        (
            "False alarms: rules that would hold back a person who sits as they should, over all rules. Left to the officer: rules that"
            " ask an officer to look, which holds nobody back.",
            f"Faults: {_named(Counter(rule for rule, _ in FAULTS))}; noticed when the rule does not pass.",
        ),
    )


def seated(person: Person, **held: float) -> Image:
    """One frame, 1280 x 720, of a person on the seat."""
    stage = Stage()
    stage.sit(person, **held)
    return studio(1280, 720).render(stage.snapshot())


def _notice(group: _Group, assessor: PortraitAssessor, person: Person, rule: str, held: dict[str, Any]) -> None:
    worn = {name: value for name, value in held.items() if name in ("glasses", "dark_glasses")}
    sitter = Person(skin=person.skin, hijab=person.hijab, seed=person.seed, **worn)
    assessment = assessor.assess(seated(sitter, **{name: value for name, value in held.items() if name not in worn}))
    noticed = assessment.verdicts[rule] != "pass"
    group.told += 1
    group.noticed += noticed
    if not noticed:
        group.missed[rule] += 1


def labelled_people(assessed: Mapping[str, Assessment]) -> Table:
    """The untouched labelled pictures, grouped by the measured tone of the cheeks."""
    groups: dict[str, dict[str, list[bool]]] = {name: {} for name in [name for name, _ in _CLASSES] + [_DARKEST]}
    people: Counter[str] = Counter()
    unlabelled: dict[str, Counter[str]] = {name: Counter() for name in groups}
    for face, tone in _base_faces():
        assessment = assessed.get(face.file)
        if assessment is None:
            continue
        name = next((name for name, least in _CLASSES if tone > least), _DARKEST)
        people[name] += 1
        for check in CHECKS:
            if check.truth(face) is False:
                groups[name].setdefault(check.name, []).append(flagged(assessment, check.rules))
        unlabelled[name].update(rule for rule in ("light", "mouth_closed") if assessment.verdicts[rule] != "pass")
    return Table(
        "False alarms on the untouched labelled faces, by the measured tone of the cheeks",
        "python -m bench portraits",
        ("", "faces", "false alarms", "which", "also objected to, without a label"),
        tuple(_tone_row(name, people[name], checks, unlabelled[name]) for name, checks in groups.items()),
        (
            "The labels carry no skin tone. ITA is the individual typology angle, atan((L* - 50) / b*), of the median of both cheeks:"
            " the light of a picture moves it, so that the groups are rough.",
            "False alarms: a check objects though the label says that there is nothing; of all that the labels tell of the group.",
            "No label tells whether light or mouth are good: those objections are counted, not judged.",
        ),
    )


def _tone_row(name: str, people: int, checks: dict[str, list[bool]], others: Counter[str]) -> tuple[str, ...]:
    alarms = Counter({check: sum(found) for check, found in checks.items() if any(found)})
    told = sum(len(found) for found in checks.values())
    return (name, str(people), f"{sum(alarms.values())} of {told}", _named(alarms), _named(others))


def _base_faces() -> Iterator[tuple[Labelled, float]]:
    """Each untouched face that has a mesh, and its cheeks' ITA in degrees."""
    finder = FaceFinder()
    for face in labels():
        if face.kind != "base":
            continue
        frame = picture(face.file)
        boxes = finder.detect(frame)
        mesh = finder.mesh_of_box(frame, boxes[0]) if boxes else None
        if mesh is not None:
            patch = face_patch(frame, mesh.points, face_frame(mesh.points))
            cheeks = [patch.median_lab(outline) for outline in (face_points.RIGHT_CHEEK, face_points.LEFT_CHEEK)]
            lightness, _, yellow = np.mean(cheeks, axis=0)
            yield face, math.degrees(math.atan2(lightness - 50, yellow))


def measures_by_tone(assessor: PortraitAssessor, tones: Sequence[int], seeds: int) -> Table:
    """How far each gated measure moves from the lightest tone to the deepest, beside its gate."""
    profile = assessor.profile
    gates = {
        "left_right": profile.min_left_right, "dark_glasses": profile.min_dark_glasses, "glasses": profile.max_glasses,
        "sharpness": profile.min_sharpness, "eyes_open": profile.min_eyes_open, "smile": profile.max_smile,
        "frame_l": profile.min_frame_l, "over_exposed": profile.max_over_exposed,
        "lower_face_colour": profile.max_lower_face_colour, "forehead_colour": profile.max_forehead_colour,
        "light_mean": math.nan,
    }  # fmt: skip
    taken: list[dict[str, list[float]]] = []
    for skin in tones:
        measured = [assessor.assess(seated(Person(skin=skin, seed=500 + seed))).measurements for seed in range(seeds)]
        taken.append({name: [one[name] for one in measured if name in one] for name in gates})
    rows = [
        (name, *(_mean(of_tone[name]) for of_tone in taken), "none" if math.isnan(gate) else number(gate))
        for name, gate in gates.items()
    ]
    for lids in _LIDS:
        opened = [_lids_of(assessor, skin, lids, seeds) for skin in tones]
        rows.append((f"eyes_open, lids at {lids:g}", *map(_mean, opened), number(profile.min_eyes_open)))
    return Table(
        "Measures by skin tone, mean of practice people",
        "python -m bench portraits",
        ("", *(f"skin {skin}" for skin in tones), "gate"),
        tuple(rows),
        (
            f"The same {seeds} people in each tone. light_mean, the brightness of the face, is for information and has no gate.",
            "Lids run from 0 (shut) to 1: the landmarks see painted lids that are nearly shut less well the deeper the skin is.",
        ),
    )


def _lids_of(assessor: PortraitAssessor, skin: int, lids: float, seeds: int) -> list[float]:
    faces = [seated(Person(skin=skin, seed=500 + seed), eyes_open=lids) for seed in range(seeds)]
    return [assessor.assess(face).measurements["eyes_open"] for face in faces]


def _mean(values: Sequence[float]) -> str:
    if not values:
        return "-"
    mean = sum(values) / len(values)
    return f"{mean:.4f}" if 0 < abs(mean) < 0.01 else number(mean)


def _named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "-"
