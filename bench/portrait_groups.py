"""Whether the portrait checks treat groups of people alike: tones of skin, with and without hijab."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.labelled import CHECKS, Labelled, flagged, labels, measured, picture
from bench.processes import say
from bench.tables import Table, number
from kiosk_app.booth.portrait_rules import RULES
from kiosk_app.camera import face_points
from kiosk_app.camera.face import FaceBox, FaceFinder
from kiosk_app.camera.face_patch import face_patch
from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import face_frame
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.stage import Stage

# Faults of the sitter, of the room and of the camera, and the rule that has to notice each. `seed` is added to the
# person's own, which draws the mask's colour: light blue, white, black, green.
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
    ("sharpness", {"defocus": 4.0}),
    ("sharpness", {"motion": 14.0}),
    *(("mouth_visible", {"mask": True, "seed": colour}) for colour in range(4)),
)
_WORN: Final = ("glasses", "dark_glasses", "mask")
# Individual typology angle of the cheek, degrees; the usual classes, the two lightest and the two darkest as one.
_CLASSES: Final = (("light (ITA over 41)", 41.0), ("intermediate (28 to 41)", 28.0), ("tan (10 to 28)", 10.0))
_LIDS: Final = (0.5, 0.25, 0.0)
_DARKEST: Final = "brown and dark (10 or less)"
_UNKNOWN: Final = "no face found, tone unknown"


@dataclass
class _Group:
    people: int = 0
    unmeasured: int = 0
    acceptable: int = 0
    objections: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    told: int = 0
    noticed: int = 0
    missed: Counter[str] = field(default_factory=Counter)

    def add(self, assessment: Assessment) -> None:
        self.people += 1
        if not measured(assessment):
            self.unmeasured += 1
            return
        self.acceptable += assessment.acceptable
        self.objections.update(rule for rule in RULES if assessment.verdicts[rule] != "pass")
        self.held.update(rule for rule in RULES if assessment.verdicts[rule] == "advice")

    def add_faulty(self, assessment: Assessment, rule: str) -> None:
        """A face that is not measured is told so, whatever its fault: nothing was noticed."""
        self.told += 1
        if not measured(assessment):
            self.unmeasured += 1
        elif assessment.verdicts[rule] == "pass":
            self.missed[rule] += 1
        else:
            self.noticed += 1


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
                person = Person(skin=skin, hijab=hijab, seed=100 * skin + seed)
                for rule, held in FAULTS:
                    group.add_faulty(assessor.assess(_faulty(person, held)), rule)
            rows.append(
                (
                    f"skin {skin}, {'with' if hijab else 'without'} hijab",
                    f"{group.acceptable} of {group.people}",
                    str(sum(group.held.values())),
                    _named(group.objections - group.held),
                    f"{group.noticed} of {group.told}",
                    _named(group.missed),
                    f"{group.unmeasured} of {group.people + group.told}",
                )
            )
    return Table(
        "Practice people by skin tone (0 light, 7 deep) and hijab",
        "python -m bench portraits",
        ("", "acceptable", "false alarms", "left to the officer", "faults noticed", "faults missed", "not measured"),
        tuple(rows),
        (
            "False alarms: rules that would hold back a person who sits as they should, over all rules. Left to the officer: rules that"
            " ask an officer to look, which holds nobody back.",
            f"Faults: {_named(Counter(rule for rule, _ in FAULTS))}; noticed when the rule does not pass.",
            "Not measured: frames without landmarks, of those who sit well and those with a fault; they are neither acceptable, nor"
            " false alarms, nor faults noticed or missed.",
        ),
    )


def seated(person: Person, *, defocus: float = 0.0, motion: float = 0.0, **held: float) -> Image:
    """One frame, 1280 x 720, of a person on the seat."""
    stage = Stage()
    stage.sit(person, **held)
    return studio(1280, 720).render(replace(stage.snapshot(), defocus=defocus, motion=motion))


def _faulty(person: Person, fault: Mapping[str, Any]) -> Image:
    worn = {name: value for name, value in fault.items() if name in _WORN}
    held = {name: value for name, value in fault.items() if name not in (*_WORN, "seed")}
    return seated(replace(person, seed=person.seed + fault.get("seed", 0), **worn), **held)


def labelled_people(assessed: Mapping[str, Assessment]) -> Table:
    """The untouched labelled pictures, grouped by the measured tone of the cheeks."""
    names = [*(name for name, _ in _CLASSES), _DARKEST, _UNKNOWN]
    groups: dict[str, dict[str, list[bool]]] = {name: {} for name in names}
    people: Counter[str] = Counter()
    unmeasured: Counter[str] = Counter()
    unlabelled: dict[str, Counter[str]] = {name: Counter() for name in groups}
    alike = both = 0
    for face, cheeks, below in _base_faces():
        name = _class(below if cheeks is None else cheeks)
        both += cheeks is not None
        alike += cheeks is not None and name == _class(below)
        assessment = assessed.get(face.file)
        if assessment is None:
            continue
        people[name] += 1
        if not measured(assessment):
            unmeasured[name] += 1
            continue
        for check in CHECKS:
            if check.truth(face) is False:
                groups[name].setdefault(check.name, []).append(flagged(assessment, check.rules))
        unlabelled[name].update(rule for rule in ("light", "mouth_closed") if assessment.verdicts[rule] != "pass")
    return Table(
        "False alarms on the untouched labelled faces, by the measured tone of the cheeks",
        "python -m bench portraits",
        ("", "faces", "not measured", "false alarms", "which", "also objected to, without a label"),
        tuple(
            (name, str(people[name]), str(unmeasured[name]), *_alarms(checks), _named(unlabelled[name]))
            for name, checks in groups.items()
        ),
        (
            "The labels carry no skin tone. ITA is the individual typology angle, atan((L* - 50) / b*), of the median of both cheeks:"
            " the light of a picture moves it, so that the groups are rough. Of a face without landmarks it is that of the skin between"
            f" eyes and mouth, which puts {alike} of the {both} faces that have both into the same group.",
            "Not measured: faces without landmarks, which the booth asks to show themselves better; they are in no other column.",
            "False alarms: a check objects though the label says that there is nothing; of all that the labels tell of the group.",
            "No label tells whether light or mouth are good: those objections are counted, not judged.",
        ),
    )


def _alarms(checks: Mapping[str, Sequence[bool]]) -> tuple[str, str]:
    alarms = Counter({check: sum(found) for check, found in checks.items() if any(found)})
    return f"{sum(alarms.values())} of {sum(len(found) for found in checks.values())}", _named(alarms)


def _class(tone: float | None) -> str:
    return _UNKNOWN if tone is None else next((name for name, least in _CLASSES if tone > least), _DARKEST)


def _base_faces() -> Iterator[tuple[Labelled, float | None, float | None]]:
    """Each untouched face, its ITA in degrees on the cheeks, and below the eyes; None where landmarks, or any face, are
    not found."""
    finder = FaceFinder()
    for face in labels():
        if face.kind != "base":
            continue
        frame = picture(face.file)
        boxes = finder.detect(frame)
        mesh = finder.mesh_of_box(frame, boxes[0]) if boxes else None
        cheeks = None
        if mesh is not None:
            patch = face_patch(frame, mesh.points, face_frame(mesh.points))
            both = [patch.median_lab(outline) for outline in (face_points.RIGHT_CHEEK, face_points.LEFT_CHEEK)]
            cheeks = _ita(np.mean(both, axis=0))
        yield face, cheeks, _ita(_below_the_eyes(frame, boxes[0])) if boxes else None


def _ita(lab: NDArray[np.floating[Any]]) -> float:
    lightness, _, yellow = lab
    return math.degrees(math.atan2(lightness - 50, yellow))


def _below_the_eyes(frame: Image, box: FaceBox) -> NDArray[np.floating[Any]]:
    """[3] median CIE Lab of the nose and what is beside it, for a face of which only the box and the eyes are known."""
    (x, y), apart = np.mean(box.eyes, axis=0), math.dist(*box.eyes)
    rows = slice(max(0, round(y + 0.15 * apart)), max(1, round(y + 0.6 * apart)))
    columns = slice(max(0, round(x - 0.4 * apart)), max(1, round(x + 0.4 * apart)))
    skin = frame[rows, columns].reshape(1, -1, 3).astype(np.float32) / 255
    return np.asarray(np.median(np.asarray(cv2.cvtColor(skin, cv2.COLOR_BGR2Lab))[0], axis=0))


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
        found = [assessor.assess(seated(Person(skin=skin, seed=500 + seed))).measurements for seed in range(seeds)]
        taken.append({name: [one[name] for one in found if name in one] for name in gates})
    rows = [
        (name, *(_mean(of_tone[name], seeds) for of_tone in taken), "none" if math.isnan(gate) else number(gate))
        for name, gate in gates.items()
    ]
    for lids in _LIDS:
        opened = [_lids_of(assessor, skin, lids, seeds) for skin in tones]
        means = (_mean(of_tone, seeds) for of_tone in opened)
        rows.append((f"eyes_open, lids at {lids:g}", *means, number(profile.min_eyes_open)))
    return Table(
        "Measures by skin tone, mean of practice people",
        "python -m bench portraits",
        ("", *(f"skin {skin}" for skin in tones), "gate"),
        tuple(rows),
        (
            f"The same {seeds} people in each tone; where fewer could be measured, the cell says of how many it is the mean.",
            "light_mean, the brightness of the face, is for information and has no gate.",
            "Lids run from 0 (shut) to 1: the landmarks see painted lids that are nearly shut less well the deeper the skin is.",
        ),
    )


def _lids_of(assessor: PortraitAssessor, skin: int, lids: float, seeds: int) -> list[float]:
    faces = [seated(Person(skin=skin, seed=500 + seed), eyes_open=lids) for seed in range(seeds)]
    taken = [assessor.assess(face).measurements for face in faces]
    return [one["eyes_open"] for one in taken if "eyes_open" in one]


def _mean(values: Sequence[float], people: int) -> str:
    if not values:
        return f"0 of {people} measured"
    mean = sum(values) / len(values)
    told = f"{mean:.4f}" if 0 < abs(mean) < 0.01 else number(mean)
    return told if len(values) == people else f"{told} ({len(values)} of {people} measured)"


def _named(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "-"
