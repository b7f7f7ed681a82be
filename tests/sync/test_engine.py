"""The engine as it runs in the booth: real threads, real databases, a real office, real time."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk_app.clock import SystemClock
from kiosk_app.contract.config import ConfigBody
from kiosk_app.errors import KioskError
from kiosk_app.office.archive import count_photos
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.paths import BoothPaths
from kiosk_app.store.epochs import NewEpoch
from kiosk_app.sync import threads
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.engine import Listeners, SyncEngine
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode, SyncStatus
from kiosk_app.sync.stores import BoothFiles
from tests.sync import hostile
from tests.sync.kit import SITE, BoothKit, office_ids

PATIENCE_S = 60.0  # how long a slow machine may take; nothing here needs a second


@pytest.fixture
def clock() -> SystemClock:
    return SystemClock()


class Ear:
    """Keeps what the engine tells."""

    def __init__(self) -> None:
        self.statuses: list[SyncStatus] = []
        self.configs: list[ConfigBody] = []
        self.revoked: list[bool] = []

    def listeners(self) -> Listeners:
        return Listeners(self.statuses.append, self.configs.append, self.revoked.append)


Start = Callable[[], SyncEngine]


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def make(booth: BoothKit, ear: Ear) -> Iterator[Start]:
    """Makes engines for the booth and stops them at the end."""
    made: list[SyncEngine] = []

    def build() -> SyncEngine:
        made.append(SyncEngine(booth.files, booth.identity, booth.url, listeners=ear.listeners()))
        return made[-1]

    yield build
    for engine in made:
        engine.stop()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "It did not come true."
        time.sleep(0.02)


def test_everything_goes_and_comes(booth: BoothKit, office: Office, make: Start, ear: Ear) -> None:
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, SITE)
    office.bookings.put(sample_bookings(30, 1, date.today(), SITE, profile, office.keys))  # noqa: DTZ011
    ids = booth.arrive(20)
    blobs = [booth.photograph() for _ in range(6)]
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    assert engine.stop()
    status = engine.status
    assert office_ids(office)[:20] == ids
    assert count_photos(office) == len(blobs)
    assert booth.stores.roster.count() > 20
    assert [config.profile.place for config in ear.configs] == [SITE]
    assert status.counts is not None
    assert (status.counts.waiting, status.counts.blobs_waiting, status.counts.captured) == (0, 0, 38)
    assert (status.step, status.revoked, status.next_try) == (Step.OK, False, None)
    assert status.last_contact is not None
    assert status.config_version >= 1
    assert status.roster_read_at == booth.stores.roster.read_at()
    assert ear.statuses[-1].counts == status.counts


def test_a_photo_under_way_is_not_nothing(booth: BoothKit, office: Office, front: hostile.Front, make: Start) -> None:
    """The photos' lane last told that none waits, and is busy with a new one."""
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    booth.photograph()
    front.misbehave(hostile.stall, "PATCH", "/v1/blobs", times=1)
    assert not engine.run_until_empty(2.0)
    assert count_photos(office) == 0
    assert engine.stop()
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    assert count_photos(office) == 1


def test_a_new_record_is_sent_when_the_engine_is_woken(booth: BoothKit, office: Office, make: Start) -> None:
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    (record,) = booth.arrive()
    engine.wake()
    until(lambda: office_ids(office) == [record])


def test_a_new_record_is_sent_without_any_wake(
    booth: BoothKit, office: Office, make: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk_app.sync.records.LOOK_S", 0.05)
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    (record,) = booth.arrive()
    until(lambda: office_ids(office) == [record])


def test_no_office_is_no_success_and_no_loss(
    booth: BoothKit, office: Office, front: hostile.Front, make: Start, ear: Ear
) -> None:
    ids = booth.arrive(3)
    front.misbehave(hostile.reset, times=10**6)
    engine = make()
    assert not engine.run_until_empty(1.0)
    until(lambda: engine.status.step is Step.OFFICE)
    assert engine.status.next_try is not None
    assert booth.stores.outbox.counts().waiting == 3
    front.behave()
    assert engine.run_until_empty(PATIENCE_S)
    assert office_ids(office) == ids
    assert {status.step for status in ear.statuses} >= {Step.OFFICE, Step.OK}


def test_hanging_photos_delay_no_record(booth: BoothKit, office: Office, front: hostile.Front, make: Start) -> None:
    for _ in range(6):
        booth.photograph()
    front.misbehave(hostile.stall, "PATCH", "/v1/blobs", times=100)
    engine = make()
    engine.start()
    until(lambda: len(front.paths("/v1/blobs")) >= 4)
    until(lambda: booth.stores.outbox.counts().waiting == 0)
    later = booth.arrive(2)
    engine.wake()
    until(lambda: office_ids(office)[-2:] == later)
    assert booth.stores.outbox.counts().blobs_waiting == 6


def test_hanging_records_delay_no_photo_and_no_roster(
    booth: BoothKit, office: Office, front: hostile.Front, make: Start
) -> None:
    for _ in range(3):
        booth.photograph()
    front.misbehave(hostile.stall, "POST", "/v1/sync", times=100)
    engine = make()
    engine.start()
    until(lambda: booth.stores.outbox.counts().blobs_waiting == 0)
    until(lambda: booth.stores.roster.cursor() is not None)
    assert booth.stores.outbox.counts().acked == 0


def test_stop_cuts_what_hangs_and_says_nothing_wrong_about_the_office(
    booth: BoothKit, front: hostile.Front, make: Start
) -> None:
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    booth.photograph()
    front.misbehave(hostile.stall, "POST", "/v1/sync", times=100)
    front.misbehave(hostile.stall, "PATCH", "/v1/blobs", times=100)
    engine.wake()
    until(lambda: any(seen.path == "/v1/sync" for seen in front.seen[-6:]) and bool(front.paths("/v1/blobs")))
    assert engine.stop(deadline_s=PATIENCE_S)
    assert booth.stores.memory.step() is Step.OK
    assert booth.stores.memory.backoff("records").attempts == 0
    assert not [one for one in threading.enumerate() if one.name.startswith("sync-") and one.name != "sync-upload"]


def test_what_was_not_acked_at_the_stop_is_due_at_the_next_start(
    booth: BoothKit, office: Office, front: hostile.Front, make: Start
) -> None:
    ids = booth.arrive(4)
    front.misbehave(hostile.stall, "POST", "/v1/sync", times=1)
    first = make()
    first.start()
    until(lambda: bool(front.paths("/v1/sync")))
    first.stop()
    front.behave()
    assert make().run_until_empty(PATIENCE_S)
    assert office_ids(office) == ids


def test_a_change_at_the_office_comes_with_the_next_heartbeat(booth: BoothKit, office: Office, make: Start) -> None:
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, SITE)
    office.bookings.put(sample_bookings(5, 1, date.today(), SITE, profile, office.keys))  # noqa: DTZ011
    booth.arrive()
    engine._lanes["records"].wake(Wake.RECORD)  # the pulls lane itself is asleep for half a minute at least
    until(lambda: booth.stores.roster.count() > 0)


