"""What booths pull: the changes after a cursor, or everything at once.

A line of the feed says "look at this booking again"; what is sent is the booking as it is now, or its end for this place. A
booth that reads every line in order so ends with the office's own view, however often a booking changed meanwhile. A place
that a booking has left is told where and when it is now, and nothing of the person.
"""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from kiosk_app.contract.messages import ChangesResponse, SnapshotResponse, SnapshotRow
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.leasing import LeaseBook, lease_data
from kiosk_app.office.notes import get_note, put_note
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import bookings, changes
from kiosk_app.office.telling import Telling, booking_data, told_to

MAX_PAGE = 1000
_FEED = "feed_id"
_CURSOR = re.compile(r"1\.([0-9a-f]{16})\.([a-z0-9-]{1,40})\.([0-9]{1,19})\.([0-9]{1,19})", re.ASCII)
_START = (0, 0)


@dataclass(frozen=True, slots=True)
class Feed:
    """Pages of changes and snapshots for one place."""

    database: OfficeDatabase
    leases: LeaseBook

    def prepare(self) -> None:
        """Names this feed, once: cursors of another database, or of one put back from a backup, are told apart."""
        with self.database.write() as connection:
            if get_note(connection, _FEED) is None:
                put_note(connection, _FEED, secrets.token_hex(8))

    def changes(self, site: str, cursor: str, limit: int, device_id: str = "") -> ChangesResponse:
        """The page after `cursor` ("" = from the beginning). Raises ProblemError 410 `cursor-expired`: take a snapshot then.

        `device_id` is the booth that asks: some lines are for one booth alone.
        """
        with self.database.read() as connection:
            xid, pos = self._position(connection, site, cursor) if cursor else _START
            lines = connection.execute(
                select(changes)
                .where(
                    changes.c.site == site,
                    changes.c.xid < self.database.settled_before(connection),
                    or_(changes.c.xid > xid, (changes.c.xid == xid) & (changes.c.pos > pos)),
                    or_(changes.c.device_id.is_(None), changes.c.device_id == device_id),
                )
                .order_by(changes.c.xid, changes.c.pos)
                .limit(limit + 1)
            ).all()
            page, more = lines[:limit], len(lines) > limit
            told = Telling(connection, site, device_id, page).told()
            if page:
                xid, pos = page[-1].xid, page[-1].pos
            cursor = self._cursor(connection, site, xid, pos)
            count = None if more else self._count(connection, site)
            return ChangesResponse(changes=told, cursor=cursor, more=more, count=count)

    def snapshot(self, site: str, device_id: str = "") -> SnapshotResponse:
        """All bookings that a place is told of, and the cursor that continues from them, in one consistent read."""
        with self.database.read() as connection:
            found = connection.execute(told_to(site).order_by(bookings.c.id))
            rows = [SnapshotRow(id=row.id, v=row.v, data=booking_data(row, site)) for row in found]
            lent = [
                SnapshotRow(id=row.id, v=row.v, data=lease_data(row))
                for row in self.leases.current(connection, device_id)
            ]
            return SnapshotResponse(cursor=self.head(connection, site), count=len(rows), rows=rows, leases=lent)

    def head(self, connection: Connection, site: str) -> str:
        """The cursor of somebody who knows everything that this transaction sees."""
        last = connection.execute(
            select(changes.c.xid, changes.c.pos)
            .where(changes.c.site == site, changes.c.xid < self.database.settled_before(connection))
            .order_by(changes.c.xid.desc(), changes.c.pos.desc())
            .limit(1)
        ).one_or_none()
        return self._cursor(connection, site, *(last or _START))

    def last_position(self, connection: Connection, site: str) -> int:
        """The highest position of a place, for the hint that there is something to pull."""
        return connection.execute(select(func.max(changes.c.pos)).where(changes.c.site == site)).scalar_one() or 0

    def _count(self, connection: Connection, site: str) -> int | None:
        """How many rows a snapshot would have; None while lines are held back, whose bookings it would show already."""
        held_back = changes.c.site == site, changes.c.xid >= self.database.settled_before(connection)
        if connection.execute(select(changes.c.pos).where(*held_back).limit(1)).first() is not None:
            return None
        counted = select(func.count()).select_from(told_to(site).subquery())
        return connection.execute(counted).scalar_one()

    def _cursor(self, connection: Connection, site: str, xid: int, pos: int) -> str:
        text = f"1.{get_note(connection, _FEED)}.{site}.{xid}.{pos}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _position(self, connection: Connection, site: str, cursor: str) -> tuple[int, int]:
        """A cursor that is not this feed's, not this place's or ahead of it leads nowhere: start again from a snapshot."""
        expired = ProblemError(410, "cursor-expired", "Take a snapshot and go on from its cursor.")
        try:
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        except (binascii.Error, ValueError) as error:
            raise expired from error
        match = _CURSOR.fullmatch(text)
        if match is None or match[1] != get_note(connection, _FEED) or match[2] != site:
            raise expired
        xid, pos = int(match[3]), int(match[4])
        if pos > self.last_position(connection, site):
            raise expired
        return xid, pos
