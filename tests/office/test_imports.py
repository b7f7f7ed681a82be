"""Bookings from spreadsheets: what `bookings import` takes, and how it tells what it does not take."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.office.bookings import booking_of
from kiosk_app.office.imports import ImportFault
from kiosk_app.office.office import Office
from kiosk_app.office.tables import bookings

from .conftest import OTHER_SITE, SITE, Run

HEADER = "number,name,service,slot,place,area,nik,birth_date,electronic,flags,status"
SHORT_HEADER = "number,name,service,slot,place,area"
LINE = "1234567890123456,Budi Santoso,new,2026-01-24 10:30,palembang-icon,16.71,1671010101900001,1990-01-01,ya,umrah,"
Take = Callable[[bytes], str]


@pytest.fixture
def take(run: Run, tmp_path: Path) -> Take:
    """Imports a file of this content and gives the last line that is said."""
    file = tmp_path / "list.csv"

    def command(content: bytes) -> str:
        file.write_bytes(content)
        return run("bookings", "import", file).splitlines()[-1]

    return command


def kept(office: Office) -> list[Booking]:
    with office.database.read() as connection:
        rows = connection.execute(select(bookings).order_by(bookings.c.number)).all()
    return [booking_of(row._mapping) for row in rows]


def csv(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def test_a_line_becomes_a_booking(take: Take, office: Office) -> None:
    assert take(csv(LINE)) == "1 bookings"
    (booking,) = kept(office)
    assert booking == Booking(
        id=booking.id, number="1234567890123456", name="Budi Santoso", service="new",
        slot=datetime(2026, 1, 24, 3, 30, tzinfo=UTC), place=SITE, area="16.71",
        person=office.keys.person_mark(SITE, "1671010101900001"), birth_date=date(1990, 1, 1), electronic=True,
        flags=frozenset({BookingFlag.UMRAH}), status=BookingStatus.BOOKED,
    )  # fmt: skip


def test_importing_again_brings_up_to_date(take: Take, office: Office) -> None:
    take(csv(LINE))
    (before,) = kept(office)
    take(csv(LINE.replace("10:30", "11:30")))
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
def test_what_spreadsheets_write_is_read(take: Take, office: Office, content: bytes) -> None:
    assert take(content) == "1 bookings"
    assert kept(office)[0].slot == datetime(2026, 1, 24, 3, 30, tzinfo=UTC)


def test_a_child_is_told(take: Take, office: Office) -> None:
    take(csv(LINE.replace("1990-01-01", "2015-01-01")))
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
def test_a_wrong_line_is_named_and_nothing_is_taken(take: Take, office: Office, old: str, new: str, fault: str) -> None:
    second = LINE.replace("1234567890123456", "1234567890123457")
    wrong = second.replace(old, new)
    assert wrong != second
    with pytest.raises(ImportFault) as caught:
        take(csv(LINE, wrong))
    assert caught.value.faults[0].startswith(f"line 3: {fault}")
    assert len(new) < 9 or new not in caught.value.faults[0], "values are not repeated"
    assert kept(office) == []


def test_every_fault_is_told_at_once(take: Take, office: Office) -> None:
    wrong = [LINE.replace("1234567890123456", f"{number}") for number in range(8)]
    with pytest.raises(ImportFault, match=r"8 faults: line 2: .*line 6: .* and 3 more") as caught:
        take(csv(*wrong))
    assert len(caught.value.faults) == 8


def test_one_number_stands_in_one_line(take: Take, office: Office) -> None:
    with pytest.raises(ImportFault, match="line 3: the same booking as in line 2"):
        take(csv(LINE, LINE))


def test_an_id_must_be_right_and_this_numbers(take: Take, office: Office) -> None:
    header = "id," + HEADER
    take(csv(f"{booking_id_text(7)},{LINE}", header=header))
    assert kept(office)[0].id == booking_id_text(7)
    written = " ".join(booking_id_text(7)).lower()
    assert take(csv(f"{written},{LINE}", header=header)) == "1 bookings", "as people write it, it is the same id"
    for wrong in ("AAAAAAAAAAB", booking_id_text(8)):
        with pytest.raises(ImportFault, match="id must be a booking id"):
            take(csv(f"{wrong},{LINE}", header=header))


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
def test_a_file_that_is_no_list_is_told(take: Take, office: Office, content: bytes, fault: str) -> None:
    with pytest.raises(ImportFault, match=fault):
        take(content)


def test_a_large_file_is_taken_whole(take: Take, office: Office) -> None:
    lines = [LINE.replace("1234567890123456", f"{number:016d}") for number in range(1201)]
    assert take(csv(*lines)) == "1201 bookings"
    assert len(kept(office)) == 1201


def test_a_place_beyond_the_booths_may_be_booked(take: Take, office: Office) -> None:
    take(csv(LINE.replace("palembang-icon", OTHER_SITE)))
    assert kept(office)[0].place == OTHER_SITE
