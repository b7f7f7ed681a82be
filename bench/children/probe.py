"""What a measured window tells about itself. Imports nothing but Qt's core, so that the bare window stays bare."""

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer

_STATUS = Path("/proc/self/status")


class FirstPaint(QObject):
    """`at` is the monotonic second at which Qt came back from painting `watched` for the first time; 0.0 before."""

    def __init__(self, watched: QObject) -> None:
        super().__init__(watched)
        self.at = 0.0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The picture is complete when the event loop runs again, not yet when the first widget is asked to paint."""
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._painted)
        return False

    def wait(self, seconds: float = 30.0) -> float:
        """Lets the window live until it is painted; raises TimeoutError."""
        until = time.monotonic() + seconds
        while not self.at:
            if time.monotonic() > until:
                raise TimeoutError("The window was not painted.")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
        return self.at

    def _painted(self) -> None:
        self.at = time.monotonic()


def live(seconds: float) -> None:
    """Runs the event loop for so long, asleep while nothing happens, as `exec` does."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def resident_mb() -> float:
    """The resident set of this process in MB (10^6 bytes), as Linux counts it."""
    for line in _STATUS.read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("This system does not tell the resident set.")
