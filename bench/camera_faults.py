"""How soon the camera worker names what is wrong, for every kind of camera and every fault that it can have."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2

from bench.camera_rigs import PATIENCE_S, PRACTICE, STREAM, WEBCAM, Rig, Trouble, camera
from bench.processes import say
from bench.tables import Table
from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment
from kiosk_app.camera.sink import Capture
from kiosk_app.camera.worker import CameraWorker

COMMAND = "python -m bench camera_faults"
_HEALTHY_FRAMES = 5


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many of the cases are tried, and how often each."""

    cases: int = 99
    turns: int = 3


TINY = Sizes(cases=1, turns=1)


class _Ear:
    """The sink: when the first fault after `listen` came, and when all was well again."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self.frames = 0
        self.fault_at: float | None = None
        self.code = ""
        self.well_at: float | None = None

    def listen(self) -> None:
        with self._heard:
            self.fault_at = self.well_at = None
            self.code = ""

    def preview(self, bgra: Image) -> None:
        with self._heard:
            self.frames += 1
            self._heard.notify_all()

    def codes(self, contents: tuple[str, ...]) -> None: ...

    def code_advice(self, advice: CodeAdvice | None) -> None: ...

    def assessment(self, assessment: Assessment) -> None: ...

    def capture(self, capture: Capture) -> None: ...

    def fault(self, code: str) -> None:
        with self._heard:
            if self.fault_at is None:
                self.fault_at, self.code = time.monotonic(), code
            self._heard.notify_all()

    def recovered(self) -> None:
        with self._heard:
            self.well_at = time.monotonic()
            self._heard.notify_all()

    def wait(self, enough: Callable[[], bool]) -> bool:
        with self._heard:
            return self._heard.wait_for(enough, PATIENCE_S)


@dataclass(frozen=True, slots=True)
class _Case:
    camera: str
    fault: str
    trouble: Trouble
    code: str


_CASES = (
    _Case(WEBCAM, "unplugged: read fails, opening too", "gone", "camera-missing"),
    _Case(WEBCAM, "read fails, opening works", "busy", "camera-missing"),
    _Case(WEBCAM, "same frame again and again", "same", "camera-frozen"),
    _Case(WEBCAM, "driver gives no frame and no error", "silent", "camera-frozen"),
    _Case(WEBCAM, "black frames", "black", "camera-black"),
    _Case(WEBCAM, "frames of two planes", "grey", "camera-format"),
    _Case(WEBCAM, "takes long to open, at the start", "slow", "camera-slow"),
    _Case(WEBCAM, "infrared camera of 340 x 340, at the start", "small", "camera-format"),
    _Case(STREAM, "connection is closed", "gone", "camera-missing"),
    _Case(STREAM, "same picture again and again", "same", "camera-frozen"),
    _Case(STREAM, "nothing comes", "silent", "camera-frozen"),
    _Case(STREAM, "black pictures", "black", "camera-black"),
    _Case(STREAM, "log-in page instead, at the start", "grey", "camera-format"),
    _Case(STREAM, "no answer, at the start", "slow", "camera-slow"),
    _Case(PRACTICE, "unplugged", "gone", "camera-missing"),
    _Case(PRACTICE, "frozen", "same", "camera-frozen"),
    _Case(PRACTICE, "black", "black", "camera-black"),
)


def run(sizes: Sizes) -> Iterable[Table]:
    """One row a case: the name it got, and the longest of its times."""
    cv2.setNumThreads(1)
    rows = []
    for case in _CASES[: sizes.cases]:
        say(f"camera faults: {case.camera}, {case.fault}")
        results = [_tried(case) for _ in range(sizes.turns)]
        codes = sorted({code for code, _, _ in results})
        named, well = max(named for _, named, _ in results), max(well for _, _, well in results)
        right = sum(code == case.code for code, _, _ in results)
        rows.append(
            (
                f"{case.camera}: {case.fault}",
                ", ".join(codes),
                f"{right} of {sizes.turns}",
                f"{named:.2f}",
                f"{well:.2f}",
            )
        )
    yield Table(
        "Camera faults: named and taken back",
        COMMAND,
        ("fault", "name", "as it should be", "named after, longest s", "well again after its end, longest s"),
        tuple(rows),
        (
            "The real CameraWorker with its usual limits. The stream is a server on 127.0.0.1; the webcam is the real class over"
            " a stand-in for cv2.VideoCapture, since a build machine has no camera.",
            "Wall-clock times. The wait before a camera is opened again is 0.5 s, doubled each time up to 10 s.",
        ),
    )


def _tried(case: _Case) -> tuple[str, float, float]:
    """The name, the seconds until it came, and the seconds from the end of the fault until all was well."""
    rig, ear = Rig(), _Ear()
    with camera(case.camera, rig) as source:
        worker = CameraWorker(lambda: source, ear, None, CodeReader())
        worker.set_preview(320, 180, mirrored=True)
        if case.fault.endswith("at the start"):
            begun = time.monotonic()
            rig.set(case.trouble)
            worker.start()
        else:
            worker.start()
            if not ear.wait(lambda: ear.frames >= _HEALTHY_FRAMES):
                raise RuntimeError(f"The {case.camera} gave no frames to begin with.")
            ear.listen()
            begun = time.monotonic()
            rig.set(case.trouble)
        ear.wait(lambda: ear.fault_at is not None)
        named = (ear.fault_at or float("inf")) - begun
        time.sleep(0.3)
        rig.set("")
        ended = time.monotonic()
        ear.wait(lambda: ear.well_at is not None)
        well = (ear.well_at or float("inf")) - ended
        worker.stop()
    return ear.code, named, well


if __name__ == "__main__":
    for table in run(Sizes(turns=1)):
        print(table.markdown())
