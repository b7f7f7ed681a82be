"""The analysing thread: codes in the newest frame, or the portrait in it, and the photo that is asked for."""

import enum
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from kiosk_app import log
from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.best_shot import rank
from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.encode import encode_jpeg, encode_picture
from kiosk_app.camera.frames import Frame, Image
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.motion import MotionGate
from kiosk_app.camera.reading import Silence
from kiosk_app.camera.sink import CameraSink, Capture, Failures, FaultBoard, Origin
from kiosk_app.camera.slot import LatestFrame
from kiosk_app.errors import KioskError

if TYPE_CHECKING:
    from kiosk_app.camera.portrait import Assessment

_PATIENCE_S = 0.25  # how often orders and silence are looked at when no frame comes
_RECENT_FRAMES = 8
_NO_FRAME = "capture-failed"
_FULL_ASSESSMENTS = 3  # about 90 ms each


class Watch(enum.Enum):
    """What to look for."""

    IDLE = "idle"
    CODES = "codes"
    PORTRAIT = "portrait"


class Assessor(Protocol):
    """What is used of PortraitAssessor."""

    @property
    def profile(self) -> PortraitProfile: ...

    def assess(self, bgr: Image) -> "Assessment": ...

    def assess_live(self, bgr: Image) -> "Assessment": ...


class Analyser:
    """Body of the analysing thread; ends when `stop` is set."""

    def __init__(
        self,
        sink: CameraSink,
        board: FaultBoard,
        slot: LatestFrame,
        stop: threading.Event,
        limits: Limits,
        assessor: Assessor | None,
        reader: CodeReader,
    ) -> None:
        self._sink = sink
        self._board = board
        self._slot = slot
        self._stop = stop
        self._limits = limits
        self._assessor = assessor
        self._reader = reader
        self._gate = MotionGate()
        self._advised: CodeAdvice | None = None
        self._light_right_since: float | None = None
        self._silence = Silence(board, slot, limits)
        self._recent: deque[tuple[Frame, Assessment]] = deque(maxlen=_RECENT_FRAMES)
        self._capture_until: float | None = None
        self._capture_problem = _NO_FRAME
        self.failures = Failures("camera-analysis-failed")
        self.watch = Watch.IDLE
        self._intervals_s = {
            Watch.IDLE: 1 / limits.idle_per_s,
            Watch.CODES: 1 / limits.codes_per_s,
            Watch.PORTRAIT: 1 / limits.portrait_per_s,
        }

    def ask_capture(self) -> None:
        self._capture_problem = _NO_FRAME
        self._capture_until = time.monotonic() + self._limits.capture_s

    def run(self) -> None:
        number, due = 0, 0.0
        while not self._stop.is_set():
            watch = self.watch
            frame = self._slot.newer(number, due, _PATIENCE_S)
            self._silence.check()
            if watch is not self.watch:
                due = 0.0
                continue
            if watch is Watch.PORTRAIT:
                self._advise(None)
            else:
                self._recent.clear()
                self._light_right_since = None
                self._slot.light_held_until = float("-inf")
            began = time.monotonic()
            self._guarded(watch, frame)
            if frame is not None:
                number, due = frame.number, began + self._interval_s(watch, frame.at)
        self._recent.clear()

    def _interval_s(self, watch: Watch, at: float) -> float:
        """From one look to the next, after that at the frame of `at`."""
        if watch is Watch.IDLE and self._gate.lively(at):
            watch = Watch.CODES
        self._slot.wanted_every_s = self._intervals_s[watch]
        return self._slot.wanted_every_s

    def _guarded(self, watch: Watch, frame: Frame | None) -> None:
        try:
            looked = frame is not None and self._look(watch, frame)
            self._serve_capture()
        except Exception as error:  # noqa: BLE001 - one frame that cannot be analysed must not end the service
            self.failures.note(error)
            self._board.report(Origin.ANALYSIS, "camera-analysis", log.where(error))
        else:
            if looked:
                self._board.clear(Origin.ANALYSIS)

    def _look(self, watch: Watch, frame: Frame) -> bool:
        """Analyses `frame`; false when it was not worth it."""
        if watch is Watch.PORTRAIT and self._assessor is not None:
            assessment = self._assessor.assess_live(frame.bgr)
            self._recent.append((frame, assessment))
            self._hold_light(frame.at, assessment)
            self._sink.assessment(assessment)
            return True
        gray = np.asarray(cv2.cvtColor(frame.bgr, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        if watch is Watch.IDLE and not self._gate.opens(gray, frame.at):
            return False
        contents = self._reader.read(gray, frame.at)
        self._advise(self._reader.advice)
        if contents:
            self._sink.codes(tuple(contents))
        return True

    def _advise(self, advice: CodeAdvice | None) -> None:
        if advice is not self._advised:
            self._advised = advice
            self._sink.code_advice(advice)

    def _hold_light(self, at: float, assessment: "Assessment") -> None:
        """While the light has been right for a second the camera keeps it; else its own automatic mends it."""
        if assessment.faces < 1 or assessment.verdicts.get("light") != "pass":
            self._light_right_since = None
            return
        if self._light_right_since is None:
            self._light_right_since = at
        if at - self._light_right_since >= self._limits.light_settles_s:
            self._slot.light_held_until = at + self._limits.steady_s

    def _serve_capture(self) -> None:
        until = self._capture_until
        if until is None or self._assessor is None:
            return
        capture = None
        try:
            capture = best_capture(self._assessor, self._candidates(self._assessor.profile))
        except KioskError as error:
            self._capture_problem = error.code
        finally:
            if capture is not None or time.monotonic() >= until:
                if self._capture_until == until:  # else another one was ordered meanwhile
                    self._capture_until = None
                if capture is None:
                    self._sink.fault(self._capture_problem)
        if capture is not None:
            self._recent.clear()
            self._sink.capture(capture)

    def _candidates(self, profile: PortraitProfile) -> list[Frame]:
        """The newest frames, the best first."""
        oldest = time.monotonic() - self._limits.recent_s
        recent = [(frame, assessment) for frame, assessment in self._recent if frame.at >= oldest]
        recent.sort(key=lambda item: rank(item[1], profile), reverse=True)
        return [frame for frame, _assessment in recent[:_FULL_ASSESSMENTS]]


def best_capture(assessor: Assessor, candidates: list[Frame]) -> Capture | None:
    """The photo from the first candidate that passes when all is measured, else from the best of them.

    Raises the KioskError of the crop when no candidate can be cropped; None when there is no candidate.
    """
    profile = assessor.profile
    assessed = []
    for frame in candidates:
        assessed.append((frame, assessor.assess(frame.bgr)))
        if assessed[-1][1].acceptable:
            break
    assessed.sort(key=lambda item: rank(item[1], profile), reverse=True)
    problem: KioskError | None = None
    for frame, assessment in assessed:
        try:
            crop = assessment.crop()
        except KioskError as error:
            # Without its trace: that knows this frame, and this frame the error. Pictures of megabytes would stay until the
            # collector comes by.
            problem = error.with_traceback(None)
            continue
        jpeg = encode_jpeg(crop, profile)
        picture = jpeg if profile.picture_format == "jpeg" else encode_picture(crop, profile)
        return Capture(frame.bgr, assessment, crop, jpeg, picture, profile.media_type)
    if problem is not None:
        try:
            raise problem
        finally:
            problem = None  # for the same reason
    return None
