"""Many faults in one history, small batches, the program dying in between: what was captured arrives once, and in order.

Not timing but invariants: nothing lost, nothing doubled, nothing the booth never wrote, an applicant's records in order, every
stored photo under its own hash, and in the end nothing waits.
"""

import random
from collections.abc import Callable

import pytest

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office
from kiosk_app.sync.batches import Limits
from kiosk_app.sync.lanes import Lane
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit

FAULTY = 0.35
MISDEEDS = [
    hostile.reset,
    hostile.hang_up,
    hostile.lost_answer,
    hostile.lost_answer,
    hostile.truncated,
    hostile.twice,
    hostile.PORTAL_PAGE,
    hostile.PORTAL_REDIRECT,
    hostile.BAD_GATEWAY,
    hostile.SERVER_ERROR,
    hostile.half_head,
    hostile.WRONG_JSON,
    hostile.NO_HEADER,
    hostile.answer(200, hostile.JSON, b"{}"),
    hostile.problem(503, "database-busy", {"Retry-After": "3"}),
    hostile.problem(401, "token-expired"),
]


def torn_upload(rng: random.Random) -> hostile.Misdeed:
    """The connection breaks somewhere in the photo."""

    def misdeed(connection: hostile.Connection, seen: hostile.Seen) -> None:
        part = seen.body[: rng.randrange(len(seen.body) + 1)]
        connection.forward(hostile.Seen(seen.method, seen.path, {**seen.headers, "Upload-Complete": "?0"}, part))
        connection.reset()

    return misdeed


def bad_network(rng: random.Random) -> hostile.Misdeed:
    def misdeed(connection: hostile.Connection, seen: hostile.Seen) -> None:
        if rng.random() > FAULTY:
            hostile.honest(connection, seen)
        elif seen.method == "PATCH" and rng.random() < 0.5:
            torn_upload(rng)(connection, seen)
        else:
            rng.choice(MISDEEDS)(connection, seen)

    return misdeed


def build(booth: BoothKit) -> list[Lane]:
    """The lanes as after a start of the program, in one thread and taking turns."""
    booth.stores = booth.open_stores()
    return [booth.records_lane(stores=booth.stores), booth.photos_lane(), booth.pulls_lane(booth.stores)]


def step(lanes: list[Lane], clock: ManualClock) -> None:
    lane = min(lanes, key=lambda one: one.due_in())
    clock.forward(seconds=lane.due_in())
    lane.turn()


@pytest.mark.parametrize("seed", range(4))
def test_a_bad_week(booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock, seed: int) -> None:
    rng = random.Random(seed)
    front.misbehave(bad_network(random.Random(seed + 100)), times=10**9)
    booth.stores.memory.keep_limits(Limits(3))
    events: list[Callable[[], object]] = [lambda: booth.arrive(2), booth.arrive_and_call, booth.photograph]
    lanes = build(booth)
    for _ in range(120):
        if rng.random() < 0.25:
            rng.choice(events)()
        if rng.random() < 0.06:
            lanes = build(booth)
        step(lanes, clock)
    for _ in range(600):
        counts = booth.stores.outbox.counts()
        if counts.waiting == counts.blobs_waiting == 0:
            break
        step(lanes, clock)
    check(booth, office)


def check(booth: BoothKit, office: Office) -> None:
    counts = booth.stores.outbox.counts()
    assert (counts.waiting, counts.blobs_waiting, counts.quarantined) == (0, 0, 0)
    mine = booth.stores.journal.rows("SELECT seq, id, applicant_key FROM records ORDER BY seq")
    theirs = list_records(office)
    assert sorted(record.id for record in theirs) == sorted(row[1] for row in mine)
    assert counts.acked == counts.captured == len(mine)
    order = {row[1]: (row[2], row[0]) for row in mine}
    last: dict[str, int] = {}
    for record in theirs:
        applicant, seq = order[record.id]
        assert seq > last.get(applicant, 0)
        last[applicant] = seq
    blobs = booth.stores.journal.rows("SELECT sha256, state FROM blobs")
    assert {state for _, state in blobs} <= {"verified", "purged"}
    assert all(sha256_hex(office.depot.read(sha256)) == sha256 for sha256, _ in blobs)
