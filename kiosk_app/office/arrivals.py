"""Which booking an arrival belongs to, and which of several arrivals on one booking is the later.

An arrival on a code that nobody knows is kept under that code: it meets others on the same code at once, and those of the
booking when that comes into the book. Practice and real arrivals never meet.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from kiosk_app.booth.bookings import BookingStatus
from kiosk_app.booth.facts import Arrived, CodeKind
from kiosk_app.office.devices import Device
from kiosk_app.office.flagging import AFTER_CANCEL, BEFORE_CANCEL, DUPLICATE, UNMATCHED, add_flag
from kiosk_app.office.tables import bookings, checkins, devices, flags, records
from kiosk_app.office.timing import Reckoning

_KEY = re.compile(r"[A-Z0-9]{1,16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _CheckIn:
    """An arrival as it is compared with others."""

    record_id: str
    slot: datetime | None
    happened_at: datetime
    trusted: bool


def check_in(
    connection: Connection, device: Device, record_id: str, fact: Arrived, reckoning: Reckoning, now: datetime
) -> set[str]:
    """Flags for an arrival. Of two arrivals on one booking the later by corrected time is marked, whichever came in first."""
    key = fact.booking or fact.code
    booking = _booking(connection, key) if _KEY.fullmatch(key) else None
    found = set()
    if booking is not None:
        key = booking.id
        found |= _unfit(booking, device.site, reckoning.happened_at, reckoning.trusted)
    elif fact.code_kind is not CodeKind.NONE:
        found.add(UNMATCHED)
    if not _KEY.fullmatch(key):
        return found
    own = _CheckIn(record_id, fact.slot, reckoning.happened_at, reckoning.trusted)
    later = _later(own, [_of(row) for row in _checkins(connection, [key]) if row.practice == device.practice])
    for mark in later - {record_id}:
        add_flag(connection, mark, DUPLICATE, now)
    if record_id in later:
        found.add(DUPLICATE)
    connection.execute(
        insert(checkins).values(
            record_id=record_id, booking_id=key, device_id=device.id, slot=fact.slot,
            happened_at=reckoning.happened_at, trusted=reckoning.trusted,
        )
    )  # fmt: skip
    return found


def match_waiting(connection: Connection, booking_ids: Iterable[str], now: datetime) -> None:
    """Gives arrivals that came before their booking was in the book to it, as if they came in now in their old order."""
    known = select(bookings).where(bookings.c.id.in_(list(booking_ids)))
    booked = {key: row for row in connection.execute(known) for key in (row.id, row.number)}
    marked = select(checkins.c.booking_id, checkins.c.record_id).join(
        flags, (flags.c.record_id == checkins.c.record_id) & (flags.c.flag == UNMATCHED)
    )
    waiting = connection.execute(marked.where(checkins.c.booking_id.in_(list(booked)))).all()
    fresh = {row.record_id for row in waiting}
    for booking in {booked[row.booking_id].id: booked[row.booking_id] for row in waiting}.values():
        earlier: dict[bool, list[_CheckIn]] = {False: [], True: []}
        for row in _checkins(connection, [booking.id, booking.number]):
            found = _unfit(booking, row.site, row.happened_at, row.trusted) if row.record_id in fresh else set()
            for flag in sorted(found):
                add_flag(connection, row.record_id, flag, now)
            own = _of(row)
            for mark in _later(own, earlier[row.practice]):
                add_flag(connection, mark, DUPLICATE, now)
            earlier[row.practice].append(own)
    for one in waiting:
        connection.execute(
            update(checkins).where(checkins.c.record_id == one.record_id).values(booking_id=booked[one.booking_id].id)
        )
        connection.execute(delete(flags).where(flags.c.record_id == one.record_id, flags.c.flag == UNMATCHED))


def _booking(connection: Connection, key: str) -> "Row[tuple[object, ...]] | None":
    """By the roster's id, by a signed or typed booking id, or by the 16-digit number."""
    return connection.execute(select(bookings).where(or_(bookings.c.id == key, bookings.c.number == key))).first()


def _unfit(booking: "Row[tuple[object, ...]]", site: str, happened_at: datetime, trusted: bool) -> set[str]:
    """The flag of an arrival on a booking that is cancelled or is at another place."""
    found = booking._mapping
    if found["status"] == BookingStatus.BOOKED.value and found["site"] == site:
        return set()
    return {AFTER_CANCEL if not trusted or happened_at >= found["status_at"] else BEFORE_CANCEL}


def _checkins(connection: Connection, keys: Sequence[str]) -> "Sequence[Row[tuple[object, ...]]]":
    """In the order in which they came in."""
    return connection.execute(
        select(checkins, devices.c.practice, devices.c.site)
        .join(devices, devices.c.id == checkins.c.device_id)
        .join(records, records.c.id == checkins.c.record_id)
        .where(checkins.c.booking_id.in_(keys))
        .order_by(records.c.pos)
    ).all()


def _of(row: "Row[tuple[object, ...]]") -> _CheckIn:
    found = row._mapping
    return _CheckIn(found["record_id"], found["slot"], found["happened_at"], found["trusted"])


def _later(own: _CheckIn, before: Sequence[_CheckIn]) -> set[str]:
    """The records to mark when one comes in: itself, or where it is the earliest, those that came in before it.

    A booking that was given another slot in between is another appointment. Where a clock is not trusted, the first to come in
    counts as the earlier.
    """
    same = [other for other in before if other.slot is None or own.slot is None or other.slot == own.slot]
    if any(not (other.trusted and own.trusted) or other.happened_at <= own.happened_at for other in same):
        return {own.record_id}
    return {other.record_id for other in same}
