"""What the office notes about a record that it keeps: conflicts that an officer decides, and things worth knowing."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select

from kiosk_app.booth.bookings import BookingStatus
from kiosk_app.booth.codec import DecodeError
from kiosk_app.booth.facts import FACTS, Arrived, CodeKind, Fact, Stamp, from_body
from kiosk_app.contract.messages import SCHEMA_MAX, SCHEMA_MIN
from kiosk_app.office.devices import Device
from kiosk_app.office.tables import bookings, checkins, flags
from kiosk_app.office.timing import Reckoning

DUPLICATE, AFTER_CANCEL, BEFORE_CANCEL = "duplicate-checkin", "checked-in-after-cancel", "cancelled-after-checkin"
CLOCK, KIND, SCHEMA, BODY = "clock-suspect", "unknown-kind", "unknown-schema", "body-unreadable"
UNMATCHED, PRACTICE, ID_REUSE = "booking-unknown", "practice", "id-reuse"
# These are answered as "conflict": the booth's staff should know, and an officer at the office decides.
CONFLICTS = frozenset({DUPLICATE, AFTER_CANCEL, BEFORE_CANCEL})
_KEY = re.compile(r"[A-Z0-9]{1,16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the office understands of a body; all may be missing, and the record is kept all the same."""

    fact: Fact | None
    stamp: Stamp | None
    flags: frozenset[str]


def read_body(kind: str, schema: int, body: bytes) -> Reading:
    """The fact and its stamp, or the flag that says why there is none."""
    if not SCHEMA_MIN <= schema <= SCHEMA_MAX:
        return Reading(None, None, frozenset({SCHEMA}))
    if kind not in FACTS:
        return Reading(None, None, frozenset({KIND}))
    try:
        value = json.loads(body)
        if not isinstance(value, dict):
            raise DecodeError("body", "must be an object")
        fact, stamp = from_body(kind, value)
        _check_times(stamp.at, getattr(fact, "slot", None))
    except (ValueError, RecursionError, DecodeError):
        return Reading(None, None, frozenset({BODY}))
    return Reading(fact, stamp, frozenset())


def _check_times(*times: datetime | None) -> None:
    """Times that no calendar of ours reaches would overflow when they are brought to UTC."""
    if any(time is not None and not 2000 <= time.year <= 2200 for time in times):
        raise ValueError("year")


def add_flag(connection: Connection, record_id: str, flag: str, at: datetime) -> None:
    """Puts a flag on a record, once."""
    known = select(flags.c.flag).where(flags.c.record_id == record_id, flags.c.flag == flag)
    if connection.execute(known).first() is None:
        connection.execute(insert(flags).values(record_id=record_id, flag=flag, at=at))


def check_in(
    connection: Connection, device: Device, record_id: str, fact: Arrived, reckoning: Reckoning, now: datetime
) -> set[str]:
    """Flags for an arrival. Of two arrivals on one booking the later by corrected time is marked, whichever came in first."""
    booking = _booking(connection, device, fact)
    if booking is None:
        return {UNMATCHED} if fact.code_kind is not CodeKind.NONE else set()
    found = set()
    if booking.status != BookingStatus.BOOKED.value or booking.site != device.site:
        after = not reckoning.trusted or reckoning.happened_at >= booking.status_at
        found.add(AFTER_CANCEL if after else BEFORE_CANCEL)
    if _is_later(connection, booking.id, fact, reckoning, now):
        found.add(DUPLICATE)
    connection.execute(
        insert(checkins).values(
            record_id=record_id, booking_id=booking.id, device_id=device.id, slot=fact.slot,
            happened_at=reckoning.happened_at, trusted=reckoning.trusted,
        )
    )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class _Booked:
    id: str
    site: str
    status: str
    status_at: datetime


def _booking(connection: Connection, device: Device, fact: Arrived) -> _Booked | None:
    """By the roster's id, by a signed or typed booking id, or by the 16-digit number."""
    key = fact.booking or fact.code
    if not _KEY.fullmatch(key):
        return None
    row = connection.execute(
        select(bookings.c.id, bookings.c.site, bookings.c.status, bookings.c.status_at).where(
            or_(bookings.c.id == key, bookings.c.number == key)
        )
    ).first()
    return _Booked(row.id, row.site, row.status, row.status_at) if row is not None else None


def _is_later(connection: Connection, booking_id: str, fact: Arrived, reckoning: Reckoning, now: datetime) -> bool:
    """Whether this arrival is the later of two. An earlier one that comes in late moves the mark to the one before it.

    A booking that was given another slot in between is another appointment. Where a clock is not trusted, the first to come in
    counts as the earlier.
    """
    rows = connection.execute(select(checkins).where(checkins.c.booking_id == booking_id)).all()
    same = [row for row in rows if row.slot is None or fact.slot is None or row.slot == fact.slot]
    earlier = [
        row for row in same if not (row.trusted and reckoning.trusted) or row.happened_at <= reckoning.happened_at
    ]
    if earlier:
        return True
    for row in same:
        add_flag(connection, row.record_id, DUPLICATE, now)
    return False
