"""Records and batches that the office cannot take: made smaller, found, put aside; all others go on."""

import base64
import gzip
import json

from kiosk_app.office.office import Office
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, office_ids, take_turns


def body_of(seen: hostile.Seen) -> dict[str, object]:
    packed = seen.headers.get("Content-Encoding") == "gzip"
    found: dict[str, object] = json.loads(gzip.decompress(seen.body) if packed else seen.body)
    return found


def records_of(seen: hostile.Seen) -> list[str]:
    records = body_of(seen)["records"]
    assert isinstance(records, list)
    return [record["id"] for record in records]


def chokes_on(poison: set[str], status: int = 422, slug: str = "invalid") -> hostile.Misdeed:
    """An office that refuses any batch with one of these records in it."""

    def misdeed(connection: hostile.Connection, seen: hostile.Seen) -> None:
        if poison & set(records_of(seen)):
            hostile.problem(status, slug)(connection, seen)
        else:
            hostile.honest(connection, seen)

    return misdeed


def takes_at_most(count: int) -> hostile.Misdeed:
    def misdeed(connection: hostile.Connection, seen: hostile.Seen) -> None:
        if len(records_of(seen)) > count:
            hostile.problem(413, "too-big")(connection, seen)
        else:
            hostile.honest(connection, seen)

    return misdeed


def test_one_poison_record_is_put_aside_and_all_others_arrive(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    ids = [booth.help_called("idle") for _ in range(40)]
    front.misbehave(chokes_on({ids[17]}), "POST", "/v1/sync", times=200)
    take_turns(booth.records_lane(), clock)
    assert office_ids(office) == ids[:17] + ids[18:]
    counts = booth.stores.outbox.counts()
    assert (counts.acked, counts.quarantined, counts.waiting, counts.captured) == (39, 1, 0, 40)
    ((record, problem),) = booth.stores.outbox.quarantined()
    assert (record.id, problem) == (ids[17], "invalid")


def test_finding_it_costs_few_calls_and_no_waiting(booth: BoothKit, front: hostile.Front, clock: ManualClock) -> None:
    ids = [booth.help_called("idle") for _ in range(100)]
    front.misbehave(chokes_on({ids[63]}), "POST", "/v1/sync", times=200)
    started = clock.monotonic()
    lane = booth.records_lane()
    while booth.stores.outbox.counts().waiting:
        assert lane.due_in() == 0
        lane.turn()
    assert clock.monotonic() == started
    assert len(front.paths("/v1/sync")) < 40


def test_several_poison_records_are_all_found(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    ids = [booth.help_called("idle") for _ in range(30)]
    poison = {ids[0], ids[1], ids[15], ids[29]}
    front.misbehave(chokes_on(poison, 400, "malformed"), "POST", "/v1/sync", times=300)
    take_turns(booth.records_lane(), clock, turns=200)
    assert office_ids(office) == [one for one in ids if one not in poison]
    assert booth.stores.outbox.counts().quarantined == 4


def test_an_office_that_refuses_everything_quarantines_nothing(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    """A broken contract is not the records' fault: the same message without the record is refused as well."""
    ids = booth.arrive(5)
    front.misbehave(hostile.problem(422, "invalid"), "POST", "/v1/sync", times=1000)
    lane = booth.records_lane()
    for _ in range(20):
        clock.forward(seconds=lane.due_in())
        lane.turn()
    counts = booth.stores.outbox.counts()
    assert (counts.quarantined, counts.waiting) == (0, 5)
    assert booth.board.status.lane("records").mode is LaneMode.WAITING
    assert booth.board.status.lane("records").problem == "invalid"
    assert booth.board.status.step is Step.NONSENSE
    front.behave()
    take_turns(lane, clock)
    assert office_ids(office) == ids


def test_a_refusal_that_is_not_the_office_s_quarantines_nothing(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    booth.arrive(2)
    front.misbehave(hostile.answer(413, {"Content-Type": "text/html"}, b"<h1>413</h1>"), "POST", "/v1/sync", times=1000)
    lane = booth.records_lane()
    for _ in range(8):
        clock.forward(seconds=lane.due_in())
        lane.turn()
    counts = booth.stores.outbox.counts()
    assert (counts.quarantined, counts.waiting) == (0, 2)


def test_the_office_s_own_refusal_of_one_record_is_kept_with_its_reason(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    """A record that somebody changed on the way is refused by the real office; the rest of the batch is kept."""
    ids = booth.arrive(3)

    def forge(connection: hostile.Connection, seen: hostile.Seen) -> None:
        message = body_of(seen)
        message["records"][1]["body"] = base64.b64encode(b"{}").decode()  # type: ignore[index]
        plain = {k: v for k, v in seen.headers.items() if k != "Content-Encoding"}
        hostile.honest(connection, hostile.Seen(seen.method, seen.path, plain, json.dumps(message).encode()))

    front.misbehave(forge, "POST", "/v1/sync")
    booth.records_lane().turn()
    ((record, problem),) = booth.stores.outbox.quarantined()
    assert (record.id, problem) == (ids[1], "body-hash")
    assert ids[0] in office_ids(office)


def test_too_big_is_halved_and_remembered_over_a_restart(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    ids = [booth.help_called("idle") for _ in range(60)]
    front.misbehave(takes_at_most(16), "POST", "/v1/sync", times=1000)
    take_turns(booth.records_lane(), clock)
    assert office_ids(office) == ids
    assert booth.stores.outbox.counts().quarantined == 0
    more = [booth.help_called("idle") for _ in range(30)]
    front.seen.clear()
    take_turns(booth.records_lane(stores=booth.open_stores()), clock)
    assert office_ids(office) == ids + more
    assert max(len(records_of(seen)) for seen in front.paths("/v1/sync")) <= 16


def test_a_time_out_halves_the_batch(booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock) -> None:
    ids = [booth.help_called("idle") for _ in range(40)]
    front.misbehave(hostile.stall, "POST", "/v1/sync")
    hasty = booth.records_lane(read_s=0.5)
    hasty.turn()
    assert booth.stores.outbox.counts().waiting == 40
    front.seen.clear()
    patient = booth.records_lane()
    front.misbehave(hostile.reset, "POST", "/v1/sync", times=2)
    for _ in range(2):  # the first failure may be chance; the second in a row halves
        clock.forward(seconds=patient.due_in())
        patient.turn()
    take_turns(patient, clock)
    assert office_ids(office) == ids
    sizes = [len(records_of(seen)) for seen in front.paths("/v1/sync")]
    assert sizes[0] == 40
    assert min(size for size in sizes if size) < 40
