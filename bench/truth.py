"""What the portrait measures of practice people against what is known of them, and whether its rules speak when they must."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, median
from typing import Final

import cv2
import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from bench.labelled import measured
from bench.processes import say
from bench.tables import Table, number, percentile
from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.face import FaceFinder
from kiosk_app.camera.geometry import face_frame, lid_opening, lip_opening
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.faults import TOLD_BY
from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import SKIN_TONES, Person
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.scene import FaceTruth, Scene, Sitter
from kiosk_app.camera.practice.scripts import SCRIPTS

COMMAND = "python -m bench truth"
PLOT = Path(__file__).parents[1] / "docs" / "figures" / "practice_truth.svg"
_SIZE = (1280, 720)
# A time of the scripts at which everybody's lids are open.
_AT_S = 1.9
_IRISES = (468, 473)
_GOOD = ("portrait", "hijab", "white-hijab", "noisy")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Skin tones (each without and with a hijab), steps of each sweep, how many scripts are judged, and the plot's file."""

    tones: int = SKIN_TONES
    steps: int = 11
    scripts: int = len(TOLD_BY)
    plot: Path | None = PLOT


TINY = Sizes(tones=1, steps=3, scripts=2, plot=None)


@dataclass(frozen=True, slots=True)
class _Sweep:
    """One thing that changes. `sitter`: a person and a value -> who sits there; `known` and `measured` have one unit.

    relative: errors are shares of what is known.
    """

    name: str
    unit: str
    low: float
    high: float
    sitter: Callable[[Person, float], Sitter]
    known: Callable[[FaceTruth], float]
    measured: str
    relative: bool = False


@dataclass(frozen=True, slots=True)
class _Point:
    known: float
    error: float
    person: int


_SWEEPS: Final = (
    _Sweep("yaw", "degrees", -25, 25, lambda p, v: Sitter(p, Pose(yaw=v)), lambda t: t.sitter.pose.yaw, "yaw"),
    _Sweep("pitch", "degrees", -20, 20, lambda p, v: Sitter(p, Pose(pitch=v)), lambda t: t.sitter.pose.pitch, "pitch"),
    _Sweep("roll", "degrees", -20, 20, lambda p, v: Sitter(p, Pose(roll=v)), lambda t: t.sitter.pose.roll, "roll"),
    *(
        _Sweep(name, "px", 0.7, 2.2, lambda p, v: Sitter(p, Pose(distance=v)), lambda t: t.inter_eye_px, key, True)
        for name, key in (("distance of the eyes (corners)", "corners"), ("distance of the eyes (irises)", "irises"))
    ),
    _Sweep("lids", "of T", 0, 1, lambda p, v: Sitter(p, eyes_open=v), lambda t: t.lid_gap, "lids"),
    _Sweep("lips", "of T", 0, 1, lambda p, v: Sitter(p, mouth=v), lambda t: t.lip_gap, "lips"),
)


def run(sizes: Sizes) -> Iterable[Table]:
    """The errors, the verdicts, and between them the plot."""
    cv2.setNumThreads(1)  # as the camera's worker does
    people = [
        Person(skin=skin, hijab=hijab, seed=60 + 2 * skin + hijab)
        for skin in range(sizes.tones)
        for hijab in (False, True)
    ]
    points: dict[str, list[_Point]] = {}
    finder = FaceFinder()
    for sweep in _SWEEPS:
        say(f"truth: {sweep.name}")
        points[sweep.name] = list(_measure(finder, sweep, people, sizes.steps))
    zero = median(point.error for point in points["pitch"] if abs(point.known) < 1)
    points["pitch"] = [replace(point, error=point.error - zero) for point in points["pitch"]]
    _plot(points, len(people), sizes.steps, sizes.plot)
    yield _errors(points, people, sizes.steps, zero)
    yield _readings(points, len(people))
    yield _verdicts(people, sizes)


