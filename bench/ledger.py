"""Scan-to-confirm and accept-to-number on the real store, with little and with much in it.

Scan-to-confirm is `Reception.look`: parsing, signature, roster, what the journal knows of the same booking and person, decision.
Accept-to-number is `Reception.admit`: the arrival appended, chained, signed and synced to disk, projections, ticket.
"""

import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bench.folders import Past, enrolled
from bench.machine import filesystem
from bench.past import ARRIVED, NOW, TODAY, WAITING, PastClock
from bench.processes import say
from bench.tables import Table, number, percentile
from kiosk_app.assembly import Booth, open_booth
from kiosk_app.booth.admission import Admit
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.facts import Called, DocumentsChecked, Finished, Outcome
from kiosk_app.booth.queue import calling_order
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.keys import OfficeKeys
from kiosk_app.paths import BoothPaths

COMMAND = "python -m bench ledger"
_SEED = 3
_WARM_UP = 3

_SIGNED = "scan-to-confirm, signed code"
_TYPED = "scan-to-confirm, number"
_AGAIN = "... the same number again"
_ACCEPT = "accept-to-number"
_ACCEPT_CPU = "... of which CPU time"
_NAIVE = "naive peer: one INSERT in plain sqlite3"
_STEPS = (_SIGNED, _TYPED, _AGAIN, _ACCEPT, _ACCEPT_CPU, _NAIVE)

T = TypeVar("T")
Times = dict[tuple[str, int], list[float]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """`pasts`: facts and bookings; a round takes a fresh copy of each and does `looks` of both kinds and `admissions`."""

    pasts: tuple[int, ...] = (100, 10_000, 100_000)
    rounds: int = 6
    looks: int = 50
    admissions: int = 50


TINY = Sizes(pasts=(30, 300), rounds=1, looks=3, admissions=3)


def run(sizes: Sizes) -> Iterable[Table]:
    """Fills the folders, measures them in turn, and sets the largest against the smallest."""
    times: Times = defaultdict(list)
    with enrolled() as booth:
        pasts = [booth.with_past(size, _SEED) for size in sizes.pasts]
        for turn in range(sizes.rounds):
            say(f"ledger: round {turn + 1} of {sizes.rounds}")
            _round(pasts, booth.keys, sizes, turn, times)
        bytes_of = {past.size: past.paths.journal.stat().st_size + past.paths.roster.stat().st_size for past in pasts}
    yield _table(sizes, times, bytes_of)


def _round(pasts: Sequence[Past], keys: OfficeKeys, sizes: Sizes, turn: int, times: Times) -> None:
    """Every step is done on each size before the next step, so that a busy moment of the machine meets all alike."""
    with ExitStack() as stack:
        folders = [stack.enter_context(_copy_on_disk(past)) for past in pasts]
        os.sync()  # or the first sync of a measured commit would wait for the copies
        days = []
        for past, folder in zip(pasts, folders, strict=True):
            insert = stack.enter_context(_naive(folder / "naive.db", past.size))
            booth = open_booth(BoothPaths(folder / "booth"), PastClock())
            stack.callback(booth.close)
            days.append(_Day(booth, keys, past, insert, random.Random(turn), times))  # noqa: S311 - no secret
        for step in range(_WARM_UP + max(sizes.looks, sizes.admissions)):
            if step == _WARM_UP:
                for day in days:
                    day.forget()
            for day in days[step % len(days) :] + days[: step % len(days)]:
                if step < _WARM_UP + sizes.looks:
                    day.look()
                if step < _WARM_UP + sizes.admissions:
                    day.admit()


class _Day:
    """The measured steps on one open booth; every call adds to `times` (milliseconds). `insert` is the peer of the same size."""

    def __init__(
        self,
        booth: Booth,
        keys: OfficeKeys,
        past: Past,
        insert: Callable[[str], None],
        rng: random.Random,
        times: Times,
    ) -> None:
        self._booth = booth
        self._keys = keys
        # Whoever was booked for a day that is past, or is here already, takes another way through the journal: a small roster
        # has none of the former and many of the latter, and would be compared with other work, not with another size.
        self._expected = [booking for booking in past.roster if booking.slot >= NOW][_arrived(past) :]
        self._insert = insert
        self._rng = rng
        self._times = times
        self._size = past.size
        self._before = {what: len(times[what, past.size]) for what in _STEPS}
        self._reception = booth.reception()
        self._coming = list(past.roster[_arrived(past) : TODAY])
        rng.shuffle(self._coming)

    def look(self) -> None:
        """Two bookings of today or later: of one the code on its slip, of the other the number that is typed."""
        code = self._code(self._rng.choice(self._expected))
        typed = self._rng.choice(self._expected).number
        self._timed(_SIGNED, lambda: self._reception.look(code))
        self._timed(_TYPED, lambda: self._reception.look(typed))
        self._timed(_AGAIN, lambda: self._reception.look(typed))

    def admit(self) -> None:
        """A booking of now; then somebody else is served, so that the queue stays as long as it was."""
        decision = self._reception.look(self._code(self._coming.pop()))
        if not isinstance(decision, Admit) or decision.booking is None:
            raise RuntimeError("A booking of now was not admitted.")
        cpu = time.process_time()
        ticket = self._timed(_ACCEPT, lambda: self._reception.admit(decision))
        self._times[_ACCEPT_CPU, self._size].append((time.process_time() - cpu) * 1000)
        self._timed(_NAIVE, lambda: self._insert(ticket.visit))
        self._serve_next()

    def forget(self) -> None:
        """What was measured on this booth until now was to warm up."""
        for what, count in self._before.items():
            del self._times[what, self._size][count:]

    def _serve_next(self) -> None:
        journal = self._booth.journal
        waiting = calling_order(journal.open_visits(NOW.date()), 0, self._booth.rules.current().queue)
        visit = waiting[0].id
        for fact in (
            Called(visit, "1", "1001"),
            DocumentsChecked(visit, "1001", (), ()),
            Finished(visit, "1001", Outcome.DONE),
        ):
            journal.append(fact)

    def _code(self, booking: Booking) -> str:
        return issue_code(booking, self._booth.rules.current(), self._keys)

    def _timed(self, what: str, step: Callable[[], T]) -> T:
        begun = time.perf_counter()
        result = step()
        self._times[what, self._size].append((time.perf_counter() - begun) * 1000)
        return result


def _arrived(past: Past) -> int:
    """How many of the roster's first bookings today's visits were drawn from."""
    return min(ARRIVED, len(past.roster) * 4 // 10)


@contextmanager
def _copy_on_disk(past: Past) -> Iterator[Path]:
    """A fresh copy of the folder where temporary files are: it must be a disk, or a sync costs nothing."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder = Path(name)
        shutil.copytree(past.paths.root, folder / "booth")
        yield folder


@contextmanager
def _naive(path: Path, rows: int) -> Iterator[Callable[[str], None]]:
    """What a program without keys, chain or queue would do: a row with a number and a time, committed and synced."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE arrivals (number INTEGER PRIMARY KEY, visit TEXT, at REAL)")
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO arrivals (visit, at) VALUES (?, ?)", ((f"{n:032x}", float(n)) for n in range(rows))
        )
        connection.execute("COMMIT")
        # A log that is long already is overwritten, not lengthened, and then a sync costs half.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        def insert(visit: str) -> None:
            connection.execute("INSERT INTO arrivals (visit, at) VALUES (?, ?)", (visit, time.time()))

        yield insert
    finally:
        connection.close()


