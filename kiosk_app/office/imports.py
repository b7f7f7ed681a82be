"""Bookings from a spreadsheet: every line is checked before the first is taken; faults name line and column, never a value."""

import csv
import io
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import select

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codes import booking_id_number, booking_id_text
from kiosk_app.booth.people import OTHER_AREA, NikProblem, age_on, parse_nik
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.office.tables import bookings

REQUIRED = ("number", "name", "service", "slot", "place", "area")
OPTIONAL = ("id", "nik", "birth_date", "electronic", "flags", "status")
_NUMBER = re.compile(r"[0-9]{16}", re.ASCII)
_AREA = re.compile(r"[0-9]{2}\.[0-9]{2}", re.ASCII)
_MAX_NAME = 200
_MAX_BYTES = 64 * 1024 * 1024
_TRUE, _FALSE = ("", "1", "true", "yes", "ya", "e"), ("0", "false", "no", "tidak", "biasa")
_SHOWN = 5
_ADULT = 17
T = TypeVar("T")


class ImportFault(KioskError):
    """A file that was not taken; `faults` has one line of text for each wrong line."""

    def __init__(self, faults: list[str]) -> None:
        rest = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        super().__init__(
            "import-faulty",
            f"Nothing was imported; {len(faults)} faults: {'; '.join(faults[:_SHOWN])}{rest}.",
            "Correct the lines and import the whole file again.",
        )
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the cells of one line into a booking; raises ValueError with words that follow the column's name."""

    profile: Profile
    mark: Callable[[str, str], str]
    known: Mapping[str, str]
    today: date

    def booking(self, cells: Mapping[str, str]) -> Booking:
        number = _cell(cells, "number", self._number)
        place = _cell(cells, "place", self._place)
        nik = _cell(cells, "nik", self._nik)
        birth_date = _cell(cells, "birth_date", self._birth_date)
        flags = _cell(cells, "flags", lambda text: frozenset(BookingFlag(flag) for flag in text.split()))
        if birth_date is not None and age_on(birth_date, self.today) < _ADULT:
            flags |= {BookingFlag.MINOR}
        return Booking(
            id=_cell(cells, "id", lambda text: self._id(text, number)),
            number=number,
            name=_cell(cells, "name", self._name),
            service=_cell(cells, "service", self._service),
            slot=_cell(cells, "slot", lambda text: read_slot(text, self.profile)),
            place=place,
            area=_cell(cells, "area", self._area),
            person=self.mark(place, nik) if nik else "",
            birth_date=birth_date,
            electronic=_cell(cells, "electronic", self._electronic),
            flags=flags,
            status=_cell(cells, "status", lambda text: BookingStatus(text or BookingStatus.BOOKED.value)),
        )

    def _number(self, text: str) -> str:
        if not _NUMBER.fullmatch(text):
            raise ValueError("must have 16 digits")
        return text

    def _id(self, text: str, number: str) -> str:
        if not text:
            return self.known.get(number) or booking_id_text(secrets.randbits(50))
        given = read_booking_id(text)
        if self.known.get(number, given) != given:
            raise ValueError
        return given

    def _name(self, text: str) -> str:
        if not 1 <= len(text) <= _MAX_NAME or any(unicodedata.category(sign)[0] == "C" for sign in text):
            raise ValueError(f"must have 1 to {_MAX_NAME} characters that can be printed")
        return text

    def _service(self, text: str) -> str:
        if self.profile.service(text) is None:
            raise ValueError(f"must be one of {', '.join(service.id for service in self.profile.services)}")
        return text

    def _place(self, text: str) -> str:
        if self.profile.place_by_id(text) is None:
            raise ValueError(f"must be one of {', '.join(place.id for place in self.profile.places)}")
        return text

    def _area(self, text: str) -> str:
        if text != OTHER_AREA and not _AREA.fullmatch(text):
            raise ValueError(f"must be a code as 16.71, or {OTHER_AREA}")
        return text

    def _nik(self, text: str) -> str:
        if text and isinstance(parse_nik(text, self.today), NikProblem):
            raise ValueError("is not a NIK")
        return text

    def _birth_date(self, text: str) -> date | None:
        born = date.fromisoformat(text) if text else None
        if born is not None and born > self.today:
            raise ValueError
        return born

    def _electronic(self, text: str) -> bool:
        if text.lower() not in (*_TRUE, *_FALSE):
            raise ValueError("must be yes or no")
        return text.lower() in _TRUE


