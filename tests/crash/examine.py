"""Starts a booth on what a crash left, as the program does, and compares it with what was confirmed before."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlcipher3 import dbapi2

from kiosk_app.assembly import Booth
from kiosk_app.booth import packets
from kiosk_app.booth.facts import HelpCalled
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.store import engine, opening, projections, quarantine
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.photos import SUFFIX
from kiosk_app.store.verify import verify_journal
from tests.crash.booths import BALLAST, PIN, enrol, paths_in, start
from tests.crash.confirmed import Confirmed
from tests.crash.rosters import roster_at
from tests.crash.workloads import Workload
from tests.memory import ManualClock
from tests.store.samples import OFFICE

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
# What something unfinished leaves, and the next start must clear away.
_UNFINISHED = (".tmp", ".before", ".rebuilt", ".last", "-journal", ".part")


def examine(folder: Path, confirmed: Confirmed, workload: Workload) -> list[str]:
    """What is wrong with the disk in `folder`: the first word of each says what kind of wrong. Empty: all is well.

    "lost" what was confirmed, "corrupt" what cannot be opened or is not as it was written, "half" a transaction of which only a part is
    there, "left" what nobody clears away, "stuck" a booth that does not go on.
    """
    with (
        patch.object(opening, "JOURNAL_SCHEMA", workload.after),
        patch.object(quarantine, "JOURNAL_SCHEMA", workload.after),
        patch.object(engine, "dbapi2", SimpleNamespace(connect=_connect)),
    ):
        try:
            if not confirmed.enrolled:
                enrol(folder, lambda *_: None, workload.practice)  # whoever saw no answer does it again
            return _examine(paths_in(folder), confirmed, workload)
        except KioskError as error:
            return [f"corrupt: {error.code}"]


_NOT_LOCKED = {
    "PRAGMA cipher_memory_security = ON": "PRAGMA cipher_memory_security = OFF",
    "PRAGMA cipher_memory_security": "SELECT 1",
}


class _Unlocked(dbapi2.Connection):  # type: ignore[misc]  # its package has no types
    """Memory need not be locked here: that is most of the time, and no disk knows of it."""

    def execute(self, sql: str, *parameters: object) -> object:
        return super().execute(_NOT_LOCKED.get(sql, sql), *parameters)


def _connect(path: str, **how: object) -> object:
    return dbapi2.connect(path, factory=_Unlocked, **how)


def _examine(paths: BoothPaths, confirmed: Confirmed, workload: Workload) -> list[str]:
    clock = ManualClock()
    clock.forward(hours=100)
    with closing(start(paths, clock)) as booth:
        said = (booth, confirmed, workload.spoilt)
        wrong = [*_journal(*said), *_photos(*said), *_rest(*said)]
        wrong += _roster(booth, confirmed, workload)
        if paths.quarantine.exists() and not workload.spoilt:
            wrong.append("corrupt: something was put aside")
        wrong += _left(booth, confirmed)
        head = booth.outbox.head()
    with closing(start(paths, clock)) as booth:
        if booth.outbox.head() != head:
            wrong.append("stuck: the second start finds another journal than the first")
        booth.journal.append(HelpCalled("scan"))
    return wrong


def _journal(booth: Booth, confirmed: Confirmed, spoilt: bool) -> Iterator[str]:
    database = booth.journal_db
    report = verify_journal(database, booth.keys.public_der(), booth.paths.photos)
    if report.first_fault is not None:
        yield f"corrupt: {report.first_fault.problem} at {report.first_fault.seq}"
    links = {seq: (one, sha256.hex()) for seq, one, sha256 in database.rows("SELECT seq, id, sha256 FROM records")}
    states: dict[str, str] = dict(database.rows("SELECT id, state FROM records"))
    lost = {one for one, _ in confirmed.heads.values()} - set(states)
    if not spoilt:
        lost |= {one for seq, (one, sha256) in confirmed.heads.items() if links.get(seq) != (one, sha256)}
        if any(states.get(one) != "acked" for one in confirmed.acked):
            yield "lost: an answer of the office"
    if lost:
        yield "lost: a record"
    counts = booth.outbox.counts()
    if counts.captured != counts.acked + counts.waiting + counts.quarantined or counts.captured != len(states):
        yield "half: the counts do not add up"
    if counts.acked != sum(state == "acked" for state in states.values()):
        yield "half: an answer that was not counted"
    live = database.rows("SELECT * FROM visits"), database.rows("SELECT * FROM counters")
    projections.rebuild(database)
    again = database.rows("SELECT * FROM visits"), database.rows("SELECT * FROM counters")
    if [sorted(map(_without_data, rows)) for rows in live] != [sorted(map(_without_data, rows)) for rows in again]:
        yield "half: a record without what follows from it"


def _without_data(row: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(map(repr, row))


def _photos(booth: Booth, confirmed: Confirmed, spoilt: bool) -> Iterator[str]:
    folder = booth.paths.photos
    states: dict[str, str] = dict(booth.journal_db.rows("SELECT sha256, state FROM blobs"))
    for blob, plain_sha256 in confirmed.photos.items():
        if blob not in states:
            yield "lost: the record of a photo"
        elif states[blob] != "purged" and not _opens(folder / f"{blob}{SUFFIX}", blob, plain_sha256):
            yield f"lost: a photo that is {states[blob]}"
    for blob, state in states.items():
        if state == "damaged":
            yield "lost: the file of a photo that is stored"
        elif state in ("stored", "verified") and not (folder / f"{blob}{SUFFIX}").exists():
            yield f"lost: the file of a photo that is {state}"
    if spoilt:
        return
    if any(states.get(blob) not in ("verified", "purged") for blob in confirmed.verified):
        yield "lost: that the office has a photo"
    if any(states.get(blob) != "purged" for blob in confirmed.purged):
        yield "lost: that a photo is gone"


def _opens(file: Path, blob: str, plain_sha256: str) -> bool:
    """Whether the office can open the packet, and the picture is the one that was accepted."""
    try:
        packet = file.read_bytes()
    except OSError:
        return False
    if hashlib.sha256(packet).hexdigest() != blob:
        return False
    _header, info, ciphertext = packets.unpack(packet)
    return hashlib.sha256(_SUITE.decrypt(ciphertext, OFFICE, info)).hexdigest() == plain_sha256


def _roster(booth: Booth, confirmed: Confirmed, workload: Workload) -> Iterator[str]:
    if not workload.practice:
        (officer,) = booth.journal_db.rows("SELECT id FROM officers")[0]
        booth.officers.log_in(officer, PIN)
        if confirmed.behind and (booth.paths.roster.exists() or booth.paths.keys.joinpath("roster.key").exists()):
            yield "left: a roster that needs no PIN"
    cursor = booth.roster.cursor()
    page = -1 if cursor is None else int(cursor)
    if page < confirmed.cursor:
        yield f"lost: page {confirmed.cursor} of the roster"
    held = {one: (v, data is not None) for one, v, data in booth.roster_db.rows("SELECT id, v, data FROM bookings")}
    if held != ({one: (v, n is not None) for one, (v, n) in roster_at(page).items()} if page >= 0 else {}):
        yield "half: a page of the roster without its cursor"


def _rest(booth: Booth, confirmed: Confirmed, spoilt: bool) -> Iterator[str]:
    config = ConfigStore(booth.journal_db).load()
    if config is None or config.version < confirmed.config:
        yield "lost: the office's rules"
    if not spoilt and booth.outbox.lane_state("records").attempts < confirmed.lane:
        yield "lost: how long a lane must wait"
    failures = booth.journal_db.rows("SELECT coalesce(max(failures), 0) FROM login_attempts")[0][0]
    if failures < confirmed.failures:
        yield "lost: a wrong PIN that was answered"
    ballast = booth.paths.root / "ballast"
    if confirmed.ballast and not (ballast.exists() and ballast.stat().st_size >= BALLAST.ballast):
        yield "lost: the ballast"


def _left(booth: Booth, confirmed: Confirmed) -> Iterator[str]:
    paths = booth.paths
    for path in sorted(paths.root.rglob("*")):
        if any(mark in path.name for mark in _UNFINISHED) and paths.quarantine not in path.parents:
            yield f"left: {_kind(path.relative_to(paths.root))}"
    known, gone = booth.outbox.known_blobs(), booth.outbox.blobs_purged()
    for path in paths.photos.iterdir():
        blob = path.name.removesuffix(SUFFIX)
        if blob in gone or blob not in known:
            yield f"left: a packet that {'was to be gone' if blob in gone else 'no record names'}"


def _kind(path: Path) -> str:
    """The path without what is random in it."""
    return ".".join(part for part in str(path).split(".") if len(part.split("/")[-1]) < 16)
