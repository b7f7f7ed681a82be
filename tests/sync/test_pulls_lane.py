"""What the office decides: configuration and bookings, pulled whole or not at all."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.contract.config import open_config
from kiosk_app.contract.messages import Hints
from kiosk_app.contract.signatures import b64, unb64
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.pulls import PullsLane
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import SITE, BoothKit

LANE = "pulls"


@pytest.fixture
def bookings(office: Office) -> tuple[Booking, ...]:
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, SITE)
    made = sample_bookings(40, 1, date(2025, 1, 25), SITE, profile, office.keys)
    office.bookings.put(made)
    return tuple(booking for booking in made if booking.place == SITE)


@pytest.fixture
def lane(booth: BoothKit) -> PullsLane:
    return booth.pulls_lane()


def pull(lane: PullsLane, clock: ManualClock) -> None:
    clock.forward(seconds=math.ceil(lane.due_in()))  # whole seconds: the store keeps times to the millisecond
    lane.turn()


def known(booth: BoothKit, bookings: tuple[Booking, ...]) -> list[Booking | None]:
    return [booth.stores.roster.by_id(booking.id) for booking in bookings]


def test_the_first_pull_takes_configuration_and_all_bookings(
    booth: BoothKit, bookings: tuple[Booking, ...], lane: PullsLane, clock: ManualClock
) -> None:
    lane.turn()
    assert known(booth, bookings) == list(bookings)
    assert booth.stores.roster.count() == len(bookings)
    assert booth.stores.roster.read_at() == clock.now()
    (config,) = booth.heard.configs
    assert config.profile.place == SITE
    stored = booth.stores.configs.load()
    assert stored is not None
    assert open_config(stored.version, stored.body, stored.sig, unb64(booth.identity.config_key)) == config
    assert 30 <= lane.due_in() <= 90


def test_changes_follow_and_confirm_the_roster_s_age(
    booth: BoothKit, office: Office, bookings: tuple[Booking, ...], lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:  # fmt: skip
    lane.turn()
    office.bookings.cancel(bookings[0].id)
    office.bookings.remove(bookings[1].id)
    office.bookings.move(bookings[2].id, "ptc-mall", bookings[2].slot + timedelta(days=1))
    pull(lane, clock)
    cancelled = booth.stores.roster.by_id(bookings[0].id)
    assert cancelled is not None
    assert cancelled.status is BookingStatus.CANCELLED
    assert known(booth, bookings[1:2]) == [None]
    moved = booth.stores.roster.by_id(bookings[2].id)
    assert moved is not None
    assert (moved.status, moved.place) == (BookingStatus.MOVED, "ptc-mall")
    assert moved.name == "", "who moved away is told by time and place only"
    assert len(front.paths("/v1/snapshot")) == 1
    assert booth.stores.roster.read_at() == clock.now()


def test_an_unchanged_configuration_is_not_sent_again(
    booth: BoothKit, lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:
    lane.turn()
    pull(lane, clock)
    assert "If-None-Match" in front.paths("/v1/config")[1].headers
    assert len(booth.heard.configs) == 1


def test_many_changes_come_in_pages(
    booth: BoothKit, office: Office, lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:
    lane.turn()
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, SITE)
    office.bookings.put(sample_bookings(1300, 2, date(2025, 1, 25), SITE, profile, office.keys))
    pull(lane, clock)
    assert len(front.paths("/v1/changes")) == 3
    assert booth.stores.roster.count() > 1200


def test_an_expired_cursor_leads_to_a_snapshot(
    booth: BoothKit, bookings: tuple[Booking, ...], lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:
    lane.turn()
    front.misbehave(hostile.problem(410, "cursor-expired"), path="/v1/changes")
    pull(lane, clock)
    assert len(front.paths("/v1/snapshot")) == 2
    assert known(booth, bookings) == list(bookings)


def rows(change: Callable[[list[Any]], list[Any]]) -> hostile.Misdeed:
    return hostile.tampered(lambda body: {**body, "rows": change(body["rows"])})


@pytest.mark.parametrize(
    "misdeed",
    [
        rows(lambda _rows: []),
        rows(lambda found: found[:-1]),
        rows(lambda found: [*found[:-1], found[0]]),
        hostile.tampered(lambda body: {**body, "count": 0}),
        hostile.PORTAL_PAGE,
        hostile.truncated,
        hostile.WRONG_JSON,
        hostile.answer(200, {"Content-Type": "application/json"}, b'{"cursor": "x", "count": 0, "rows": []}'),
    ],
    ids=["emptied", "cut", "doubled", "miscounted", "portal", "truncated", "wrong", "no header"],
)
def test_a_bad_snapshot_leaves_the_old_roster(
    booth: BoothKit, bookings: tuple[Booking, ...], lane: PullsLane, front: hostile.Front, clock: ManualClock,
    misdeed: hostile.Misdeed,
) -> None:  # fmt: skip
    lane.turn()
    before = booth.stores.roster.read_at()
    front.misbehave(hostile.problem(410, "cursor-expired"), path="/v1/changes", times=9)
    front.misbehave(misdeed, path="/v1/snapshot", times=9)
    pull(lane, clock)
    assert known(booth, bookings) == list(bookings)
    assert booth.stores.roster.read_at() == before
    assert booth.board.status.lane(LANE).mode is LaneMode.WAITING
    front.behave()
    pull(lane, clock)
    assert booth.stores.roster.read_at() == clock.now()


def test_an_office_without_bookings_empties_the_roster_only_with_its_word(
    booth: BoothKit, office: Office, bookings: tuple[Booking, ...], lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:  # fmt: skip
    lane.turn()
    for booking in bookings:
        office.bookings.remove(booking.id)
    front.misbehave(hostile.problem(410, "cursor-expired"), path="/v1/changes")
    pull(lane, clock)
    assert booth.stores.roster.count() == 0


def spoil_rows(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    strange = {**found[0], "data": {**found[0]["data"], "slot": "soon"}}
    other = {**found[1], "data": {**found[1]["data"], "id": "AAAAAAAAAAA"}}
    newer = {**found[2], "data": {**found[2]["data"], "weather": "sun"}}
    return [strange, other, newer, *found[3:]]


def test_rows_that_cannot_be_read_are_counted_and_the_rest_is_taken(
    booth: BoothKit, bookings: tuple[Booking, ...], lane: PullsLane, front: hostile.Front
) -> None:
    front.misbehave(rows(spoil_rows), path="/v1/snapshot")
    lane.turn()
    assert booth.stores.roster.count() == len(bookings) - 2
    assert booth.board.status.unreadable_rows == 2


def test_kinds_of_change_from_the_future_are_left_out(
    booth: BoothKit, office: Office, bookings: tuple[Booking, ...], lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:  # fmt: skip
    lane.turn()
    office.bookings.cancel(bookings[0].id)
    lease = {"pos": 99, "type": "moon", "op": "put", "id": "x", "v": 1, "data": {"n": 4}}
    front.misbehave(hostile.tampered(lambda body: {**body, "changes": [lease, *body["changes"]]}), path="/v1/changes")
    pull(lane, clock)
    changed = booth.stores.roster.by_id(bookings[0].id)
    assert changed is not None
    assert changed.status is BookingStatus.CANCELLED
    assert booth.board.status.unreadable_rows == 0


def test_a_feed_without_end_does_not_hold_the_lane(
    booth: BoothKit, lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:
    lane.turn()
    front.misbehave(hostile.tampered(lambda body: {**body, "more": True}), path="/v1/changes", times=10**6)
    front.seen.clear()
    pull(lane, clock)
    assert len(front.paths("/v1/changes")) <= 200


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: {**body, "sig": "A" * 86 + "=="}, "config-untrusted"),
        (lambda body: {**body, "version": body["version"] + 1}, "config-untrusted"),
        (lambda body: {**body, "body": "e30="}, "config-untrusted"),
        (lambda body: {**body, "body": "e30"}, "data-malformed"),
    ],
)
def test_a_configuration_is_only_believed_with_its_signature(
    booth: BoothKit, bookings: tuple[Booking, ...], lane: PullsLane, front: hostile.Front, change: Callable[[Any], Any],
    code: str,
) -> None:  # fmt: skip
    front.misbehave(hostile.tampered(change), path="/v1/config", times=9)
    lane.turn()
    assert booth.stores.configs.load() is None
    assert booth.heard.configs == []
    status = booth.board.status.lane(LANE)
    assert (status.mode, status.problem) == (LaneMode.FAULT, code)
    assert booth.board.status.step is Step.OK  # the way is whole; what came over it is not
    assert known(booth, bookings) == list(bookings)  # and the roster does not suffer from it


def test_an_older_configuration_never_comes_back(
    booth: BoothKit, office: Office, lane: PullsLane, front: hostile.Front, clock: ManualClock
) -> None:
    old: list[Any] = []
    front.misbehave(hostile.tampered(lambda body: old.append(body) or body), path="/v1/config")
    lane.turn()
    office.officers.add_practice_officers()
    office.configuration.publish()
    pull(lane, clock)
    newer = booth.stores.configs.load()
    front.misbehave(hostile.tampered(lambda _body: old[0]), path="/v1/config")
    office.officers.add_practice_officers()
    lane._etag = ""  # the office is asked for the whole again
    pull(lane, clock)
    assert booth.stores.configs.load() == newer
    assert booth.board.status.lane(LANE).problem == "config-rollback"
    assert len(booth.heard.configs) == 2


def test_another_place_s_configuration_is_refused(
    booth: BoothKit, office: Office, lane: PullsLane, front: hostile.Front
) -> None:
    """Signed by the same office, but not for this booth."""
    with office.database.read() as connection:
        device = office.devices.by_id(connection, booth.identity.device_id)
    assert device is not None
    config = office.configuration.for_booth(replace(device, site="ptc-mall"))
    body = {"version": config.version, "body": b64(config.body), "sig": b64(config.signature)}
    front.misbehave(hostile.answer(200, hostile.JSON, json.dumps(body).encode()), path="/v1/config", times=9)
    lane.turn()
    assert booth.stores.configs.load() is None
    assert booth.board.status.lane(LANE).problem == "config-untrusted"


def test_hints_wake_the_lane_only_for_news(
    booth: BoothKit, office: Office, lane: PullsLane, clock: ManualClock
) -> None:
    lane.turn()
    version = booth.stores.configs.load().version  # type: ignore[union-attr]
    lane.hint(Hints(changes_pos=5, config_version=version))
    assert lane.due_in() == 0
    lane.turn()
    lane.hint(Hints(changes_pos=5, config_version=version))
    assert lane.due_in() > 0
    lane.hint(Hints(changes_pos=5, config_version=version + 1))
    assert lane.due_in() == 0


def test_a_revoked_booth_forgets_the_names_and_keeps_what_it_owes(
    booth: BoothKit, office: Office, bookings: tuple[Booking, ...], lane: PullsLane, clock: ManualClock
) -> None:
    lane.turn()
    ids = booth.arrive(2)
    office.devices.revoke(booth.identity.device_id)
    pull(lane, clock)
    assert booth.stores.roster.count() == 0
    assert booth.stores.roster.cursor() is None
    assert booth.heard.revoked == [True]
    assert booth.stores.memory.revoked()
    assert booth.board.status.revoked
    assert (booth.board.status.step, booth.board.status.lane(LANE).mode) == (Step.REVOKED, LaneMode.REVOKED)
    records = booth.records_lane()
    records.turn()
    assert booth.stores.outbox.counts().acked == len(ids)
    assert booth.board.status.step is Step.REVOKED
    for _ in range(3):
        pull(lane, clock)
    assert booth.heard.revoked == [True]


def test_a_restart_without_a_network_does_not_open_a_revoked_booth(
    booth: BoothKit, office: Office, front: hostile.Front, lane: PullsLane
) -> None:
    office.devices.revoke(booth.identity.device_id)
    lane.turn()
    front.misbehave(hostile.reset, times=100)
    booth.pulls_lane(stores=booth.open_stores())
    assert booth.heard.revoked == [True, True]  # each run of the program is told


def test_another_lane_that_learns_of_the_revocation_is_enough(
    booth: BoothKit, office: Office, bookings: tuple[Booking, ...], lane: PullsLane
) -> None:
    lane.turn()
    office.devices.revoke(booth.identity.device_id)
    booth.records_lane().turn()
    assert booth.heard.revoked == []
    lane.hint(booth.heard.hints[-1])
    assert lane.due_in() == 0
    lane.turn()
    assert booth.heard.revoked == [True]
    assert booth.stores.roster.count() == 0


def test_a_booth_that_is_let_in_again_goes_on(
    booth: BoothKit, front: hostile.Front, bookings: tuple[Booking, ...], lane: PullsLane, clock: ManualClock
) -> None:
    lane.turn()
    front.misbehave(hostile.problem(403, "device-revoked"), path="/v1/config", times=2)
    pull(lane, clock)
    assert booth.heard.revoked == [True]
    pull(lane, clock)
    assert booth.heard.revoked == [True, False]
    assert not booth.stores.memory.revoked()
    assert known(booth, bookings) == list(bookings)


def test_a_wake_asks_at_once(booth: BoothKit, lane: PullsLane) -> None:
    lane.turn()
    assert lane.due_in() > 0
    lane.wake(Wake.STAFF)
    assert lane.due_in() == 0
