"""Arrivals on codes that nobody knew when they came in: kept apart from others, and matched once the booking is there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.booth.facts import Arrived, CodeKind
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office

from .booth_double import MovableClock, arrival
from .conftest import OTHER_SITE, SITE, MakeBooking, MakeBooth

ID, NUMBER = booking_id_text(77), "7777777777777777"


def flags_of(office: Office) -> dict[str, tuple[str, ...]]:
    return {record.id: record.flags for record in list_records(office)}


def by_number() -> Arrived:
    return arrival(code=NUMBER, code_kind=CodeKind.NUMBER)


def by_id() -> Arrived:
    return arrival(code=ID)


@pytest.fixture
def booking(clock: MovableClock) -> Booking:
    """Not in the book yet."""
    slot = clock.now() + timedelta(hours=1)
    return Booking(ID, NUMBER, "Sri", "new", slot, SITE, "16.71", "p" * 64)


@pytest.mark.parametrize("make", [by_number, by_id])
def test_a_booking_that_comes_later_takes_its_arrival(
    office: Office, make_booth: MakeBooth, booking: Booking, make: Callable[[], Arrived]
) -> None:
    booth = make_booth()
    message, stranger = booth.record(make()), booth.record(arrival(code="AAAAAAAAAAB"))
    assert [result["status"] for result in booth.sync(message, stranger)] == ["accepted"] * 2
    assert flags_of(office)[message["id"]] == ("booking-unknown",)
    office.bookings.put([booking])
    assert flags_of(office) == {message["id"]: (), stranger["id"]: ("booking-unknown",)}
    other = make_booth()
    assert other.sync(other.record(arrival(booking.id)))[0]["status"] == "conflict"


def test_two_strangers_with_one_code_are_told_at_once(office: Office, make_booth: MakeBooth) -> None:
    one, other = make_booth(), make_booth()
    first, second = one.record(by_number()), other.record(by_number())
    one.sync(first)
    (result,) = other.sync(second)
    assert (result["status"], result["problem"]["type"]) == ("conflict", "duplicate-checkin")
    assert flags_of(office) == {
        first["id"]: ("booking-unknown",), second["id"]: ("booking-unknown", "duplicate-checkin"),
    }  # fmt: skip


@pytest.mark.parametrize("trusted", [True, False])
def test_arrivals_under_both_names_of_a_booking_meet(
    office: Office, make_booth: MakeBooth, booking: Booking, trusted: bool
) -> None:
    one, other = make_booth(), make_booth()
    changed: dict[str, object] = {} if trusted else {"boot_id": "an earlier run", "offset_ms": None}
    first, second, third = (
        one.record(by_number(), one.stamp(**changed)), other.record(by_id(), other.stamp(**changed)),
        one.record(by_number(), one.stamp(**changed)),
    )  # fmt: skip
    one.sync(first)
    assert other.sync(second)[0]["status"] == "accepted", "nobody can know yet"
    one.sync(third)
    office.bookings.put([booking])
    duplicate = ("duplicate-checkin",)
    assert flags_of(office) == {first["id"]: (), second["id"]: duplicate, third["id"]: duplicate}
    (again,) = other.sync(second)
    assert (again["status"], again["problem"]["type"]) == ("duplicate", "duplicate-checkin")


def test_the_earlier_stranger_moves_the_mark_to_a_known_arrival(
    office: Office, make_booth: MakeBooth, make_booking: MakeBooking, clock: MovableClock
) -> None:
    booking = make_booking()
    one, other = make_booth(), make_booth()
    early = one.record(by_number())
    one.sync(early)
    clock.forward(timedelta(minutes=10))
    late = other.record(arrival(booking.id))
    assert other.sync(late)[0]["status"] == "accepted"
    office.bookings.put([replace(booking, number=NUMBER)])
    assert flags_of(office) == {early["id"]: (), late["id"]: ("duplicate-checkin",)}


@pytest.mark.parametrize(
    "changes", [{"place": OTHER_SITE}, {"status": BookingStatus.CANCELLED}], ids=["elsewhere", "cancelled"]
)
def test_what_does_not_fit_the_late_booking_is_told(
    office: Office, make_booth: MakeBooth, booking: Booking, changes: dict[str, object], clock: MovableClock
) -> None:
    booth = make_booth()
    message = booth.record(by_number())
    booth.sync(message)
    clock.forward(timedelta(minutes=10))
    office.bookings.put([replace(booking, **changes)])  # type: ignore[arg-type] # of a dataclass, by name
    assert flags_of(office) == {message["id"]: ("cancelled-after-checkin",)}


def test_a_change_of_the_book_leaves_known_arrivals_as_they_were(
    office: Office, make_booth: MakeBooth, make_booking: MakeBooking
) -> None:
    booking = make_booking()
    booth = make_booth()
    message = booth.record(arrival(booking.id))
    booth.sync(message)
    office.bookings.cancel(booking.id)
    assert flags_of(office) == {message["id"]: ()}


def test_a_known_arrival_stays_known_when_its_booking_comes_back(
    office: Office, make_booth: MakeBooth, make_booking: MakeBooking
) -> None:
    booking = make_booking()
    booth = make_booth()
    first, second = booth.record(arrival(booking.id)), booth.record(arrival(booking.id))
    booth.sync(first)
    office.bookings.remove(booking.id)
    booth.sync(second)
    assert flags_of(office)[second["id"]] == ("booking-unknown", "duplicate-checkin")
    office.bookings.put([booking])
    assert flags_of(office) == {first["id"]: (), second["id"]: ("duplicate-checkin",)}
