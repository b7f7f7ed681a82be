"""The one QObject between the workers and the widgets.

Workers emit its signals from their own threads with frozen values; the ledger thread does what may wait for a disk. Only the
main thread touches a widget.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from PySide6.QtCore import QObject, Qt, Signal

from kiosk_app.errors import KioskError
from kiosk_app.log import where
from kiosk_app.ui.services import LiveView, PreviewImage

T = TypeVar("T")
_log = logging.getLogger(__name__)


def unexpected(error: BaseException) -> KioskError:
    """The fault that screens show for an exception nobody foresaw; its text stays out, it may hold a person."""
    return KioskError("unexpected", f"An unforeseen fault: {where(error)}.", "Tell the technician.")


@dataclass(slots=True)
class _Job(Generic[T]):
    """One piece of work with the ways to go on after it; `result` or `error` is set by the ledger thread."""

    work: Callable[[], T]
    then: Callable[[T], None]
    failed: Callable[[KioskError], None]
    result: T | None = None
    error: KioskError | None = None

    def do(self) -> None:
        """Does the work, on the ledger thread."""
        try:
            self.result = self.work()
        except KioskError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - whatever it is, the screens must hear of it and the thread go on
            _log.error("Work on the ledger thread failed: %s", where(error))
            self.error = unexpected(error)

    def tell(self) -> None:
        """Goes on with what came of it, on the main thread."""
        if self.error is not None:
            self.failed(self.error)
        else:
            self.then(cast("T", self.result))


class Bridge(QObject):
    """Signals of the workers, and the ledger thread.

    `previewReady` and `liveSeen` are latest-only: use `offer_preview` and `offer_live`, which drop what the main thread has
    not taken yet, so that nothing piles up behind a busy screen. The other signals may be emitted from any thread.
    """

    codesSeen = Signal(object)
    codeAdvice = Signal(str)
    previewReady = Signal(object)
    liveSeen = Signal(object)
    captured = Signal(object)
    captureFailed = Signal(str)
    cameraFault = Signal(str)
    cameraRecovered = Signal()
    syncChanged = Signal(object)
    profileChanged = Signal()
    boothRevoked = Signal(bool)
    _finished = Signal(object)
    _offered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[_Job[object] | None] = queue.SimpleQueue()
        self._slots = threading.Lock()
        self._preview: PreviewImage | None = None
        self._live: LiveView | None = None
        self._stopped = False
        self._finished.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._offered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name="ledger", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], T], then: Callable[[T], None], failed: Callable[[KioskError], None]) -> None:
        """Does `work` on the ledger thread, in the order of the calls, then `then` or `failed` on the main thread.

        An exception that is no KioskError reaches `failed` as KioskError "unexpected". After `stop` nothing runs any more.
        """
        self._jobs.put(cast("_Job[object]", _Job(work, then, failed)))

    def call(self, work: Callable[[], T], timeout: float = 30.0) -> T:
        """Does `work` on the ledger thread and waits for it: for the start and the stop, never while somebody looks on.

        What opens a database must run there, because a connection belongs to its thread. Exceptions are raised here as they are.
        """
        answer: Future[T] = Future()

        def told() -> None:
            try:
                answer.set_result(work())
            except Exception as error:  # noqa: BLE001 - it is raised again where `call` was called
                answer.set_exception(error)

        self.run(told, _nothing, _nothing)
        try:
            return answer.result(timeout)
        except FutureTimeout as error:
            if answer.done():
                raise
            raise KioskError("ledger-stuck", "The store does not answer.", "Restart the booth.") from error

    def stop(self, deadline: float = 5.0) -> bool:
        """Lets what was asked for be finished and ends the ledger thread; False when it was not done after `deadline` seconds.

        Callbacks that are still to come are dropped: the screens are going away.
        """
        self._stopped = True
        self._jobs.put(None)
        self._thread.join(deadline)
        if self._thread.is_alive():
            _log.error("The ledger thread did not stop within %s s.", deadline)
        return not self._thread.is_alive()

    def offer_preview(self, image: PreviewImage) -> None:
        """Hands over a preview frame from the camera's thread; replaces one that was not taken yet."""
        with self._slots:
            waiting = self._preview is not None or self._live is not None
            self._preview = image
        if not waiting:
            self._offered.emit()

    def offer_live(self, live: LiveView) -> None:
        """Hands over an analysed frame from the camera's thread; replaces one that was not taken yet."""
        with self._slots:
            waiting = self._preview is not None or self._live is not None
            self._live = live
        if not waiting:
            self._offered.emit()

    def _deliver(self) -> None:
        with self._slots:
            preview, self._preview = self._preview, None
            live, self._live = self._live, None
        if preview is not None:
            self.previewReady.emit(preview)
        if live is not None:
            self.liveSeen.emit(live)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.do()
            self._finished.emit(job)

    def _tell(self, job: _Job[object]) -> None:
        if not self._stopped:
            job.tell()


def _nothing(_result: object) -> None:
    """`call` has its own way back."""
