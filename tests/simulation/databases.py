"""SQLite's memory files in place of the disk's: the same SQL and the same transactions, and a restart finds what was committed.

What a power cut does to a file is not for here (that is the crash-state recorder's question): a crash here loses what was not
committed, as the end of a process does. Encryption and the file's own checks stay outside, too.
"""

import sqlite3
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlcipher3 import dbapi2

from kiosk_app.office.database import OfficeDatabase
from kiosk_app.store.database import Database
from tests.simulation.tasks import Process

_MOST_PAGES = 1_000_000
Current = Callable[[], Process | None]


def connect(name: str) -> sqlite3.Connection:
    """A connection to the memory file `name`, which is there as long as somebody has it open."""
    connection: sqlite3.Connection = dbapi2.connect(
        f"file:/{name}?vfs=memdb", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


class MemoryFiles:
    """The database files of one booth's disk, by their paths."""

    _made = 0

    def __init__(self) -> None:
        self._kept: dict[Path, tuple[str, sqlite3.Connection]] = {}

    def open(self, path: Path) -> sqlite3.Connection:
        if path not in self._kept:
            MemoryFiles._made += 1
            name = f"kiosk-simulated-{MemoryFiles._made}"
            self._kept[path] = name, connect(name)
        return connect(self._kept[path][0])

    def look(self, path: Path, sql: str) -> list[Any]:
        """Rows as somebody outside the program sees them."""
        return self._kept[path][1].execute(sql).fetchall()

    def write(self, path: Path, sql: str, values: tuple[str, ...]) -> None:
        self._kept[path][1].execute(sql, values)

    def has(self, path: Path) -> bool:
        return path in self._kept

    def fill(self, other: "MemoryFiles", below: Path = Path()) -> None:
        """Takes over another's content below a folder, as a copy of a disk does."""
        for path, (_, source) in other._kept.items():
            if path.is_relative_to(below) or below == Path():
                self.open(path).close()
                source.backup(self._kept[path][1])

    def close(self) -> None:
        for _, connection in self._kept.values():
            connection.close()
        self._kept.clear()


class BoothDatabases:
    """How a booth's `Database` reaches its memory files, and dies at its commits."""

    def __init__(self, current: Current) -> None:
        self.files = MemoryFiles()
        self._current = current
        self._run = Database._run
        self._close = Database.close
        self._opened: weakref.WeakSet[Database] = weakref.WeakSet()

    def open(self, database: Database) -> Database:
        process = self._current()
        if process is not None:
            process.check()
            process.closers.append(lambda: self._close(database))
        database._broken = False
        database._connection = self.files.open(database.path)
        database._migrate()
        self._opened.add(database)
        return database

    def limit(self, full: bool) -> None:
        """With `full` no open database may take another page; who opens one later finds room."""
        for database in self._opened:
            connection = database._connection
            if connection is not None:
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
                connection.execute(f"PRAGMA max_page_count = {pages if full else _MOST_PAGES}")

    def run(self, database: Database, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        process = self._current()
        if process is None:
            return self._run(database, sql, parameters)
        process.check()
        if sql != "COMMIT":
            return self._run(database, sql, parameters)
        process.durable_step()
        cursor = self._run(database, sql, parameters)
        process.durable_step()
        return cursor

    def patches(self) -> list[tuple[object, str, object]]:
        """What to set on which object."""

        def opened(database: Database) -> Database:
            return self.open(database)

        return [
            (Database, "open", opened),
            (Database, "exists", staticmethod(self.files_have)),
            (Database, "_run", lambda *values: self.run(*values)),
        ]

    def files_have(self, path: Path) -> bool:
        return self.files.has(path)


def office_writes(current: Current) -> Callable[..., AbstractContextManager[Connection]]:
    """`OfficeDatabase.write` that dies before or after its commit."""
    real = OfficeDatabase.write

    @contextmanager
    def write(database: OfficeDatabase, *values: Any, **options: Any) -> Iterator[Connection]:
        process = current()
        with real(database, *values, **options) as connection:
            yield connection
            if process is not None:
                process.durable_step()
        if process is not None:
            process.durable_step()

    return write
