"""Bookings of invented people, and the codes that the office signs for them."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codes import parse
from kiosk_app.booth.facts import CodeKind
from kiosk_app.booth.people import OTHER_AREA, is_single_name
from kiosk_app.booth.profile import Profile
from kiosk_app.contract.signatures import unb64, verify_office
from kiosk_app.errors import KioskError
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings

from .conftest import SITE

DAY = date(2026, 1, 24)


class OfficeVerifier:
    """What a booth does with the office's code key."""

    def __init__(self, office: Office) -> None:
        self._key = office.keys.code_key

    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        return str(key_id) == self._key.id and verify_office(unb64(self._key.public), message, signature)


def profile_of(office: Office) -> Profile:
    with office.database.read() as connection:
        return office.configuration.profile(connection)


def sample(office: Office, count: int, seed: int = 1) -> tuple[Booking, ...]:
    return sample_bookings(count, seed, DAY, SITE, profile_of(office), office.keys)


def test_a_seed_makes_the_same_people(office: Office) -> None:
    assert sample(office, 50) == sample(office, 50)
    assert sample(office, 50) != sample(office, 50, seed=2)


def test_a_sample_holds_everything_that_can_happen(office: Office) -> None:
    made = sample(office, 200)
    profile = profile_of(office)
    services = Counter(booking.service for booking in made)
    assert set(services) == {"new", "renew", "full", "child", "lost", "damaged"}
    assert {booking.status for booking in made} == {BookingStatus.BOOKED, BookingStatus.CANCELLED}
    assert {booking.place for booking in made} > {SITE}
    assert {area.code for area in profile.areas} | {OTHER_AREA} == {booking.area for booking in made}
    assert set().union(*(booking.flags for booking in made)) == set(BookingFlag)
    assert any(is_single_name(booking.name) for booking in made)
    assert any(number > 1 for number in Counter(booking.person for booking in made).values()), (
        "two bookings of one person"
    )
    assert 0.85 < sum(booking.electronic for booking in made) / len(made) < 0.98
    assert len({booking.id for booking in made}) == len({booking.number for booking in made}) == 200


def test_slots_fill_the_opening_hours(office: Office) -> None:
    zone = profile_of(office).zone
    local = [booking.slot.astimezone(zone) for booking in sample(office, 240)]
    today = [slot for slot in local if slot.date() == DAY]
    assert len(today) < len(local), "some come on another day"
    assert {slot.date() for slot in local} - {DAY} > set()
    assert (min(slot.hour for slot in today), max(slot.hour for slot in today)) == (10, 15)
    assert len({(slot.hour, slot.minute) for slot in today}) == 12


@pytest.mark.parametrize("count", [1, 2, 12, 20])
def test_small_samples_serve_most(office: Office, count: int) -> None:
    made = sample(office, count)
    plain = [one for one in made if one.place == SITE and one.status is BookingStatus.BOOKED and one.slot.date() == DAY]
    assert len(made) == count
    assert len(plain) * 2 > count


def test_minors_are_told(office: Office) -> None:
    made = sample(office, 200)
    assert all(
        (BookingFlag.MINOR in booking.flags) == (booking.birth_date is not None and booking.birth_date.year > 2008)
        for booking in made
        if booking.birth_date is None or not 2007 < booking.birth_date.year < 2010
    )


def test_samples_have_limits(office: Office) -> None:
    with pytest.raises(KioskError, match="1 to 100,000"):
        sample(office, 0)
    with pytest.raises(KioskError, match="no such place"):
        sample_bookings(1, 1, DAY, "nowhere", profile_of(office), office.keys)


def test_a_signed_code_says_where_when_and_what(office: Office) -> None:
    profile = profile_of(office)
    for booking in sample(office, 20):
        code = parse(issue_code(booking, profile, office.keys), OfficeVerifier(office))
        assert code.kind is CodeKind.SIGNED
        assert code.signed is not None
        assert code.booking_id == booking.id
        assert profile.place_by_code(code.signed.office) == profile.place_by_id(booking.place)
        assert profile.service_by_code(code.signed.service) == profile.service(booking.service)
        assert code.signed.slot == booking.slot


def test_a_changed_code_is_forged(office: Office) -> None:
    text = issue_code(sample(office, 1)[0], profile_of(office), office.keys)
    changed = text[:10] + ("A" if text[10] != "A" else "B") + text[11:]
    assert parse(changed, OfficeVerifier(office)).kind is CodeKind.FORGED


def test_no_code_for_what_the_profile_does_not_know(office: Office) -> None:
    booking = replace(sample(office, 1)[0], service="unheard-of")
    with pytest.raises(KioskError, match="does not know"):
        issue_code(booking, profile_of(office), office.keys)
