"""The office's database: SQLite by default, PostgreSQL for real. All that differs between the two is in this file."""

import functools
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Column, Connection, Dialect, Engine, Row, Table, TextClause, create_engine, event, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from kiosk_app.errors import KioskError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 15_000
# PostgreSQL's advisory locks: ours by the first number, by the second 0 for all writers and 1 to _STRIPES for what they name.
# Fewer than the 6,400 that a server's lock table holds: an import may name all of them.
_LOCK_SPACE, _STRIPES = 0x6B696F, 512
# Asserted after setting: a pragma that SQLite does not know is silently ignored. synchronous 2 is FULL.
_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "busy_timeout": _BUSY_MS,
}


class OfficeDatabase:
    """Transactions over the office's tables.

    `read()` sees one state of the database for its whole length. Writers take turns from their first statement to their commit:
    on SQLite all of them; on PostgreSQL those that name the same things, and everybody with one that names nothing. Values
    never reach an exception's text.
    """

    def __init__(self, url: str) -> None:
        try:
            self._engine = create_engine(make_url(url), hide_parameters=True, pool_size=16, max_overflow=48)
        except (ArgumentError, ImportError) as error:
            raise KioskError(
                "office-database-url",
                "The database address cannot be used.",
                "Give sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.",
            ) from error
        self._turn = threading.Lock()
        self.sqlite = self._engine.dialect.name == "sqlite"
        if self.sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        self._reader = self._looker = self._engine
        if not self.sqlite:
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")
            self._looker = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @classmethod
    def at(cls, file: Path) -> "OfficeDatabase":
        """The SQLite database in `file`, which only its owner may read."""
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        return cls(f"sqlite:///{file}")

    @property
    def engine(self) -> Engine:
        """For migrations and for the test that compares them with the tables."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent read."""
        with self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """For one statement: nothing holds it together with a second one."""
        with self._looker.connect() as connection:
            yield connection

    @contextmanager
    def write(self, turns: Iterable[str] | None = None) -> Iterator[Connection]:
        """One transaction: durable when the block has ended, undone when it raises.

        `turns` names what nobody else may write meanwhile, such as "device:..."; None = nobody writes anything else. Whoever names
        what it reads and writes sees all that others wrote to it before.
        """
        with self._turn if self.sqlite else nullcontext(), self._engine.connect() as connection:
            connection = connection.execution_options(kiosk_writes=True)
            with connection.begin():
                if not self.sqlite:
                    _take_turns(connection, turns)
                yield connection

    def migrate(self) -> None:
        """Brings the tables to this version's form; raises KioskError for a database of a newer version."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        try:
            with self.write() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except (SQLAlchemyError, CommandError) as error:
            raise KioskError(
                "office-database",
                "The office's database cannot be opened or is of a newer version.",
                "Check its address and rights, and start the version that last used it.",
            ) from error

    def close(self) -> None:
        """Gives all connections back."""
        self._engine.dispose()

    def insert_many(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, object]], *returned: Column[Any]
    ) -> "Sequence[Row[Any]]":
        """Adds rows with the same keys in their order, and gives of each what is `returned`.

        PostgreSQL is handed one array a column: the statement is always the same, however many rows there are.
        """
        if not rows:
            return ()
        if not self.sqlite:
            added = connection.execute(*_unnested(connection.dialect, table, rows, returned))
        elif returned:
            ordered = insert(table).returning(*returned, sort_by_parameter_order=True)
            added = connection.execute(ordered, [dict(row) for row in rows])
        else:
            added = connection.execute(insert(table), [dict(row) for row in rows])
        return added.all() if returned else ()

    def transaction_id(self, connection: Connection) -> int:
        """The number under which the feed sorts this transaction's changes; SQLite has one writer and needs none."""
        if self.sqlite:
            return 0
        return int(connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one())

    def settled_before(self, connection: Connection) -> int:
        """Transactions below this number are finished: the feed may tell of them without ever having to go back."""
        if self.sqlite:
            return 1
        return int(connection.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")).scalar_one())


def _take_turns(connection: Connection, turns: Iterable[str] | None) -> None:
    """Locks of the transaction, always in the same order, so that no two writers wait for each other."""
    if turns is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:space, 0)"), {"space": _LOCK_SPACE})
        return
    stripes = sorted({1 + zlib.crc32(name.encode()) % _STRIPES for name in turns})
    connection.execute(
        text(
            "SELECT pg_advisory_xact_lock_shared(:space, 0) UNION ALL"
            " SELECT pg_advisory_xact_lock(:space, stripe) FROM unnest(CAST(:stripes AS int[])) stripe"
        ),
        {"space": _LOCK_SPACE, "stripes": stripes},
    )


def _unnested(
    dialect: Dialect, table: Table, rows: Sequence[Mapping[str, object]], returned: Sequence[Column[Any]]
) -> tuple[TextClause, dict[str, list[object]]]:
    names = tuple(rows[0])
    return _unnesting(dialect, table, names, tuple(returned)), {name: [row[name] for row in rows] for name in names}


@functools.lru_cache(maxsize=64)
def _unnesting(dialect: Dialect, table: Table, names: tuple[str, ...], returned: tuple[Column[Any], ...]) -> TextClause:
    """INSERT ... SELECT from one array a column; the columns are the tables' own names."""
    columns = ", ".join(f'"{name}"' for name in names)
    arrays = ", ".join(f"CAST(:{name} AS {table.c[name].type.compile(dialect)}[])" for name in names)
    told = f" RETURNING {', '.join(column.name for column in returned)}" if returned else ""
    return text(
        f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} FROM unnest({arrays})'  # noqa: S608 - our own names
        f" WITH ORDINALITY AS given({columns}, place) ORDER BY place{told}"
    )


def _prepare_sqlite(dbapi_connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    dbapi_connection.isolation_level = None  # transactions begin where this file says, not where the driver guesses
    for name, value in _PRAGMAS.items():
        dbapi_connection.execute(f"PRAGMA {name}={value}")
    for name, value in _PRAGMAS.items():
        (found,) = dbapi_connection.execute(f"PRAGMA {name}").fetchone()
        if found != value:
            raise KioskError(
                "office-database",
                f"The database did not take the setting {name}.",
                "Put it on a local disk: network disks cannot keep it safe.",
            )


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("kiosk_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
