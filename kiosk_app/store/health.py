"""Whether the journal is whole: quickly at every start, again after the disk failed, before anybody is taken in."""

import logging

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.signed import DeviceSignatures
from kiosk_app.store.witness import Head, Testimony, Witness

PAGES, TALLY, LOST, OTHER = "pages", "tally", "lost", "other"
_WOUNDS = {Testimony.LOST: LOST, Testimony.OTHER: OTHER}
_log = logging.getLogger("store")


def witness_of(database: Database) -> Witness:
    """The witness of this database's last commit."""
    return Witness(database.path, database.derived_key("witness"))


def head_of(database: Database) -> Head:
    """The journal's last record; seq 0 and GENESIS where there is none."""
    row = database.row("SELECT seq, sha256 FROM records ORDER BY seq DESC LIMIT 1")
    seq, sha256 = (0, GENESIS) if row is None else (row[0], row[1].hex())
    return Head(meta.require(database, meta.EPOCH), seq, sha256)


def wound(database: Database, witness: Witness) -> str:
    """What is not as it was written, "" if nothing is: "pages", "tally", "lost" (records that were confirmed are gone) or "other"
    (not the journal that was here last). Reads every page of the file once; the walk over every record is `verify`'s."""
    if not database.authentic():
        return PAGES
    head = head_of(database)
    tally = database.row("SELECT n FROM tallies WHERE name = 'captured'")
    if tally is None or tally[0] != head.seq:
        return TALLY
    return _WOUNDS.get(testimony(database, witness, head), "")


def testimony(database: Database, witness: Witness, head: Head) -> Testimony:
    """What the witness says of this journal; one that cannot be read is told."""
    noted = witness.read()
    if noted is not None and noted.epoch == meta.read(database, meta.EPOCH_BEFORE):
        # Noted before the journal got a new name, under which the same records have other links.
        return Testimony.AGREES if noted.seq <= head.seq else Testimony.LOST
    row = None if noted is None else database.row("SELECT sha256 FROM records WHERE seq = ?", (noted.seq,))
    said = witness.judge(head, None if row is None else row[0].hex())
    if said is Testimony.UNREADABLE:
        event(_log, "witness-unreadable", logging.WARNING)
    return said


def look_after_fault(database: Database, witness: Witness) -> None:
    """Opens the database anew after the disk failed under it and compares it with what was confirmed last.

    Raises KioskError "store-io" when the disk still fails, "store-damaged" when something is not there; the database then stays shut.
    """
    event(_log, "disk-failed", logging.ERROR)
    database.reopen()
    found = wound(database, witness)
    if found:
        event(_log, "journal-not-whole", logging.ERROR, fault=found)
        database.give_up()
        raise database.damaged()
    event(_log, "disk-answers-again", logging.WARNING)


def demand_own_key(database: Database, signatures: DeviceSignatures) -> None:
    """Raises KioskError "keys-damaged" for a device key that did not sign the last record: the office would believe none to come."""
    row = database.row(
        "SELECT epoch, seq, id, applicant_key, kind, schema, body, prev_sha, sig FROM records ORDER BY seq DESC LIMIT 1"
    )
    if row is None:
        return
    link = Link(row[0], row[1], row[2], row[3], row[4], row[5], sha256_hex(row[6]), row[7].hex())
    if not signatures.hold(link.signing_input(), row[8]):
        raise KioskError(
            "keys-damaged",
            "The device key is not the one that signed this booth's journal.",
            "Put back the key folder that belongs to this data; do not delete anything.",
        )
