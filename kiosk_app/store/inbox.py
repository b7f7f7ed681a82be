"""What the office sends for a roster that is shut: sealed page by page, with the cursor beside it, so that nothing is fetched twice.

The file belongs to tier 0 and opens without a person; the pages in it do not. The cursor and the count say nothing about anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag

from kiosk_app.booth.bookings import Booking
from kiosk_app.store.database import Database
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.schema import Schema
from kiosk_app.store.stored import from_ms, from_text, to_ms, to_text
from kiosk_app.store.tiers import PinTier

INBOX_SCHEMA = Schema(
    "inbox",
    (
        (
            "CREATE TABLE note (one INTEGER PRIMARY KEY CHECK (one = 1), cursor TEXT, read_ms INTEGER, n INTEGER NOT NULL) STRICT",
            "CREATE TABLE pages (seq INTEGER PRIMARY KEY AUTOINCREMENT, sealed BLOB NOT NULL) STRICT",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class PageRow:
    """One booking of a page, or its withdrawal (`booking` None)."""

    id: str
    v: int
    booking: Booking | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What `RosterStore` was to take: `whole` in place of everything, else as changes; and where the office's feed goes on."""

    whole: bool
    cursor: str
    read_at: datetime
    rows: tuple[PageRow, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Up to where the roster is known, in it or in the pages; None before the first page. `count` is that of the last whole look."""

    cursor: str | None = None
    read_at: datetime | None = None
    count: int = 0


class SealedElsewhereError(Exception):
    """A page that this tier cannot open."""


class Inbox:
    """Belongs to the thread that opened it, like its database."""

    def __init__(self, path: Path, keys: KeyHolder, tier: PinTier) -> None:
        key = keys.database_key(INBOX_SCHEMA.name, create=not Database.exists(path))
        self._database = Database(path, key, INBOX_SCHEMA).open()
        self._tier = tier

    def close(self) -> None:
        self._database.close()

    def note(self) -> Note:
        row = self._database.row("SELECT cursor, read_ms, n FROM note")
        return Note() if row is None else Note(row[0], None if row[1] is None else from_ms(row[1]), row[2])

    def put(self, page: Page) -> None:
        """Keeps a page, sealed; a whole one takes the place of all before. Durable on return."""
        sealed = self._tier.seal(to_text(page).encode())
        count = len(page.rows) if page.whole else self.note().count
        with self._database.transaction():
            if page.whole:
                self._database.execute("DELETE FROM pages")
            self._database.execute("INSERT INTO pages (sealed) VALUES (?)", (sealed,))
            self._mark(Note(page.cursor, page.read_at, count))

    def mark(self, note: Note) -> None:
        """The open roster has gone on: what is fetched while it is shut again begins there."""
        if self.note() != note:
            with self._database.transaction():
                self._mark(note)

    def is_empty(self) -> bool:
        return self._database.row("SELECT 1 FROM pages LIMIT 1") is None

    def pages(self) -> Iterator[tuple[int, Page]]:
        """The pages in order, for an open tier; raises SealedElsewhereError for one that is not of this tier."""
        for (seq,) in self._database.rows("SELECT seq FROM pages ORDER BY seq"):
            row = self._database.row("SELECT sealed FROM pages WHERE seq = ?", (seq,))
            if row is None:
                continue
            try:
                text = self._tier.unseal(row[0]).decode()
            except (InvalidTag, ValueError) as error:
                raise SealedElsewhereError from error
            yield seq, from_text(Page, text, self._database)

    def done(self, seq: int) -> None:
        """The roster has this page and all before it."""
        with self._database.transaction():
            self._database.execute("DELETE FROM pages WHERE seq <= ?", (seq,))

    def clear(self) -> None:
        """Forgets pages and note: the roster begins anew."""
        with self._database.transaction():
            self._database.execute("DELETE FROM pages")
            self._database.execute("DELETE FROM note")

    def _mark(self, note: Note) -> None:
        read_ms = None if note.read_at is None else to_ms(note.read_at)
        self._database.execute("INSERT OR REPLACE INTO note VALUES (1, ?, ?, ?)", (note.cursor, read_ms, note.count))
