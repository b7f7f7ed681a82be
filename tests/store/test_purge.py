"""Which photos may leave the booth: those that the office holds and has backed up, and whose time is over by its own clock."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.verify import verify_journal
from tests.memory import ManualClock
from tests.store.samples import JPEG, arrived, called, photo_store, photo_taken

DAY = timedelta(hours=24)
Shoot = Callable[[str], str]


@pytest.fixture
def outbox(database: Database, clock: ManualClock) -> Outbox:
    return Outbox(database, clock)


@pytest.fixture
def photos(folder: Path, clock: ManualClock) -> PhotoStore:
    return photo_store(folder, clock)


@pytest.fixture
def shoot(journal: JournalStore, photos: PhotoStore) -> Shoot:
    """A visit with a photo: three records; the photo's hash."""

    def take(visit: str) -> str:
        journal.append(arrived(visit))
        journal.append(called(visit))
        sealed = photos.seal(JPEG, visit)
        journal.append(photo_taken(sealed, visit), sealed.record_id)
        return sealed.blob

    return take


def ack(outbox: Outbox, safe_pos: int | None = 10**6) -> None:
    """The office took all records, each at the position of its seq."""
    due = outbox.due(100, 10**9)
    outbox.apply_results([RecordAnswer(record.id, Answer.ACCEPTED, record.seq) for record in due], safe_pos)


def old(outbox: Outbox, clock: ManualClock, limit: int = 99) -> tuple[str, ...]:
    """What may go under a rule of 24 hours, by an office whose clock is the test's."""
    return outbox.purgeable(clock.now() - DAY, clock.now(), limit)


def test_a_photo_goes_when_its_time_is_over_and_not_before(shoot: Shoot, outbox: Outbox, clock: ManualClock) -> None:
    blob = shoot("v1")
    ack(outbox)
    outbox.blob_verified(blob)
    clock.forward(hours=23, minutes=59)
    assert old(outbox, clock) == ()
    clock.forward(minutes=1)
    assert old(outbox, clock) == (blob,)
    assert outbox.blob_purged(blob)
    assert old(outbox, clock) == ()
    assert outbox.blobs_purged() == {blob}
    assert outbox.known_blobs() == {blob}


def test_what_the_office_lacks_stays_however_old(shoot: Shoot, outbox: Outbox, clock: ManualClock) -> None:
    unsent, damaged = shoot("v1"), shoot("v2")
    outbox.blob_damaged(damaged, "photo-damaged")
    ack(outbox)
    clock.forward(days=1000)
    assert old(outbox, clock) == ()
    assert not outbox.blob_purged(unsent)
    assert not outbox.blob_purged(damaged)
    assert not outbox.blob_purged("0" * 64)
    assert outbox.blobs_purged() == frozenset()
    assert outbox.counts().blobs_waiting == 1


@pytest.mark.parametrize("status", [None, Answer.RETRY, Answer.REJECTED])
def test_a_photo_stays_while_the_office_lacks_its_record(
    shoot: Shoot, outbox: Outbox, clock: ManualClock, status: Answer | None
) -> None:
    blob = shoot("v1")
    outbox.blob_verified(blob)
    record = outbox.due(3, 10**9)[2]
    outbox.apply_results([RecordAnswer(record.id, status)] if status else [], safe_pos=10**6)
    clock.forward(days=1000)
    assert old(outbox, clock) == ()


@pytest.mark.parametrize(("safe_pos", "may_go"), [(None, False), (0, False), (2, False), (3, True), (4, True)])
def test_a_photo_stays_while_its_record_is_on_no_backup(
    shoot: Shoot, outbox: Outbox, clock: ManualClock, safe_pos: int | None, may_go: bool
) -> None:
    blob = shoot("v1")
    ack(outbox, safe_pos)
    outbox.blob_verified(blob)
    clock.forward(days=2)
    assert old(outbox, clock) == ((blob,) if may_go else ())


