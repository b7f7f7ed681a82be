"""The office under load: many booths at once on PostgreSQL, with the load on the same machine.

The office is the program itself (`kiosk-app office serve`) in a process of its own; PostgreSQL is a server of the installed
binaries, with fsync and synchronous_commit on. Records are signed before the clock runs; every answer is read and counted.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bench.load_booths import LoadBooth, Sent, call, send_all, together
from bench.postgres import find_binaries, postgres
from bench.processes import say
from bench.tables import Table, number, percentile
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.office.office import Office
from kiosk_app.office.tables import changes
from kiosk_app.paths import OfficePaths

COMMAND = "python -m bench office_load"
_ROOT = Path(__file__).resolve().parent.parent
_PLACE = "palembang-icon"
_START_S = 60.0
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Sizes:
    """`rounds` of `messages` of `batch` records, and of `singles` of one, by each of `booths`; `writers` x `writes` changes."""

    rounds: int = 3
    booths: int = 8
    batch: int = 50
    messages: int = 20
    singles: int = 100
    writers: int = 4
    writes: int = 40
    rows: int = 250


TINY = Sizes(rounds=1, booths=2, batch=5, messages=2, singles=3, writers=2, writes=2, rows=5)


def run(sizes: Sizes) -> Iterable[Table]:
    """On PostgreSQL and, for comparison, on SQLite."""
    rows: list[tuple[str, ...]] = []
    versions = []
    for name, database in (("PostgreSQL", _postgres), ("SQLite", _sqlite)):
        if name == "PostgreSQL" and find_binaries() is None:
            say("office_load: PostgreSQL is not installed")
            continue
        with database() as (address, version, pid), tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
            versions.append(version)
            with _served(OfficePaths(Path(folder)), address) as (office, url, served):
                rows += [(name, *row) for row in _measure(sizes, office, url, _Burnt(served, pid))]
    yield Table(
        "The office under load",
        COMMAND,
        (
            "database",
            "load",
            "a second",
            "demanded",
            "p50 ms",
            "p99 ms",
            "lost, doubled or missed",
            "CPU ms each, office",
            "CPU ms each, database",
        ),
        tuple(rows),
        (
            f"{', '.join(versions)}; fsync and synchronous_commit on (SQLite: WAL, synchronous=FULL). The office is one process"
            " behind no proxy; the booths, the database and the office share the machine.",
            "CPU ms each: what one record, message or change costs the office's process and PostgreSQL's (SQLite is in the office's);"
            " 1,000 divided by the first is what one core of this machine can take, whoever else is busy on it.",
            f"Records: {sizes.booths} booths at once, each with one connection, visits of five facts, signed and chained,"
            f" {sizes.rounds} rounds; the best round is shown, the percentiles are of all answers.",
            f"Feed: {sizes.writers} writers with connections of their own and {sizes.rows} bookings a transaction, one reader that"
            " follows; changes a second until the reader has all.",
        ),
    )


class _Burnt:
    """CPU seconds of the office's process and of the database's, since last asked."""

    def __init__(self, office: int, database: int) -> None:
        self._pids = office, database
        self._before = self._now()

    def each(self, count: int) -> tuple[str, str]:
        """Milliseconds for each of `count`; "" for a database that is no process of its own."""
        now, before = self._now(), self._before
        self._before = now
        spent = [1000 * (after - start) / max(count, 1) for after, start in zip(now, before, strict=True)]
        return number(spent[0]), number(spent[1]) if self._pids[1] else ""

    def _now(self) -> tuple[float, float]:
        return _cpu_seconds(self._pids[0]), _cpu_seconds(self._pids[1])


def _cpu_seconds(pid: int) -> float:
    """Of a process with its children, gone or running; 0 where the system does not tell."""
    if not pid or not Path(f"/proc/{pid}/stat").exists():
        return 0.0
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if stat.parent.name == str(pid):
            ticks += sum(map(int, fields[11:15]))
        elif fields[1] == str(pid):
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _measure(sizes: Sizes, office: Office, url: str, burnt: _Burnt) -> Iterator[tuple[str, ...]]:
    booths = [LoadBooth(url).enrol(office.invite(f"Load {n}", _PLACE)) for n in range(sizes.booths)]
    for what, messages, batch, demanded in (
        (f"records in batches of {sizes.batch}", sizes.messages, sizes.batch, "2,000"),
        ("single-record syncs", sizes.singles, 1, "300"),
    ):
        sent: list[Sent] = []
        best, wrong, taken = 0.0, 0, 0
        burnt.each(1)
        for turn in range(sizes.rounds):
            say(f"office_load: {what}, round {turn + 1} of {sizes.rounds}")
            prepared = [booth.bodies(messages, batch) for booth in booths]
            answers, seconds = _timed_send(booths, prepared)
            accepted = sum(one.accepted for one in answers)
            wrong += len(booths) * messages * batch - accepted
            best, taken = max(best, accepted / seconds), taken + accepted
            sent += answers
        times = [one.seconds * 1000 for one in sent]
        shares = number(percentile(times, 0.5)), number(percentile(times, 0.99))
        yield what, f"{best:,.0f}", demanded, *shares, str(wrong), *burnt.each(taken)
    yield _feed(sizes, office, booths[0], burnt)


def _timed_send(booths: Sequence[LoadBooth], prepared: Sequence[Sequence[bytes]]) -> tuple[list[Sent], float]:
    answers, seconds = send_all(booths, prepared)
    if not all(one.ok for one in answers):
        raise RuntimeError("The office refused a message.")
    return answers, seconds


def _feed(sizes: Sizes, office: Office, booth: LoadBooth, burnt: _Burnt) -> tuple[str, ...]:
    """Writers put bookings, a reader follows by the cursor until it has every line of this place."""
    done = threading.Event()
    seen: list[int] = []
    pages: list[float] = []
    connection = booth.connect()
    cursor = call(connection, "GET", "/v1/snapshot", None, booth.token)["cursor"]

    def write(writer: int) -> None:
        slot = datetime.now(UTC) + timedelta(hours=1)
        for step in range(sizes.writes):
            first = (writer * sizes.writes + step) * sizes.rows
            office.bookings.put([_booking(first + row, slot) for row in range(sizes.rows)])

    def follow() -> None:
        nonlocal cursor
        finished = False
        while not finished:
            finished, more = done.is_set(), True
            while more:
                begun = time.perf_counter()
                page = call(connection, "GET", f"/v1/changes?cursor={cursor}&limit={_PAGE}", None, booth.token)
                pages.append((time.perf_counter() - begun) * 1000)
                seen.extend(one["pos"] for one in page["changes"] if one["type"] == "booking")
                cursor, more = page["cursor"], page["more"]

    def write_all() -> None:
        try:
            together([partial(write, writer) for writer in range(sizes.writers)])
        finally:
            done.set()

    say("office_load: the feed")
    burnt.each(1)
    seconds = together([write_all, follow])
    connection.close()
    with office.database.read() as reading:
        written = reading.scalars(select(changes.c.pos).where(changes.c.type == "booking")).all()
    wrong = len(set(written) ^ set(seen)) + len(seen) - len(set(seen))
    rate = f"{len(written) / seconds:,.0f}"
    return (
        "changes through the feed",
        rate,
        "5,000",
        number(percentile(pages, 0.5)),
        number(percentile(pages, 0.99)),
        str(wrong),
        *burnt.each(len(written)),
    )


def _booking(index: int, slot: datetime) -> Booking:
    return Booking(booking_id_text(index), f"{index:016d}", "Sri", "new", slot, _PLACE, "16.71", "")


@contextmanager
def _postgres() -> Iterator[tuple[str, str, int]]:
    with postgres() as server:
        yield server.database(), f"PostgreSQL {server.version}", server.pid


@contextmanager
def _sqlite() -> Iterator[tuple[str, str, int]]:
    yield "", "SQLite of this Python", 0


@contextmanager
def _served(paths: OfficePaths, address: str) -> Iterator[tuple[Office, str, int]]:
    """The office as a program, and a second one on the same data for what people do beside it."""
    office = Office.open(paths, address)
    words = [sys.executable, "-m", "kiosk_app", "office", "serve", "--data", str(paths.root), "--port", "0"]
    with (paths.root / "said").open("w+") as said:
        server = subprocess.Popen(
            [*words, "--database", address] if address else words, cwd=_ROOT, stdout=said, stderr=said,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        try:
            yield office, _address(paths.root / "said", server), server.pid
        finally:
            server.terminate()
            server.wait(_START_S)
            office.close()


def _address(said: Path, server: "subprocess.Popen[bytes]") -> str:
    until = time.monotonic() + _START_S
    while time.monotonic() < until and server.poll() is None:
        words = said.read_text().split()
        if words and words[-1].startswith("http"):
            return words[-1]
        time.sleep(0.1)
    raise RuntimeError(f"The office did not start: {said.read_text()[-500:]}")