def _measure(finder: FaceFinder, sweep: _Sweep, people: Sequence[Person], steps: int) -> Iterable[_Point]:
    for place, person in enumerate(people):
        for value in np.linspace(sweep.low, sweep.high, steps):
            scene = Scene((sweep.sitter(person, float(value)),))
            frame, (truth,) = studio(*_SIZE).render(scene), studio(*_SIZE).truth(scene).faces
            boxes = finder.detect(frame)
            mesh = finder.mesh_of_box(frame, boxes[0]) if boxes else None
            if mesh is None:
                continue
            face = face_frame(mesh.points)
            right, left = mesh.points[list(_IRISES), :2]
            read = {
                "yaw": face.pose.yaw,
                "pitch": face.pose.pitch,
                "roll": face.pose.roll,
                "corners": face.eye_distance,
                "irises": float(np.hypot(*(left - right))),
                "lids": lid_opening(mesh.points, face),
                "lips": lip_opening(mesh.points, face),
            }[sweep.measured]
            known = sweep.known(truth)
            yield _Point(known, (read - known) / (known if sweep.relative else 1), place)


def _errors(points: dict[str, list[_Point]], people: Sequence[Person], steps: int, zero: float) -> Table:
    rows = []
    for sweep in _SWEEPS:
        errors = [point.error * (100 if sweep.relative else 1) for point in points[sweep.name]]
        known = [point.known for point in points[sweep.name]]
        unit = "%" if sweep.relative else sweep.unit
        sizes = [abs(error) for error in errors]
        rows.append(
            (
                f"{sweep.name} ({unit})",
                f"{_figure(min(known))} to {_figure(max(known))}",
                f"{len(errors)} of {len(people) * steps} frames",
                _figure(fmean(errors)),
                _figure(median(sizes)),
                _figure(percentile(sizes, 0.95)),
            )
        )
    return Table(
        "Practice people: what is measured less what is true",
        COMMAND,
        ("", "true values", "measured", "bias", "median size", "p95 size"),
        tuple(rows),
        (
            f"{len(people)} people: tones of skin {min(p.skin for p in people)} to {max(p.skin for p in people)}, each without"
            " and with a hijab, all of different features; 1280 x 720, one thing changes at a time. Where fewer frames are measured"
            " than were shown, no landmarks were found in the rest: they are in no other column.",
            f"Pitch is less what level heads read (median {_figure(zero)} degrees), as a booth is calibrated; the profile's zero is"
            f" {PortraitProfile().pitch_zero_deg:g} unless an office sets another.",
            "The distance of the eyes is known of the irises; the portrait measures between the middles of"
            " the eye corners, which a blink does not move.",
            "Lids and lips: widest gap as a share of T, the height from the eye line to the chin. Error curves:"
            " docs/figures/practice_truth.svg.",
        ),
    )


# Angles and what an early prototype of these people read at them.
_PROTOTYPE: Final = (("yaw", 15, 12.8), ("yaw", 20, 18.3), ("pitch", 10, 9.7), ("roll", 8, 8.1))


def _readings(points: dict[str, list[_Point]], people: int) -> Table:
    rows = []
    for name, angle, before in _PROTOTYPE:
        read = []
        for person in sorted({point.person for point in points[name]}):
            own = np.array(sorted((p.known, p.known + p.error) for p in points[name] if p.person == person))
            if own[0, 0] <= angle <= own[-1, 0]:
                read.append(float(np.interp(angle, own[:, 0], own[:, 1])))
        mean, spread = "-", "-"
        if read:
            mean, spread = f"{fmean(read):.1f}", f"{percentile(read, 0.05):.1f} to {percentile(read, 0.95):.1f}"
        rows.append((f"{name} {angle}", f"{len(read)} of {people} people", mean, spread, f"{before}"))
    return Table(
        "Practice people: angles as they are read (degrees)",
        COMMAND,
        ("true", "measured", "mean", "p5 to p95", "early prototype"),
        tuple(rows),
        (
            "Between two measured angles the reading is interpolated; who was not measured on both sides of the angle is left out.",
        ),
    )