def _cell(cells: Mapping[str, str], column: str, read: Callable[[str], T]) -> T:
    """What the column says; a ValueError names the column and the form that it should have."""
    try:
        return read(cells.get(column, ""))
    except ValueError as error:
        raise ValueError(f"{column} {_FORMS.get(column, error)}") from error


_FORMS = {
    "slot": "must be a date and time as 2025-01-25 09:30", "birth_date": "must be a date as 2000-12-31, not after today",
    "flags": f"must be of {', '.join(flag.value for flag in BookingFlag)}, with spaces between",
    "status": f"must be one of {', '.join(status.value for status in BookingStatus)}",
    "id": "must be a booking id of 11 characters, and the one that this number already has",
}  # fmt: skip


def read_slot(text: str, profile: Profile) -> datetime:
    """A date and time as people write it, the profile's own where it names no zone; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if not 2000 <= moment.year <= 2100:
        raise ValueError("year")
    return (moment if moment.tzinfo else moment.replace(tzinfo=profile.zone)).astimezone(UTC)


def read_booking_id(text: str) -> str:
    """A booking id as people write it, with or without spaces and capitals; raises ValueError."""
    return booking_id_text(booking_id_number("".join(sign for sign in text.upper() if sign not in " .-")))


def read_import(office: Office, content: bytes) -> list[Booking]:
    """The bookings that a CSV file (comma or semicolon, UTF-8, a header line) brings, with the ids that they have or will have.

    Raises ImportFault; nothing is taken yet.
    """
    with office.database.read() as connection:
        profile = office.configuration.profile(connection)
        known = {row.number: row.id for row in connection.execute(select(bookings.c.number, bookings.c.id))}
    today = office.clock.now().astimezone(profile.zone).date()
    return read_bookings(content, _Reader(profile, office.keys.person_mark, known, today))


def read_bookings(content: bytes, reader: _Reader) -> list[Booking]:
    """All bookings of the file, or ImportFault with everything that is wrong with it."""
    if len(content) > _MAX_BYTES:
        raise KioskError("import-too-big", "The file is larger than 64 MB.", "Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFault(["the file is not UTF-8 text: save it as CSV UTF-8"]) from error
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    header = [name.strip().lower() for name in rows.fieldnames or []]
    rows.fieldnames = header
    faults = [f"line 1: the column {name} is missing" for name in REQUIRED if name not in header]
    unknown = [place for place, name in enumerate(header, 1) if name not in (*REQUIRED, *OPTIONAL)]
    faults += [f"line 1: column {place} has a name that is not known" for place in unknown]
    if faults:
        raise ImportFault(faults)
    found: list[Booking] = []
    seen: dict[str, int] = {}
    try:
        for cells in rows:
            _read_line(cells, rows.line_num, reader, found, seen, faults)
    except csv.Error:
        faults.append(f"line {rows.line_num}: the quotes or columns cannot be read")
    if faults:
        raise ImportFault(faults)
    return found


def _read_line(
    cells: Mapping[str | None, object],
    line: int,
    reader: _Reader,
    found: list[Booking],
    seen: dict[str, int],
    faults: list[str],
) -> None:
    if None in cells or None in cells.values():
        faults.append(f"line {line}: the number of columns is not that of line 1")
        return
    try:
        booking = reader.booking({str(name): str(value).strip() for name, value in cells.items()})
    except ValueError as error:
        faults.append(f"line {line}: {error}")
        return
    for key in (booking.id, booking.number):
        if key in seen:
            faults.append(f"line {line}: the same booking as in line {seen[key]}")
            return
    seen[booking.id] = seen[booking.number] = line
    found.append(booking)
