"""A disk that fills up: nobody is taken in, what is here is still sent, and purged without a single free byte."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store import room
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.room import BALLAST_NAME, DiskLimits, DiskRoom, Level, relieve
from tests.memory import ManualClock
from tests.store.samples import arrived, called, photo_store, photo_taken

MB = 1 << 20
LIMITS = DiskLimits(warn=48 * MB, stop=8 * MB, ballast=16 * MB)


def fill_up(folder: Path, leave: int = 0) -> None:
    """Takes what is free on the disk, but `leave` bytes."""
    with (folder / "filler").open("ab", buffering=0) as filler:
        left = shutil.disk_usage(folder).free - leave
        while left > 0:
            left -= filler.write(bytes(min(left, MB)))


def test_the_ballast_takes_its_room_for_real(disk: Path) -> None:
    before = shutil.disk_usage(disk).free
    assert DiskRoom(disk, LIMITS).keep_ballast()
    assert before - shutil.disk_usage(disk).free >= LIMITS.ballast
    assert DiskRoom(disk, LIMITS).state().ballast
    assert DiskRoom(disk, LIMITS).keep_ballast()


def test_without_the_systems_own_call_the_ballast_is_written(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(room.os, "posix_fallocate")
    before = shutil.disk_usage(disk).free
    assert DiskRoom(disk, LIMITS).keep_ballast()
    assert before - shutil.disk_usage(disk).free >= LIMITS.ballast


def test_levels_warn_and_then_stop_before_anything_is_confirmed(disk: Path) -> None:
    place = DiskRoom(disk, LIMITS)
    assert place.state().level is Level.OK
    fill_up(disk, leave=40 * MB)
    assert place.state().level is Level.WARN
    place.demand()
    fill_up(disk, leave=7 * MB)
    assert place.state().level is Level.STOP
    with pytest.raises(KioskError) as caught:
        place.demand()
    assert caught.value.code == "store-full"


def test_the_ballast_is_given_up_on_a_full_disk_only_and_made_again_when_there_is_room(disk: Path) -> None:
    place = DiskRoom(disk, LIMITS)
    place.keep_ballast()
    assert not relieve(disk)
    assert place.state().ballast
    fill_up(disk)
    assert relieve(disk)
    assert not relieve(disk)
    assert shutil.disk_usage(disk).free >= LIMITS.ballast
    assert not place.keep_ballast()  # what was given up must not be taken back at once
    (disk / "filler").unlink()
    assert place.keep_ballast()


def test_a_ballast_that_was_cut_short_is_made_whole(disk: Path) -> None:
    (disk / BALLAST_NAME).write_bytes(b"short")
    assert not DiskRoom(disk, LIMITS).state().ballast
    assert DiskRoom(disk, LIMITS).keep_ballast()
    assert (disk / BALLAST_NAME).stat().st_size == LIMITS.ballast


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KioskError) as caught:
        DiskRoom(tmp_path / "nowhere").state()
    assert caught.value.code == "store-unreachable"
    assert not relieve(tmp_path / "nowhere")


@pytest.fixture
def full(disk: Path, clock: ManualClock, journal_on: Callable[[Database], JournalStore]) -> tuple[Outbox, list[str]]:
    """A booth of twelve photos on a disk without a free byte, all sent and confirmed but none of their records."""
    keys = FileKeyHolder(disk / "keys")
    keys.ensure_device_key()
    database = open_journal(disk / "journal.db", keys)
    journal, photos, blobs = journal_on(database), photo_store(disk, clock), []
    DiskRoom(disk, LIMITS).keep_ballast()
    for n in range(12):
        journal.append(arrived(f"v{n}"))
        journal.append(called(f"v{n}"))
        sealed = photos.seal(bytes(150_000), f"v{n}")
        journal.append(photo_taken(sealed, f"v{n}"), sealed.record_id)
        blobs.append(sealed.blob)
    fill_up(disk)
    assert shutil.disk_usage(disk).free == 0
    return Outbox(database, clock), blobs


def test_sync_drains_and_purge_works_from_a_disk_without_a_free_byte(
    full: tuple[Outbox, list[str]], disk: Path, clock: ManualClock
) -> None:
    outbox, blobs = full
    due = outbox.due(100, 10**9)
    assert outbox.apply_results([RecordAnswer(one.id, Answer.ACCEPTED, one.seq) for one in due], 10**6).acked == 36
    for blob in blobs:
        outbox.blob_verified(blob)
    clock.forward(days=2)
    photos = photo_store(disk, clock)
    free = shutil.disk_usage(disk).free
    for blob in outbox.purgeable(clock.now() - timedelta(days=1), clock.now(), 99):
        assert outbox.blob_purged(blob)
        photos.remove(blob)
    assert outbox.blobs_purged() == set(blobs)
    assert shutil.disk_usage(disk).free - free > 12 * 150_000 - MB
    assert not (disk / BALLAST_NAME).exists()


def test_without_a_ballast_nothing_could_be_purged(full: tuple[Outbox, list[str]], disk: Path) -> None:
    """The proof that it is the ballast that makes the difference."""
    (disk / BALLAST_NAME).unlink()
    fill_up(disk)

    def acknowledge_all() -> None:
        for one in full[0].due(100, 10**9):
            full[0].apply_results([RecordAnswer(one.id, Answer.ACCEPTED, one.seq)], 10**6)

    with pytest.raises(KioskError) as caught:
        acknowledge_all()
    assert caught.value.code == "store-full"


def test_a_booth_on_a_full_disk_opens_and_checkpoints(
    full: tuple[Outbox, list[str]], disk: Path, clock: ManualClock
) -> None:
    full[0]._database.close()
    fill_up(disk)
    with open_journal(disk / "journal.db", FileKeyHolder(disk / "keys")) as database:
        database.checkpoint()
        assert Outbox(database, clock).counts().captured == 36
        assert database.check_pages()
