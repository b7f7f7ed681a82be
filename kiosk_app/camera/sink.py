"""What the camera worker tells the rest of the program, and the guards that keep a fault from going unseen."""

import enum
import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, Protocol

from kiosk_app import log
from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.frames import Image

if TYPE_CHECKING:
    from kiosk_app.camera.portrait import Assessment

_logger = logging.getLogger(__name__)
_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """A taken photo: the untouched frame BGR uint8[H, W, 3], its full assessment, the crop BGR uint8[h, w, 3] of the
    profile's size, the crop as JPEG for a screen, and as the file of the profile's format (`picture`, `media_type`)."""

    frame: Image
    assessment: "Assessment"
    crop: Image
    jpeg: bytes
    picture: bytes
    media_type: str


CAPTURE_FAULTS = frozenset({"crop-outside", "crop-no-face", "crop-unsure", "capture-failed", "encode-failed"})
"""Codes that are about one asked capture only."""


class CameraSink(Protocol):
    """Called from the worker's threads, possibly two at a time, with values that are never changed afterwards.

    A call must return at once: hand the value over and go. Previews and assessments come faster than a busy screen can
    take them: keep the newest, do not queue.
    """

    def preview(self, bgra: Image) -> None:
        """BGRA uint8[h, w, 4] of the asked size; an array of its own."""
        ...

    def codes(self, contents: tuple[str, ...]) -> None:
        """Contents of the codes in one frame, nearest the centre first; again for every frame that shows them."""
        ...

    def code_advice(self, advice: CodeAdvice | None) -> None:
        """What would help to read the code that is in view; None when none waits to be read. Told when it changes."""
        ...

    def assessment(self, assessment: "Assessment") -> None: ...

    def capture(self, capture: Capture) -> None: ...

    def fault(self, code: str) -> None:
        """What is wrong now: a `CameraFault` code, a code of whoever chose the camera, or "camera-analysis".

        Also, about one asked capture only and with no `recovered` to follow: the code of the crop that could not be
        made ("crop-outside", "crop-no-face", "crop-unsure"), or "capture-failed" when there was no frame.
        """
        ...

    def recovered(self) -> None:
        """Nothing is wrong any more."""
        ...


class Failures:
    """Counts exceptions by type, and logs the first, second, fourth, eighth ... of a type: a fault at every frame must
    neither be silent nor fill the disk."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    def note(self, error: Exception) -> None:
        with self._lock:
            self._counts[type(error).__name__] += 1
            count = self._counts[type(error).__name__]
        if count & (count - 1) == 0:
            log.event(_logger, self._event, logging.ERROR, error=log.where(error), count=count)


class GuardedSink:
    """Passes everything on to `sink`; an exception there is counted and logged, and does not stop the camera."""

    def __init__(self, sink: CameraSink) -> None:
        self._sink = sink
        self.failures = Failures("camera-sink-failed")

    def preview(self, bgra: Image) -> None:
        self._pass(self._sink.preview, bgra)

    def codes(self, contents: tuple[str, ...]) -> None:
        self._pass(self._sink.codes, contents)

    def code_advice(self, advice: CodeAdvice | None) -> None:
        self._pass(self._sink.code_advice, advice)

    def assessment(self, assessment: "Assessment") -> None:
        self._pass(self._sink.assessment, assessment)

    def capture(self, capture: Capture) -> None:
        self._pass(self._sink.capture, capture)

    def fault(self, code: str) -> None:
        self._pass(self._sink.fault, code)

    def recovered(self) -> None:
        self._pass(self._sink.recovered)

    def _pass(self, call: Callable[_P, None], *args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever the listener does wrong, the camera goes on
            self.failures.note(error)


class Origin(enum.Enum):
    """Who may be at fault independently of the other."""

    CAMERA = "camera"
    ANALYSIS = "analysis"


class FaultBoard:
    """What is wrong now, told to the sink and to the log when it changes and only then."""

    def __init__(self, sink: CameraSink) -> None:
        self._sink = sink
        self._lock = threading.RLock()
        self._codes: dict[Origin, str] = {}

    def report(self, origin: Origin, code: str, reason: str) -> None:
        """Puts the fault up; `reason` is for the technician's log."""
        with self._lock:
            if self._codes.get(origin) != code:
                self._codes[origin] = code
                log.event(_logger, "camera-fault", logging.WARNING, part=origin.value, code=code, reason=reason)
                self._sink.fault(code)

    def report_unless_known(self, origin: Origin, code: str, reason: str) -> None:
        """As `report`, but a fault of `origin` that is already on the board is the better name."""
        with self._lock:
            if origin not in self._codes:
                self.report(origin, code, reason)

    def clear(self, origin: Origin) -> None:
        with self._lock:
            if self._codes.pop(origin, None) is None:
                return
            log.event(_logger, "camera-recovered", part=origin.value)
            if self._codes:
                self._sink.fault(next(iter(self._codes.values())))
            else:
                self._sink.recovered()
