"""Two copies of one booth: a new epoch ends it. Where it does not, it is named as long as it lasts, whatever else happens."""

import json
import shutil
from pathlib import Path

import pytest

from kiosk_app.office.office import Office
from kiosk_app.paths import BoothPaths, assets_dir
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.outbox import Answer, RecordAnswer
from kiosk_app.store.verify import verify_journal
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode
from kiosk_app.sync.stores import BoothFiles
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, drain, office_ids, take_turns

CONFLICT = hostile.problem(409, "epoch-conflict")


@pytest.fixture
def conflicted(booth: BoothKit, front: hostile.Front) -> BoothKit:
    """A booth whose two facts wait behind a conflict that its new epoch did not end: no honest office has one."""
    booth.arrive(2)
    front.misbehave(CONFLICT, "POST", "/v1/sync", times=2)
    lane = booth.records_lane()
    lane.turn()
    assert lane.due_in() == 0
    lane.turn()
    return booth


def copied(booth: BoothKit, folder: Path) -> BoothKit:
    """A second booth on a copy of the disk, as it is now."""
    booth.close()
    shutil.copytree(booth.paths.root, folder)
    paths = BoothPaths(folder)
    booth.open(booth.files)
    return booth.copy(BoothFiles(paths, FileKeyHolder(paths.keys), booth.clock))


def test_both_copies_of_a_disk_get_everything_to_the_office(
    booth: BoothKit, office: Office, clock: ManualClock, tmp_path: Path
) -> None:
    common = booth.arrive(3)
    twin = copied(booth, tmp_path / "twin")
    mine, other = booth.arrive(2), twin.arrive_and_call()
    drain(booth.records_lane(), booth, clock)
    drain(twin.records_lane(), twin, clock)
    assert office_ids(office) == common + mine + other
    assert [(made.since, made.records) for made in twin.heard.epochs] == [(1, 5)]
    assert not booth.heard.epochs
    more = booth.arrive(1), twin.arrive(1)
    drain(booth.records_lane(), booth, clock)
    drain(twin.records_lane(), twin, clock)
    assert office_ids(office)[-2:] == more[0] + more[1]
    assert len(twin.heard.epochs) == 1
    assert twin.board.status.step is Step.OK
    for kit in (booth, twin):
        report = verify_journal(kit.database, kit.keys.public_der(), kit.paths.photos)
        assert report.first_fault is None
    twin.close()


def test_a_disk_that_was_put_back_goes_on(booth: BoothKit, office: Office, clock: ManualClock, tmp_path: Path) -> None:
    """Yesterday's copy: what the office has since then it keeps, and what comes now it takes."""
    early = booth.arrive(2)
    drain(booth.records_lane(), booth, clock)
    put_back = copied(booth, tmp_path / "yesterday")
    since = booth.arrive(3)
    drain(booth.records_lane(), booth, clock)
    now = put_back.arrive(2)
    photo = put_back.photograph()
    take_turns(put_back.records_lane(), clock)
    drain(put_back.photos_lane(), put_back, clock)
    assert office_ids(office)[:7] == early + since + now
    assert [made.since for made in put_back.heard.epochs] == [3]
    assert put_back.stores.outbox.counts().acked == 2 + 2 + 3
    assert office.depot.read(photo)
    put_back.close()


def test_it_is_a_step_of_its_own(conflicted: BoothKit) -> None:
    status = conflicted.board.status
    assert (status.step, status.lane("records").mode) == (Step.EPOCH, LaneMode.EPOCH_CONFLICT)
    assert conflicted.stores.memory.step() is Step.EPOCH
    assert (Step.EPOCH.report, Step.OK.report) == ("epoch-conflict", "ok")
    counts = conflicted.stores.outbox.counts()
    assert (counts.waiting, counts.quarantined) == (2, 0)


def test_another_lane_s_success_does_not_hide_it(conflicted: BoothKit) -> None:
    conflicted.photograph()
    conflicted.photos_lane().turn()
    assert conflicted.stores.outbox.counts().blobs_waiting == 0
    conflicted.pulls_lane().turn()
    assert conflicted.board.status.step is Step.EPOCH
    assert conflicted.board.status.last_contact is not None


def test_neither_a_broken_link_nor_a_restart_hides_it(
    conflicted: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    front.misbehave(hostile.reset, times=100)
    stores = conflicted.open_stores()
    assert stores.memory.step() is Step.EPOCH
    lane = conflicted.records_lane(stores=stores)
    clock.forward(seconds=lane.due_in())
    lane.turn()
    assert lane.due_in() > 0
    assert conflicted.board.status.step is Step.EPOCH
    assert conflicted.open_stores().memory.step() is Step.EPOCH


def test_a_revocation_is_told_before_it(conflicted: BoothKit, front: hostile.Front) -> None:
    front.misbehave(hostile.problem(403, "device-revoked"), path="/v1/config", times=9)
    conflicted.pulls_lane().turn()
    assert conflicted.board.status.step is Step.REVOKED


def test_records_that_are_taken_end_it(conflicted: BoothKit, clock: ManualClock) -> None:
    lane = conflicted.records_lane()
    drain(lane, conflicted, clock)
    assert conflicted.board.status.step is Step.OK
    assert not conflicted.stores.memory.epoch_conflict()
    assert conflicted.open_stores().memory.step() is Step.OK


def test_a_heartbeat_while_records_wait_does_not_end_it(conflicted: BoothKit, clock: ManualClock) -> None:
    """The office sees no conflict in a message without records."""
    later = [RecordAnswer(record.id, Answer.RETRY) for record in conflicted.stores.outbox.due(10, 10**6)]
    for _ in range(10):  # until each waits for longer than the lane
        conflicted.stores.outbox.apply_results(later)
    lane = conflicted.records_lane()
    lane.wake(Wake.STAFF)
    clock.forward(seconds=lane.due_in())
    lane.turn()
    assert conflicted.board.status.lane("records").done == 1
    assert conflicted.board.status.step is Step.EPOCH


def test_both_of_its_texts_are_in_every_language() -> None:
    for file in sorted(Path(assets_dir() / "i18n").glob("*.json")):
        words = json.loads(file.read_text(encoding="utf-8"))
        assert {"net.step.epoch", "sync.state.epoch"} <= set(words), file.name
