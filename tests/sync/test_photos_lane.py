"""The lane of the photos: several at once, one bad photo stops no other, and nothing is verified before the office says so."""

import threading

import pytest

from kiosk_app.office.archive import count_photos
from kiosk_app.office.office import Office
from kiosk_app.store.outbox import Answer, RecordAnswer
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, drain, take_turns

LANE = "photos"


def waiting(booth: BoothKit) -> int:
    return booth.stores.outbox.counts().blobs_waiting


def test_photos_arrive_without_their_records(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    blobs = [booth.photograph() for _ in range(9)]
    take_turns(booth.photos_lane(), clock)
    assert waiting(booth) == 0
    assert all(office.depot.read(blob) for blob in blobs)
    assert booth.stores.outbox.counts().waiting == 27  # the records have a lane of their own


def test_the_office_opens_what_arrived(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    booth.photograph()
    take_turns(booth.photos_lane(), clock)
    drain(booth.records_lane(), booth, clock)
    assert count_photos(office) == 1


def test_four_go_at_once_on_their_own_connections(booth: BoothKit, front: hostile.Front, clock: ManualClock) -> None:
    gate = threading.Barrier(4, timeout=20)

    def together(connection: hostile.Connection, seen: hostile.Seen) -> None:
        gate.wait()
        hostile.honest(connection, seen)

    for _ in range(8):
        booth.photograph()
    front.misbehave(together, "PATCH", times=8)
    take_turns(booth.photos_lane(), clock)
    assert waiting(booth) == 0
    assert len(front.paths("/v1/devices/token")) == 1


def test_a_broken_link_stops_the_lane_and_keeps_all(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    for _ in range(12):
        booth.photograph()
    front.misbehave(hostile.reset, "PATCH", times=10_000)
    lane = booth.photos_lane()
    lane.turn()
    assert waiting(booth) == 12
    assert len(front.paths("/v1/blobs")) <= 16
    assert booth.board.status.lane(LANE).mode is LaneMode.WAITING
    front.behave()
    take_turns(lane, clock)
    assert waiting(booth) == 0


def bad_for(blob: str, misdeed: hostile.Misdeed) -> hostile.Misdeed:
    return lambda connection, seen: (misdeed if blob in seen.path else hostile.honest)(connection, seen)


@pytest.mark.parametrize(
    "misdeed", [hostile.SERVER_ERROR, hostile.reset, hostile.problem(422, "invalid"), hostile.half_head]
)
def test_one_bad_photo_stops_no_other(
    booth: BoothKit, front: hostile.Front, clock: ManualClock, misdeed: hostile.Misdeed
) -> None:
    blobs = [booth.photograph() for _ in range(10)]
    front.misbehave(bad_for(blobs[0], misdeed), path="/v1/blobs", times=10_000)
    lane = booth.photos_lane()
    for _ in range(12):
        clock.forward(seconds=lane.due_in())
        lane.turn()
    assert waiting(booth) == 1
    front.behave()
    clock.forward(minutes=20)
    take_turns(lane, clock)
    assert waiting(booth) == 0


def test_a_bad_photo_that_is_alone_does_not_slow_the_next_one(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    bad = booth.photograph()
    front.misbehave(bad_for(bad, hostile.SERVER_ERROR), path="/v1/blobs", times=10_000)
    lane = booth.photos_lane()
    for _ in range(40):
        clock.forward(seconds=lane.due_in())
        lane.turn()
    assert lane.due_in() <= 5
    assert len(front.paths("/v1/blobs")) < 20  # it waits longer each time, though the lane does not
    booth.photograph()
    clock.forward(seconds=lane.due_in())
    lane.turn()
    assert waiting(booth) == 1


def test_an_office_that_fails_for_all_is_not_asked_for_each(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    for _ in range(20):
        booth.photograph(300)
    front.misbehave(hostile.SERVER_ERROR, "PATCH", times=10_000)
    booth.photos_lane().turn()
    assert len(front.paths("/v1/blobs")) <= 8
    assert booth.board.status.step is Step.OFFICE


def test_a_damaged_file_is_told_and_others_go_on(booth: BoothKit, clock: ManualClock) -> None:
    blobs = [booth.photograph() for _ in range(3)]
    (booth.paths.photos / f"{blobs[1]}.sealed").write_bytes(b"no longer what it was")
    (booth.paths.photos / f"{blobs[2]}.sealed").unlink()
    lane = booth.photos_lane()
    for _ in range(6):
        clock.forward(minutes=20)
        lane.turn()
    assert waiting(booth) == 0
    states = dict(booth.stores.journal.rows("SELECT sha256, state FROM blobs"))
    assert states == {blobs[0]: "verified", blobs[1]: "damaged", blobs[2]: "damaged"}


def test_a_file_that_cannot_be_read_once_is_not_given_up(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    blob = booth.photograph()
    place = booth.paths.photos / f"{blob}.sealed"
    aside = place.rename(place.with_suffix(".aside"))
    lane = booth.photos_lane()
    lane.turn()
    aside.rename(place)
    clock.forward(minutes=20)
    take_turns(lane, clock)
    assert office.depot.read(blob)


def test_the_wait_that_the_office_names_holds_the_lane(booth: BoothKit, front: hostile.Front) -> None:
    booth.photograph()
    front.misbehave(hostile.problem(507, "office-full", {"Retry-After": "60"}), "PATCH", times=9)
    lane = booth.photos_lane()
    lane.turn()
    assert 60 <= lane.due_in() <= 75


def test_a_photo_whose_record_was_refused_still_goes(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    blob = booth.photograph()
    record = booth.stores.outbox.blobs_due(1)[0].record_id
    booth.stores.outbox.apply_results([RecordAnswer(record, Answer.REJECTED, problem="body-hash")])
    take_turns(booth.photos_lane(), clock)
    assert office.depot.read(blob)
