"""The camera as a service of its own: two supervised threads behind a few orders.

One thread reads and shows, the other analyses, so that neither a slow analysis nor a hanging driver stops the other.
"""

import logging
import threading
import time
from collections.abc import Callable

import cv2

from kiosk_app import log
from kiosk_app.camera.analysis import Analyser, Assessor, Watch
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Source
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.preview import PreviewSize
from kiosk_app.camera.reading import FrameReader
from kiosk_app.camera.sink import CameraSink, Capture, FaultBoard, GuardedSink
from kiosk_app.camera.slot import LatestFrame

__all__ = ["CameraSink", "CameraWorker", "Capture", "Limits", "Watch"]

_logger = logging.getLogger(__name__)


class CameraWorker:
    """Runs the camera that `open_source` makes and tells `sink` what it sees; faults are told, retried and taken back.

    Orders may be given from any thread, before or after `start`. A worker is started once and stopped once.
    """

    def __init__(
        self,
        open_source: Callable[[], Source],
        sink: CameraSink,
        assessor: Assessor | None,
        reader: CodeReader,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        self._stop = threading.Event()
        self._slot = LatestFrame()
        self._sink = GuardedSink(sink)
        board = FaultBoard(self._sink)
        self._reading = FrameReader(open_source, self._sink, board, self._slot, self._stop, limits)
        self._analysis = Analyser(self._sink, board, self._slot, self._stop, limits, assessor, reader)
        self._has_assessor = assessor is not None
        # Daemons: a driver that never returns from a read must not keep the program from ending.
        self._threads = [
            threading.Thread(target=self._reading.run, name="camera-read", daemon=True),
            threading.Thread(target=self._analysis.run, name="camera-analyse", daemon=True),
        ]

    def start(self) -> None:
        # OpenCV's own threads would fight over a booth PC's two cores, and its warnings repeat what the faults say.
        cv2.setNumThreads(1)
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        for thread in self._threads:
            thread.start()

    def stop(self, deadline_s: float = 3.0) -> None:
        """Ends both threads; whoever has not ended after `deadline_s` is named in the log and left to itself."""
        self._stop.set()
        self._slot.wake()
        end = time.monotonic() + deadline_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, end - time.monotonic()))
            if thread.is_alive():
                log.event(_logger, "camera-thread-late", logging.ERROR, part=thread.name, seconds=deadline_s)

    def watch(self, watch: Watch) -> None:
        """Looks for this from the next frame on. Raises ValueError for PORTRAIT without an assessor."""
        if watch is Watch.PORTRAIT and not self._has_assessor:
            raise ValueError("This camera worker was made without a portrait assessor.")
        self._analysis.watch = watch
        self._slot.wake()

    def set_preview(self, width: int, height: int, mirrored: bool) -> None:
        """Sends previews of that many device pixels; none when a side is 0. Raises ValueError for other sizes."""
        self._reading.preview_size = PreviewSize(width, height, mirrored) if width and height else None

    def capture(self) -> None:
        """Asks for the best of the newest frames as `Capture`; answered by `capture` or, within 2 s, by `fault`."""
        self._analysis.ask_capture()
        self._slot.wake()

    @property
    def failures(self) -> dict[str, int]:
        """How often which type of exception came out of the analysis or of the sink, by type."""
        total = dict(self._analysis.failures.counts)
        for kind, count in self._sink.failures.counts.items():
            total[kind] = total.get(kind, 0) + count
        return total
