"""The bookings that the office sent: read by the rules, replaced only by what the office says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.codec import encode
from kiosk_app.errors import KioskError
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.stored import from_text, to_text

_CURSOR = "cursor"
_READ_AT = "read_at"


class ChangeOp(StrEnum):
    PUT = "put"
    DEL = "del"


@dataclass(frozen=True, slots=True)
class RosterChange:
    """A booking that came, changed or went. `v` rises with every change of this booking; `booking` is None for DEL."""

    op: ChangeOp
    id: str
    v: int
    booking: Booking | None = None

    def __post_init__(self) -> None:
        if (self.op is ChangeOp.PUT) != (self.booking is not None):
            raise ValueError("a booking comes with put and only with put")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A booking of a snapshot."""

    id: str
    v: int
    booking: Booking


class RosterStore:
    """Fulfils `booth.ports.Roster`; names and birth dates live here and nowhere else on the booth."""

    def __init__(self, database: Database) -> None:
        self._given = database

    @property
    def _database(self) -> Database:
        return self._given

    def by_id(self, booking_id: str) -> Booking | None:
        return self._booking("SELECT data FROM bookings WHERE id = ? AND data IS NOT NULL", booking_id)

    def by_number(self, number: str) -> Booking | None:
        """Where a number was booked again after a cancellation, the booking that stands."""
        sql = "SELECT data FROM bookings WHERE number = ? AND data IS NOT NULL ORDER BY booked DESC, v DESC LIMIT 1"
        return self._booking(sql, number)

    def is_withdrawn(self, booking_id: str) -> bool:
        """Whether the office deleted a booking that was here: its row stays, without data."""
        return self._database.row("SELECT 1 FROM bookings WHERE id = ? AND data IS NULL", (booking_id,)) is not None

    def between(self, start: datetime, end: datetime) -> tuple[Booking, ...]:
        """The bookings whose slot lies in [start, end), by slot."""
        rows = self._database.rows(
            "SELECT data FROM bookings WHERE slot >= ? AND slot < ? AND data IS NOT NULL ORDER BY slot, id",
            (_instant(start), _instant(end)),
        )
        return tuple(from_text(Booking, data, self._database) for (data,) in rows)

    def read_at(self) -> datetime | None:
        text = meta.read(self._database, _READ_AT)
        return None if text is None else from_text(datetime, f'"{text}"', self._database)

    def cursor(self) -> str | None:
        """Up to where the office's changes are in; None before the first snapshot."""
        return meta.read(self._database, _CURSOR)

    def count(self) -> int:
        """How many bookings there are."""
        row = self._database.row("SELECT count(*) FROM bookings WHERE data IS NOT NULL")
        return 0 if row is None else int(row[0])

    def counted(self) -> int | None:
        """How many bookings there are; None where that cannot be told without opening them."""
        return self.count()

    def apply_changes(self, changes: Iterable[RosterChange], cursor: str, read_at: datetime) -> int:
        """Takes a page of changes and its cursor together or not at all; how many rows moved. Older `v` moves none."""
        with self._database.transaction():
            moved = sum(self._put(change.id, change.v, change.booking) for change in changes)
            self._mark(cursor, read_at)
        return moved

    def replace(self, rows: Iterable[RosterRow], cursor: str, count: int, read_at: datetime) -> None:
        """Takes a snapshot in place of everything, in one transaction: readers see the old roster or the new.

        `count` is how many rows the office says it sent; raises KioskError "roster-incomplete" if others came, and then
        the old roster stays. An empty answer therefore only empties the roster if the office says that it is empty.
        """
        with self._database.transaction():
            self._database.execute("DELETE FROM bookings")
            for row in rows:
                self._put(row.id, row.v, row.booking)
            self._demand_count(self.count(), count)
            self._mark(cursor, read_at)

    def touch(self, read_at: datetime) -> None:
        """The office has confirmed that nothing changed."""
        with self._database.transaction():
            meta.write(self._database, _READ_AT, _instant(read_at))

    def erase(self) -> None:
        """Forgets every booking: the office has revoked this booth."""
        with self._database.transaction():
            self._database.execute("DELETE FROM bookings")
            meta.remove(self._database, _CURSOR)
            meta.remove(self._database, _READ_AT)

    def forget_cursor(self) -> None:
        """Has the office send everything anew; until then the bookings stay."""
        with self._database.transaction():
            meta.remove(self._database, _CURSOR)

    @staticmethod
    def _demand_count(came: int, said: int) -> None:
        if came != said:
            raise KioskError(
                "roster-incomplete",
                "The office's list of bookings came incomplete.",
                "The booth goes on with the last list and asks again.",
            )

    def _put(self, booking_id: str, v: int, booking: Booking | None) -> int:
        values: tuple[str | int | None, ...] = (None, None, 0, None)
        if booking is not None:
            booked = int(booking.status is BookingStatus.BOOKED)
            values = (booking.number, _instant(booking.slot), booked, to_text(booking))
        return self._database.execute(
            "INSERT INTO bookings (id, v, number, slot, booked, data) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET v = excluded.v, number = excluded.number, slot = excluded.slot,"
            " booked = excluded.booked, data = excluded.data WHERE excluded.v > v",
            (booking_id, v, *values),
        )

    def _mark(self, cursor: str, read_at: datetime) -> None:
        meta.write(self._database, _CURSOR, cursor)
        meta.write(self._database, _READ_AT, _instant(read_at))

    def _booking(self, sql: str, key: str) -> Booking | None:
        row = self._database.row(sql, (key,))
        return None if row is None else from_text(Booking, row[0], self._database)


def _instant(moment: datetime) -> str:
    return str(encode(moment.astimezone(UTC)))
