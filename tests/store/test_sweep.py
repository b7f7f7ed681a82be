"""Packets and records compared at the start: a crash between the two is made good, a packet that is gone is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_app.booth.facts import HelpCalled, Incident
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keeper import StoreKeeper
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.notes import PacketNotes
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.room import DiskLimits, DiskRoom
from kiosk_app.store.sweep import Swept, sweep
from kiosk_app.store.verify import verify_journal
from tests.memory import NINE, WIB, ManualClock
from tests.store.samples import DEVICE, JPEG, OFFICE_KEY, arrived, called, draft_of, finished, photo_taken
from tests.store.test_room import fill_up

Sweep = Callable[[], Swept]


@pytest.fixture
def photos(
    folder: Path, clock: ManualClock, database: Database, keys: FileKeyHolder, journal: JournalStore
) -> PhotoStore:
    notes = PacketNotes(database.derived_key("notes"), keys, journal.stamp, lambda: WIB)
    return PhotoStore(folder / "photos", lambda: OFFICE_KEY, DEVICE, clock, notes)


@pytest.fixture
def swept(database: Database, journal: JournalStore, photos: PhotoStore, folder: Path) -> Sweep:
    return lambda: sweep(database, journal, photos, folder / "photos", folder / "aside")


def at_the_desk(journal: JournalStore, visit: str = "v1") -> None:
    journal.append(arrived(visit))
    journal.append(called(visit))


def test_a_crash_between_packet_and_record_is_made_good(
    photos: PhotoStore, journal: JournalStore, swept: Sweep, database: Database, clock: ManualClock
) -> None:
    at_the_desk(journal)
    sealed = photos.seal(JPEG, "v1", draft=draft_of("v1"))  # and then the power goes
    clock.forward(hours=3)
    assert swept() == Swept(adopted=1)
    last = journal.facts(NINE.date())[-1]
    assert (last.id, last.stamp) == (sealed.record_id, sealed.stamp)
    assert last.fact == replace(
        draft_of("v1"), blob=sealed.blob, size=sealed.size, plain_sha256=sealed.plain_sha256, key_id=sealed.key_id
    )
    assert [one.sha256 for one in Outbox(database, clock).blobs_due(9)] == [sealed.blob]
    assert swept() == Swept()


def test_a_packet_whose_visit_is_over_or_that_has_no_note_is_set_aside(
    photos: PhotoStore, journal: JournalStore, swept: Sweep, folder: Path
) -> None:
    at_the_desk(journal)
    journal.append(finished())
    late, mute = photos.seal(JPEG, "v1", draft=draft_of("v1")), photos.seal(JPEG, "v1")
    unknown = photos.seal(JPEG, "nobody", draft=draft_of("nobody"))
    broken = photos.seal(JPEG, "v1", draft=draft_of("v1"))
    path = folder / "photos" / f"{broken.blob}.sealed"
    path.write_bytes(path.read_bytes()[:-1])
    assert swept() == Swept(aside=4)
    names = {one.name.removesuffix(".sealed") for one in (folder / "aside").iterdir()}
    assert names == {late.blob, mute.blob, unknown.blob, broken.blob}
    assert list((folder / "photos").iterdir()) == []
    assert swept() == Swept()


def test_a_row_without_its_packet_is_told_and_waits_no_longer(
    photos: PhotoStore, journal: JournalStore, swept: Sweep, folder: Path, database: Database, clock: ManualClock
) -> None:
    blobs = []
    for visit in ("v1", "v2", "v3"):
        at_the_desk(journal, visit)
        sealed = photos.seal(JPEG, visit, draft=draft_of(visit))
        journal.append(photo_taken(sealed, visit), sealed.record_id, sealed.stamp)
        blobs.append(folder / "photos" / f"{sealed.blob}.sealed")
    content = blobs[0].read_bytes()
    blobs[0].unlink()
    blobs[1].write_bytes(content[:-1])
    assert swept() == Swept(damaged=2)
    assert len(Outbox(database, clock).blobs_due(9)) == 1
    assert swept() == Swept()
    blobs[0].write_bytes(content)  # somebody finds it again
    assert swept() == Swept(back=1)
    assert len(Outbox(database, clock).blobs_due(9)) == 2


def test_rests_are_cleared_and_nothing_else(
    photos: PhotoStore, journal: JournalStore, swept: Sweep, folder: Path
) -> None:
    (folder / "photos" / f"{'0' * 64}.sealed.0123456789abcdef.tmp").write_bytes(b"half")
    assert swept() == Swept(temporary=1)
    assert not Swept(temporary=1).worth_telling


def test_the_keeper_tells_the_office_and_status_what_it_found(
    photos: PhotoStore, journal: JournalStore, folder: Path, database: Database, keys: FileKeyHolder
) -> None:
    at_the_desk(journal)
    photos.seal(JPEG, "v1", draft=draft_of("v1"))
    photos.seal(JPEG, "v1")
    paths = BoothPaths(folder)
    room = DiskRoom(folder, DiskLimits(warn=1, stop=0, ballast=1000))
    state = StoreKeeper(paths, database, journal, photos, room).begin()
    assert (state.photos_aside, state.put_aside, state.problem, state.ballast) == (1, 0, "put-aside", True)
    facts = [one.fact for one in journal.facts(NINE.date())]
    assert facts[-1] == Incident("photos-swept", "adopted=1 aside=1 damaged=0 back=0")
    assert (folder / "journal.db.spare").exists()
    assert verify_journal(database, keys.public_der(), folder / "photos").first_fault is None


def test_the_keeper_tells_once_when_the_disk_changes_its_level(
    photos: PhotoStore, journal: JournalStore, folder: Path, database: Database
) -> None:
    keeper = StoreKeeper(BoothPaths(folder), database, journal, photos, DiskRoom(folder, DiskLimits(1 << 60, 1, 1000)))
    assert keeper.look().problem == "disk-warn"
    assert keeper.look().problem == "disk-warn"
    facts = [one.fact for one in journal.facts(NINE.date())]
    assert facts == [Incident("disk-level", "warn")]


def test_a_disk_without_a_free_byte_and_without_ballast_keeps_nobody_from_starting(
    disk: Path, clock: ManualClock
) -> None:
    keys = FileKeyHolder(disk / "keys")
    keys.ensure_device_key()
    with open_journal(disk / "journal.db", keys) as database:
        journal = JournalStore(database, keys, clock, lambda: 1, lambda: WIB)
        photos = PhotoStore(disk / "photos", lambda: OFFICE_KEY, DEVICE, clock)
        at_the_desk(journal)
        photos.seal(JPEG, "v1")
        fill_up(disk)
        for n in range(2000):  # until not even a few bytes find room
            try:
                journal.append(HelpCalled(f"{n}" * 40))
            except KioskError:
                break
        state = StoreKeeper(BoothPaths(disk), database, journal, photos, DiskRoom(disk)).begin()
        assert (state.problem, state.disk_free, state.ballast) == ("disk-stop", 0, False)
    assert len(list(disk.rglob("*.sealed"))) == 1  # put aside, not lost
