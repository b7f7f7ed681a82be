"""Who walks away leaves nothing behind: the idle guard, and the question it asks first."""

from collections.abc import Callable
from enum import Enum, auto
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 250


class _State(Enum):
    RESTING = auto()
    WATCHING = auto()
    WARNING = auto()


class IdleGuard(QObject):
    """Counts the seconds since the last touch.

    After `idle_s` it warns, and counts down `warning_s`; then it is over. `ticked` tells all seconds that are left, warning
    or not. `monotonic` gives seconds; tests hold it still and call `tick` themselves.
    """

    ticked = Signal(float)
    warned = Signal(int)
    resumed = Signal()
    expired = Signal()

    def __init__(self, monotonic: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._state = _State.RESTING
        self._idle_s = 0.0
        self._warning_s = 0.0
        self._touched_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def warning(self) -> bool:
        """Whether the question is on the screen."""
        return self._state is _State.WARNING

    def watch(self, idle_s: float, warning_s: float) -> None:
        """Watches with these limits from now on."""
        self._end_warning()
        self._idle_s, self._warning_s = idle_s, warning_s
        self._touched_at = self._monotonic()
        self._state = _State.WATCHING
        self._timer.start()

    def rest(self) -> None:
        """Watches no more: nobody is there."""
        self._end_warning()
        self._state = _State.RESTING
        self._timer.stop()

    def touch(self) -> None:
        """Somebody is there."""
        self._touched_at = self._monotonic()
        self._end_warning()

    def tick(self) -> None:
        """Looks at the clock; several times a second."""
        if self._state is _State.RESTING:
            return
        idle = self._monotonic() - self._touched_at
        left = self._idle_s + self._warning_s - idle
        self.ticked.emit(max(0.0, left))
        if left <= 0:
            self.rest()
            self.expired.emit()
        elif idle >= self._idle_s:
            self._state = _State.WARNING
            self.warned.emit(ceil(left))

    def _end_warning(self) -> None:
        if self._state is _State.WARNING:
            self._state = _State.WATCHING
            self.resumed.emit()
