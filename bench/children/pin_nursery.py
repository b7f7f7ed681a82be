"""Somebody who guesses PINs at a booth and pulls its plug: `python -m bench.children.pin_nursery FOLDER MUTANT`.

For each line "OFFICER PIN" a child is forked that opens the booth's store and tries. It writes its own number, then what it was told
("wrong", "right", "locked"), and waits to be killed: nothing that the program would do after an answer is done.
"""

import os
import signal
import sys
from pathlib import Path

from kiosk_app.booth.ports import OfficerSession
from kiosk_app.clock import SystemClock
from kiosk_app.errors import KioskError
from kiosk_app.store import pins
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.officers import LoginLockedError, OfficerStore
from kiosk_app.store.opening import open_journal


class _CountsAfterwards(OfficerStore):
    """The mutant that everybody writes first: an attempt is counted when its PIN was wrong."""

    def log_in(self, officer: str, pin: str) -> OfficerSession:
        row = self._database.row("SELECT name, role, pin FROM officers WHERE id = ?", (officer,))
        if row is not None and pins.pin_matches(row[2], pin):
            return OfficerSession(officer, row[0], row[1])
        _answer("wrong")
        self._count_attempt(officer, known=True)
        raise KioskError("login-wrong", "", "")


class _WallClock(SystemClock):
    """The mutant that measures its delays by the wall clock."""

    def monotonic(self) -> float:
        return self.now().timestamp()


def _answer(text: str) -> None:
    """The plug is pulled as soon as this is read."""
    os.write(1, f"{os.getpid()} {text}\n".encode())
    while True:
        signal.pause()


def _guess(folder: Path, mutant: str, officer: str, pin: str) -> None:
    clock = _WallClock() if mutant == "wall-clock" else SystemClock()
    kind = _CountsAfterwards if mutant == "counts-afterwards" else OfficerStore
    database = open_journal(folder / "journal.db", FileKeyHolder(folder / "keys"))
    try:
        kind(database, clock).log_in(officer, pin)
    except LoginLockedError:
        _answer("locked")
    except KioskError as error:
        _answer("wrong" if error.code == "login-wrong" else error.code)
    _answer("right")


def main() -> None:
    """Ends with its standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    folder, mutant = Path(sys.argv[1]), sys.argv[2]
    for line in sys.stdin:
        officer, pin = line.split()
        if os.fork() == 0:
            _guess(folder, mutant, officer, pin)


if __name__ == "__main__":
    main()
