"""Which booking an arrival belongs to, and which of several arrivals on one booking is the later.

An arrival on a code that nobody knows is kept under that code: it meets others on the same code at once, and those of the
booking when that comes into the book. Practice and real arrivals never meet.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, or_, select, update

from kiosk_app.booth.bookings import BookingStatus
from kiosk_app.booth.facts import Arrived, CodeKind, Fact
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.flagging import AFTER_CANCEL, BEFORE_CANCEL, DUPLICATE, UNMATCHED
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


def booking_keys(connection: Connection, facts: Iterable[Fact | None]) -> set[str]:
    """What arrivals name, and the id and number of every booking that they name: what must hold still while they are taken."""
    keys = {_key(fact) for fact in facts if isinstance(fact, Arrived)} - {""}
    return keys | {name for row in _bookings(connection, keys) for name in (row.id, row.number)}


class CheckIns:
    """The arrivals of one message: what they are compared with is read once, and they are kept together.

    `marks` are flags for records that are held already.
    """

    def __init__(self, connection: Connection, device: Device, facts: Iterable[Fact | None]) -> None:
        self._connection = connection
        self._device = device
        self.marks: list[tuple[str, str]] = []
        self._rows: list[dict[str, object]] = []
        keys = {_key(fact) for fact in facts if isinstance(fact, Arrived)} - {""}
        self._booked = {name: row for row in _bookings(connection, keys) for name in (row.id, row.number)}
        self._before: dict[str, list[_CheckIn]] = {key: [] for key in keys}
        for row in _checkins(connection, {*keys, *(row.id for row in self._booked.values())}):
            if row.practice == device.practice:
                self._before.setdefault(row.booking_id, []).append(_of(row))

    def check_in(self, record_id: str, fact: Arrived, reckoning: Reckoning) -> set[str]:
        """Flags for an arrival. Of two arrivals on one booking the later by corrected time is marked, whichever came in first."""
        key = _key(fact)
        booking = self._booked.get(key)
        found = set()
        if booking is not None:
            key = booking.id
            found |= _unfit(booking, self._device.site, reckoning.happened_at, reckoning.trusted)
        elif fact.code_kind is not CodeKind.NONE:
            found.add(UNMATCHED)
        if not key:
            return found
        own = _CheckIn(record_id, fact.slot, reckoning.happened_at, reckoning.trusted)
        before = self._before.setdefault(key, [])
        later = _later(own, before)
        self.marks += [(mark, DUPLICATE) for mark in sorted(later - {record_id})]
        if record_id in later:
            found.add(DUPLICATE)
        before.append(own)
        self._rows.append(
            {
                "record_id": record_id, "booking_id": key, "device_id": self._device.id, "slot": fact.slot,
                "happened_at": reckoning.happened_at, "trusted": reckoning.trusted,
            }
        )  # fmt: skip
        return found

    def names(self) -> set[str]:
        """The bookings and codes that it compares: nobody else may take arrivals on them meanwhile."""
        return {*self._before, *(name for row in self._booked.values() for name in (row.id, row.number))}

    def keep(self, database: OfficeDatabase) -> None:
        """Writes what came in."""
        database.insert_many(self._connection, checkins, self._rows)


def _key(fact: Arrived) -> str:
    """The booking or code that an arrival names, "" where it is none."""
    key = fact.booking or fact.code
    return key if _KEY.fullmatch(key) else ""


def _bookings(connection: Connection, keys: Iterable[str]) -> "Sequence[Row[tuple[object, ...]]]":
    """By the roster's id, by a signed or typed booking id, or by the 16-digit number."""
    wanted = list(keys)
    if not wanted:
        return ()
    return connection.execute(
        select(bookings).where(or_(bookings.c.id.in_(wanted), bookings.c.number.in_(wanted)))
    ).all()


def match_waiting(connection: Connection, booking_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Gives arrivals that came before their booking was in the book to it, as if they came in now in their old order.

    Returns the conflicts (record, flag) that this shows.
    """
    known = select(bookings).where(bookings.c.id.in_(list(booking_ids)))
    booked = {key: row for row in connection.execute(known) for key in (row.id, row.number)}
    marked = select(checkins.c.booking_id, checkins.c.record_id).join(
        flags, (flags.c.record_id == checkins.c.record_id) & (flags.c.flag == UNMATCHED)
    )
    waiting = connection.execute(marked.where(checkins.c.booking_id.in_(list(booked)))).all()
    fresh = {row.record_id for row in waiting}
    marks: list[tuple[str, str]] = []
    for booking in {booked[row.booking_id].id: booked[row.booking_id] for row in waiting}.values():
        earlier: dict[bool, list[_CheckIn]] = {False: [], True: []}
        for row in _checkins(connection, [booking.id, booking.number]):
            found = _unfit(booking, row.site, row.happened_at, row.trusted) if row.record_id in fresh else set()
            marks += [(row.record_id, flag) for flag in found]
            own = _of(row)
            marks += [(mark, DUPLICATE) for mark in _later(own, earlier[row.practice])]
            earlier[row.practice].append(own)
    for one in waiting:
        connection.execute(
            update(checkins).where(checkins.c.record_id == one.record_id).values(booking_id=booked[one.booking_id].id)
        )
        connection.execute(delete(flags).where(flags.c.record_id == one.record_id, flags.c.flag == UNMATCHED))
    return marks


def _unfit(booking: "Row[tuple[object, ...]]", site: str, happened_at: datetime, trusted: bool) -> set[str]:
    """The flag of an arrival on a booking that is cancelled or is at another place."""
    found = booking._mapping
    if found["status"] == BookingStatus.BOOKED.value and found["site"] == site:
        return set()
    return {AFTER_CANCEL if not trusted or happened_at >= found["status_at"] else BEFORE_CANCEL}


def _checkins(connection: Connection, keys: Iterable[str]) -> "Sequence[Row[tuple[object, ...]]]":
    """In the order in which they came in."""
    wanted = list(keys)
    if not wanted:
        return ()
    return connection.execute(
        select(checkins, devices.c.practice, devices.c.site)
        .join(devices, devices.c.id == checkins.c.device_id)
        .join(records, records.c.id == checkins.c.record_id)
        .where(checkins.c.booking_id.in_(wanted))
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
