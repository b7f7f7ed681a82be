"""How many PINs somebody can try who kills the program after each answer, sets the clock, or both.

The program's own store, processes that are really killed (SIGKILL), and libfaketime where it is installed. Mutants in the same run
show what the figures would be if an attempt were counted after the check, or if delays went by the wall clock.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from argon2 import PasswordHasher

from bench.processes import say
from bench.tables import Table
from kiosk_app.clock import SystemClock
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.officers import OfficerRow, OfficerStore
from kiosk_app.store.opening import open_journal

COMMAND = "python -m bench pin_guesses"
OFFICER, PIN = "1001", "481516"
_ROOT = Path(__file__).resolve().parent.parent
_FAKETIME = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
)
_TEN_YEARS = "+3650d"


@dataclass(frozen=True, slots=True)
class Sizes:
    """`guesses` wrong PINs a row. The hash is the office's, or one that costs less where only the counting matters."""

    guesses: int = 60
    office_hash: bool = True


TINY = Sizes(guesses=9, office_hash=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one guesser was told; `last` is the answer to the right PIN at the end."""

    answered: int
    locked: int
    last: str


def run(sizes: Sizes) -> Iterable[Table]:
    """One row a way to guess."""
    rows = []
    for title, mutant, clock in scenarios():
        say(f"pin_guesses: {title}")
        outcome = guess(sizes, mutant, clock)
        rows.append((title, str(sizes.guesses), str(outcome.answered), str(outcome.locked), outcome.last))
    yield Table(
        "PINs guessed by pulling the plug",
        COMMAND,
        ("way", "PINs tried", "answered", "refused unread", "the right PIN then"),
        tuple(rows),
        (
            "Each try is a process of its own, killed with SIGKILL as soon as its answer is read; nothing waits in between.",
            "With +10 years the tries after the first five run under libfaketime (monotonic time stays the machine's).",
            "Mutants are not in the product: they show that this table would tell.",
        ),
    )


def scenarios() -> tuple[tuple[str, str, str], ...]:
    """Title, mutant and clock of each row; those with a clock only where libfaketime is installed."""
    plain = (("killed after each answer", "", ""), ("mutant: counted after the check", "counts-afterwards", ""))
    faked = (
        ("killed, and the clock set +10 years", "", _TEN_YEARS),
        ("mutant: delays by the wall clock, +10 years", "wall-clock", _TEN_YEARS),
    )
    return (*plain, *(faked if faketime() is not None else ()))


def faketime() -> Path | None:
    """The library that fakes the wall clock, where it is."""
    return next((path for path in map(Path, _FAKETIME) if path.exists()), None)


def guess(sizes: Sizes, mutant: str, clock: str) -> Outcome:
    """Tries on a booth of its own, and at the end the right PIN."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-bench-pins-"))
    try:
        _make_booth(folder, sizes.office_hash)
        told: Counter[str] = Counter()
        first = min(5, sizes.guesses)
        with _nursery(folder, mutant, "") as nursery:
            told.update(_try(nursery, f"{n:06}") for n in range(first))
        with _nursery(folder, mutant, clock) as nursery:
            told.update(_try(nursery, f"{n:06}") for n in range(first, sizes.guesses))
            last = _try(nursery, PIN)
        return Outcome(told["wrong"], told["locked"], last)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_booth(folder: Path, office_hash: bool) -> None:
    (folder / "keys").mkdir(mode=0o700)
    hasher = PasswordHasher() if office_hash else PasswordHasher(time_cost=1, memory_cost=19 * 1024, parallelism=1)
    with open_journal(folder / "journal.db", FileKeyHolder(folder / "keys")) as journal:
        OfficerStore(journal, SystemClock()).replace_all([OfficerRow(OFFICER, "Rina", "officer", hasher.hash(PIN))])


@contextmanager
def _nursery(folder: Path, mutant: str, clock: str) -> Iterator[subprocess.Popen[str]]:
    environment = dict(os.environ)
    library = faketime()
    if clock and library is not None:
        environment |= {"LD_PRELOAD": str(library), "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    command = [sys.executable, "-m", "bench.children.pin_nursery", str(folder), mutant]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT, env=environment
    ) as nursery:
        try:
            yield nursery
        finally:
            if nursery.stdin is not None:
                nursery.stdin.close()
            nursery.wait(timeout=30)


def _try(nursery: subprocess.Popen[str], pin: str) -> str:
    """What the booth said; it is dead by then."""
    if nursery.stdin is None or nursery.stdout is None:
        raise RuntimeError("The nursery has no pipes.")
    nursery.stdin.write(f"{OFFICER} {pin}\n")
    nursery.stdin.flush()
    process, _, told = nursery.stdout.readline().strip().partition(" ")
    os.kill(int(process), signal.SIGKILL)
    return told
