"""Walks the journal from its first record: who edits, deletes or swaps one has to forge every signature after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.facts import PhotoTaken, visit_of
from kiosk_app.booth.packets import split
from kiosk_app.errors import KioskError
from kiosk_app.store import meta
from kiosk_app.store.database import Database, Row
from kiosk_app.store.photos import SUFFIX, packet_fault
from kiosk_app.store.projections import read_body
from kiosk_app.store.signed import DeviceSignatures


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is not as it was written. `seq` is 0 for the file as a whole; `problem` a stable slug."""

    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """`records` were walked up to the first fault."""

    records: int
    first_fault: Fault | None


def verify_journal(database: Database, public_key_der: bytes, photos: Path) -> VerifyReport:
    """Checks pages, chain, signatures and the packets in the folder `photos`.

    Slugs: "pages", "seq", "epoch", "chain", "altered", "signature", "body", "day", "blob-row", "photo-missing",
    "photo-damaged", "photo-other" (a packet that was made for another record), "photo-signature", "tail". A cut-off tail is seen
    while the tally still knows it; the office remembers the head. A photo that the office holds may be gone, but not be wrong.
    """
    if not database.check_pages():
        return VerifyReport(0, Fault(0, "pages"))
    key = DeviceSignatures(public_key_der)
    walked = 0
    for seq, problem in _walk(database, key, photos):
        if problem:
            return VerifyReport(walked, Fault(seq, problem))
        walked = seq
    tally = database.row("SELECT n FROM tallies WHERE name = 'captured'")
    if tally is None or tally[0] != walked:
        return VerifyReport(walked, Fault(walked + 1, "tail"))
    return VerifyReport(walked, None)


def _walk(database: Database, key: DeviceSignatures, photos: Path) -> Iterator[tuple[int, str]]:
    epoch = meta.read(database, meta.EPOCH)
    if not epoch:
        yield 0, "epoch"
        return
    since = meta.read_int(database, meta.EPOCH_FROM) or 1
    previous, epochs = GENESIS, [""]
    sql = (
        "SELECT seq, epoch, id, applicant_key, kind, schema, body, prev_sha, sha256, sig, day FROM records ORDER BY seq"
    )
    for expected, row in enumerate(database.stream(sql), start=1):
        link = Link(row[1], row[0], row[2], row[3], row[4], row[5], sha256_hex(row[6]), row[7].hex())
        if link.seq != expected:
            yield expected, "seq"
        elif (link.epoch == epoch) != (link.seq >= since) or (link.epoch != epochs[-1] and link.epoch in epochs):
            yield expected, "epoch"
        elif link.prev_sha != previous:
            yield expected, "chain"
        elif link.sha256() != row[8].hex():
            yield expected, "altered"
        elif not key.hold(link.signing_input(), row[9]):
            yield expected, "signature"
        else:
            yield expected, _content_fault(database, row, photos, key)
        previous = link.sha256()
        if link.epoch != epochs[-1]:
            epochs.append(link.epoch)


def _content_fault(database: Database, row: Row, photos: Path, key: DeviceSignatures) -> str:
    seq, record_id, kind, body, day = row[0], row[2], row[4], row[6], row[10]
    try:
        fact, stamp = read_body(database, kind, body)
    except KioskError:
        return "body"
    if visit_of(fact) != row[3]:
        return "body"
    # `day` lies outside the chain, but no zone is further than a day from UTC.
    if not _near(stamp.at.date(), day):
        return "day"
    if isinstance(fact, PhotoTaken):
        return _photo_fault(database, seq, fact.blob, photos) or _packet_fault(photos, record_id, fact, key)
    return ""


def _near(captured: date, day: str) -> bool:
    try:
        return abs(captured - date.fromisoformat(day)) <= timedelta(days=1)
    except ValueError:
        return False


def _photo_fault(database: Database, seq: int, blob: str, photos: Path) -> str:
    row = database.row("SELECT seq, state FROM blobs WHERE sha256 = ?", (blob,))
    if row is None or row[0] != seq:
        return "blob-row"
    fault = packet_fault(photos, blob)
    return "" if fault == "photo-missing" and row[1] in ("verified", "purged") else fault


def _packet_fault(photos: Path, record_id: str, fact: PhotoTaken, key: DeviceSignatures) -> str:
    path = photos / f"{fact.blob}{SUFFIX}"
    if not path.exists():
        return ""
    try:
        packet = split(path.read_bytes())
    except KioskError:
        return "photo-damaged"
    if (packet.header.record, packet.header.visit) != (record_id, fact.visit):
        return "photo-other"
    return "" if not packet.signature or key.hold(packet.signing_input(), packet.signature) else "photo-signature"
