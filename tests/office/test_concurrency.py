"""Many booths at once: nothing lost, nothing doubled, every order kept, and a feed that misses nothing."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.booth.facts import HelpCalled
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office
from kiosk_app.office.tables import bookings, changes, records
from kiosk_app.paths import OfficePaths

from .booth_double import BoothDouble, MovableClock
from .conftest import OTHER_SITE, SITE, MakeBooth
from .test_pulls import roster


def run_all(tasks: Sequence[Callable[[], None]]) -> None:
    """All at once; the first exception of any of them is raised."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        for running in [pool.submit(task) for task in tasks]:
            running.result()


def test_booths_that_sync_at_once_and_again_lose_and_double_nothing(office: Office, make_booth: MakeBooth) -> None:
    booths = [make_booth() for _ in range(6)]
    journals = {booth.id: [booth.record(HelpCalled("scan")) for _ in range(40)] for booth in booths}

    def sync(booth: BoothDouble, order: random.Random) -> None:
        """Batches of any size, every second one sent twice, as after a lost answer."""
        waiting = list(journals[booth.id])
        while waiting:
            batch = waiting[: order.randint(1, 9)]
            statuses = [result["status"] for result in booth.sync(*batch)]
            assert set(statuses) <= {"accepted", "duplicate"}
            if order.random() < 0.5:
                waiting = waiting[len(batch) :]

    tasks = [partial(sync, booth, random.Random(seed)) for seed, booth in enumerate(booths)]
    run_all(tasks)
    found = list_records(office)
    sent = [message["id"] for journal in journals.values() for message in journal]
    assert sorted(record.id for record in found) == sorted(sent)
    with office.database.read() as connection:
        for booth in booths:
            order = connection.scalars(
                select(records.c.seq).where(records.c.device_id == booth.id).order_by(records.c.pos)
            ).all()
            assert list(order) == list(range(1, 41))


def test_one_record_sent_by_many_connections_is_one(office: Office, booth: BoothDouble) -> None:
    body = booth.sync_body([booth.record(HelpCalled("scan")) for _ in range(20)])
    statuses: list[str] = []

    def send() -> None:
        other = replace(booth)
        answer = other.call("POST", "/v1/sync", json=body)
        statuses.extend(result["status"] for result in answer.json()["results"])

    run_all([send] * 5)
    assert statuses.count("accepted") == 20
    assert statuses.count("duplicate") == 80
    assert len(list_records(office)) == 20


def write(book: Office, number: int) -> None:
    """Forty new bookings, each followed by a change of any of them."""
    rng = random.Random(number)
    start = book.clock.now()
    mine: dict[str, Booking] = {}
    for step in range(40):
        name = booking_id_text(number * 1000 + step)
        place = rng.choice([SITE, OTHER_SITE])
        mine[name] = Booking(name, f"{number:04d}{step:012d}", "Sri", "new", start, place, "16.71", "")
        book.bookings.put([mine[name]])
        chosen = rng.choice(sorted(mine))
        match rng.randrange(4):
            case 0:
                book.bookings.move(chosen, rng.choice([SITE, OTHER_SITE]), start + timedelta(hours=step))
            case 1:
                book.bookings.cancel(chosen)
            case 2:
                book.bookings.remove(chosen)
                del mine[chosen]
            case _:
                book.bookings.put([replace(mine[chosen], name=f"Sri {step}")])


def follow(booth: BoothDouble, done: threading.Event) -> list[int]:
    """The positions that a booth sees which reads along, and once more when all is written."""
    seen: list[int] = []
    cursor, finished = "", False
    while not finished:
        finished = done.is_set()
        more = True
        while more:
            answer = booth.call("GET", "/v1/changes", params={"cursor": cursor, "limit": 7}).json()
            seen.extend(change["pos"] for change in answer["changes"])
            cursor, more = answer["cursor"], answer["more"]
    return seen


def test_the_feed_misses_nothing_while_others_write(
    office: Office, paths: OfficePaths, database: str, make_booth: MakeBooth, clock: MovableClock
) -> None:
    """Two writers in this process and one with connections of its own, as a command beside the server."""
    beside = Office.open(paths, database, clock=clock)
    here, there = make_booth(), make_booth(site=OTHER_SITE)
    done = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        reading = pool.submit(follow, here, done)
        try:
            for writing in [pool.submit(write, book, number) for number, book in enumerate((office, office, beside))]:
                writing.result()
        finally:
            done.set()
        seen = reading.result()
    with office.database.read() as connection:
        written = select(changes.c.pos).where(changes.c.site == SITE).order_by(changes.c.xid, changes.c.pos)
        told = connection.scalars(written).all()
    assert seen == list(told)
    for booth, site in ((here, SITE), (there, OTHER_SITE)):
        with office.database.read() as connection:
            truth = connection.execute(select(bookings.c.id, bookings.c.name).where(bookings.c.site == site)).all()
        known = {name: b.name for name, b in roster(booth).items() if b.place == site}
        assert known == {row.id: row.name for row in truth}
        rows = booth.call("GET", "/v1/snapshot").json()["rows"]
        assert {row["id"] for row in rows if row["data"]["place"] == site} == {row.id for row in truth}
    beside.close()
