"""What an applicant has booked, as the office tells it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class BookingStatus(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    MOVED = "moved"


class BookingFlag(StrEnum):
    """What the officer should know before calling; none of them ever refuses an applicant."""

    MINOR = "minor"
    UMRAH = "umrah"
    UNPAID = "unpaid"
    EXPRESS = "express"


@dataclass(frozen=True, slots=True)
class Booking:
    """One row of the roster.

    `id` is the office's own booking id (10 base32 characters + 1 check character), `number` the 16-digit application number.
    `service` is a code of the profile's catalogue. `person` is an HMAC of the NIK under a key of the site: equal for the same
    person, worthless to anybody else. `area` is the Kemendagri code of the home kabupaten/kota ("16.71") or "other".
    """

    id: str
    number: str
    name: str
    service: str
    slot: datetime
    place: str
    area: str
    person: str
    birth_date: date | None = None
    electronic: bool = True
    flags: frozenset[BookingFlag] = frozenset()
    status: BookingStatus = BookingStatus.BOOKED
