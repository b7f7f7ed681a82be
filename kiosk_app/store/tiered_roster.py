"""The roster behind officers' PINs. Shut, it shows nothing and takes everything; open, it is the roster it always was."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from kiosk_app.booth.bookings import Booking
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.store.database import Database
from kiosk_app.store.inbox import INBOX_SCHEMA, Inbox, Note, Page, PageRow, SealedElsewhereError
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.roster import ChangeOp, RosterChange, RosterRow, RosterStore
from kiosk_app.store.schema import ROSTER_SCHEMA
from kiosk_app.store.stored import from_text
from kiosk_app.store.tiers import PinTier, roster_closed

_log = logging.getLogger("store")
_ALL_ROWS = "SELECT id, v, data FROM bookings"


class TieredRoster(RosterStore):
    """Fulfils `booth.ports.Roster` and what sync wants of `RosterStore`, in the thread that opened it.

    Reading while shut raises KioskError "roster-closed"; the office's pages are kept sealed until it opens.
    """

    def __init__(self, path: Path, keys: KeyHolder, tier: PinTier) -> None:
        self._plain = path
        self._keys = keys
        self._tier = tier
        self._inbox = _open_inbox(path.with_name(f"inbox{path.suffix}"), keys, tier)
        self._opened: Database | None = None
        self._generation = -1

    def open(self) -> Self:
        """Opens what can be opened without a person, so that what is wrong with it is told at once."""
        if self._tier.is_open:
            self.database()
        return self

    def close(self) -> None:
        """Closes the files; the tier stays as it is."""
        self._let_go()
        self._inbox.close()

    def database(self) -> Database:
        """The roster's database, open and up to date; raises KioskError "roster-closed"."""
        opened = self._opened
        if opened is not None and self._generation == self._tier.generation and not self._has_mail():
            return opened  # without the mutex: a reader does not wait for a page that is being written
        with self._tier.mutex:
            if self._opened is None or self._generation != self._tier.generation:
                self._let_go()
                self._opened = self._open_file()
                self._generation = self._tier.generation
            if self._has_mail():
                self._take_in(self._opened)
            return self._opened

    def read_at(self) -> datetime | None:
        return super().read_at() if self._tier.is_open else self._inbox.note().read_at

    def cursor(self) -> str | None:
        return super().cursor() if self._tier.is_open else self._inbox.note().cursor

    def count(self) -> int:
        return super().count() if self._tier.is_open else self._inbox.note().count

    def counted(self) -> int | None:
        return super().count() if self._tier.is_open else None

    def apply_changes(self, changes: Iterable[RosterChange], cursor: str, read_at: datetime) -> int:
        with self._tier.mutex:
            if self._tier.is_open:
                moved = super().apply_changes(changes, cursor, read_at)
                self._follow()
                return moved
            rows = tuple(PageRow(change.id, change.v, change.booking) for change in changes)
            self._inbox.put(Page(False, cursor, read_at, rows))
            return len(rows)

    def replace(self, rows: Iterable[RosterRow], cursor: str, count: int, read_at: datetime) -> None:
        with self._tier.mutex:
            if self._tier.is_open:
                super().replace(rows, cursor, count, read_at)
                self._follow()
                return
            kept = tuple(PageRow(row.id, row.v, row.booking) for row in rows)
            self._demand_count(len({row.id for row in kept}), count)
            self._inbox.put(Page(True, cursor, read_at, kept))

    def touch(self, read_at: datetime) -> None:
        with self._tier.mutex:
            if self._tier.is_open:
                super().touch(read_at)
                self._follow()
            else:
                note = self._inbox.note()
                self._inbox.mark(Note(note.cursor, read_at, note.count))

    def erase(self) -> None:
        """Forgets every booking, shut or open: a shut roster loses its key for ever."""
        with self._tier.mutex:
            if self._tier.is_open:
                super().erase()
            if self._tier.established:
                self._let_go()
                self._sweep()
                self._tier.destroy()
            self._inbox.clear()

    def go_behind(self, officer: str, pin: str, reference: str) -> None:
        """Puts the roster behind this officer's PIN. A crash leaves it as it was before, or behind the PIN, and whole."""
        with self._tier.mutex:
            pages = self._whole()
            self._tier.prepare()
            self._inbox.clear()
            for page in pages:
                self._inbox.put(page)
            self._let_go()
            self._tier.establish(officer, pin, reference)
            self.database()

    def change_key(self) -> None:
        """Gives the open roster a new key and destroys the old one: what was taken out of it is gone from every block of the disk.

        A crash leaves the old key, or a roster that is taken in from the inbox at the next opening.
        """
        with self._tier.mutex:
            for page in self._whole():
                self._inbox.put(page)
            self._let_go()
            self._tier.forget_roster_key()
            self.database()

    def begin_anew(self, officer: str, pin: str, reference: str) -> None:
        """Where nobody can open it any more: an empty roster behind this officer's PIN, which the office fills again."""
        with self._tier.mutex:
            self._let_go()
            self._tier.destroy()
            self.go_behind(officer, pin, reference)

    @property
    def _database(self) -> Database:
        return self.database()

    def _open_file(self) -> Database:
        if not self._tier.established:
            create = not Database.exists(self._plain)
            return Database(self._plain, self._keys.database_key(ROSTER_SCHEMA.name, create), ROSTER_SCHEMA).open()
        if not self._tier.is_open:
            raise roster_closed()
        name, key = self._tier.roster_key()
        path = self._plain.with_name(f"{self._plain.stem}-{name}{self._plain.suffix}")
        self._sweep(path)
        return Database(path, key, ROSTER_SCHEMA).open()

    def _take_in(self, opened: Database) -> None:
        """Pages that a crash let come twice change nothing: older versions of a booking move none."""
        store = RosterStore(opened)
        try:
            for seq, page in self._inbox.pages():
                if page.whole:
                    rows = [RosterRow(row.id, row.v, row.booking) for row in page.rows if row.booking is not None]
                    store.replace(rows, page.cursor, len(rows), page.read_at)
                else:
                    store.apply_changes([_change(row) for row in page.rows], page.cursor, page.read_at)
                self._inbox.done(seq)
        except SealedElsewhereError:
            event(_log, "inbox-unreadable", logging.ERROR)
            store.forget_cursor()  # the office sends everything anew
            self._inbox.clear()

    def _has_mail(self) -> bool:
        return self._tier.established and not self._inbox.is_empty()

    def _follow(self) -> None:
        """Notes for later how far the open roster is."""
        if self._tier.established:
            self._inbox.mark(Note(super().cursor(), super().read_at(), super().count()))

    def _whole(self) -> list[Page]:
        """All that the roster holds, as pages: the bookings, then what was withdrawn. Nothing before the first pull."""
        database = self.database()
        cursor, read_at = super().cursor(), super().read_at()
        if cursor is None or read_at is None:
            return []
        rows = [
            PageRow(row_id, v, None if data is None else from_text(Booking, data, database))
            for row_id, v, data in database.rows(_ALL_ROWS)
        ]
        there = tuple(row for row in rows if row.booking is not None)
        gone = tuple(row for row in rows if row.booking is None)
        return [Page(True, cursor, read_at, there), Page(False, cursor, read_at, gone)]

    def _sweep(self, mine: Path | None = None) -> None:
        """Takes away the rosters of before: what was readable without a PIN, and what had another key than `mine`.

        Each key has a file of its own name, so that no thread that still reads an old one stands in the way.
        """
        self._keys.forget_database_key(ROSTER_SCHEMA.name)
        _remove(self._plain)
        for path in self._plain.parent.glob(f"{self._plain.stem}-????????{self._plain.suffix}"):
            if path != mine:
                _remove(path)

    def _let_go(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def open_tiered_roster(path: Path, keys: KeyHolder, tier: PinTier) -> TieredRoster:
    """The roster, open in this thread as far as it can be without a person."""
    return TieredRoster(path, keys, tier).open()


def _change(row: PageRow) -> RosterChange:
    return RosterChange(ChangeOp.DEL if row.booking is None else ChangeOp.PUT, row.id, row.v, row.booking)


def _remove(path: Path) -> None:
    """Takes a database away with all that stands beside it; the file that says that there was one goes first.

    Windows keeps what another thread has open: its key is gone already, and the next opening takes it away.
    """
    for beside in sorted(path.parent.glob(f"{path.name}*"), key=lambda one: not one.name.endswith(".check")):
        with suppress(PermissionError):
            beside.unlink(missing_ok=True)


def _open_inbox(path: Path, keys: KeyHolder, tier: PinTier) -> Inbox:
    """What the office sent can be sent again: a damaged inbox must not keep the booth from starting."""
    try:
        return Inbox(path, keys, tier)
    except KioskError as error:
        if error.code not in ("store-damaged", "store-missing", "store-wrong-key", "keys-missing", "keys-damaged"):
            raise
        event(_log, "inbox-begun-anew", logging.ERROR, code=error.code)
        _remove(path)
        keys.forget_database_key(INBOX_SCHEMA.name)
        return Inbox(path, keys, tier)
