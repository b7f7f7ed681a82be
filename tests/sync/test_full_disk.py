"""A disk without a free byte under a running booth: what waits goes to the office, and photos that are over are purged."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.office.office import Office
from kiosk_app.store.room import BALLAST_NAME, DiskLimits, DiskRoom
from kiosk_app.store.verify import verify_journal
from kiosk_app.sync.retention import EVERY_S
from tests.memory import ManualClock
from tests.store.conftest import mounted
from tests.store.test_room import MB, fill_up
from tests.sync import hostile
from tests.sync.kit import BoothKit, drain, office_ids, take_turns
from tests.sync.test_retention import files, hear_office, rule

LIMITS = DiskLimits(warn=2 * MB, stop=MB, ballast=16 * MB)


@pytest.fixture
def small_booth(tmp_path: Path, pair: Path, front: hostile.Front, clock: ManualClock) -> Iterator[BoothKit]:
    """A booth on a disk of 64 MB."""
    with mounted(tmp_path / "disk", "64m") as disk:
        shutil.copytree(pair / "booth", disk / "booth")
        kit = BoothKit(disk / "booth", front.url, clock)
        yield kit
        kit.close()


def test_sync_drains_and_photos_are_purged_from_no_byte_free(
    small_booth: BoothKit, office: Office, clock: ManualClock
) -> None:
    booth = small_booth
    rule(office, 24)
    booth.pulls_lane().turn()
    assert DiskRoom(booth.paths.root, LIMITS).keep_ballast()
    blobs = [booth.photograph(200_000) for _ in range(5)]
    booth.arrive(20)
    fill_up(booth.paths.root)
    assert shutil.disk_usage(booth.paths.root).free == 0

    photos, records = booth.photos_lane(), booth.records_lane()
    take_turns(photos, clock)
    drain(records, booth, clock)
    assert len(office_ids(office)) == 35
    assert not (booth.paths.root / BALLAST_NAME).exists()  # given up for this

    fill_up(booth.paths.root)
    with (booth.paths.root / "filler").open("r+b") as filler:
        filler.truncate(filler.seek(0, 2) - 17 * MB)
    assert DiskRoom(booth.paths.root, DiskLimits(2, 1, 8 * MB)).keep_ballast()
    fill_up(booth.paths.root)
    clock.forward(hours=25)
    hear_office(booth)
    for _turn in range(6):
        clock.forward(seconds=EVERY_S + 1)
        photos.turn()
    assert files(booth) == set()
    assert booth.stores.outbox.blobs_purged() == set(blobs)
    report = verify_journal(booth.database, booth.keys.public_der(), booth.paths.photos)
    assert report.first_fault is None
