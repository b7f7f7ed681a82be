"""What the office notes about arrivals that contradict each other, the bookings or the clock."""

from datetime import timedelta

import pytest

from kiosk_app.booth.bookings import BookingStatus
from kiosk_app.booth.facts import CodeKind, HelpCalled
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office

from .booth_double import BoothDouble, MovableClock, arrival
from .conftest import OTHER_SITE, MakeBooking, MakeBooth


def flags_of(office: Office) -> dict[str, tuple[str, ...]]:
    return {record.id: record.flags for record in list_records(office)}


def test_the_later_of_two_arrivals_is_marked(office: Office, make_booth: MakeBooth, make_booking: MakeBooking) -> None:
    booking = make_booking()
    one, other = make_booth(), make_booth()
    first, second = one.record(arrival(booking.id)), other.record(arrival(booking.id))
    assert one.sync(first)[0]["status"] == "accepted"
    (result,) = other.sync(second)
    assert (result["status"], result["problem"]["type"]) == ("conflict", "duplicate-checkin")
    assert flags_of(office) == {first["id"]: (), second["id"]: ("duplicate-checkin",)}, "both are kept"
    (again,) = other.sync(second)
    assert (again["status"], again["problem"]["type"]) == ("duplicate", "duplicate-checkin"), "the answer may be lost"


def test_the_one_that_came_in_late_may_be_the_earlier(
    office: Office, make_booth: MakeBooth, make_booking: MakeBooking, clock: MovableClock
) -> None:
    booking = make_booking()
    one, other = make_booth(), make_booth()
    offline = one.record(arrival(booking.id))
    clock.forward(timedelta(minutes=10))
    online = other.record(arrival(booking.id))
    assert other.sync(online)[0]["status"] == "accepted"
    assert one.sync(offline)[0]["status"] == "accepted", "it was the first"
    assert flags_of(office) == {online["id"]: ("duplicate-checkin",), offline["id"]: ()}


def test_where_a_clock_is_not_trusted_the_first_to_come_in_counts(
    office: Office, make_booth: MakeBooth, make_booking: MakeBooking, clock: MovableClock
) -> None:
    booking = make_booking()
    one, other = make_booth(), make_booth()
    early = one.stamp(boot_id="an earlier run", offset_ms=None)
    clock.forward(timedelta(minutes=10))
    other.sync(other.record(arrival(booking.id)))
    (result,) = one.sync(one.record(arrival(booking.id), early))
    assert result["status"] == "conflict"


@pytest.mark.parametrize("by", ["code", "number"])
def test_an_arrival_without_roster_is_matched_by_its_code(
    office: Office, make_booth: MakeBooth, make_booking: MakeBooking, by: str
) -> None:
    booking = make_booking()
    one, other = make_booth(), make_booth()
    one.sync(one.record(arrival(booking.id)))
    code, kind = (booking.id, CodeKind.SIGNED) if by == "code" else (booking.number, CodeKind.NUMBER)
    assert other.sync(other.record(arrival(code=code, code_kind=kind)))[0]["status"] == "conflict"


def test_a_booking_that_was_moved_may_arrive_again(booth: BoothDouble, make_booking: MakeBooking) -> None:
    booking = make_booking()
    first = arrival(booking.id, slot=booking.slot)
    again = arrival(booking.id, slot=booking.slot + timedelta(days=3))
    assert [result["status"] for result in booth.sync(booth.record(first), booth.record(again))] == ["accepted"] * 2


def test_an_unknown_booking_is_noted(office: Office, booth: BoothDouble) -> None:
    sent = booth.record(arrival(code="AAAAAAAAAAB"))
    walk_in = booth.record(arrival())
    assert [result["status"] for result in booth.sync(sent, walk_in)] == ["accepted"] * 2
    assert flags_of(office) == {sent["id"]: ("booking-unknown",), walk_in["id"]: ()}


def test_arrivals_and_cancellations(
    office: Office, booth: BoothDouble, make_booking: MakeBooking, clock: MovableClock
) -> None:
    before, after, moved = make_booking(), make_booking(), make_booking()
    early = booth.record(arrival(before.id))
    clock.forward(timedelta(minutes=5))
    for booking in (before, after):
        office.bookings.cancel(booking.id)
    office.bookings.move(moved.id, OTHER_SITE, moved.slot)
    clock.forward(timedelta(minutes=5))
    late = [booth.record(arrival(after.id)), booth.record(arrival(moved.id))]
    results = booth.sync(early, *late)
    assert [result["status"] for result in results] == ["conflict"] * 3
    assert [result["problem"]["type"] for result in results] == [
        "cancelled-after-checkin", "checked-in-after-cancel", "checked-in-after-cancel",
    ]  # fmt: skip


def test_a_cancelled_row_from_the_start_counts_as_cancelled(booth: BoothDouble, make_booking: MakeBooking) -> None:
    booking = make_booking(status=BookingStatus.CANCELLED)
    (result,) = booth.sync(booth.record(arrival(booking.id)))
    assert result["problem"]["type"] == "checked-in-after-cancel"


@pytest.mark.parametrize(
    ("changes", "suspect"),
    [
        ({}, False),
        ({"offset_ms": 119_000}, False),
        ({"offset_ms": None}, False),
        ({"offset_ms": 121_000}, True),
        ({"offset_ms": -121_000}, True),
        ({"boot_id": "an earlier run", "offset_ms": None}, False),
        ({"boot_id": "an earlier run", "offset_ms": 7_200_000}, True),
    ],
)
def test_clocks_that_contradict_each_other_are_suspect(
    office: Office, booth: BoothDouble, changes: dict[str, object], suspect: bool
) -> None:
    booth.sync(booth.record(HelpCalled("scan"), booth.stamp(**changes)))
    assert list(flags_of(office).values()) == [("clock-suspect",) if suspect else ()]


@pytest.mark.parametrize("wrong", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_wrong_wall_clock_is_seen_without_any_offset(
    office: Office, booth: BoothDouble, clock: MovableClock, wrong: timedelta
) -> None:
    booth.sync(booth.record(HelpCalled("scan"), booth.stamp(at=clock.now() + wrong, offset_ms=None)))
    assert list(flags_of(office).values()) == [("clock-suspect",)]


def test_a_time_to_come_is_suspect(office: Office, booth: BoothDouble, clock: MovableClock) -> None:
    stamp = booth.stamp(at=clock.now() + timedelta(days=1), boot_id="an earlier run", offset_ms=None)
    booth.sync(booth.record(HelpCalled("scan"), stamp))
    assert list(flags_of(office).values()) == [("clock-suspect",)]


def test_practice_is_marked(office: Office, make_booth: MakeBooth) -> None:
    booth = make_booth(practice=True)
    booth.sync(booth.record(HelpCalled("scan")))
    assert list(flags_of(office).values()) == [("practice",)]
