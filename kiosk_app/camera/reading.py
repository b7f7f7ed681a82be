"""The reading thread: opens the camera, publishes its frames, notices when it lies, and opens it again."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from kiosk_app import log
from kiosk_app.camera.cadence import Rate, Spare
from kiosk_app.camera.exposure import Lockable
from kiosk_app.camera.frames import Image, Source
from kiosk_app.camera.health import Health
from kiosk_app.camera.heap import give_back
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.pool import PicturePool
from kiosk_app.camera.preview import Previews, PreviewSize
from kiosk_app.camera.sink import CameraSink, FaultBoard, Origin
from kiosk_app.camera.slot import LatestFrame
from kiosk_app.errors import KioskError

_logger = logging.getLogger(__name__)


# Frames that may be held at once: the newest eight for the photo, the one before, the one now, the one that is analysed, a photo's.
_HELD = 12


@runtime_checkable
class Skipping(Protocol):
    """A source that can let a picture pass for less than it costs to read it."""

    def skip(self) -> None:
        """Blocks and raises as `read` does."""
        ...


class FrameReader:
    """Body of the reading thread; ends when `stop` is set or a recording that is not repeated ends."""

    def __init__(
        self,
        open_source: Callable[[], Source],
        sink: CameraSink,
        board: FaultBoard,
        slot: LatestFrame,
        stop: threading.Event,
        limits: Limits,
    ) -> None:
        self._open_source = open_source
        self._sink = sink
        self._board = board
        self._slot = slot
        self._stop = stop
        self._limits = limits
        self._delay_s = limits.first_delay_s
        self._showing = Rate(limits.preview_per_s)
        self._pool = PicturePool(_HELD)
        self._previews = Previews()
        self._tidied_at = time.monotonic()
        self.preview_size: PreviewSize | None = None

    def run(self) -> None:
        while not self._stop.is_set():
            if not self._session():
                return
            self._stop.wait(self._delay_s)
            self._delay_s = min(2 * self._delay_s, self._limits.longest_delay_s)

    def _session(self) -> bool:
        """One camera from opening to closing; false when there is nothing left to come."""
        source: Source | None = None
        try:
            source = self._open_source()
            source.open()
            self._stream(source)
        except KioskError as fault:
            self._board.report(Origin.CAMERA, fault.code, str(fault))
            return fault.code != "camera-ended"
        except Exception as error:  # noqa: BLE001 - whatever a driver throws, the camera is tried again
            self._board.report(Origin.CAMERA, "camera-missing", log.where(error))
        finally:
            if source is not None:
                self._close(source)
        return True

    def _stream(self, source: Source) -> None:
        health = Health(self._limits.suspect_s) if source.live else None
        skip = source.skip if isinstance(source, Skipping) else None
        lock = source.lock if isinstance(source, Lockable) else None
        spare = Spare()
        while not self._stop.is_set():
            now, every_s = time.monotonic(), self._slot.wanted_every_s
            if skip is not None and self.preview_size is None and spare.may_pass(now, every_s):
                skip()
                spare.passed()
                continue
            bgr = self._pool.copy(source.read())
            frame = self._slot.put(bgr)
            spare.was_read(frame.at)
            self._show(bgr, frame.at)
            if frame.at - self._tidied_at >= self._limits.tidy_s:
                self._tidied_at = frame.at
                give_back()
            if lock is not None:
                lock(frame.at < self._slot.light_held_until)
            if health is None or health.check(bgr, frame.at):
                self._board.clear(Origin.CAMERA)
                self._delay_s = self._limits.first_delay_s

    def _show(self, bgr: Image, at: float) -> None:
        size = self.preview_size
        if size is not None and self._showing.lets(at):
            self._sink.preview(self._previews.make(bgr, size))

    def _close(self, source: Source) -> None:
        try:
            source.close()
        except Exception as error:  # noqa: BLE001 - a camera that cannot be closed is opened again all the same
            log.event(_logger, "camera-close-failed", logging.WARNING, camera=source.name, error=log.where(error))


class Silence:
    """Names a camera that gives no frame and no error either; asked by the thread that does not wait for it."""

    def __init__(self, board: FaultBoard, slot: LatestFrame, limits: Limits) -> None:
        self._board = board
        self._slot = slot
        self._limits = limits
        self._started_at = time.monotonic()

    def check(self) -> None:
        last_at = self._slot.last_at
        since = self._started_at if last_at is None else last_at
        if time.monotonic() - since > self._limits.silence_s:
            code = "camera-slow" if last_at is None else "camera-frozen"
            self._board.report_unless_known(Origin.CAMERA, code, "no frame")
