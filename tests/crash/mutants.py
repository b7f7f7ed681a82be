"""Mistakes to plant in the real classes, each in the process that is recorded: whoever looks at its disks must find every one."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk_app.booth.facts import Recorded
from kiosk_app.files import sync_folder
from kiosk_app.store import engine, files, photos
from kiosk_app.store.database import Database, Value
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.officers import OfficerStore
from kiosk_app.store.outbox import Outbox
from tests.crash.patches import put_in_place


def normal_synchronous() -> None:
    """SQLite's log is not synced with each commit."""
    setting = ("synchronous", "NORMAL", "1")
    pragmas = tuple(setting if pragma[0] == "synchronous" else pragma for pragma in engine._PRAGMAS)
    if setting not in pragmas:
        raise LookupError("The engine sets no synchronous any more.")
    engine._PRAGMAS = pragmas


def no_file_sync() -> None:
    """Files are renamed without having been synced."""
    _sync_only(stat.S_ISDIR)


def no_folder_sync() -> None:
    """Folders are never synced by the booth (SQLite syncs those of its logs)."""
    _sync_only(stat.S_ISREG)


def row_before_photo() -> None:
    """The packet is written once its record is there."""
    packets: list[Callable[[], None]] = []
    write, append = files.write_durably, JournalStore.append

    def write_later(path: Path, data: bytes) -> None:
        packets.append(lambda: write(path, data))

    def append_first(self: JournalStore, *what: Any, **more: Any) -> Recorded:
        recorded = append(self, *what, **more)
        while packets:
            packets.pop()()
        return recorded

    put_in_place(photos, "write_durably", write_later)
    JournalStore.append = append_first  # type: ignore[method-assign]


def confirm_before_commit() -> None:
    """A transaction is committed when the next one begins."""
    late: list[Database] = []
    close = Database.close

    def commit_late() -> None:
        while late:
            late.pop()._run("COMMIT")

    @contextmanager
    def transaction(self: Database) -> Iterator[None]:
        commit_late()
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        late.append(self)

    def close_late(self: Database) -> None:
        commit_late()
        close(self)

    Database.transaction = transaction  # type: ignore[method-assign]
    Database.close = close_late  # type: ignore[method-assign]


def commit_each_statement() -> None:
    """What belongs together is committed piece by piece."""
    execute = Database.execute

    def execute_alone(self: Database, sql: str, parameters: Sequence[Value] = ()) -> int:
        changed = execute(self, sql, parameters)
        self._run("COMMIT")
        self._run("BEGIN IMMEDIATE")
        return changed

    Database.execute = execute_alone  # type: ignore[method-assign]


def remove_before_mark(folder: Path) -> None:
    """A photo's file goes before its row says so."""
    mark = Outbox.blob_purged

    def removed_first(self: Outbox, sha256: str) -> bool:
        (folder / f"{sha256}{photos.SUFFIX}").unlink(missing_ok=True)
        sync_folder(folder)
        return mark(self, sha256)

    Outbox.blob_purged = removed_first  # type: ignore[method-assign]


def count_attempt_late() -> None:
    """A try at a PIN is counted when the next one comes."""
    count = OfficerStore._count_attempt
    before: list[Callable[[], None]] = []

    def count_the_one_before(self: OfficerStore, *what: Any, **more: Any) -> None:
        while before:
            before.pop()()
        before.append(lambda: count(self, *what, **more))

    OfficerStore._count_attempt = count_the_one_before  # type: ignore[method-assign]


def _sync_only(is_meant: Callable[[int], bool]) -> None:
    fsync = os.fsync

    def some(descriptor: int) -> None:
        if is_meant(os.fstat(descriptor).st_mode):
            fsync(descriptor)

    os.fsync = some  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`plant` puts the mistake in place (its argument: the folder of photos). `telltale`: how it gives itself away, besides other ways.

    `since`: the first confirmation after which that can be; places before it need not be looked at, and then one in `every` calls.
    """

    plant: Callable[[Path], None]
    telltale: str
    since: str = "cursor"
    every: int = 11


_NO_FILE = "lost: the file of a photo that is stored"
# By what they are called in a report; the first five are those that any durable store must be safe from.
MUTANTS = {
    "synchronous=NORMAL": Mutant(lambda _: normal_synchronous(), "lost: a record"),
    "no fsync of the file": Mutant(lambda _: no_file_sync(), _NO_FILE),
    "no fsync of the folder": Mutant(lambda _: no_folder_sync(), _NO_FILE),
    "row before photo": Mutant(lambda _: row_before_photo(), _NO_FILE),
    "confirm before commit": Mutant(lambda _: confirm_before_commit(), "lost: a record"),
    "half a transaction": Mutant(lambda _: commit_each_statement(), "half: "),
    "attempt counted after its answer": Mutant(
        lambda _: count_attempt_late(), "lost: a wrong PIN that was answered", since="failures", every=3
    ),
    "file gone before its row": Mutant(
        remove_before_mark, "lost: the file of a photo that is verified", since="verified", every=3
    ),
}