def _verdicts(people: Sequence[Person], sizes: Sizes) -> Table:
    say("truth: verdicts")
    assessor = PortraitAssessor()
    rows = []
    for name in (*_GOOD, *list(TOLD_BY)[: sizes.scripts]):
        shown = [assessor.assess(studio(*_SIZE).render(scene)) for scene in _with_people(name, people)]
        seen = [each for each in shown if measured(each)]
        rule = TOLD_BY.get(name)
        told = "-" if rule is None else f"{sum(each.verdicts[rule] != 'pass' for each in seen)} of {len(shown)}"
        rows.append((name, rule or "none", f"{len(seen)} of {len(shown)} frames", told, _others(seen, rule)))
    return Table(
        "Practice people: which rules speak",
        COMMAND,
        ("script", "rule that must speak", "measured", "it does", "other rules that do"),
        tuple(rows),
        (
            'One frame of each script ("practice:SCRIPT") and person; to speak is any verdict but pass.',
            "Not measured: no landmarks were found. The booth then asks the person to show themselves better, whatever the fault: no rule"
            " counts as having spoken.",
        ),
    )


def _with_people(name: str, people: Sequence[Person]) -> Iterable[Scene]:
    """The script's scene with other people on the seat, dressed as the script has it."""
    scene = SCRIPTS[name](_AT_S)
    for person in people:
        seated = scene.sitters[-1]
        hijab = seated.person.hijab or (person.hijab and seated.person.hat is None)
        sits = replace(seated, person=replace(seated.person, skin=person.skin, hijab=hijab, seed=person.seed))
        yield replace(scene, sitters=(*scene.sitters[:-1], sits))


def _others(seen: Sequence[Assessment], rule: str | None) -> str:
    counts: dict[str, int] = {}
    for assessment in seen:
        for name, verdict in assessment.verdicts.items():
            if verdict != "pass" and name != rule:
                counts[f"{name} ({verdict})"] = counts.get(f"{name} ({verdict})", 0) + 1
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "-"


def _figure(value: float) -> str:
    return f"-{number(-value)}" if value < 0 else number(value)


def _plot(points: dict[str, list[_Point]], people: int, steps: int, path: Path | None) -> None:
    """Error over truth, a panel for each sweep: every person, their median, and zero. Without a path it is only drawn."""
    with rc_context({"svg.hashsalt": "practice", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(9, 9.6))
        panels = figure.subplots(4, 2).ravel()
        for panel, sweep in zip(panels, _SWEEPS, strict=False):
            all_points = points[sweep.name]
            scale = 100 if sweep.relative else 1
            for person in range(people):
                own = np.array(sorted((p.known, p.error * scale) for p in all_points if p.person == person))
                panel.plot(*own.reshape(-1, 2).T, color="0.75", linewidth=0.7)
            columns = np.array_split(np.array(sorted((p.known, p.error * scale) for p in all_points)), steps)
            middle = np.array([np.median(column, axis=0) for column in columns])
            panel.plot(*middle.T, color="tab:blue", linewidth=1.8)
            panel.axhline(0, color="black", linewidth=0.6)
            panel.set_xlabel(f"true {sweep.name} ({sweep.unit})")
            panel.set_ylabel(f"error ({'%' if sweep.relative else sweep.unit})")
        panels[-1].axis("off")
        panels[-1].text(
            *(0, 0.95),
            f"What the portrait measures of {people} practice people,\n"
            "less what is true of them. Grey: each person (eight tones\n"
            "of skin, each without and with a hijab). Blue: their\n"
            "median. T: eye line to chin. Pitch is less what level\n"
            "heads read. Frames of 1280 x 720.\n\n"
            f"{COMMAND}",
            verticalalignment="top",
        )
        figure.tight_layout()
        figure.savefig(path or io.BytesIO(), format="svg", metadata={"Date": None})
