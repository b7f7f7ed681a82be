"""A listener that keeps what it hears, and cameras whose pictures and faults a test decides."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.frames import CameraFault, Image, Source
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.sink import Capture
from kiosk_app.camera.worker import CameraWorker

if TYPE_CHECKING:
    from kiosk_app.camera.portrait import Assessment

PATIENCE_S = 30.0  # only ever waited out by a test that fails
# Silence is measured against the machine's own pace: only the tests of silence shorten it.
QUICK = Limits(
    suspect_s=0.15,
    silence_s=PATIENCE_S,
    first_delay_s=0.02,
    longest_delay_s=0.1,
    capture_s=0.3,
)


class Listener:
    """A sink; `wait_for` returns as soon as what it has heard satisfies a test."""

    def __init__(self) -> None:
        self._heard = threading.Condition()
        self.previews: list[Image] = []
        self.contents: list[tuple[str, ...]] = []
        self.advices: list[CodeAdvice | None] = []
        self.assessments: list[Assessment] = []
        self.captures: list[Capture] = []
        self.faults: list[str] = []

    def preview(self, bgra: Image) -> None:
        self._keep(self.previews, bgra)

    def codes(self, contents: tuple[str, ...]) -> None:
        self._keep(self.contents, contents)

    def code_advice(self, advice: CodeAdvice | None) -> None:
        self._keep(self.advices, advice)

    def assessment(self, assessment: "Assessment") -> None:
        self._keep(self.assessments, assessment)

    def capture(self, capture: Capture) -> None:
        self._keep(self.captures, capture)

    def fault(self, code: str) -> None:
        self._keep(self.faults, code)

    def recovered(self) -> None:
        self._keep(self.faults, "recovered")

    def _keep(self, where: list[Any], what: object) -> None:
        with self._heard:
            where.append(what)
            self._heard.notify_all()

    def wait_for(self, enough: Callable[[], bool]) -> None:
        with self._heard:
            assert self._heard.wait_for(enough, PATIENCE_S), f"faults so far: {self.faults}"


class Script:
    """A camera that gives what `play(opening)` yields: a picture, or an exception to raise, one every 5 ms.

    After the last item it gives nothing more, and no fault either, as a hanging driver does. `openings` are the
    exceptions that the first, second ... opening raises.
    """

    name = "scripted camera"

    def __init__(
        self,
        play: Callable[[int], Iterator[Image | Exception]],
        live: bool = True,
        openings: dict[int, Exception] | None = None,
    ) -> None:
        self.live = live
        self.opened = 0
        self.closed = 0
        self.leaving = threading.Event()
        self._openings = openings or {}
        self._play = play
        self._coming: Iterator[Image | Exception] = iter(())

    def open(self) -> None:
        self.opened += 1
        if self.opened in self._openings:
            raise self._openings[self.opened]
        self._coming = self._play(self.opened)

    def read(self) -> Image:
        self.leaving.wait(0.005)
        item = next(self._coming, None)
        if item is None:
            self.leaving.wait(PATIENCE_S)
            raise unplugged()
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        self.closed += 1


def unplugged() -> CameraFault:
    return CameraFault("camera-missing", "The scripted camera was unplugged.", "Plug it in.")


def noise(opening: int = 0) -> Iterator[Image]:
    """A live camera in an empty room, for ever."""
    random = np.random.default_rng(opening)
    while True:
        yield random.integers(90, 110, (90, 160, 3), dtype=np.uint8)


@contextmanager
def running(worker: CameraWorker, *sources: Source) -> Iterator[None]:
    """The worker at work; stopped, and its threads ended, whatever the test does."""
    worker.start()
    try:
        yield
    finally:
        for source in sources:
            if isinstance(source, Script):
                source.leaving.set()
        worker.stop(PATIENCE_S)
        assert not any(thread.name.startswith("camera-") for thread in threading.enumerate())
