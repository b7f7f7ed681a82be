"""A booth's two databases, each with its own key; a key that should be there is never made anew."""

from pathlib import Path

from kiosk_app.store.database import Database
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.schema import JOURNAL_SCHEMA, ROSTER_SCHEMA, Schema


def open_journal(path: Path, keys: KeyHolder) -> Database:
    """The journal's database, open in this thread; made with a new key if there is none yet."""
    return _open(path, keys, JOURNAL_SCHEMA)


def open_roster(path: Path, keys: KeyHolder) -> Database:
    """The roster's database, open in this thread; made with a new key if there is none yet."""
    return _open(path, keys, ROSTER_SCHEMA)


def _open(path: Path, keys: KeyHolder, schema: Schema) -> Database:
    key = keys.database_key(schema.name, create=not Database.exists(path))
    return Database(path, key, schema).open()
