"""The small values beside the tables: the epoch, the clock's offset, the remembered limits."""

from kiosk_app.store.database import Database

EPOCH = "epoch"
EPOCH_BEFORE = "epoch_before"  # the name that the last change of epoch replaced
EPOCH_FROM = "epoch_from"  # its first seq, where that is not 1
REBUILT = "store.rebuilt"  # the story of a journal that was put aside, and whether the office was told
REBUILT_TOLD = "store.rebuilt_told"
LOGIN_SALT = "login_salt"
OFFSET_MS = "offset_ms"
SAFE_POS = "safe_pos"
BATCH_LIMIT = "batch_limit"


def read(database: Database, name: str) -> str | None:
    """The value, or None where it was never set."""
    row = database.row("SELECT value FROM meta WHERE name = ?", (name,))
    return None if row is None else str(row[0])


def read_int(database: Database, name: str) -> int | None:
    """The value as a whole number; raises KioskError "store-damaged" if it is none."""
    text = read(database, name)
    try:
        return None if text is None else int(text)
    except ValueError as error:
        raise database.damaged() from error


def require(database: Database, name: str) -> str:
    """A value that the database was made with; raises KioskError "store-damaged" without it."""
    value = read(database, name)
    if not value:
        raise database.damaged()
    return value


def write(database: Database, name: str, value: str) -> None:
    """Sets the value inside the caller's transaction."""
    database.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
    )


def remove(database: Database, name: str) -> None:
    """Forgets the value inside the caller's transaction."""
    database.execute("DELETE FROM meta WHERE name = ?", (name,))