def _table(sizes: Sizes, times: Times, bytes_of: dict[int, int]) -> Table:
    pasts = sizes.pasts
    heads = [f"{size:,} {share}" for size in pasts for share in ("p50", "p95")]
    flat = f"{pasts[-1]:,} : {pasts[0]:,}"
    rows = [
        (
            what,
            *(number(value) for size in pasts for value in _shares(times[what, size])),
            *_ratio(times[what, pasts[-1]], times[what, pasts[0]]),
        )
        for what in _STEPS
    ]
    against = [text for size in pasts for text in _ratio(times[_ACCEPT, size], times[_NAIVE, size])]
    rows.append(("accept-to-number : naive peer", *against, "", ""))
    stored = ", ".join(f"{bytes_of[size] / 1e6:.1f} MB" for size in pasts)
    disk = filesystem(Path(tempfile.gettempdir()))
    return Table(
        "Check-in, by facts in the journal and rows in the roster (ms)",
        COMMAND,
        ("", *heads, f"{flat} p50", f"{flat} p95"),
        tuple(rows),
        (
            f"{sizes.rounds} rounds on fresh copies of the folders on {disk}, each step on all sizes in turn:"
            f" {sizes.rounds * sizes.looks} codes and numbers, {sizes.rounds * sizes.admissions} admissions a size.",
            "The bookings looked up are of today or later and lie all over the roster. In a large one they are mostly looked up for"
            " the first time, as at a booth, from pages that are not in memory; the same number again shows the way without that.",
            "Nothing was acknowledged by the office yet (every fact still waits), as after many days without network.",
            f"SQLCipher, WAL, synchronous=FULL; {WAITING} waiting in the queue; journal and roster together {stored}.",
            "The peer has the same durability (WAL, synchronous=FULL) and the same number of rows, but one table, no encryption,"
            " no hash chain, no signature, no projections and no ticket.",
        ),
    )


def _shares(values: Sequence[float]) -> tuple[float, float]:
    return percentile(values, 0.5), percentile(values, 0.95)


def _ratio(values: Sequence[float], others: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{one / other:.2f}" for one, other in zip(_shares(values), _shares(others), strict=True))
