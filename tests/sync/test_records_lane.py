"""The lane of the facts, over a real connection to a real office, with something hostile in between."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.store.outbox import Applied
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.batches import Limits
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, drain, office_ids, take_turns

LANE = "records"


def test_what_was_captured_arrives_once_and_in_order(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    ids = booth.arrive(3) + booth.arrive_and_call()
    take_turns(booth.records_lane(), clock)
    assert office_ids(office) == ids
    counts = booth.stores.outbox.counts()
    assert (counts.captured, counts.acked, counts.waiting) == (5, 5, 0)


def test_a_token_is_fetched_once_and_used_for_all(booth: BoothKit, front: hostile.Front, clock: ManualClock) -> None:
    lane = booth.records_lane()
    for _ in range(3):
        booth.arrive()
        lane.wake(Wake.RECORD)
        lane.turn()
    assert len(front.paths("/v1/devices/token")) == 1
    assert len(front.paths("/v1/sync")) == 3


NEVER_AN_ACK = {
    "portal page": hostile.PORTAL_PAGE,
    "portal redirect": hostile.PORTAL_REDIRECT,
    "network log-in": hostile.NETWORK_LOGIN,
    "server error": hostile.SERVER_ERROR,
    "bad gateway": hostile.BAD_GATEWAY,
    "truncated": hostile.truncated,
    "half a head": hostile.half_head,
    "not JSON": hostile.NOT_JSON,
    "wrong JSON": hostile.WRONG_JSON,
    "no header": hostile.NO_HEADER,
    "HTML with our header": hostile.HTML_OF_OURS,
    "deep JSON": hostile.DEEP_JSON,
    "huge": hostile.huge,
    "reset": hostile.reset,
    "lost answer": hostile.lost_answer,
    "busy": hostile.problem(503, "database-busy", {"Retry-After": "5"}),
    "created": hostile.answer(201, hostile.JSON, b"{}"),
    "not found": hostile.problem(404, "not-found"),
    "forbidden": hostile.problem(403, "wrong-device"),
    "no header on a good answer": hostile.tampered(lambda body: body),
}


def without_header(connection: hostile.Connection, seen: hostile.Seen) -> None:
    real = connection.forward(seen)
    headers = {name: value for name, value in real.headers.items() if name.lower() != "kiosk-api"}
    connection.send(hostile.Answer(real.status, headers, real.body))


NEVER_AN_ACK["no header on a good answer"] = without_header


@pytest.mark.parametrize("name", NEVER_AN_ACK)
def test_only_the_office_s_own_answer_is_an_ack(
    name: str, booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    ids = booth.arrive(4)
    lane = booth.records_lane()
    front.misbehave(NEVER_AN_ACK[name], "POST", "/v1/sync", times=2)
    lane.turn()
    counts = booth.stores.outbox.counts()
    assert (counts.acked, counts.waiting, counts.quarantined) == (0, 4, 0)
    assert booth.board.status.lane(LANE).mode is LaneMode.WAITING
    assert lane.due_in() <= 65
    front.behave()
    take_turns(lane, clock)
    assert office_ids(office) == ids
    assert booth.stores.outbox.counts().waiting == 0


def results_of(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> hostile.Misdeed:
    return hostile.tampered(lambda body: {**body, "results": change(body["results"])})


def renamed(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "id": one["id"][:-6] + "ffffff"} for one in results]


@pytest.mark.parametrize(
    ("change", "acked"),
    [
        (lambda results: [], 0),
        (lambda results: results[:2], 2),
        (renamed, 0),
        (lambda results: results + results[:1], 3),
        (lambda results: [{**one, "status": "retry"} for one in results], 0),
    ],
    ids=["none", "two", "of others", "one twice", "all later"],
)
def test_what_is_not_named_stays_due(
    change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], acked: int, booth: BoothKit, office: Office,
    front: hostile.Front, clock: ManualClock,
) -> None:  # fmt: skip
    ids = booth.arrive(4)
    lane = booth.records_lane()
    front.misbehave(results_of(change), "POST", "/v1/sync")
    lane.turn()
    counts = booth.stores.outbox.counts()
    assert (counts.acked, counts.waiting) == (acked, 4 - acked)
    drain(lane, booth, clock)
    assert office_ids(office) == ids


def test_results_for_records_that_were_not_sent_move_nothing(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    """The office, or whoever plays it, acks a record that this batch did not hold."""
    ids = booth.arrive(2)
    booth.stores.memory.keep_limits(Limits(1))
    other = {"id": ids[1], "status": "accepted", "pos": 7}
    front.misbehave(results_of(lambda results: [*results, other]), "POST", "/v1/sync")
    booth.records_lane().turn()
    assert office_ids(office) == ids
    assert len(front.paths("/v1/sync")) == 2


def test_an_answer_without_any_result_is_no_progress_and_no_storm(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    booth.arrive(1)
    lane = booth.records_lane()
    front.misbehave(results_of(lambda _results: []), "POST", "/v1/sync", times=100)
    for _ in range(5):
        clock.forward(seconds=lane.due_in())
        lane.turn()
    assert booth.board.status.lane(LANE).attempts == 5
    assert booth.board.status.step is Step.NONSENSE


def test_a_duplicate_request_does_nothing_twice(booth: BoothKit, office: Office, front: hostile.Front) -> None:
    ids = booth.arrive(3)
    front.misbehave(hostile.twice, "POST", "/v1/sync")
    booth.records_lane().turn()
    assert office_ids(office) == ids
    assert booth.stores.outbox.counts().acked == 3


def test_an_applicant_s_later_record_waits_for_the_earlier(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    first = booth.arrive_and_call()
    others = booth.arrive(2)

    def only_others(connection: hostile.Connection, seen: hostile.Seen) -> None:
        kept = {one: {"id": one, "status": "retry"} for one in first[:1]}
        hostile.tampered(
            lambda body: {**body, "results": [kept.get(r["id"], r) for r in body["results"] if r["id"] != first[1]]}
        )(connection, seen)

    front.misbehave(only_others, "POST", "/v1/sync")
    lane = booth.records_lane()
    lane.turn()
    assert booth.stores.outbox.due(10, 10**6) == ()  # the first waits for its time, and the second for the first
    drain(lane, booth, clock)
    assert sorted(office_ids(office)) == sorted(first + others)


def test_the_heartbeat_goes_without_records_and_takes_the_clock_s_distance(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    def an_hour_ahead(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "server_time": (clock.now() + timedelta(hours=1)).isoformat()}

    front.misbehave(hostile.tampered(an_hour_ahead), "POST", "/v1/sync")
    lane = booth.records_lane()
    lane.turn()
    assert booth.stores.memory.offset_ms() == 3_600_000
    assert booth.board.status.offset_ms == 3_600_000
    for _ in range(60):
        clock.forward(seconds=max(lane.due_in(), 0.1))
        lane.turn()
    beats = len(front.paths("/v1/sync"))
    assert 2 <= beats <= 12  # looks every 5 s, speaks every 30 to 90 s


def test_a_person_s_wake_makes_a_heartbeat_at_once(booth: BoothKit, front: hostile.Front) -> None:
    lane = booth.records_lane()
    lane.turn()
    lane.wake(Wake.RECORD)
    lane.turn()
    assert len(front.paths("/v1/sync")) == 1
    lane.wake(Wake.STAFF)
    lane.turn()
    assert len(front.paths("/v1/sync")) == 2


def test_hints_are_passed_on(booth: BoothKit) -> None:
    booth.records_lane().turn()
    (hints,) = booth.heard.hints
    assert hints.config_version >= 1


def test_the_office_s_pause_is_kept_after_a_success(booth: BoothKit, front: hostile.Front) -> None:
    booth.arrive(1)
    front.misbehave(hostile.tampered(lambda body: {**body, "backoff_s": 40}), "POST", "/v1/sync")
    lane = booth.records_lane()
    lane.turn()
    assert booth.stores.outbox.counts().acked == 1
    lane.wake(Wake.STAFF)
    assert 40 <= lane.due_in() <= 51


def test_the_safe_position_is_kept(booth: BoothKit) -> None:
    booth.arrive(2)
    booth.records_lane().turn()
    assert booth.stores.outbox.get_meta("safe_pos") == 2


def test_no_personal_data_and_no_token_in_any_address(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    booth.arrive(2)
    booth.records_lane().turn()
    booth.pulls_lane().turn()
    paths = " ".join(seen.path for seen in front.seen)
    tokens = {seen.headers["Authorization"] for seen in front.seen if "Authorization" in seen.headers}
    assert tokens
    assert all(token.split()[1] not in paths for token in tokens)
    assert booth.identity.device_id not in paths


def test_backoff_survives_a_restart(booth: BoothKit, front: hostile.Front, clock: ManualClock) -> None:
    booth.arrive(1)
    front.misbehave(hostile.problem(503, "database-busy", {"Retry-After": "600"}), "POST", "/v1/sync")
    booth.records_lane().turn()
    clock.forward(seconds=100)
    again = booth.records_lane(stores=booth.open_stores())
    again.wake(Wake.STAFF)
    assert 500 <= again.due_in() <= 560


def test_nothing_is_lost_when_the_program_dies_before_the_answer_is_kept(
    booth: BoothKit, office: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = booth.arrive(3)
    lane = booth.records_lane()
    with monkeypatch.context() as patch:
        patch.setattr(booth.stores.outbox, "apply_results", lambda *_args: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            lane.turn()
    assert office_ids(office) == ids  # the office has them, the booth does not know it
    take_turns(booth.records_lane(stores=booth.open_stores()), clock)
    assert office_ids(office) == ids
    assert booth.stores.outbox.counts().waiting == 0


def test_a_long_queue_goes_in_full_batches(booth: BoothKit, office: Office, front: hostile.Front) -> None:
    ids = [booth.help_called("idle") for _ in range(230)]
    lane = booth.records_lane()
    while booth.stores.outbox.counts().waiting:
        lane.turn()
    assert office_ids(office) == ids
    assert len(front.paths("/v1/sync")) == 3


def test_the_next_batch_is_sent_before_the_last_results_are_on_disk(
    booth: BoothKit, office: Office, front: hostile.Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a batch costs is the way there and back."""
    ids = booth.arrive(5)
    booth.stores.memory.keep_limits(Limits(2))
    lane, sent = booth.records_lane(), []
    apply_results = booth.stores.outbox.apply_results

    def note(*args: Any) -> Applied:
        for _ in range(200):
            if len(front.paths("/v1/sync")) == min(len(sent) + 2, 3):
                break
            time.sleep(0.01)
        sent.append(len(front.paths("/v1/sync")))
        return apply_results(*args)

    monkeypatch.setattr(booth.stores.outbox, "apply_results", note)
    lane.turn()
    assert sent == [2, 3, 3]
    assert office_ids(office) == ids


