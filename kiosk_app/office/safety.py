"""Up to where records and photos are safe at the office: what lies above it stays at the booths.

Once the office has a backup, that is what the last backup holds, and it only rises. Before the first one the office's own disk is
all there is, and safe is what is committed there. Practice booths are told that always: practice wants no backup.
"""

from sqlalchemy import Connection, func, select

from kiosk_app.errors import KioskError
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.notes import get_note, put_note
from kiosk_app.office.tables import blobs, record_blobs, records

SAFE_NOTE = "safe_pos"


def backed_up_position(connection: Connection) -> int | None:
    """What the last backup holds; None before the first."""
    confirmed = get_note(connection, SAFE_NOTE)
    return None if confirmed is None else int(confirmed)


def last_position(connection: Connection) -> int:
    """The last record that is committed."""
    return connection.execute(select(func.max(records.c.pos))).scalar_one() or 0


def position_to_back_up(database: OfficeDatabase) -> int:
    """What a backup that begins now will hold: read while nobody writes, so that nothing below it is still on its way.

    It ends before the first record whose photo has not come in: that photo would be erased at its booth and be in no backup.
    """
    with database.write() as connection:
        missing = (
            select(func.min(records.c.pos))
            .join(record_blobs, record_blobs.c.record_id == records.c.id)
            .outerjoin(blobs, blobs.c.sha256 == record_blobs.c.sha256)
            .where(blobs.c.sha256.is_(None))
        )
        first = connection.execute(missing).scalar_one_or_none()
        return last_position(connection) if first is None else first - 1


def confirm_backup(database: OfficeDatabase, position: int) -> int:
    """A backup holds everything up to `position`; returns what is safe now, which never falls. Raises KioskError."""
    with database.write() as connection:
        if not 0 <= position <= last_position(connection):
            raise KioskError(
                "backup-position", "No record has come in at this position.", "Take it from: office backup begin"
            )
        safe = max(position, backed_up_position(connection) or 0)
        put_note(connection, SAFE_NOTE, str(safe))
        return safe
