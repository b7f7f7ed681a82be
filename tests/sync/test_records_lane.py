"""The lane of the facts, over a real connection to a real office, with something hostile in between."""

from kiosk_app.office.office import Office
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, office_ids, take_turns


def test_what_was_captured_arrives_once_and_in_order(booth: BoothKit, office: Office, clock: ManualClock) -> None:
    ids = booth.arrive(3) + booth.arrive_and_call()
    take_turns(booth.records_lane(), clock)
    assert office_ids(office) == ids
    counts = booth.stores.outbox.counts()
    assert (counts.captured, counts.acked, counts.waiting) == (5, 5, 0)