def test_nobody_s_later_record_is_sent_while_an_earlier_one_is_not_settled(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    """It was read ahead, and stays here: the answer to the first batch says that its record has to wait."""
    first, later = booth.arrive_and_call()
    booth.stores.memory.keep_limits(Limits(1))
    for answer in (lambda results: [{**one, "status": "retry"} for one in results], lambda results: results):
        front.misbehave(results_of(answer), "POST", "/v1/sync")
    lane = booth.records_lane()
    lane.turn()
    assert len(front.paths("/v1/sync")) == 1
    drain(lane, booth, clock)
    assert office_ids(office) == [first, later]


def test_a_disk_that_fails_while_a_batch_is_under_way_loses_nothing(
    booth: BoothKit, office: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = booth.arrive(4)
    booth.stores.memory.keep_limits(Limits(1))
    lane = booth.records_lane()

    def full(*_args: Any) -> Applied:
        raise KioskError("store-full", "The disk is full.", "Free some space.")

    with monkeypatch.context() as broken:
        broken.setattr(booth.stores.outbox, "apply_results", full)
        lane.turn()
    assert booth.board.status.lane(LANE).mode is LaneMode.FAULT
    assert booth.stores.outbox.counts().waiting == 4
    drain(lane, booth, clock)
    assert office_ids(office) == ids
