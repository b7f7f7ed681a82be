"""One encrypted SQLite file: opened safely or not at all, changed in whole transactions only."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.store import engine
from kiosk_app.store.derive import derived
from kiosk_app.store.keycheck import KeyCheck
from kiosk_app.store.room import relieve
from kiosk_app.store.schema import Schema
from kiosk_app.store.snapshot import Snapshot
from kiosk_app.store.turns import turns_of

Value = str | bytes | int | float | None
Row = tuple[Any, ...]
BUSY_MS = 5000
# Turning a new file to WAL does not wait for another connection that does the same: one at a time in this process.
_opening = threading.Lock()


class Database:
    """A connection that belongs to the thread that opened it; another thread makes its own Database on the same file.

    Every fault of the engine comes out as a KioskError: "store-wrong-key", "store-damaged", "store-missing",
    "store-locked", "store-full", "store-io", "store-unreachable", "store-newer", "store-unsafe", "store-migration". Nothing
    is ever deleted to get around one; `busy_ms` is how long a write waits for another connection's.
    """

    def __init__(self, path: Path, key: bytes, schema: Schema, busy_ms: int = BUSY_MS) -> None:
        self.path = path
        self._key = key
        self._schema = schema
        self._busy_ms = busy_ms
        self._turns = turns_of(path)
        self._check = KeyCheck(path, key, schema.name)
        self._connection: sqlite3.Connection | None = None
        self._broken = False

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether there is anything to lose: a file of no bytes is what a crash before the first commit leaves."""
        return path.exists() and path.stat().st_size > 0

    def open(self) -> Self:
        """Opens or makes the file and brings its tables up to date; a disk error is told only after a second try."""
        with _opening:
            self._check.before_open(self.exists(self.path))
            relieve(self.path.parent)
            try:
                self._connect()
                self._migrate()
                self._sync_folder()
                self._check.after_open()
            except BaseException:
                self.close()
                raise
        return self

    def close(self) -> None:
        """Closes the connection; SQLite moves the log into the file when it was the last one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def reopen(self) -> None:
        """Opens anew after the disk failed: a connection whose sync failed is never believed again. Raises as `open` does, and
        then stays unusable."""
        self.close()
        try:
            self.open()
        except BaseException:
            self._broken = True
            raise

    def give_up(self) -> None:
        """Refuses everything from now on, until `reopen`."""
        self.close()
        self._broken = True

    @property
    def broken(self) -> bool:
        """Whether the disk failed under this connection, which therefore does nothing more until `reopen`."""
        return self._broken

    def derived_key(self, purpose: str) -> bytes:
        """32 bytes for something beside the database that only the holder of its key may make or read."""
        return derived(self._key, purpose)

    def __enter__(self) -> Self:
        return self if self._connection is not None else self.open()

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together when it ends, or none of them. Durable on return."""
        if self._usable().in_transaction:
            raise RuntimeError("A transaction cannot hold another.")
        if not self._turns.take(self._busy_ms / 1000):
            raise engine.locked(self.path)
        try:
            relieve(self.path.parent)
            self._run("BEGIN IMMEDIATE")
            yield
            self._run("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._turns.give_back()

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Changes rows inside a transaction; how many were changed."""
        if not self._usable().in_transaction:
            raise RuntimeError("The store is only changed inside a transaction.")
        return self._run(sql, parameters).rowcount

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """All rows of a query."""
        return list(self.stream(sql, parameters))

    def row(self, sql: str, parameters: Sequence[Value] = ()) -> Row | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    def stream(self, sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        """The rows one by one, all from the same moment."""
        cursor = self._run(sql, parameters)
        try:
            yield from cursor
        except engine.EngineError as error:
            raise self._explained(error) from error
        finally:
            cursor.close()

    def damaged(self) -> KioskError:
        """The error for a row that does not say what it must."""
        return engine.damaged(self.path)

    def authentic(self) -> bool:
        """Whether every page of the file has the authentication code that it was written with (1.4 s for 90 MB).

        SQLCipher looks at the file past the log. A power cut in the middle of a checkpoint leaves torn pages there that the log still
        holds whole: they are written once more before anything is called spoilt.
        """
        if not self.rows("PRAGMA cipher_integrity_check"):
            return True
        self.checkpoint()
        return not self.rows("PRAGMA cipher_integrity_check")

    def check_pages(self) -> bool:
        """Whether every page is as it was written: its authentication code, and the structure SQLite finds inside."""
        return self.authentic() and self.rows("PRAGMA quick_check") == [("ok",)]

    def checkpoint(self) -> None:
        """Moves the log into the file and empties it, as far as nobody reads it: for a moment when nothing else happens."""
        relieve(self.path.parent)
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def _connect(self) -> None:
        self._broken = False
        try:
            if not self.path.exists():
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise engine.unreachable(self.path) from error
        for last_try in (False, True):
            try:
                self._connection = engine.connect(self.path, self._key, self._busy_ms)
                return
            except engine.EngineError as error:
                if last_try or engine.primary_code(error) != sqlite3.SQLITE_IOERR:
                    raise self._explained(error) from error

    def _sync_folder(self) -> None:
        try:
            sync_folder(self.path.parent)
        except OSError as error:
            raise engine.disk_failed(self.path) from error

    def _migrate(self) -> None:
        """All steps are one transaction; an older file is copied first, and the copy put back if what comes out is not whole."""
        snapshot = Snapshot(self.path)
        found = self._version()
        if found > self._schema.version:
            raise KioskError(
                "store-newer",
                f"{self.path.name} was written by a newer version of this program.",
                "Install the newer version again; nothing is lost.",
            )
        if found < self._schema.version:
            if found:
                snapshot.take(self._run)
            self._change(snapshot)
        elif snapshot.exists():  # a crash came before the check
            self._settle(snapshot, self.check_pages())

    def _change(self, snapshot: Snapshot) -> None:
        try:
            self._run_steps()
            whole = not snapshot.exists() or self.check_pages()
        except engine.EngineError as error:
            self._settle(snapshot, whole=False, cause=error)
        else:
            self._settle(snapshot, whole)

    def _settle(self, snapshot: Snapshot, whole: bool, cause: Exception | None = None) -> None:
        if whole:
            snapshot.remove()
            return
        self.close()
        if snapshot.exists():
            snapshot.put_back()
        raise KioskError(
            "store-migration",
            f"{self.path.name} could not be brought to this version of the program; it is as it was before.",
            "Install the version before again and call the technician; nothing is lost.",
        ) from cause

    def _run_steps(self) -> None:
        with self.transaction():
            for version in range(self._version(), self._schema.version):  # another connection may have been faster
                for statement in self._schema.migrations[version]:
                    self._run(statement)
                self._run(f"PRAGMA user_version = {version + 1}")

    def _version(self) -> int:
        row = self.row("PRAGMA user_version")
        return 0 if row is None else int(row[0])

    def _usable(self) -> sqlite3.Connection:
        if self._broken:
            raise engine.disk_failed(self.path)
        if self._connection is None:
            raise RuntimeError(f"{self.path.name} is not open.")
        return self._connection

    def _run(self, sql: str, parameters: Sequence[Value] = ()) -> sqlite3.Cursor:
        try:
            return self._usable().execute(sql, parameters)
        except engine.EngineError as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        explained = engine.explain(error, self.path)
        # After a failed sync nobody knows what the disk holds: what a later success says could be wrong.
        if isinstance(explained, KioskError) and explained.code == "store-io":
            self._broken = True
        return explained

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is not None and connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except engine.EngineError:
                self._broken = True
