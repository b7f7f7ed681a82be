"""What a line of the feed says to one booth: the thing that has changed, as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from sqlalchemy import Connection, Row, RowMapping, Select, or_, select

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.codec import encode
from kiosk_app.contract.messages import Change, ChangeOp
from kiosk_app.office.bookings import booking_of
from kiosk_app.office.conflicts import CONFLICT, conflict_data
from kiosk_app.office.leasing import LEASE, lease_data
from kiosk_app.office.more_tables import leases
from kiosk_app.office.tables import bookings, departures

BOOKING = "booking"
_Rows = Mapping[str, tuple[int, dict[str, object]]]


class Telling:
    """A page of lines for one booth of a place; each kind of thing is read once for all of them."""

    def __init__(
        self, connection: Connection, site: str, device_id: str, lines: "Sequence[Row[tuple[object, ...]]]"
    ) -> None:
        self._connection = connection
        self._site = site
        self._device_id = device_id
        self._lines = lines
        self._rows: dict[str, _Rows] = {
            BOOKING: self._bookings(self._subjects(BOOKING)),
            LEASE: self._leases(self._subjects(LEASE)),
            CONFLICT: conflict_data(connection, self._subjects(CONFLICT)),
        }

    def told(self) -> list[Change]:
        """What is no longer there for this booth is told as gone."""
        return [self._change(line._mapping) for line in self._lines]

    def _change(self, line: RowMapping) -> Change:
        kind, name, pos, v = line["type"], line["subject"], line["pos"], line["v"]
        found = self._rows[kind].get(name)
        if found is None:
            return Change(pos=pos, type=kind, op=ChangeOp.DEL, id=name, v=v)
        return Change(pos=pos, type=kind, op=ChangeOp.PUT, id=name, v=found[0], data=found[1])

    def _subjects(self, kind: str) -> list[str]:
        return sorted({line.subject for line in self._lines if line.type == kind})

    def _bookings(self, names: list[str]) -> _Rows:
        if not names:
            return {}
        known = told_to(self._site).where(bookings.c.id.in_(names))
        return {row.id: (row.v, booking_data(row, self._site)) for row in self._connection.execute(known)}

    def _leases(self, names: list[str]) -> _Rows:
        if not names:
            return {}
        own = leases.c.id.in_(names), leases.c.device_id == self._device_id
        return {row.id: (row.v, lease_data(row)) for row in self._connection.execute(select(leases).where(*own))}


def told_to(site: str) -> "Select[tuple[object, ...]]":
    """The bookings that a place is told of: its own, and where those are that have left it."""
    left = select(departures.c.booking_id).where(departures.c.site == site)
    return select(bookings).where(or_(bookings.c.site == site, bookings.c.id.in_(left)))


def booking_data(row: "Row[tuple[object, ...]]", site: str) -> dict[str, object]:
    """A booking as a place sees it."""
    booking = booking_of(row._mapping)
    return cast("dict[str, object]", encode(booking if booking.place == site else _moved(booking)))


def _moved(booking: Booking) -> Booking:
    """What a place that it has left needs: the number to find it by, the new place and time."""
    status = BookingStatus.MOVED if booking.status is BookingStatus.BOOKED else booking.status
    return replace(booking, status=status, name="", person="", birth_date=None, flags=frozenset())
