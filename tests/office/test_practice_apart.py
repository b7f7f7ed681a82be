"""Practice on real bookings: it never weighs on a real arrival, and a real arrival never on practice."""

from datetime import timedelta
from typing import Any

import pytest

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.booth.facts import CodeKind
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office

from .booth_double import BoothDouble, MovableClock, arrival, record_id
from .conftest import SITE, MakeBooking, MakeBooth


def flags_of(office: Office) -> dict[str, tuple[str, ...]]:
    return {record.id: record.flags for record in list_records(office)}


def claim(booth: BoothDouble, booking: str, record: str = "") -> Any:
    body = {"record_id": record or record_id(), "device_id": booth.id}
    return booth.call("PUT", f"/v1/bookings/{booking}/claim", json=body)


@pytest.fixture
def real(make_booth: MakeBooth) -> BoothDouble:
    return make_booth()


@pytest.fixture
def practice(make_booth: MakeBooth) -> BoothDouble:
    return make_booth(practice=True)


@pytest.mark.parametrize("first", ["practice", "real"])
def test_a_practice_arrival_and_a_real_one_do_not_meet(
    office: Office, real: BoothDouble, practice: BoothDouble, make_booking: MakeBooking, first: str
) -> None:
    booking = make_booking()
    order = (practice, real) if first == "practice" else (real, practice)
    for booth in order:
        assert booth.sync(booth.record(arrival(booking.id)))[0]["status"] == "accepted"
    assert sorted(flags_of(office).values()) == [(), ("practice",)]


def test_an_earlier_practice_arrival_leaves_the_real_one_unmarked(
    office: Office, real: BoothDouble, practice: BoothDouble, make_booking: MakeBooking, clock: MovableClock
) -> None:
    booking = make_booking()
    early = practice.record(arrival(booking.id))
    clock.forward(timedelta(minutes=5))
    real.sync(real.record(arrival(booking.id)))
    practice.sync(early)
    assert sorted(flags_of(office).values()) == [(), ("practice",)]


def test_practice_booths_meet_each_other(
    practice: BoothDouble, make_booth: MakeBooth, make_booking: MakeBooking
) -> None:
    booking = make_booking()
    other = make_booth(practice=True)
    practice.sync(practice.record(arrival(booking.id)))
    assert other.sync(other.record(arrival(booking.id)))[0]["problem"]["type"] == "duplicate-checkin"
    assert claim(other, booking.id).status_code == 409


def test_a_practice_arrival_holds_no_real_booking(
    real: BoothDouble, practice: BoothDouble, make_booking: MakeBooking
) -> None:
    booking = make_booking()
    practice.sync(practice.record(arrival(booking.id)))
    assert claim(real, booking.id).status_code == 200


def test_a_practice_claim_neither_holds_nor_frees_a_booking(
    real: BoothDouble, practice: BoothDouble, make_booth: MakeBooth, make_booking: MakeBooking
) -> None:
    booking, mine = make_booking(), record_id()
    assert claim(practice, booking.id).status_code == 200
    assert claim(real, booking.id, mine).status_code == 200
    assert claim(practice, booking.id).status_code == 200
    assert claim(make_booth(), booking.id).status_code == 409, "the real claim still stands"
    assert claim(real, booking.id, mine).status_code == 200


def test_late_matching_keeps_practice_apart(
    office: Office, real: BoothDouble, practice: BoothDouble, clock: MovableClock
) -> None:
    booking = Booking(
        booking_id_text(78), "7" * 16, "Sri", "new", clock.now() + timedelta(hours=1), SITE, "16.71", "p" * 64
    )
    for booth in (practice, real):
        booth.sync(booth.record(arrival(code=booking.number, code_kind=CodeKind.NUMBER)))
    office.bookings.put([booking])
    assert sorted(flags_of(office).values()) == [(), ("practice",)]