def test_an_office_that_lost_its_backup_is_believed(shoot: Shoot, outbox: Outbox, clock: ManualClock) -> None:
    outbox.blob_verified(shoot("v1"))
    ack(outbox, 3)
    outbox.apply_results([], 2)
    clock.forward(days=2)
    assert old(outbox, clock) == ()


def test_the_oldest_go_first_and_not_all_at_once(shoot: Shoot, outbox: Outbox, clock: ManualClock) -> None:
    blobs = [shoot(f"v{n}") for n in range(5)]
    ack(outbox)
    for blob in reversed(blobs):
        outbox.blob_verified(blob)
    clock.forward(days=2)
    assert old(outbox, clock, 2) == tuple(blobs[:2])
    for blob in blobs[:2]:
        outbox.blob_purged(blob)
    assert old(outbox, clock, 9) == tuple(blobs[2:])


def test_a_capture_counts_by_what_the_booth_knew_of_its_clock(shoot: Shoot, outbox: Outbox, clock: ManualClock) -> None:
    office = ManualClock(clock.now())
    clock.moment -= timedelta(days=3)  # the booth's clock is three days behind, and it knows
    outbox.put_meta(meta.OFFSET_MS, 3 * 24 * 3600 * 1000)
    blob = shoot("v1")
    ack(outbox)
    outbox.blob_verified(blob)
    assert old(outbox, office) == ()
    office.forward(days=1)
    assert old(outbox, office) == (blob,)


def test_a_clock_that_had_jumped_ahead_keeps_no_photo_for_years(
    shoot: Shoot, outbox: Outbox, clock: ManualClock
) -> None:
    office = ManualClock(clock.now())
    before = shoot("v1")
    clock.moment += timedelta(days=3650)
    jumped = shoot("v2")
    ack(outbox)
    outbox.blob_verified(before)
    outbox.blob_verified(jumped)
    office.forward(hours=23)
    assert old(outbox, office) == ()
    office.forward(hours=1)
    assert old(outbox, office) == (before, jumped)


def test_a_body_that_somebody_broke_is_no_reason_to_stop(
    shoot: Shoot, outbox: Outbox, clock: ManualClock, database: Database
) -> None:
    blob = shoot("v1")
    ack(outbox)
    outbox.blob_verified(blob)
    with database.transaction():
        database.execute("UPDATE records SET body = X'7b22'")
    clock.forward(days=2)
    assert old(outbox, clock) == (blob,)


def test_a_crash_between_mark_and_removal_is_made_good_and_unknown_packets_stay(
    shoot: Shoot, outbox: Outbox, photos: PhotoStore, folder: Path, database: Database, keys: FileKeyHolder
) -> None:
    marked, kept = shoot("v1"), shoot("v2")
    unknown = photos.seal(JPEG, "v3").blob
    ack(outbox)
    outbox.blob_verified(marked)
    outbox.blob_purged(marked)
    report = photos.sweep(outbox.known_blobs(), outbox.blobs_purged())
    assert (report.temporary, report.orphans, report.purged) == (0, (unknown,), 1)
    left = {path.name for path in (folder / "photos").iterdir()}
    assert left == {f"{kept}.sealed", f"{unknown}.sealed"}
    assert verify_journal(database, keys.public_der(), folder / "photos").first_fault is None
    assert photos.sweep(outbox.known_blobs(), outbox.blobs_purged()).purged == 0


def test_a_purged_photo_is_neither_sent_nor_confirmed_again(shoot: Shoot, outbox: Outbox) -> None:
    blob = shoot("v1")
    outbox.blob_verified(blob)
    outbox.blob_purged(blob)
    outbox.blob_verified(blob)
    outbox.blob_damaged(blob, "photo-missing")
    outbox.blob_deferred(blob, "hash-mismatch")
    assert outbox.blobs_due(9) == ()
    assert outbox.blobs_purged() == {blob}
    assert outbox.blobs_verified() == 1


def test_a_packet_that_resists_is_told(photos: PhotoStore, folder: Path) -> None:
    (folder / "photos" / f"{'a' * 64}.sealed").mkdir()
    with pytest.raises(KioskError) as caught:
        photos.remove("a" * 64)
    assert caught.value.code == "photo-not-removed"
