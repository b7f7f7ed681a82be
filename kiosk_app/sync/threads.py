"""Threads of sync: one a lane, supervised, and short-lived ones for uploads. All are daemons: a stuck DNS must not keep
the program from ending."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Protocol, TypeVar

from kiosk_app.errors import KioskError
from kiosk_app.log import event, where
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.lanes import Lane
from kiosk_app.sync.status import LaneMode, LaneStatus, StatusBoard
from kiosk_app.sync.transport import StoppedError

REBUILD_S = 5.0
_log = logging.getLogger("sync")
T = TypeVar("T")


class OwnedLane(Protocol):
    """A lane with all that was opened for it."""

    @property
    def lane(self) -> Lane: ...

    def abort(self) -> None:
        """Ends calls under way; may come from any thread."""
        ...

    def close(self) -> None: ...


class LaneThread(threading.Thread):
    """Runs one lane until it is stopped; a lane that fell over is built anew."""

    def __init__(self, name: str, build: Callable[[], OwnedLane], board: StatusBoard) -> None:
        super().__init__(name=f"sync-{name}", daemon=True)
        self._lane_name = name
        self._build = build
        self._board = board
        self._owned: OwnedLane | None = None
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._reasons: list[Wake] = []
        self._calls: list[Callable[[Lane], None]] = []

    def wake(self, reason: Wake) -> None:
        """May come from any thread, and may come too often."""
        with self._lock:
            if reason not in self._reasons:
                self._reasons.append(reason)
        self._woken.set()

    def tell(self, call: Callable[[Lane], None]) -> None:
        """Has `call` made with the lane in the lane's own thread; the newest call of a waiting two is enough."""
        with self._lock:
            self._calls = [call]
        self._woken.set()

    def stop(self) -> None:
        """Asks the lane to end and cuts the call it is in; `join` waits for it."""
        self._stopping.set()
        self._woken.set()
        with self._lock:
            owned = self._owned
        if owned is not None:
            owned.abort()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._run_lane()
            except StoppedError:
                continue  # nothing to tell: the loop ends where the engine asked for it
            except KioskError as error:
                event(_log, "lane-not-open", logging.ERROR, lane=self._lane_name, code=error.code)
                self._fault(error.code)
            except Exception as error:  # noqa: BLE001  the last resort of a thread: told, and the lane is built anew
                event(_log, "lane-fell", logging.ERROR, lane=self._lane_name, error=where(error))
                self._fault("internal")

    def _run_lane(self) -> None:
        owned = self._build()
        try:
            with self._lock:
                self._owned = owned
            while not self._stopping.is_set():
                self._woken.wait(owned.lane.due_in())
                self._take_wakes(owned.lane)
                if not self._stopping.is_set() and owned.lane.due_in() <= 0:
                    owned.lane.turn()
        finally:
            with self._lock:
                self._owned = None
            owned.close()

    def _take_wakes(self, lane: Lane) -> None:
        self._woken.clear()
        with self._lock:
            reasons, self._reasons = self._reasons, []
            calls, self._calls = self._calls, []
        for reason in reasons:
            lane.wake(reason)
        for call in calls:
            call(lane)

    def _fault(self, code: str) -> None:
        self._board.set_lane(LaneStatus(self._lane_name, LaneMode.FAULT, problem=code))
        self._stopping.wait(REBUILD_S)


class DaemonExecutor(Executor):
    """A daemon thread a task. The standard pool's threads are waited for when the program ends, however long they hang."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001  handed on to whoever asks the future
                future.set_exception(error)

        threading.Thread(target=run, name="sync-upload", daemon=True).start()
        return future
