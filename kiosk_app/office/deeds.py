"""Who did what at the office itself: it opens photos and decides about records, and so it keeps account as the booths do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from kiosk_app.office.more_tables import deeds

OFFICE = "office"  # whoever holds the office's own token or its data folder


@dataclass(frozen=True, slots=True)
class Deed:
    """`ref` is the id of a record, booth or conflict; never a person's data."""

    at: datetime
    who: str
    what: str
    ref: str


def note_deed(connection: Connection, who: str, what: str, ref: str, now: datetime) -> None:
    """In the transaction of the deed itself."""
    connection.execute(insert(deeds).values(who=who, what=what, ref=ref, at=now))


def list_deeds(connection: Connection, since: datetime | None = None) -> list[Deed]:
    """In the order in which they were done."""
    wanted = select(deeds).order_by(deeds.c.pos)
    if since is not None:
        wanted = wanted.where(deeds.c.at >= since)
    return [Deed(row.at, row.who, row.what, row.ref) for row in connection.execute(wanted)]
