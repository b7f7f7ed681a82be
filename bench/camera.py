"""What the eyes of the booth cost a frame: reading codes against plain zxing-cpp, and judging portraits."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import TypeVar

import cv2
import numpy as np
import zxingcpp

from bench.processes import say
from bench.tables import Table, number, percentile
from kiosk_app.booth.codes import SignedCode, booking_id_text, encode_signed, pack_body
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.scene import Scene
from kiosk_app.camera.practice.stage import Stage, holding

COMMAND = "python -m bench camera"
_SEED = 4
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_SLOT = datetime(2025, 1, 25, 3, 30, tzinfo=UTC)

Reader = Callable[[Image], Sequence[str]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Frames of each kind for the readers; people for the portraits, and frames of each one's stream."""

    frames: int = 40
    people: int = 8
    stream: int = 25


TINY = Sizes(frames=2, people=1, stream=3)


def run(sizes: Sizes) -> Iterable[Table]:
    """Both tables; all frames are made before anything is timed."""
    cv2.setNumThreads(1)  # as the camera's worker does
    yield _codes(sizes)
    yield _portraits(sizes)


def _codes(sizes: Sizes) -> Table:
    say("camera: codes")
    rng = random.Random(_SEED)  # noqa: S311 - figures, no secrets
    camera = PracticeCamera(Stage())
    texts = [_code_text(rng) for _ in range(sizes.frames)]
    held = [
        _gray(camera.render(holding(text, Person.random(place), light=rng.uniform(0.5, 1.0)), place))
        for place, text in enumerate(texts, 1)
    ]
    empty = [_gray(camera.render(Scene(light=rng.uniform(0.5, 1.0)), place)) for place in range(sizes.frames)]
    rows: list[tuple[str, ...]] = []
    for kind, frames, wanted in (("a code is held up", held, texts), ("nobody is there", empty, [""] * len(empty))):
        readers: dict[str, Reader] = {
            "CodeReader.read": CodeReader().read,
            "zxingcpp.read_barcodes, as it is": _plain,
            "zxingcpp.read_barcodes, QR codes only": _plain_qr,
        }
        spent, read = _compare(readers, frames, wanted)
        ours = fmean(spent["CodeReader.read"])
        for name in readers:
            found = f"{read[name]} of {len(frames)}" if wanted[0] else "-"
            rows.append((f"{kind}: {name}", *_spread(spent[name]), f"{ours / fmean(spent[name]):.2f}", found))
    return Table(
        "Reading codes, CPU time a 1280 x 720 frame (ms)",
        COMMAND,
        ("", "mean", "p50", "p95", "CodeReader : this, mean", "read"),
        tuple(rows),
        (
            f"Practice frames, {sizes.frames} of each kind, the readers in turn on each frame, one thread.",
            "A frame without a code costs CodeReader one of four further attempts, so that a difficult code gets all within"
            " four frames.",
        ),
    )


def _compare(
    readers: dict[str, Reader], frames: Sequence[Image], wanted: Sequence[str]
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """CPU milliseconds of each reader on each frame, and in how many frames it read what is there."""
    spent: dict[str, list[float]] = {name: [] for name in readers}
    read = dict.fromkeys(readers, 0)
    for reader in readers.values():
        reader(frames[0])
    for place, (frame, text) in enumerate(zip(frames, wanted, strict=True)):
        names = list(readers)
        turn = place % len(names)
        for name in names[turn:] + names[:turn]:
            found, took = _timed(readers[name], frame)
            spent[name].append(took)
            read[name] += text in found
    return spent, read


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


def _plain(gray: Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(gray)]


def _plain_qr(gray: Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(gray, formats=_QR)]


def _gray(bgr: Image) -> Image:
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), np.uint8)


def _code_text(rng: random.Random) -> str:
    """A code of the length and the alphabet of ours; who signed it does not matter to a reader."""
    body = pack_body(SignedCode(1, booking_id_text(rng.getrandbits(50)), 1001, _SLOT, 2))
    return encode_signed(body, rng.randbytes(64))
