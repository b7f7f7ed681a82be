"""The office's bookings: every change of one is written together with the line that tells the booths to look at it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.office.arrivals import match_waiting
from kiosk_app.office.conflicts import mark_conflicts
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.tables import bookings, changes, departures

# How long the booths of a place that a booking has left can tell where it went.
DEPARTURE_LIFE = timedelta(days=45)
_CHUNK = 500


def booking_of(row: RowMapping) -> Booking:
    """The booking in a row of the table."""
    flags = frozenset(BookingFlag(flag) for flag in row["flags"].split())
    return Booking(
        id=row["id"], number=row["number"], name=row["name"], service=row["service"], slot=row["slot"],
        place=row["site"], area=row["area"], person=row["person"], birth_date=row["birth_date"],
        electronic=row["electronic"], flags=flags, status=BookingStatus(row["status"]),
    )  # fmt: skip


class BookingBook:
    """Puts, moves, cancels and removes bookings. Booths learn of it by the feed; versions of a row only rise."""

    def __init__(self, database: OfficeDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def put(self, given: Sequence[Booking]) -> None:
        """Adds bookings or brings them up to date by their id: all of them or, when one does not fit, none."""
        now = self._clock.now()
        self._forget_departures(now)
        names = [name for booking in given for name in (booking.id, booking.number)]
        try:
            with self._database.write(names) as connection:
                for start in range(0, len(given), _CHUNK):
                    self._put(connection, given[start : start + _CHUNK], now)
        except IntegrityError as error:
            raise KioskError(
                "booking-twice", "An application number belongs to another booking.", "Import under that booking's id."
            ) from error

    def cancel(self, booking_id: str) -> None:
        """The booth is told and turns the applicant away kindly; raises KioskError "booking-unknown"."""
        self._change(booking_id, lambda booking: replace(booking, status=BookingStatus.CANCELLED))

    def move(self, booking_id: str, place: str, slot: datetime) -> None:
        """Another place or time. The old place's booths are told where and when, for 45 days; the new one's that it came."""
        self._change(booking_id, lambda booking: replace(booking, place=place, slot=slot))

    def remove(self, booking_id: str) -> None:
        """Takes the row away for good; the line that says so stays in the feed."""
        now = self._clock.now()
        self._forget_departures(now)
        with self._database.write() as connection:
            row = self._row(connection, booking_id)
            sites = {row.site, *self._departed(connection, [booking_id]).get(booking_id, ())}
            connection.execute(delete(bookings).where(bookings.c.id == booking_id))
            connection.execute(delete(departures).where(departures.c.booking_id == booking_id))
            v = self._next_versions(connection, [booking_id])[booking_id]
            self._tell(connection, [(site, booking_id, v) for site in sorted(sites)], now)

    def _change(self, booking_id: str, change: Callable[[Booking], Booking]) -> None:
        now = self._clock.now()
        self._forget_departures(now)
        with self._database.write() as connection:
            booking = booking_of(self._row(connection, booking_id)._mapping)
            self._put(connection, [change(booking)], now)

    def _row(self, connection: Connection, booking_id: str) -> "Row[tuple[object, ...]]":
        row = connection.execute(select(bookings).where(bookings.c.id == booking_id)).one_or_none()
        if row is None:
            raise KioskError("booking-unknown", "There is no booking of this id.", "Check the id.")
        return row

    def _put(self, connection: Connection, given: Sequence[Booking], now: datetime) -> None:
        ids = [booking.id for booking in given]
        known = {row.id: row for row in connection.execute(select(bookings).where(bookings.c.id.in_(ids)))}
        departed = self._departed(connection, ids)
        next_v = self._next_versions(connection, ids)
        told: list[tuple[str, str, int]] = []
        fresh: list[dict[str, object]] = []
        for booking in given:
            old = known.get(booking.id)
            values, v = _values(booking), next_v[booking.id]
            if old is None:
                fresh.append({**values, "v": v, "status_at": now})
                told.append((booking.place, booking.id, v))
                continue
            if booking_of(old._mapping) == booking:
                continue
            moved = old.site != booking.place
            status_at = now if moved or old.status != booking.status.value else old.status_at
            connection.execute(
                update(bookings).where(bookings.c.id == booking.id).values(**values, v=v, status_at=status_at)
            )
            if moved:
                self._depart(connection, booking, old.site, now)
            sites = {old.site, booking.place, *departed.get(booking.id, ())}
            told.extend((site, booking.id, v) for site in sorted(sites))
        self._database.insert_many(connection, bookings, fresh)
        mark_conflicts(self._database, connection, match_waiting(connection, {name for _, name, _ in told}), now)
        self._tell(connection, told, now)

    def _next_versions(self, connection: Connection, ids: Sequence[str]) -> dict[str, int]:
        """Above all that booths were ever told of each, also of one that was removed: they take nothing else."""
        highest = (
            select(changes.c.subject, func.max(changes.c.v).label("v"))
            .where(changes.c.subject.in_(ids))
            .group_by(changes.c.subject)
        )
        return {**dict.fromkeys(ids, 1), **{row.subject: row.v + 1 for row in connection.execute(highest)}}

    def _departed(self, connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
        """The places that each has left and that still know of it."""
        found: dict[str, set[str]] = {}
        for row in connection.execute(select(departures).where(departures.c.booking_id.in_(ids))):
            found.setdefault(row.booking_id, set()).add(row.site)
        return found

    def _depart(self, connection: Connection, booking: Booking, left: str, now: datetime) -> None:
        gone = departures.c.booking_id == booking.id
        connection.execute(delete(departures).where(gone, departures.c.site.in_([left, booking.place])))
        connection.execute(insert(departures).values(booking_id=booking.id, site=left, at=now))

    def _forget_departures(self, now: datetime) -> None:
        """Tells the places whose time is over that the booking is gone: before the next write of any booking."""
        over = departures.c.at <= now - DEPARTURE_LIFE
        with self._database.look() as connection:
            if connection.execute(select(departures.c.booking_id).where(over).limit(1)).first() is None:
                return
        with self._database.write() as connection:
            rows = connection.execute(select(departures.c.booking_id, departures.c.site).where(over)).all()
            connection.execute(delete(departures).where(over))
            for booking_id in sorted({row.booking_id for row in rows}):
                v = self._next_versions(connection, [booking_id])[booking_id]
                connection.execute(update(bookings).where(bookings.c.id == booking_id).values(v=v))
                self._tell(connection, [(row.site, booking_id, v) for row in rows if row.booking_id == booking_id], now)

    def _tell(self, connection: Connection, told: Iterable[tuple[str, str, int]], now: datetime) -> None:
        xid = self._database.transaction_id(connection)
        rows = [{"xid": xid, "site": site, "subject": name, "v": v, "at": now} for site, name, v in told]
        self._database.insert_many(connection, changes, rows)


def _values(booking: Booking) -> dict[str, object]:
    return {
        "id": booking.id,
        "number": booking.number,
        "site": booking.place,
        "name": booking.name,
        "service": booking.service,
        "slot": booking.slot,
        "area": booking.area,
        "person": booking.person,
        "birth_date": booking.birth_date,
        "electronic": booking.electronic,
        "flags": " ".join(sorted(flag.value for flag in booking.flags)),
        "status": booking.status.value,
    }
