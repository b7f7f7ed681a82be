"""SQLCipher, spoken to in one place: how a connection is made safe, and what its errors mean to people."""

import shutil
import sqlite3
from pathlib import Path

# sqlcipher3 ships no types; its classes have the shape of the standard library's sqlite3.
from sqlcipher3 import dbapi2

from kiosk_app.errors import KioskError
from kiosk_app.store.files import disk_full

EngineError: type[sqlite3.Error] = dbapi2.Error
KEY_BYTES = 32
_FULL_BELOW_BYTES = 64 * 1024

# What every connection must have, and what SQLite must then report. WAL with FULL syncs every commit before it returns;
# the fullfsync pair makes macOS flush the drive as well and changes nothing elsewhere.
_PRAGMAS: tuple[tuple[str, str, str], ...] = (
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", "2"),
    ("wal_autocheckpoint", "500", "500"),
    ("fullfsync", "ON", "1"),
    ("checkpoint_fullfsync", "ON", "1"),
    ("foreign_keys", "ON", "1"),
    ("trusted_schema", "OFF", "0"),
    ("cell_size_check", "ON", "1"),
    ("temp_store", "MEMORY", "2"),
    ("secure_delete", "ON", "1"),
)


def connect(path: Path, key: bytes, busy_ms: int) -> sqlite3.Connection:
    """A connection in autocommit mode whose key and pragmas were set and read back.

    `key` is used as it is (32 bytes): a passphrase would cost a quarter of a second a connection. Raises EngineError.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"A database key has {KEY_BYTES} bytes.")
    connection: sqlite3.Connection = dbapi2.connect(str(path), timeout=busy_ms / 1000, isolation_level=None)
    try:
        # Both must come before the key: SQLCipher writes hundreds of lines to stderr for a damaged file.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA cipher_memory_security = ON")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        _demand(connection, "cipher_status", "1")
        _demand(connection, "cipher_memory_security", "1")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        for name, value, expected in (*_PRAGMAS, ("busy_timeout", str(busy_ms), str(busy_ms))):
            if _reported(connection, name) != expected:
                connection.execute(f"PRAGMA {name} = {value}")
            _demand(connection, name, expected)
    except BaseException:
        connection.close()
        raise
    return connection


def _reported(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return "" if row is None else str(row[0]).lower()


def _demand(connection: sqlite3.Connection, name: str, expected: str) -> None:
    reported = _reported(connection, name)
    if reported != expected:
        raise KioskError(
            "store-unsafe",
            f"The database engine refused the setting {name} (it says '{reported}').",
            "Install the program again: it must come with its own SQLCipher.",
        )


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's primary result code of an error, 0 where it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def explain(error: sqlite3.Error, path: Path) -> Exception:
    """The error in words that somebody can act on; what only a programming error can cause comes back as it is."""
    code = primary_code(error)
    if code == sqlite3.SQLITE_IOERR and shutil.disk_usage(path.parent).free < _FULL_BELOW_BYTES:
        code = sqlite3.SQLITE_FULL  # the shared-memory file has no error of its own for a full disk
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return locked(path)
        case sqlite3.SQLITE_FULL:
            return disk_full()
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return damaged(path)
        case sqlite3.SQLITE_IOERR:
            return disk_failed(path)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return unreachable(path)
    return error


def locked(path: Path) -> KioskError:
    """The error for a writer that waited in vain for another."""
    return KioskError(
        "store-locked",
        f"Another program holds {path.name} locked.",
        "Close whatever has the file open (a backup, a second kiosk-app) and try again.",
    )


def disk_failed(path: Path) -> KioskError:
    """The error for a disk that did not do what it was told."""
    return KioskError(
        "store-io",
        f"The disk failed while {path.name} was read or written.",
        "Restart the program; if it happens again, check the disk.",
    )


def unreachable(path: Path) -> KioskError:
    """The error for a file that this account may not write."""
    return KioskError(
        "store-unreachable",
        f"{path.name} cannot be opened for writing.",
        "Check that the data folder exists and belongs to the account that runs the program.",
    )


def damaged(path: Path) -> KioskError:
    """The error for content that the right key opens to nonsense, or that does not say what it must."""
    return KioskError(
        "store-damaged",
        f"{path.name} is damaged.",
        "Do not delete it: keep the whole data folder and call the office's technician.",
    )
