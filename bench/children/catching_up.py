"""A booth that catches up beside its screen: the real engine in its threads, Qt's event loop in the main one.

A timer of 10 ms in the main thread shows how long the screen would have stood still. Events go to stdout, one JSON object a
line, times are the machine's monotonic clock. Orders on stdin: a number of records to append, "stop".
"""

import json
import socket
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel

from kiosk_app.assembly import open_booth
from kiosk_app.booth.facts import HelpCalled
from kiosk_app.clock import SystemClock
from kiosk_app.paths import BoothPaths
from kiosk_app.store.lock import DataLock
from kiosk_app.sync import connections
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.engine import Listeners, SyncEngine
from kiosk_app.sync.status import SyncStatus
from kiosk_app.sync.stores import BoothFiles

_TICK_MS = 10


def tell(what: str, **fields: object) -> None:
    """One event."""
    sys.stdout.write(json.dumps({"what": what, "t": time.monotonic(), **fields}) + "\n")
    sys.stdout.flush()


def waited_s() -> float:
    """How long this thread has waited for a processor that others had; 0 where the system does not tell."""
    file = Path("/proc/thread-self/schedstat")
    return int(file.read_text().split()[1]) / 1e9 if file.exists() else 0.0


class Screen(QObject):
    """A label that shows how sync stands, and the gaps between the ticks of its timer: each with the wait for a processor in it."""

    changed = Signal(object)
    over = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[tuple[float, float]] = []
        self._last: tuple[float, float] | None = None
        self._label = QLabel()
        self._label.resize(400, 80)
        self._label.show()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self.changed.connect(self._show)
        self.over.connect(QApplication.quit)
        self._timer.start(_TICK_MS)

    def _tick(self) -> None:
        now, waited = time.monotonic(), waited_s()
        if self._last is not None:
            self.gaps_ms.append(((now - self._last[0]) * 1000, (waited - self._last[1]) * 1000))
        self._last = now, waited

    def _show(self, status: SyncStatus) -> None:
        counts = status.counts
        self._label.setText(f"{counts.waiting if counts else 0} / {counts.blobs_waiting if counts else 0}")


class Teller:
    """Tells of the outbox whenever what waits has changed; called in the engine's threads."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._last = (-1, -1)

    def __call__(self, status: SyncStatus) -> None:
        self._screen.changed.emit(status)
        counts = status.counts
        if counts is not None and self._last != (counts.acked, counts.blobs_waiting):
            self._last = (counts.acked, counts.blobs_waiting)
            tell("outbox", acked=counts.acked, waiting=counts.waiting, blobs=counts.blobs_waiting)


def keep_ledger(paths: BoothPaths, orders: "SimpleQueue[int]", engine: SyncEngine) -> None:
    """The store's own thread, as in the booth: appends as many records as are ordered, and tells what each commit took."""
    booth = open_booth(paths, SystemClock())
    try:
        while (count := orders.get()) > 0:
            for _ in range(count):
                begun = time.monotonic()
                booth.journal.append(HelpCalled("attract"))
                engine.wake(Wake.RECORD)
                tell("kept", place=booth.outbox.counts().captured, ms=(time.monotonic() - begun) * 1000)
    finally:
        booth.close()


def obey(orders: "SimpleQueue[int]", screen: Screen) -> None:
    """Reads orders until the end."""
    for line in sys.stdin:
        if not line.strip().isdecimal():
            break
        orders.put(int(line))
    orders.put(0)
    screen.over.emit()


def _leave_as_it_is(connected: socket.socket) -> bool:
    return False


def main() -> None:
    """`python -m bench.children.catching_up ROOT ADDRESS [kernel]`; without an address there is no engine: the bare loop.

    With "kernel", connections keep the congestion control that the kernel has by itself.
    """
    paths, address = BoothPaths(Path(sys.argv[1])), sys.argv[2] if len(sys.argv) > 2 else ""
    if "kernel" in sys.argv[3:]:
        connections.bear_loss = _leave_as_it_is
    app = QApplication([])
    screen = Screen()
    orders: SimpleQueue[int] = SimpleQueue()
    reader = threading.Thread(target=obey, args=(orders, screen), daemon=True)
    if not address:
        tell("start")
        reader.start()
        app.exec()
        tell("gaps", ms=screen.gaps_ms)
        return
    clock = SystemClock()
    with DataLock(paths.lock):
        booth = open_booth(paths, clock)
        files, identity = BoothFiles(paths, booth.keys, clock), booth.identity
        booth.close()
        engine = SyncEngine(files, identity, address, listeners=Listeners(on_status=Teller(screen)))
        ledger = threading.Thread(target=keep_ledger, args=(paths, orders, engine))
        ledger.start()
        tell("start")
        engine.start()
        reader.start()
        app.exec()
        tell("gaps", ms=screen.gaps_ms)
        engine.stop()
        ledger.join()


if __name__ == "__main__":
    main()
