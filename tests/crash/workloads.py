"""What is recorded: from which folder on, doing what, and with which tables the disks are opened afterwards."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.store import opening
from kiosk_app.store.schema import JOURNAL_SCHEMA, Schema
from tests.crash import booths, shifts
from tests.crash.booths import Say
from tests.crash.patches import put_in_place

# A change of tables as a later version could make it, and one that fails half-way.
_STEP = (
    "ALTER TABLE visits ADD COLUMN later TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE later_rows AS SELECT seq, id, body FROM records",
    "UPDATE visits SET later = upper(code)",
)
NEWER = replace(JOURNAL_SCHEMA, migrations=(*JOURNAL_SCHEMA.migrations, _STEP))
UNFIT = replace(JOURNAL_SCHEMA, migrations=(*JOURNAL_SCHEMA.migrations, (*_STEP, "INSERT INTO nowhere VALUES (1)")))


@dataclass(frozen=True, slots=True)
class Workload:
    """What `prepare` leaves is on the disk for good, and what it confirmed stands. `after`: the journal's tables for who opens a disk.

    `practice`: the roster needs no officer's PIN. `spoilt`: the journal was damaged before, so that one is put aside.
    """

    prepare: Callable[[Path, Say, int], None]
    record: Callable[[Path, Say, int], None]
    after: Schema = JOURNAL_SCHEMA
    practice: bool = True
    spoilt: bool = False


def _nothing(_folder: Path, _say: Say, _visits: int) -> None:
    pass


def _enrol(folder: Path, say: Say, _visits: int) -> None:
    booths.enrol(folder, say, practice=True)


def _enrol_real(folder: Path, say: Say, _visits: int) -> None:
    booths.enrol(folder, say, practice=False)


def _enrol_and_serve(folder: Path, say: Say, visits: int) -> None:
    booths.enrol(folder, say, practice=True)
    booths.serve(folder, say, visits)


def _vanish(folder: Path, say: Say, visits: int) -> None:
    booths.enrol(folder, say, practice=True)
    booths.serve_and_vanish(folder, say, visits)


def _without_end(folder: Path, say: Say, visits: int) -> None:
    booths.serve(folder, say, visits, run=visits + 1)


def _install(tables: Schema) -> None:
    """The program that opens the journal from now on is of another version."""
    put_in_place(opening, "JOURNAL_SCHEMA", tables)


def _update(folder: Path, say: Say, visits: int) -> None:
    _install(NEWER)
    booths.serve(folder, say, visits)


def _update_that_fails(folder: Path, say: Say, visits: int) -> None:
    _install(UNFIT)
    with suppress(KioskError):
        booths.serve(folder, say, visits)
    _install(JOURNAL_SCHEMA)
    booths.serve(folder, say, visits)


def _spoil(folder: Path, say: Say, visits: int) -> None:
    """Two bits of the closed journal flip: of pages that hold records, after those that say what tables there are."""
    booths.enrol(folder, say, practice=True)
    booths.serve(folder, say, visits)
    journal = booths.paths_in(folder).journal
    content = bytearray(journal.read_bytes())
    for place in (len(content) // 2 + 100, len(content) - 2000):
        content[place] ^= 1
    journal.write_bytes(content)


WORKLOADS = {
    "birth": Workload(_nothing, _enrol_and_serve),
    "day": Workload(_enrol, booths.serve),
    "long day": Workload(_enrol, _without_end),
    "update": Workload(_vanish, _update, NEWER),
    "update that fails": Workload(_vanish, _update_that_fails),
    "shifts": Workload(_enrol_real, shifts.work, practice=False),
    "spoilt journal": Workload(_spoil, booths.serve, spoilt=True),
}
