"""Bookings of invented people, bookings from spreadsheets, and the codes that the office signs for them."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codes import booking_id_text, parse
from kiosk_app.booth.facts import CodeKind
from kiosk_app.booth.people import OTHER_AREA, is_single_name
from kiosk_app.booth.profile import Profile
from kiosk_app.contract.signatures import unb64, verify_office
from kiosk_app.errors import KioskError
from kiosk_app.office.bookings import booking_of
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.imports import ImportFault, import_bookings
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.office.tables import bookings

from .conftest import OTHER_SITE, SITE

DAY = date(2026, 1, 24)
HEADER = "number,name,service,slot,place,area,nik,birth_date,electronic,flags,status"
SHORT_HEADER = "number,name,service,slot,place,area"
LINE = "1234567890123456,Budi Santoso,new,2026-01-24 10:30,palembang-icon,16.71,1671010101900001,1990-01-01,ya,umrah,"


class OfficeVerifier:
    """What a booth does with the office's code key."""

    def __init__(self, office: Office) -> None:
        self._key = office.keys.code_key

    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        return str(key_id) == self._key.id and verify_office(unb64(self._key.public), message, signature)


def profile_of(office: Office) -> Profile:
    with office.database.read() as connection:
        return office.configuration.profile(connection)


def kept(office: Office) -> list[Booking]:
    with office.database.read() as connection:
        rows = connection.execute(select(bookings).order_by(bookings.c.number)).all()
    return [booking_of(row._mapping) for row in rows]


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


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def test_a_line_becomes_a_booking(office: Office) -> None:
    assert import_bookings(office, csv(LINE)) == 1
    (booking,) = kept(office)
    assert booking == Booking(
        id=booking.id, number="1234567890123456", name="Budi Santoso", service="new",
        slot=datetime(2026, 1, 24, 3, 30, tzinfo=UTC), place=SITE, area="16.71",
        person=office.keys.person_mark(SITE, "1671010101900001"), birth_date=date(1990, 1, 1), electronic=True,
        flags=frozenset({BookingFlag.UMRAH}), status=BookingStatus.BOOKED,
    )  # fmt: skip


def test_importing_again_brings_up_to_date(office: Office) -> None:
    import_bookings(office, csv(LINE))
    (before,) = kept(office)
    import_bookings(office, csv(LINE.replace("10:30", "11:30")))
    (after,) = kept(office)
    assert (after.id, after.slot.hour) == (before.id, 4)


@pytest.mark.parametrize(
    "content",
    [
        csv(LINE).replace(b",", b";"),
        b"\xef\xbb\xbf" + csv(LINE).replace(b"\n", b"\r\n"),
        csv(LINE.replace("Budi Santoso", '"Budi Santoso"'), header=HEADER.upper()),
        csv("1234567890123456,Nu'man,new,2026-01-24T03:30:00Z,palembang-icon,other", header=SHORT_HEADER),
    ],
)
def test_what_spreadsheets_write_is_read(office: Office, content: bytes) -> None:
    assert import_bookings(office, content) == 1
    assert kept(office)[0].slot == datetime(2026, 1, 24, 3, 30, tzinfo=UTC)


def test_a_child_is_told(office: Office) -> None:
    import_bookings(office, csv(LINE.replace("1990-01-01", "2015-01-01")))
    assert BookingFlag.MINOR in kept(office)[0].flags


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("1234567890123457", "12345", "number must have 16 digits"),
        ("1234567890123457", "²234567890123456", "number must have 16 digits"),
        ("Budi Santoso", "", "name must have 1 to 200 characters"),
        ("Budi Santoso", "Budi\u202eSantoso", "name must have"),
        (",new,", ",cpmi,", "service must be one of new, renew"),
        ("2026-01-24 10:30", "24/01/2026", "slot must be a date and time"),
        ("2026-01-24 10:30", "0001-01-01 00:00", "slot must be a date and time"),
        ("palembang-icon", "jakarta", "place must be one of"),
        ("16.71", "Palembang", "area must be a code"),
        ("1671010101900001", "1671013101900000", "nik is not a NIK"),
        ("1990-01-01", "01-01-1990", "birth_date must be a date"),
        ("1990-01-01", "2026-01-25", "birth_date must be a date as 2000-12-31, not after today"),
        (",ya,", ",maybe,", "electronic must be yes or no"),
        ("umrah", "umroh", "flags must be of"),
        ("umrah,", "umrah,gone", "status must be one of"),
        (",umrah,", ",", "the number of columns"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_taken(office: Office, old: str, new: str, fault: str) -> None:
    second = LINE.replace("1234567890123456", "1234567890123457")
    wrong = second.replace(old, new)
    assert wrong != second
    with pytest.raises(ImportFault) as caught:
        import_bookings(office, csv(LINE, wrong))
    assert caught.value.faults[0].startswith(f"line 3: {fault}")
    assert len(new) < 9 or new not in caught.value.faults[0], "values are not repeated"
    assert kept(office) == []


def test_every_fault_is_told_at_once(office: Office) -> None:
    wrong = [LINE.replace("1234567890123456", f"{number}") for number in range(8)]
    with pytest.raises(ImportFault, match=r"8 faults: line 2: .*line 6: .* and 3 more") as caught:
        import_bookings(office, csv(*wrong))
    assert len(caught.value.faults) == 8


def test_one_number_stands_in_one_line(office: Office) -> None:
    with pytest.raises(ImportFault, match="line 3: the same booking as in line 2"):
        import_bookings(office, csv(LINE, LINE))


def test_an_id_must_be_right_and_this_numbers(office: Office) -> None:
    header = "id," + HEADER
    import_bookings(office, csv(f"{booking_id_text(7)},{LINE}", header=header))
    assert kept(office)[0].id == booking_id_text(7)
    for wrong in ("AAAAAAAAAAB", booking_id_text(8)):
        with pytest.raises(ImportFault, match="id must be a booking id"):
            import_bookings(office, csv(f"{wrong},{LINE}", header=header))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "the column number is missing"),
        (csv(LINE, header=HEADER.replace("slot", "time")), "the column slot is missing"),
        (csv(LINE, header=HEADER.replace("nik", "ktp")), "column 7 has a name that is not known"),
        (csv(LINE).decode().encode("utf-16"), "not UTF-8"),
        (csv(LINE.replace("Budi", "B" * 200_000)), "cannot be read"),
    ],
)
def test_a_file_that_is_no_list_is_told(office: Office, content: bytes, fault: str) -> None:
    with pytest.raises(ImportFault, match=fault):
        import_bookings(office, content)


def test_a_large_file_is_taken_whole(office: Office) -> None:
    lines = [LINE.replace("1234567890123456", f"{number:016d}") for number in range(1201)]
    assert import_bookings(office, csv(*lines)) == 1201
    assert len(kept(office)) == 1201


def test_a_place_beyond_the_booths_may_be_booked(office: Office) -> None:
    import_bookings(office, csv(LINE.replace("palembang-icon", OTHER_SITE)))
    assert kept(office)[0].place == OTHER_SITE
