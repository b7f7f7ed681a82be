"""Packets and their records, compared at every start: neither may be without the other."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.log import event
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.notes import read_note
from kiosk_app.store.photos import SUFFIX, PhotoStore, packet_fault

# Why a record cannot be made: its visit is over, or has the photo already. All else is no reason to give a packet up.
_CANNOT_FOLLOW = frozenset({"visit-state", "photo-used", "record-id-used"})
_log = logging.getLogger("store")


@dataclass(frozen=True, slots=True)
class Swept:
    """What was found. `temporary` and `purged` are rests that were removed; `adopted` packets got the record that a crash had kept
    from them; `aside` ones have none and no place for one, and lie in the quarantine.

    `damaged` are photos whose packet is gone or is not whole any more, `back` such that are whole again.
    """

    temporary: int = 0
    purged: int = 0
    adopted: int = 0
    aside: int = 0
    damaged: int = 0
    back: int = 0

    @property
    def worth_telling(self) -> bool:
        """Whether the office should hear of it."""
        return bool(self.adopted or self.aside or self.damaged or self.back)

    def __str__(self) -> str:
        return f"adopted={self.adopted} aside={self.aside} damaged={self.damaged} back={self.back}"


def sweep(database: Database, journal: JournalStore, photos: PhotoStore, folder: Path, aside: Path) -> Swept:
    """Makes the packets in `folder` and the journal agree; for the thread of `database`, before anybody is served.

    A packet without a record was sealed for somebody whose record a crash kept out of the journal, after the officer had accepted
    the photo: the record is made from the packet's note. Nothing is deleted but what was to be gone.
    """
    rows: dict[str, tuple[str, int]] = {
        sha256: (state, size) for sha256, state, size in database.stream("SELECT sha256, state, size FROM blobs")
    }
    report = photos.sweep(rows.keys(), {sha256 for sha256, (state, _) in rows.items() if state == "purged"})
    adopted = [blob for blob in report.orphans if _adopt(database, journal, folder, blob)]
    strangers = [blob for blob in report.orphans if blob not in adopted]
    _set_aside(folder, aside, strangers)
    damaged, back = _missing(rows, folder), _returned(rows, folder)
    _mark(database, damaged, back)
    swept = Swept(report.temporary, report.purged, len(adopted), len(strangers), len(damaged), len(back))
    if swept.worth_telling:
        event(_log, "photos-swept", logging.WARNING, state=str(swept))
    return swept


def _adopt(database: Database, journal: JournalStore, folder: Path, blob: str) -> bool:
    if packet_fault(folder, blob):
        return False
    noted = read_note((folder / f"{blob}{SUFFIX}").read_bytes(), database.derived_key("notes"))
    if noted is None:
        return False
    try:
        journal.append(noted.fact, noted.record_id, noted.stamp)
    except KioskError as error:
        if error.code not in _CANNOT_FOLLOW:
            raise
        return False
    return True


def _set_aside(folder: Path, aside: Path, blobs: Iterable[str]) -> None:
    for blob in blobs:
        aside.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{blob}{SUFFIX}").replace(aside / f"{blob}{SUFFIX}")
        sync_folder(aside)
        sync_folder(folder)


def _missing(rows: Mapping[str, tuple[str, int]], folder: Path) -> dict[str, str]:
    """Photos that the office lacks and whose packet is not there, or not of its size. Its hash is checked when it is sent."""
    faults = {}
    for blob, (state, size) in rows.items():
        if state == "stored":
            try:
                found = (folder / f"{blob}{SUFFIX}").stat().st_size
            except FileNotFoundError:
                faults[blob] = "photo-missing"
            else:
                if found != size:
                    faults[blob] = "photo-damaged"
    return faults


def _returned(rows: Mapping[str, tuple[str, int]], folder: Path) -> list[str]:
    return [blob for blob, (state, _) in rows.items() if state == "damaged" and not packet_fault(folder, blob)]


def _mark(database: Database, damaged: Mapping[str, str], back: Iterable[str]) -> None:
    with database.transaction():
        for blob, problem in damaged.items():
            database.execute(
                "UPDATE blobs SET state = 'damaged', last_problem = ? WHERE sha256 = ? AND state = 'stored'",
                (problem, blob),
            )
        for blob in back:
            database.execute(
                "UPDATE blobs SET state = 'stored', next_ms = 0 WHERE sha256 = ? AND state = 'damaged'", (blob,)
            )
