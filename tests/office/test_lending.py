"""Walk-in slots lent to booths: together never more than the day has, whatever comes in, in whatever order."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from kiosk_app.booth.audit import LeaseReturned
from kiosk_app.booth.codec import decode
from kiosk_app.booth.facts import ArrivalFlag, Lane
from kiosk_app.booth.leases import Lease
from kiosk_app.office.archive import list_records
from kiosk_app.office.leasing import LeaseBook
from kiosk_app.office.more_tables import leases
from kiosk_app.office.office import Office

from .booth_double import BoothDouble, MovableClock, arrival
from .conftest import SITE, MakeBooth, both_databases
from .test_pulls import page

TODAY = date(2026, 1, 24)
QUOTA = 10


@pytest.fixture(autouse=True)
def capacity(office: Office) -> None:
    for practice in (False, True):
        office.leases.set_capacity(SITE, practice, TODAY, QUOTA)


def lent(booth: BoothDouble) -> dict[date, Lease]:
    """What a booth knows that reads every change."""
    known: dict[str, Lease] = {}
    cursor, more = "", True
    while more:
        answer = page(booth, cursor, 4)
        cursor, more = answer["cursor"], answer["more"]
        for change in answer["changes"]:
            if change["type"] == "lease":
                known[change["id"]] = decode(Lease, change["data"])
    return {lease.day: lease for lease in known.values()}


def slots(booth: BoothDouble) -> int:
    return lent(booth)[TODAY].slots


def walk_in(booth: BoothDouble) -> dict[str, Any]:
    return booth.record(arrival(lane=Lane.PRIORITY, flags=frozenset({ArrivalFlag.WALK_IN})))


def flags_of(office: Office) -> set[str]:
    return {flag for record in list_records(office) for flag in record.flags}


def test_booths_share_the_day_and_the_next(make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    one.sync()
    assert [slots(one), slots(other)] == [5, 5]
    assert sorted(lent(one)) == [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)]
    rows = one.call("GET", "/v1/snapshot").json()["leases"]
    assert sorted((decode(Lease, row["data"]) for row in rows), key=lambda one: one.day) == list(
        dict(sorted(lent(one).items())).values()
    )


def test_each_booth_hears_of_its_own_alone(make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    one.sync()
    assert not {lease.id for lease in lent(one).values()} & {lease.id for lease in lent(other).values()}


def test_who_has_spent_all_gets_what_another_gives_back(office: Office, make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    one.sync(*[walk_in(one) for _ in range(5)])
    assert slots(one) == 5, "the other five are lent"
    other.sync(other.record(LeaseReturned(lent(other)[TODAY].id, 3)))
    assert (slots(other), slots(one)) == (2, 6), "as much as it needs next; the rest stays for whoever asks first"
    one.sync(walk_in(one), walk_in(one))
    assert slots(one) == 8
    assert flags_of(office) == set()


def test_what_is_spent_cannot_be_given_back(office: Office, make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    one.sync(*[walk_in(one) for _ in range(4)], one.record(LeaseReturned(lent_id(one), 5)))
    assert flags_of(office) == {"lease-overrun"}
    assert (slots(one), slots(other)) == (5, 5), "one slot went back, and came again to whom it had left with none"


def lent_id(booth: BoothDouble) -> str:
    booth.sync()
    return lent(booth)[TODAY].id


def test_somebody_elses_lease_cannot_be_given_back(office: Office, make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    other.sync(other.record(LeaseReturned(lent_id(one), 3)))
    assert flags_of(office) == {"lease-unknown"}
    assert slots(one) == 5


def test_the_same_record_again_gives_nothing_back_again(make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    back = other.record(LeaseReturned(lent_id(other), 2))
    for _ in range(3):
        other.sync(back)
    assert (slots(other), slots(one)) == (3, 5)


def test_an_overrun_is_kept_and_flagged(office: Office, make_booth: MakeBooth) -> None:
    one = make_booth()
    results = one.sync(*[walk_in(one) for _ in range(QUOTA + 1)])
    assert {result["status"] for result in results} == {"accepted"}
    assert [record.flags for record in list_records(office)].count(("lease-overrun",)) == 1


def test_practice_spends_its_own(make_booth: MakeBooth) -> None:
    real, practice = make_booth(), make_booth(practice=True)
    for booth in (real, practice):
        booth.sync(walk_in(booth))
    assert [slots(real), slots(practice)] == [QUOTA, QUOTA]


def test_a_revoked_booth_is_lent_nothing_more(office: Office, make_booth: MakeBooth, clock: MovableClock) -> None:
    one, other = make_booth(), make_booth()
    one.sync()
    office.devices.revoke(other.id)
    clock.forward(timedelta(days=3))
    other.log_in().sync()
    one.log_in().sync()
    with office.database.read() as connection:
        found = connection.scalars(select(leases.c.device_id).where(leases.c.day >= TODAY + timedelta(days=3))).all()
    assert set(found) == {one.id}


def total(office: Office) -> int:
    with office.database.read() as connection:
        return connection.execute(select(func.sum(leases.c.slots)).where(leases.c.day == TODAY)).scalar_one() or 0


def shuffle(office: Office, make_booth: MakeBooth, seed: int) -> int:
    """A day of booths that spend, give back, come and go; the most that was ever lent."""
    order = random.Random(seed)
    booths = [make_booth(), make_booth()]
    most = 0
    for _ in range(25):
        booth = order.choice(booths)
        match order.randrange(5):
            case 0 if len(booths) < 4:
                booths.append(make_booth())
            case 1:
                booth.sync(booth.record(LeaseReturned(lent_id(booth), order.randint(1, 4))))
            case 2:
                office.leases.set_capacity(SITE, False, TODAY, QUOTA + order.randint(0, 2))
                office.leases.set_capacity(SITE, False, TODAY, QUOTA + 2)
            case _:
                left = slots(booth) if TODAY in lent(booth) else 0
                booth.sync(*[walk_in(booth) for _ in range(order.randint(0, min(left, 3)))])
        most = max(most, total(office))
    return most


@both_databases
def test_no_order_of_events_lends_more_than_the_day_has(office: Office, make_booth: MakeBooth) -> None:
    assert 0 < shuffle(office, make_booth, 7) <= QUOTA + 2


def test_a_book_that_forgets_what_it_lent_is_caught(
    office: Office, make_booth: MakeBooth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same day with slots that are given back twice: the check above can fail."""
    honest = LeaseBook._take_back

    def careless(self: LeaseBook, *rest: Any) -> set[str]:
        back = honest(self, *rest)
        connection, device = rest[0], rest[1]
        connection.execute(leases.update().where(leases.c.device_id != device.id).values(slots=leases.c.slots + 3))
        return back

    monkeypatch.setattr(LeaseBook, "_take_back", careless)
    assert shuffle(office, make_booth, 7) > QUOTA + 2
