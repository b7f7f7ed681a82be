"""One encrypted SQLite file: opened safely or not at all, changed in whole transactions only."""

import hashlib
import hmac
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from kiosk_app.errors import KioskError
from kiosk_app.store import engine
from kiosk_app.store.files import sync_folder, write_durably
from kiosk_app.store.schema import Schema

Value = str | bytes | int | float | None
Row = tuple[Any, ...]
BUSY_MS = 5000
# Turning a new file to WAL does not wait for another connection that does the same: one at a time in this process.
_opening = threading.Lock()


class Database:
    """A connection that belongs to the thread that opened it; a second thread makes a second Database on the same file.

    Every fault of the engine comes out as a KioskError: "store-wrong-key", "store-damaged", "store-locked", "store-full",
    "store-io", "store-unreachable", "store-newer", "store-unsafe". Nothing is ever deleted to get around one.
    """

    def __init__(self, path: Path, key: bytes, schema: Schema, busy_ms: int = BUSY_MS) -> None:
        self.path = path
        self._key = key
        self._schema = schema
        self._busy_ms = busy_ms
        self._connection: sqlite3.Connection | None = None
        self._broken = False

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether there is anything to lose: a file of no bytes is what a crash before the first commit leaves."""
        return path.exists() and path.stat().st_size > 0

    @property
    def check_path(self) -> Path:
        """The file that knows the right key without giving it away."""
        return self.path.with_name(self.path.name + ".check")

    def open(self) -> Self:
        """Opens or makes the file and brings its tables up to date; a disk error is tried once more before it is told."""
        with _opening:
            existed = self.exists(self.path)
            self._check_key(existed)
            for last_try in (False, True):
                try:
                    self._connect()
                    break
                except engine.EngineError as error:
                    if last_try or engine.primary_code(error) != sqlite3.SQLITE_IOERR:
                        raise self._explained(error) from error
            try:
                self._migrate()
                if not existed:
                    sync_folder(self.path.parent)
            except BaseException:
                self.close()
                raise
        return self

    def close(self) -> None:
        """Closes the connection; SQLite moves the log into the file when it was the last one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self if self._connection is not None else self.open()

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together when it ends, or none of them. Durable on return.

        After a disk error in here nobody knows what the disk holds, so this Database refuses everything until it is reopened.
        """
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> int:
        """Changes rows inside a transaction; how many were changed."""
        if not self._usable().in_transaction:
            raise RuntimeError("The store is only changed inside a transaction.")
        return self._run(sql, parameters).rowcount

    def execute_many(self, sql: str, rows: Iterator[Sequence[Value]]) -> None:
        """The same for many rows."""
        for row in rows:
            self.execute(sql, row)

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

    def check_pages(self) -> bool:
        """Whether every page is as it was written: its authentication code, and the structure that SQLite finds inside."""
        if self.rows("PRAGMA cipher_integrity_check"):
            return False
        return self.rows("PRAGMA quick_check") == [("ok",)]

    def _connect(self) -> None:
        try:
            if not self.path.exists():
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise KioskError(
                "store-unreachable",
                f"{self.path.name} cannot be made in its folder.",
                "Check that the data folder exists and belongs to the account that runs the program.",
            ) from error
        self._connection = engine.connect(self.path, self._key, self._busy_ms)
        self._broken = False

    def _check_key(self, existed: bool) -> None:
        """SQLCipher says the same of a wrong key and of a damaged file, so the right key's fingerprint lies beside it."""
        fingerprint = hmac.new(
            self._key, b"kiosk-store-key-v1\0" + self._schema.name.encode(), hashlib.sha256
        ).hexdigest()
        known = self.check_path.read_text("ascii", "replace").strip() if self.check_path.exists() else None
        if known == fingerprint:
            return
        if existed and known is not None:
            raise KioskError(
                "store-wrong-key",
                f"The key of this booth does not open {self.path.name}.",
                "Put back the key folder that belongs to this data; do not delete anything.",
            )
        if existed:
            self._prove_key()
        try:
            write_durably(self.check_path, fingerprint.encode() + b"\n")
        except OSError as error:
            raise disk_error(error, self.check_path) from error

    def _prove_key(self) -> None:
        try:
            engine.connect(self.path, self._key, self._busy_ms).close()
        except engine.EngineError as error:
            raise self._explained(error) from error

    def _migrate(self) -> None:
        while self._version() < self._schema.version:
            with self.transaction():
                version = self._version()  # another connection may have been faster
                if version < self._schema.version:
                    for statement in self._schema.migrations[version]:
                        self._run(statement)
                    self._run(f"PRAGMA user_version = {version + 1}")
        if self._version() > self._schema.version:
            raise KioskError(
                "store-newer",
                f"{self.path.name} was written by a newer version of this program.",
                "Install the newer version again; nothing is lost.",
            )

    def _version(self) -> int:
        row = self.row("PRAGMA user_version")
        return 0 if row is None else int(row[0])

    def _usable(self) -> sqlite3.Connection:
        if self._connection is None:
            raise RuntimeError(f"{self.path.name} is not open.")
        if self._broken:
            raise KioskError(
                "store-io",
                f"The disk failed while {self.path.name} was written.",
                "Restart the program; if it happens again, check the disk.",
            )
        return self._connection

    def _run(self, sql: str, parameters: Sequence[Value] = ()) -> sqlite3.Cursor:
        try:
            return self._usable().execute(sql, parameters)
        except engine.EngineError as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        if engine.primary_code(error) == sqlite3.SQLITE_IOERR and self._connection is not None:
            self._broken = self._connection.in_transaction or self._broken
        return engine.explain(error, self.path) or error

    def _roll_back(self) -> None:
        connection = self._connection
        if connection is not None and connection.in_transaction:
            try:
                connection.execute("ROLLBACK")
            except engine.EngineError:
                self._broken = True


def disk_error(error: OSError, path: Path) -> KioskError:
    """A file that could not be written, in words that somebody can act on."""
    import errno  # only an error needs it

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return KioskError("store-full", "The disk is full.", "Free space on the disk; nothing saved is lost.")
    return KioskError(
        "store-io", f"{path.name} could not be written.", "Check the disk and the data folder's owner, then try again."
    )
