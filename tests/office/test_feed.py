"""Nothing that is written is missed by a booth that follows the feed, however many write and however their commits cross.

Positions are given when a row is written and seen when its transaction commits: on PostgreSQL the two orders differ. A feed that
pages by position alone loses what commits late; that feed is planted here and must be caught by the same history.
"""

import itertools
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.feed import Feed
from kiosk_app.office.office import Office
from kiosk_app.office.tables import bookings, changes

from .booth_double import BoothDouble, MovableClock
from .conftest import OTHER_SITE, SITE, both_databases
from .test_pulls import roster

WRITERS, ROUNDS = 6, 12


def follow(feed: Feed, over: threading.Event) -> list[int]:
    """The positions that a reader sees which reads along, and once more when all is written."""
    seen: list[int] = []
    cursor, last = "", False
    while not last:
        last, more = over.is_set(), True
        while more:
            page = feed.changes(SITE, cursor, 7)
            seen.extend(change.pos for change in page.changes)
            cursor, more = page.cursor, page.more
    return seen


def write(office: Office, number: int) -> None:
    """Transactions of a few bookings each, that stay open for a while between their rows and their commit."""
    order = random.Random(number)
    count = itertools.count(number * 100_000)
    start = office.clock.now()
    for _ in range(ROUNDS):
        made = [
            Booking(booking_id_text(n), f"{n:016d}", "Sri", "new", start, order.choice([SITE, OTHER_SITE]), "16.71", "")
            for n in itertools.islice(count, order.randint(1, 4))
        ]
        office.bookings.put(made)
        if order.random() < 0.3:
            office.bookings.move(made[0].id, order.choice([SITE, OTHER_SITE]), start + timedelta(hours=1))


@contextmanager
def slow_commits(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every other transaction waits before it commits, so that later ones overtake it."""
    turn, quick = itertools.count(), OfficeDatabase.write
    pause = threading.Event()

    @contextmanager
    def write_slowly(self: OfficeDatabase, turns: object = None) -> Iterator[Connection]:
        with quick(self, turns) as connection:  # type: ignore[arg-type]
            yield connection
            if next(turn) % 2 and not self.sqlite:
                pause.wait(0.02)

    with monkeypatch.context() as patch:
        patch.setattr(OfficeDatabase, "write", write_slowly)
        yield


def history(office: Office, monkeypatch: pytest.MonkeyPatch, feed: Feed) -> tuple[list[int], list[int]]:
    """What a reader saw while all wrote at once, and what there was to see."""
    over = threading.Event()
    with slow_commits(office, monkeypatch), ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(follow, feed, over)
        try:
            for one in [pool.submit(write, office, number) for number in range(WRITERS)]:
                one.result()
        finally:
            over.set()
        seen = reading.result()
    with office.database.read() as connection:
        there = connection.scalars(select(changes.c.pos).where(changes.c.site == SITE)).all()
    return seen, list(there)


@both_databases
def test_a_reader_among_many_writers_misses_nothing(
    office: Office, booth: BoothDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, there = history(office, monkeypatch, office.feed)
    assert sorted(seen) == sorted(there), "each once"
    with office.database.read() as connection:
        truth = connection.scalars(select(bookings.c.id).where(bookings.c.site == SITE)).all()
    assert {name for name, booking in roster(booth).items() if booking.place == SITE} == set(truth)


class ByPositionAlone(OfficeDatabase):
    """The planted fault: one number for all transactions, all of them taken for finished."""

    def transaction_id(self, connection: Connection) -> int:
        return 0

    def settled_before(self, connection: Connection) -> int:
        return 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_paging_by_position_alone_is_caught(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("transaction_id", "settled_before"):
        monkeypatch.setattr(OfficeDatabase, name, getattr(ByPositionAlone, name))
    seen, there = history(office, monkeypatch, office.feed)
    assert set(there) - set(seen), "a late commit must have been lost"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_line_waits_for_those_before_it(office: Office) -> None:
    """The same by hand: the first transaction writes first and commits last."""

    def line(connection: Connection, subject: str) -> None:
        row = {"xid": office.database.transaction_id(connection), "site": SITE, "subject": subject, "v": 1}
        connection.execute(insert(changes).values(**row, at=office.clock.now()))

    with office.database.write(["one"]) as slow:
        line(slow, "AAAAAAAAAAB")
        with office.database.write(["another"]) as quick:
            line(quick, "AAAAAAAAAAC")
        page = office.feed.changes(SITE, "", 10)
        assert (page.changes, page.count) == ([], None), "it would be ahead of one that is still to come"
    page = office.feed.changes(SITE, "", 10)
    assert [change.id for change in page.changes] == ["AAAAAAAAAAB", "AAAAAAAAAAC"]
    assert page.count == 0


@both_databases
def test_the_last_page_tells_how_many_rows_there_are(office: Office, booth: BoothDouble, clock: MovableClock) -> None:
    start = clock.now()
    office.bookings.put(
        [Booking(booking_id_text(n), f"{n:016d}", "Sri", "new", start, SITE, "16.71", "") for n in range(1, 6)]
    )
    office.bookings.move(booking_id_text(1), OTHER_SITE, start)
    office.bookings.remove(booking_id_text(2))
    pages = [booth.call("GET", "/v1/changes", params={"limit": limit}).json() for limit in (2, 500)]
    assert [page["count"] for page in pages] == [None, 4]
    assert booth.call("GET", "/v1/snapshot").json()["count"] == 4
