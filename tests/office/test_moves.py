"""A booking that goes to another place, or away and back: what the booths of each place are told, and for how long."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codec import decode
from kiosk_app.office.office import Office
from kiosk_app.office.tables import changes

from .booth_double import BoothDouble, MovableClock
from .conftest import OTHER_SITE, SITE, MakeBooking, MakeBooth

THIRD_SITE = "kanim-palembang"
KEPT = timedelta(days=45)


class Follower:
    """What a booth knows that reads the feed as it grows and takes a row only when its version is higher."""

    def __init__(self, booth: BoothDouble) -> None:
        self._booth = booth
        self._cursor = ""
        self._known: dict[str, tuple[int, Booking | None]] = {}

    def read(self) -> dict[str, Booking]:
        answer: dict[str, Any] = self._booth.call("GET", "/v1/changes", params={"cursor": self._cursor}).json()
        assert not answer["more"]
        self._cursor = answer["cursor"]
        for change in answer["changes"]:
            if change["v"] > self._known.get(change["id"], (0, None))[0]:
                booking = decode(Booking, change["data"]) if change["op"] == "put" else None
                self._known[change["id"]] = change["v"], booking
        return {name: booking for name, (_, booking) in self._known.items() if booking is not None}


def snapshot(booth: BoothDouble) -> dict[str, Booking]:
    body = booth.call("GET", "/v1/snapshot").json()
    assert body["count"] == len(body["rows"])
    return {row["id"]: decode(Booking, row["data"]) for row in body["rows"]}


@pytest.fixture
def here(make_booth: MakeBooth) -> BoothDouble:
    return make_booth(site=SITE)


@pytest.fixture
def there(make_booth: MakeBooth) -> BoothDouble:
    return make_booth(site=OTHER_SITE)


def test_the_old_place_is_told_where_and_when(
    office: Office, here: BoothDouble, there: BoothDouble, make_booking: MakeBooking
) -> None:
    booking = make_booking(flags=frozenset({BookingFlag.UMRAH}))
    old, new = Follower(here), Follower(there)
    assert old.read() == {booking.id: booking}
    later = booking.slot + timedelta(days=2)
    office.bookings.move(booking.id, OTHER_SITE, later)
    moved = replace(booking, place=OTHER_SITE, slot=later)
    told = replace(moved, status=BookingStatus.MOVED, name="", person="", flags=frozenset())
    assert old.read() == snapshot(here) == {booking.id: told}, "where to go, and nothing of the person"
    assert new.read() == snapshot(there) == {booking.id: moved}


def test_within_a_place_only_the_time_changes(office: Office, here: BoothDouble, make_booking: MakeBooking) -> None:
    booking = make_booking()
    later = booking.slot + timedelta(hours=1)
    office.bookings.move(booking.id, SITE, later)
    assert Follower(here).read() == snapshot(here) == {booking.id: replace(booking, slot=later)}


def test_all_earlier_places_hear_of_the_next_move_and_of_the_way_back(
    office: Office, make_booth: MakeBooth, make_booking: MakeBooking
) -> None:
    booths = {site: make_booth(site=site) for site in (SITE, OTHER_SITE, THIRD_SITE)}
    followers = {site: Follower(booth) for site, booth in booths.items()}
    booking = make_booking()
    for place in (OTHER_SITE, THIRD_SITE, SITE):
        office.bookings.move(booking.id, place, booking.slot)
        for site, booth in booths.items():
            seen = followers[site].read()
            assert seen == snapshot(booth)
            if booking.id in seen:
                status = BookingStatus.BOOKED if site == place else BookingStatus.MOVED
                assert (seen[booking.id].place, seen[booking.id].status) == (place, status)
    assert all(booking.id in follower.read() for follower in followers.values())


def test_a_cancellation_after_the_move_reaches_the_old_place(
    office: Office, here: BoothDouble, make_booking: MakeBooking
) -> None:
    booking = make_booking()
    old = Follower(here)
    office.bookings.move(booking.id, OTHER_SITE, booking.slot)
    old.read()
    office.bookings.cancel(booking.id)
    assert old.read()[booking.id].status is BookingStatus.CANCELLED
    office.bookings.remove(booking.id)
    assert old.read() == snapshot(here) == {}


def test_the_old_place_forgets_after_45_days(
    office: Office, here: BoothDouble, there: BoothDouble, make_booking: MakeBooking, clock: MovableClock
) -> None:
    booking = make_booking()
    old, new = Follower(here), Follower(there)
    office.bookings.move(booking.id, OTHER_SITE, booking.slot)
    clock.forward(KEPT - timedelta(minutes=1))
    other = make_booking(OTHER_SITE)
    here.log_in()
    there.log_in()
    assert list(old.read()) == [booking.id]
    clock.forward(timedelta(minutes=1))
    office.bookings.cancel(other.id)
    assert old.read() == snapshot(here) == {}
    office.bookings.move(booking.id, SITE, booking.slot)
    assert old.read()[booking.id].status is BookingStatus.BOOKED
    assert new.read()[booking.id].status is BookingStatus.MOVED


def test_a_booking_that_was_removed_comes_back(office: Office, here: BoothDouble, make_booking: MakeBooking) -> None:
    booking = make_booking()
    follower = Follower(here)
    assert list(follower.read()) == [booking.id]
    for _ in range(2):
        office.bookings.remove(booking.id)
        assert follower.read() == {}
        office.bookings.put([booking])
        assert follower.read() == snapshot(here) == {booking.id: booking}


def test_versions_of_a_booking_only_rise(office: Office, make_booking: MakeBooking) -> None:
    booking = make_booking()
    office.bookings.move(booking.id, OTHER_SITE, booking.slot)
    office.bookings.remove(booking.id)
    office.bookings.put([booking])
    office.bookings.cancel(booking.id)
    with office.database.read() as connection:
        of_each = select(changes.c.site, func.count(), func.count(changes.c.v.distinct())).group_by(changes.c.site)
        assert all(lines == versions for _, lines, versions in connection.execute(of_each))
