"""The camera's threads at work: how many frames they judge and show a second, and what share of a core that takes."""

import enum
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from bench.processes import say
from bench.tables import Table, number
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.files import Pace
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.scene import Scene
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.camera.sink import Capture
from kiosk_app.camera.worker import CameraWorker, Watch

COMMAND = "python -m bench live"
_FPS = 30.0
_PREVIEW = (960, 720)
_SEEDS = (3, 5, 8)
_CODE = "KIOSK BENCH " + "0123456789" * 10
_SIZES = ((1280, 720), (1920, 1080))


class View(enum.Enum):
    """What is before the camera."""

    NOBODY = "nobody"
    PASSERS = "another person in every frame: more movement than a mall has"
    UNREADABLE = "somebody holds up a code, a thumb over half of it"
    SITTER = "somebody sits for a portrait"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Seconds that each watch is measured, seconds before it, and different frames of each stream."""

    measured_s: float = 20.0
    before_s: float = 3.0
    frames: int = 45


TINY = Sizes(measured_s=0.5, before_s=0.5, frames=3)


class _Recording:
    """JPEG frames at a webcam's pace, one after the other for ever; decoded when read, as OpenCV does with MJPG."""

    live = True
    name = "recording"

    def __init__(self, frames: Sequence[bytes]) -> None:
        self._frames = frames
        self._pace = Pace(_FPS)
        self._count = 0

    def open(self) -> None:
        self._pace = Pace(_FPS)

    def skip(self) -> None:
        """As a webcam's grab: the frame is taken and not decoded."""
        self._pace.wait()
        self._count += 1

    def read(self) -> Image:
        self.skip()
        data = np.frombuffer(self._frames[self._count % len(self._frames)], np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)

    def close(self) -> None:
        """Nothing is held."""


class _Counter:
    """A sink that counts."""

    def __init__(self) -> None:
        self.previews = 0
        self.assessments = 0
        self.faults: list[str] = []

    def preview(self, bgra: Image) -> None:
        self.previews += 1

    def codes(self, contents: tuple[str, ...]) -> None:
        """None of these streams has a code that can be read: the row would be about something else."""
        self.faults.append("a code was read")

    def code_advice(self, advice: object) -> None:
        """Advice is given for the covered code, and costs nothing."""

    def assessment(self, assessment: Assessment) -> None:
        self.assessments += 1

    def capture(self, capture: Capture) -> None:
        """None is asked for."""

    def fault(self, code: str) -> None:
        self.faults.append(code)

    def recovered(self) -> None:
        """Faults are counted, not their ends."""


def run(sizes: Sizes) -> Iterable[Table]:
    """Every watch on both sizes of a webcam, beside the bare reading of the same stream."""
    cv2.setNumThreads(1)  # as the camera's worker does
    rows: list[tuple[str, ...]] = []
    for size in _SIZES:
        for name, watch, view in (
            ("attract screen, nobody there", Watch.IDLE, View.NOBODY),
            ("attract screen, people pass without end", Watch.IDLE, View.PASSERS),
            ("attract screen, a code that cannot be read", Watch.IDLE, View.UNREADABLE),
            ("scan screen, nobody there", Watch.CODES, View.NOBODY),
            ("scan screen, a code that cannot be read", Watch.CODES, View.UNREADABLE),
            ("photo screen, somebody sits", Watch.PORTRAIT, View.SITTER),
        ):
            say(f"live: {size[1]} rows, {name}")
            rows.append((f"{size[0]} x {size[1]}: {name}", *_measured(watch, _frames(size, sizes.frames, view), sizes)))
    yield Table(
        "The camera's threads on a stream of 30 frames/s",
        COMMAND,
        ("", "judged frames/s", "previews/s", "% of a core", "of which reading the stream", "watch : reading"),
        tuple(rows),
        (
            f"{sizes.measured_s:g} s each, through the real CameraWorker: MJPG frames decoded as they come, preview of"
            f" {_PREVIEW[0]} x {_PREVIEW[1]} on the scan and photo screens, as on the booth.",
            "The bare reading is the same stream decoded and thrown away, measured right before.",
            "Practice frames with sensor noise, so that no frame equals the one before.",
        ),
    )


def _measured(watch: Watch, frames: Sequence[bytes], sizes: Sizes) -> tuple[str, ...]:
    bare = _reading_share(frames, sizes)
    counter = _Counter()
    worker = CameraWorker(lambda: _Recording(frames), counter, PortraitAssessor(), CodeReader())
    worker.watch(watch)
    if watch is not Watch.IDLE:
        worker.set_preview(*_PREVIEW, mirrored=True)
    worker.start()
    try:
        time.sleep(sizes.before_s)
        judged, shown = counter.assessments, counter.previews
        wall, cpu = time.monotonic(), time.process_time()
        time.sleep(sizes.measured_s)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        judged, shown = counter.assessments - judged, counter.previews - shown
    finally:
        worker.stop()
    if counter.faults or worker.failures:
        raise RuntimeError(f"The stream did not run well: {counter.faults} {worker.failures}")
    whole = cpu / wall
    return (
        number(judged / wall) if watch is Watch.PORTRAIT else "-",
        number(shown / wall) if watch is not Watch.IDLE else "-",
        number(100 * whole),
        number(100 * bare),
        number(whole / bare),
    )


def _reading_share(frames: Sequence[bytes], sizes: Sizes) -> float:
    """The share of a core that reading the stream takes by itself."""
    source = _Recording(frames)
    stop = threading.Event()

    def read() -> None:
        source.open()
        while not stop.is_set():
            source.read()

    thread = threading.Thread(target=read, name="bare-reading")
    thread.start()
    wall, cpu = time.monotonic(), time.process_time()
    time.sleep(sizes.measured_s / 4)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    stop.set()
    thread.join()
    return cpu / wall


def _frames(size: tuple[int, int], count: int, view: View) -> list[bytes]:
    """Practice frames as a webcam's JPEG."""
    stage = Stage()
    camera = PracticeCamera(stage, size=size, fps=0)
    camera.open()
    frames: list[bytes] = []
    for place in range(count):
        seed = _SEEDS[place * len(_SEEDS) // count]
        if view is View.NOBODY:
            stage.show(Scene())
        elif view is View.SITTER:
            stage.sit(Person.random(seed))
        elif view is View.PASSERS:
            stage.sit(Person.random(place % 12))
        else:
            stage.hold_code(_CODE, Person.random(seed))
        frame = camera.read()
        if view is View.UNREADABLE:
            _cover(frame)
        done, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 85])
        if not done:
            raise RuntimeError("A frame could not be made into a JPEG.")
        frames.append(data.tobytes())
    camera.close()
    return frames


def _cover(bgr: Image) -> None:
    """A thumb over the right half of the code, but for its upper finder."""
    code = zxingcpp.read_barcode(bgr)
    if code is None:
        raise RuntimeError("The practice person's code cannot be found.")
    position = code.position
    left, right = position.bottom_left, position.bottom_right
    side = right.x - left.x
    centre = (right.x - side // 4, right.y - side // 4)
    cv2.ellipse(bgr, centre, (side // 3, side // 2), 0, 0, 360, (140, 160, 200), cv2.FILLED, cv2.LINE_AA)
