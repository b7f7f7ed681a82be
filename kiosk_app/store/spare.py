"""The few rows without which a booth is no booth, a second time on the disk: who it is, the office's rules, who may log in.

The journal's file holds them beside the records. Were that file spoilt, a fresh journal could be made but nobody could use it, and
a new enrolment wants the office. So they lie in a small encrypted file too, written when they have changed.
"""

import base64
import json
import logging
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.log import event
from kiosk_app.store import meta
from kiosk_app.store.database import Database, Row, Value
from kiosk_app.store.files import write_durably

# What belongs to the old file's run of numbers, and to the office's answers to it, is not carried.
_LEFT_BEHIND = frozenset(
    {
        meta.EPOCH, meta.EPOCH_BEFORE, meta.EPOCH_FROM, meta.SAFE_POS, meta.REBUILT, meta.REBUILT_TOLD,
        "sync.epoch_conflict",
    }
)  # fmt: skip
_RECORD_TABLES = frozenset({"records", "tallies", "visits", "counters", "blobs", "lanes"})
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
_NONCE = 12
_AAD = b"kiosk-spare-v1"
_log = logging.getLogger("store")
Rows = dict[str, list[list[object]]]


class Spare:
    """The file beside the journal at `path`; `key` is derived from the journal's key, `salt` is the 16 bytes its file begins with."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path.with_name(path.name + ".spare")
        self._key = key
        self._journal = path

    def keep(self, database: Database) -> bool:
        """Writes the file anew if something in it has changed; whether it did. Raises KioskError "store-full" or "store-io"."""
        plain = canonical_bytes({"salt": _salt(self._journal).hex(), "rows": _rows(database)})
        if plain == self._plain():
            return False
        nonce = secrets.token_bytes(_NONCE)
        write_durably(self.path, nonce + AESGCM(self._key).encrypt(nonce, plain, _AAD))
        event(_log, "spare-kept")
        return True

    def salt(self) -> bytes | None:
        """The salt of the journal's file, without which no page of it can be read; None where the spare cannot be read."""
        content = self._content()
        return None if content is None else content.salt

    def restore(self, database: Database) -> bool:
        """Puts the rows into a fresh journal, inside the caller's transaction; False, and nothing done, without a readable spare."""
        content = self._content()
        if content is None:
            return False
        for table, rows in content.rows.items():
            columns = len(database.rows(f"PRAGMA table_info({table})"))
            for row in rows:
                if columns == len(row):  # a table of another version is one that this program cannot fill
                    sql = f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * columns)})"  # noqa: S608  our own names
                    database.execute(sql, [_value(cell) for cell in row])
        return True

    def _content(self) -> "_Content | None":
        plain = self._plain()
        if plain is None:
            return None
        value = json.loads(plain)
        return _Content(bytes.fromhex(value["salt"]), value["rows"])

    def _plain(self) -> bytes | None:
        try:
            sealed = self.path.read_bytes()
            return AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _AAD)
        except (OSError, InvalidTag, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class _Content:
    salt: bytes
    rows: Rows


def _rows(database: Database) -> Rows:
    tables = [name for (name,) in database.rows(_TABLES) if name not in _RECORD_TABLES]
    return {table: [_cells(row) for row in _carried(database, table)] for table in tables}


def _carried(database: Database, table: str) -> list[Row]:
    rows = database.rows(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608  a name from the schema itself
    return [row for row in rows if table != "meta" or (row[0] not in _LEFT_BEHIND and not _fleeting(row[0]))]


def _fleeting(name: str) -> bool:
    """What changes every minute and is known anew soon."""
    return name.startswith(("sync.last_contact", "sync.step", "sync.hold"))


def _cells(row: Row) -> list[object]:
    return [{"b": base64.b64encode(cell).decode()} if isinstance(cell, bytes) else cell for cell in row]


def _value(cell: object) -> Value:
    if isinstance(cell, dict):
        return base64.b64decode(cell["b"])
    if cell is None or isinstance(cell, str | int | float):
        return cell
    raise ValueError("A spare row holds something that no column can.")


def _salt(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)
