"""Whose turn it is to write: first come, first served.

SQLite lets a second writer ask again and again, less and less often, so a busy sync thread could keep the booth's own thread
waiting until it gives up. Within one process a queue is fair and wakes at once.
"""

import threading
import weakref
from collections import deque
from pathlib import Path


class Turns:
    """A lock that goes to who waits longest."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._gates: deque[threading.Lock] = deque()
        self._taken = False

    def take(self, timeout_s: float) -> bool:
        """Waits for the turn; False if it did not come in time."""
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._gates.append(gate)
        if gate.acquire(timeout=timeout_s):
            return True
        with self._mutex:
            if gate not in self._gates:  # it was handed over in the very last moment
                return True
            self._gates.remove(gate)
            return False

    def give_back(self) -> None:
        """Hands the turn to the next, who then has it without anybody in between."""
        with self._mutex:
            if self._gates:
                self._gates.popleft().release()
            else:
                self._taken = False


_turns: weakref.WeakValueDictionary[Path, Turns] = weakref.WeakValueDictionary()
_turns_mutex = threading.Lock()


def turns_of(path: Path) -> Turns:
    """The one queue of all that write to `path` in this process."""
    with _turns_mutex:
        return _turns.setdefault(path.resolve(), Turns())