def test_a_revoked_booth_empties_its_outbox_and_says_so(booth: BoothKit, office: Office, make: Start, ear: Ear) -> None:
    ids = booth.arrive(5)
    booth.photograph()
    office.devices.revoke(booth.identity.device_id)
    engine = make()
    assert engine.run_until_empty(PATIENCE_S)
    until(lambda: engine.status.revoked and ear.revoked == [True])
    assert office_ids(office)[:5] == ids
    until(lambda: engine.status.step is Step.REVOKED)


def test_a_copied_disk_gets_its_records_through_under_a_new_epoch(
    booth: BoothKit, office: Office, make: Start, tmp_path: Path
) -> None:
    """Both copies write a first record, and the office has all of both in the end."""
    booth.close()
    twin = tmp_path / "twin"
    shutil.copytree(booth.paths.root, twin)
    paths = BoothPaths(twin)
    files = BoothFiles(paths, type(booth.keys)(paths.keys), booth.clock)
    mine, other = booth.copy(booth.files), booth.copy(files)
    ids = mine.arrive(2) + other.arrive(2)
    assert make().run_until_empty(PATIENCE_S)
    told: list[NewEpoch] = []
    engine = SyncEngine(files, booth.identity, booth.url, listeners=Listeners(on_epoch=told.append))
    try:
        assert engine.run_until_empty(PATIENCE_S)
        assert office_ids(office) == ids
        assert [(made.since, made.records) for made in told] == [(1, 2)]
        assert engine.status.step is Step.OK
    finally:
        engine.stop()
        mine.close()
        other.close()


def test_a_conflict_that_a_new_epoch_does_not_end_is_not_waited_for(
    booth: BoothKit, front: hostile.Front, make: Start
) -> None:
    booth.arrive(2)
    front.misbehave(hostile.problem(409, "epoch-conflict"), "POST", "/v1/sync", times=100)
    engine = make()
    assert not engine.run_until_empty(PATIENCE_S)
    assert engine.status.lane("records").mode is LaneMode.EPOCH_CONFLICT
    assert engine.status.step is Step.EPOCH
    counts = booth.stores.outbox.counts()
    assert (counts.waiting, counts.quarantined) == (2, 0)


def test_a_lane_that_falls_over_is_told_and_built_anew(
    booth: BoothKit, office: Office, make: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(threads, "REBUILD_S", 0.05)
    ids = booth.arrive(2)
    engine = make()
    build, falls = engine._lanes["records"]._build, iter([RuntimeError("Budi 1671010101900001"), None])

    def fall_once() -> threads.OwnedLane:
        error = next(falls, None)
        if error is not None:
            raise error
        return build()

    monkeypatch.setattr(engine._lanes["records"], "_build", fall_once)
    assert engine.run_until_empty(PATIENCE_S)
    assert office_ids(office) == ids
    assert "lane-fell" in caplog.text
    assert "Budi" not in caplog.text


@pytest.mark.parametrize(
    ("address", "ca_file", "code"),
    [("office", None, "office-address"), ("https://office.example", "/nowhere/ca.pem", "ca-missing")],
)
def test_what_cannot_work_is_said_at_once(booth: BoothKit, address: str, ca_file: str | None, code: str) -> None:
    with pytest.raises(KioskError) as caught:
        SyncEngine(booth.files, booth.identity, address, ca_file=ca_file)
    assert caught.value.code == code


def test_status_is_one_frozen_value(make: Start) -> None:
    status = make().status
    with pytest.raises(AttributeError):
        status.step = Step.OK  # type: ignore[misc]
    assert replace(status, step=Step.OK) != status
