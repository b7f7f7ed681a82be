"""What sync keeps over a restart; a disk that takes nothing costs politeness, not data."""

from datetime import timedelta

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.sync.backoff import BackoffRow, Hold
from kiosk_app.sync.batches import Limits
from kiosk_app.sync.reachability import Step
from tests.memory import ManualClock
from tests.sync.kit import BoothKit, office_ids


@pytest.mark.parametrize("hold", list(Hold))
def test_a_backoff_comes_back(booth: BoothKit, clock: ManualClock, hold: Hold) -> None:
    booth.stores.memory.keep_backoff("photos", BackoffRow(4, 90.0, hold))
    clock.forward(seconds=30)
    assert booth.open_stores().memory.backoff("photos") == BackoffRow(4, 60.0, hold)
    assert booth.open_stores().memory.backoff("records") == BackoffRow()


def test_a_wall_clock_that_was_set_back_makes_no_eternity(booth: BoothKit, clock: ManualClock) -> None:
    booth.stores.memory.keep_backoff("records", BackoffRow(4, 50.0, Hold.HARD))
    clock.moment -= timedelta(days=400)
    lane = booth.records_lane(stores=booth.open_stores())
    assert lane.due_in() <= 60


def test_contact_step_and_limits_come_back(booth: BoothKit, clock: ManualClock) -> None:
    memory = booth.stores.memory
    assert (memory.step(), memory.last_contact(), memory.revoked()) == (None, None, False)
    assert memory.limits() == Limits()
    memory.keep_step(Step.PORTAL)
    memory.keep_contact()
    memory.keep_revoked(True)
    memory.keep_limits(Limits(7, 9000))
    memory.keep_offset_ms(-4711)
    again = booth.open_stores().memory
    assert (again.step(), again.last_contact(), again.revoked()) == (Step.PORTAL, clock.now(), True)
    assert (again.limits(), again.offset_ms()) == (Limits(7, 9000), -4711)


def test_the_last_contact_is_not_written_with_every_call(booth: BoothKit, clock: ManualClock) -> None:
    memory = booth.stores.memory
    memory.keep_contact()
    first = memory.last_contact()
    clock.forward(seconds=10)
    memory.keep_contact()
    assert memory.last_contact() == first
    clock.forward(seconds=25)
    memory.keep_contact()
    assert memory.last_contact() == clock.now()


def test_a_full_disk_stops_no_upload_and_loses_no_record(
    booth: BoothKit,
    office: Office,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The office gets the records; the booth cannot note it, says so, and asks again when there is room."""
    full = KioskError("store-full", "The disk is full.", "Free space.")
    ids = booth.arrive(3)
    lane = booth.records_lane()
    with monkeypatch.context() as patch:
        for name in ("apply_results", "put_meta", "save_lane_state"):
            patch.setattr(booth.stores.outbox, name, _raises(full))
        for _ in range(3):
            clock.forward(seconds=lane.due_in())
            lane.turn()
        assert booth.board.status.lane("records").problem == "store-full"
        assert lane.due_in() > 0
    assert "memory-not-kept" in caplog.text
    assert office_ids(office) == ids
    clock.forward(seconds=lane.due_in())
    lane.turn()
    assert booth.stores.outbox.counts().acked == 3


def _raises(error: Exception) -> object:
    def raising(*_args: object, **_kwargs: object) -> None:
        raise error

    return raising
