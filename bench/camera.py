"""What judging a portrait costs a frame."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

import cv2

from bench.processes import say
from bench.tables import Table, number, percentile
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.stage import Stage

COMMAND = "python -m bench camera"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sizes:
    """People, and frames of each one's stream."""

    people: int = 8
    stream: int = 25


TINY = Sizes(people=1, stream=3)


def run(sizes: Sizes) -> Iterable[Table]:
    """All frames are made before anything is timed."""
    cv2.setNumThreads(1)  # as the camera's worker does
    yield _portraits(sizes)


def _portraits(sizes: Sizes) -> Table:
    say("camera: portraits")
    stage = Stage()
    camera = PracticeCamera(stage, fps=0)
    camera.open()
    frames: list[Image] = []
    for seed in range(sizes.people):
        stage.sit(Person.random(seed))
        frames += [camera.read() for _ in range(sizes.stream)]
    camera.close()
    assessor = PortraitAssessor()
    assessor.assess(frames[0])
    live = [_timed(assessor.assess_live, frame) for frame in frames]
    whole = [_timed(assessor.assess, frame) for frame in frames[:: max(1, sizes.stream // 5)]]
    return Table(
        "Judging portraits, CPU time a 1280 x 720 frame (ms)",
        COMMAND,
        ("", "mean", "p50", "p95", "one face", "acceptable"),
        (_judged("PortraitAssessor.assess_live", live), _judged("PortraitAssessor.assess", whole)),
        (
            f"{sizes.people} practice people who sit as they should, {sizes.stream} frames of each one's stream (they breathe and"
            " blink), one thread.",
            "assess_live is what every frame of the preview costs; assess is done once, on the frame that becomes the photo.",
        ),
    )


def _judged(name: str, results: Sequence[tuple[Assessment, float]]) -> tuple[str, ...]:
    assessments = [assessment for assessment, _ in results]
    one_face = sum(assessment.faces == 1 for assessment in assessments)
    good = sum(assessment.acceptable for assessment in assessments)
    count = len(results)
    return (name, *_spread([took for _, took in results]), f"{one_face} of {count}", f"{good} of {count}")


def _timed(work: Callable[[Image], T], frame: Image) -> tuple[T, float]:
    """The result and its CPU milliseconds, of all threads of this process."""
    begun = time.process_time_ns()
    result = work(frame)
    return result, (time.process_time_ns() - begun) / 1e6


def _spread(values: Sequence[float]) -> tuple[str, str, str]:
    return number(fmean(values)), number(percentile(values, 0.5)), number(percentile(values, 0.95))
