"""The whole data folder looked through: the journal, what lies beside it, and whether each part is there that may once be needed."""

from dataclasses import dataclass

from kiosk_app.paths import BoothPaths
from kiosk_app.store import health
from kiosk_app.store.database import Database
from kiosk_app.store.keeper import StoreState, store_state
from kiosk_app.store.photos import SUFFIX
from kiosk_app.store.spare import Spare
from kiosk_app.store.verify import Fault, verify_journal
from kiosk_app.store.witness import Testimony

# What no loss is, but should be looked at.
ORPHANS, SPARE, NO_BALLAST, PUT_ASIDE, NO_WITNESS = "orphans", "spare-missing", "no-ballast", "put-aside", "no-witness"
_FAULTS = (Testimony.LOST, Testimony.OTHER)


@dataclass(frozen=True, slots=True)
class FolderReport:
    """`records` were walked up to the first fault; `packets` are files of photos, `orphans` those that no record names.

    `notices` are slugs of what is no loss but should be looked at.
    """

    records: int
    packets: int
    orphans: int
    first_fault: Fault | None
    notices: tuple[str, ...]
    state: StoreState


def verify_folder(paths: BoothPaths, database: Database, public_key_der: bytes) -> FolderReport:
    """As `verify_journal`, and further the slugs "lost" and "other" for what the witness of the last commit says.

    A booth that works meanwhile may show a packet as an orphan whose record is just being written.
    """
    journal = verify_journal(database, public_key_der, paths.photos)
    witness = health.witness_of(database)
    said = (
        health.testimony(database, witness, health.head_of(database))
        if journal.first_fault is None
        else Testimony.AGREES
    )
    fault = journal.first_fault or (Fault(journal.records + 1, said.value) if said in _FAULTS else None)
    packets = [path.name.removesuffix(SUFFIX) for path in paths.photos.glob(f"*{SUFFIX}")]
    orphans = len(set(packets) - _known(database)) if fault is None or fault.problem != "pages" else 0
    state = store_state(paths, database)
    notices = (
        (orphans > 0, ORPHANS), (Spare(paths.journal, database.derived_key("spare")).salt() is None, SPARE),
        (not state.ballast, NO_BALLAST), (state.put_aside + state.photos_aside > 0, PUT_ASIDE),
        (said in (Testimony.NONE, Testimony.UNREADABLE) and journal.records > 0, NO_WITNESS),
    )  # fmt: skip
    return FolderReport(
        journal.records, len(packets), orphans, fault, tuple(slug for holds, slug in notices if holds), state
    )


def _known(database: Database) -> set[str]:
    return {sha256 for (sha256,) in database.stream("SELECT sha256 FROM blobs")}
