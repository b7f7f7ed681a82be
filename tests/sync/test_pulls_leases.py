"""What else comes with the feed: the slots lent to this booth, and the office's own count of bookings."""

import math
from datetime import date

from kiosk_app.booth.facts import Lane
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.store.leases import LeaseStore
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import SITE, BoothKit


def put_bookings(office: Office, count: int) -> None:
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, SITE)
    office.bookings.put(sample_bookings(count, 1, date(2025, 1, 25), SITE, profile, office.keys))


def leases_of(*rows: tuple[str, int, int]) -> list[dict[str, object]]:
    """Rows of a snapshot: id, v, slots."""
    return [
        {"id": name, "v": v, "data": {"id": name, "day": "2025-01-25", "lane": "priority", "slots": slots, "new": 1}}
        for name, v, slots in rows
    ]


def test_leases_come_with_the_snapshot_and_change_with_the_feed(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    day, kept = date(2025, 1, 25), LeaseStore(booth.stores.journal)
    rows = leases_of(("L1", 1, 5), ("L2", 1, 2))
    front.misbehave(hostile.tampered(lambda body: {**body, "leases": rows}), "GET", "/v1/snapshot")
    lane = booth.pulls_lane()
    lane.turn()
    assert kept.slots(day, Lane.PRIORITY) == 7
    changes = [{"pos": 1, "type": "lease", "op": "put", **leases_of(("L1", 2, 9))[0]},
               {"pos": 2, "type": "lease", "op": "del", "id": "L2", "v": 2},
               {"pos": 3, "type": "lease", "op": "put", "id": "L3", "v": 1, "data": {"id": "other"}}]  # fmt: skip
    front.misbehave(hostile.tampered(lambda body: {**body, "changes": changes}), "GET", "/v1/changes")
    clock.forward(seconds=math.ceil(lane.due_in()))
    lane.turn()
    assert kept.slots(day, Lane.PRIORITY) == 9
    assert booth.board.status.unreadable_rows == 1


def test_a_count_that_does_not_fit_leads_to_a_snapshot_once(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    """A change that never came: the booth sees it by the office's own count, and reads everything anew."""
    put_bookings(office, 8)
    lane = booth.pulls_lane()
    lane.turn()
    lost = booth.stores.roster.count()
    with booth.stores.roster._database.transaction():
        booth.stores.roster._database.execute("DELETE FROM bookings WHERE id = (SELECT min(id) FROM bookings)")
    count = hostile.tampered(lambda body: {**body, "count": lost})
    for _ in range(2):
        front.misbehave(count, "GET", "/v1/changes")
        clock.forward(seconds=math.ceil(lane.due_in()))
        lane.turn()
    assert booth.stores.roster.count() == lost
    assert len(front.paths("/v1/snapshot")) == 2
