"""What the office refused is kept, and offered again: after an upgrade of either side, or because somebody asks."""

import pytest

from kiosk_app.office.office import Office
from kiosk_app.sync import memory
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, office_ids, take_turns


@pytest.fixture
def refused(booth: BoothKit, front: hostile.Front, clock: ManualClock) -> list[str]:
    """Three records, the second of which an older office does not take."""
    ids = booth.arrive(3)
    reject = hostile.tampered(
        lambda body: {
            **body,
            "results": [{**one, "status": "rejected"} if one["id"] == ids[1] else one for one in body["results"]],
        }
    )
    front.misbehave(reject, "POST", "/v1/sync")
    take_turns(booth.records_lane(), clock)
    assert booth.stores.outbox.counts().quarantined == 1
    return ids


def test_it_stays_aside_while_nothing_has_changed(
    refused: list[str], booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    booth.arrive(1)
    take_turns(booth.records_lane(stores=booth.open_stores()), clock)
    assert booth.stores.outbox.counts().quarantined == 1


def test_a_newer_program_offers_it_again(
    refused: list[str], booth: BoothKit, office: Office, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "__version__", "99.0")
    lane = booth.records_lane(stores=booth.open_stores())
    clock.forward(minutes=2)
    take_turns(lane, clock)
    assert booth.stores.outbox.counts().quarantined == 0
    assert set(office_ids(office)) == set(refused)


def test_an_office_that_reads_more_is_offered_it_again(
    refused: list[str], booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    def upgraded(connection: hostile.Connection, seen: hostile.Seen) -> None:
        real = connection.forward(seen)
        connection.send(hostile.Answer(real.status, {**real.headers, "kiosk-api-max": "2"}, real.body))

    front.misbehave(upgraded, "POST", "/v1/sync", times=3)
    lane = booth.records_lane()
    clock.forward(minutes=2)
    take_turns(lane, clock)
    counts = booth.stores.outbox.counts()
    assert (counts.quarantined, counts.acked) == (0, 3)


def test_somebody_may_ask_for_it_and_a_second_refusal_is_one(
    refused: list[str], booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    lane = booth.records_lane()
    reject = hostile.tampered(
        lambda body: {**body, "results": [{**one, "status": "rejected"} for one in body["results"]]}
    )
    front.misbehave(reject, "POST", "/v1/sync")
    lane.offer_again()
    take_turns(lane, clock)
    assert booth.stores.outbox.counts().quarantined == 1
    lane.offer_again()
    take_turns(lane, clock)
    counts = booth.stores.outbox.counts()
    assert (counts.quarantined, counts.acked) == (0, 3)
