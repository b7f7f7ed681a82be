"""Two copies of one booth: named as long as it lasts, whatever else happens on the way, and gone when it is gone."""

import json
from pathlib import Path

import pytest

from kiosk_app.paths import assets_dir
from kiosk_app.store.outbox import Answer, RecordAnswer
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, drain

CONFLICT = hostile.problem(409, "epoch-conflict")


@pytest.fixture
def conflicted(booth: BoothKit, front: hostile.Front) -> BoothKit:
    """A booth whose two facts wait behind a conflict."""
    booth.arrive(2)
    front.misbehave(CONFLICT, "POST", "/v1/sync")
    booth.records_lane().turn()
    return booth


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
