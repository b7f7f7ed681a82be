"""A booth's data folder whose content is known, to be spoilt: what was put in, and what a start makes of it afterwards."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk_app.booth.facts import Arrived, Called, CodeKind, Finished, Lane, Outcome, PhotoTaken
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.store.database import Database
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder, KeyHolder
from kiosk_app.store.notes import PacketNotes
from kiosk_app.store.opening import open_journal
from kiosk_app.store.photos import PhotoStore, SealingKey
from kiosk_app.store.quarantine import make_whole
from kiosk_app.store.spare import Spare
from kiosk_app.store.sweep import sweep
from kiosk_app.store.verify_folder import NO_WITNESS, SPARE, verify_folder

_ZONE = ZoneInfo("Asia/Jakarta")
_DEVICE = "d" * 32
_WHO = Identity(_DEVICE, "Booth", "A", "mall", True, "http://127.0.0.1", "", ())


@dataclass(slots=True)
class _Clock:
    """Moves a minute a look."""

    moment: datetime = datetime(2026, 1, 24, 2, tzinfo=UTC)
    boot_id: str = "bench"

    def now(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()


@dataclass(frozen=True, slots=True)
class Truth:
    """Bodies by record id, packets by hash."""

    records: dict[str, bytes]
    packets: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a spoilt folder. `told` is the slug of what was said, "" when nothing was; `refused`: the booth did not start.

    `lost` counts records and photos that are not there any more, a packet that does not open among them; `wrong` such that nobody
    put in, and records that say something else than they did.
    """

    told: str
    refused: bool
    lost: int
    wrong: int

    @property
    def silent(self) -> bool:
        """Something is not as it was, and nobody was told."""
        return not self.told and self.lost + self.wrong > 0


def fill(root: Path, visits: int, photo_bytes: int, seed: int) -> Truth:
    """Serves that many, each with a photo, and leaves the folder as a power cut would: the last part still in SQLite's log."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    paths = BoothPaths(root)
    paths.make()
    keys = FileKeyHolder(paths.keys)
    keys.ensure_device_key()
    with open_journal(paths.journal, keys) as database:
        IdentityStore(database).save(_WHO)
        journal, photos = _stores(paths, keys, database)
        Spare(paths.journal, database.derived_key("spare")).keep(database)
        for n in range(visits):
            _serve(journal, photos, f"visit-{n}", n, rng.randbytes(photo_bytes))
            if n == 2 * visits // 3:
                database.checkpoint()
        records: dict[str, bytes] = dict(database.rows("SELECT id, body FROM records"))
        left = {path: path.read_bytes() for path in root.iterdir() if path.name.startswith("journal.db")}
    for path, content in left.items():
        path.write_bytes(content)
    (root / "journal.db-shm").unlink()
    return Truth(records, {path.stem: path.read_bytes() for path in paths.photos.iterdir()})


def start(root: Path, truth: Truth) -> Fate:
    """Starts a booth on the folder as its own program does, and compares what it then holds with what was put in."""
    paths = BoothPaths(root)
    keys = FileKeyHolder(paths.keys)
    said = []
    try:
        rebuilt = make_whole(paths, keys)
        if rebuilt is not None:
            said.append(f"rebuilt: {rebuilt.fault}")
        with open_journal(paths.journal, keys) as database:
            journal, photos = _stores(paths, keys, database)
            swept = sweep(database, journal, photos, paths.photos, paths.quarantine / "photos")
            if swept.worth_telling:
                said.append("sweep")
            report = verify_folder(paths, database, keys.public_der())
            if report.first_fault is not None:
                said.append(f"verify: {report.first_fault.problem}")
            said += [f"notice: {slug}" for slug in report.notices if slug in (NO_WITNESS, SPARE)]
            records: dict[str, bytes] = dict(database.rows("SELECT id, body FROM records"))
    except KioskError as error:
        return Fate(error.code, True, 0, 0)
    held = {path.stem: path.read_bytes() for path in paths.photos.iterdir()}
    lost = len(truth.records.keys() - records.keys())
    lost += sum(held.get(one) != packet for one, packet in truth.packets.items())
    wrong = sum(truth.records.get(one) != body for one, body in records.items())
    wrong += len(held.keys() - truth.packets.keys())
    return Fate(", ".join(said), False, lost, wrong)


def _stores(paths: BoothPaths, keys: KeyHolder, database: Database) -> tuple[JournalStore, PhotoStore]:
    clock = _Clock()
    journal = JournalStore(database, keys, clock, lambda: 1, lambda: _ZONE)
    notes = PacketNotes(database.derived_key("notes"), keys, journal.stamp, lambda: _ZONE)
    office = SealingKey("seal-1", X25519PrivateKey.from_private_bytes(b"o" * 32).public_key().public_bytes_raw())
    return journal, PhotoStore(paths.photos, lambda: office, _DEVICE, clock, notes)


def _serve(journal: JournalStore, photos: PhotoStore, visit: str, n: int, picture: bytes) -> None:
    journal.append(Arrived(visit, f"A{n + 1:03}", Lane.ORDINARY, CodeKind.SIGNED, f"code-{n}", f"booking-{n}", "new"))
    journal.append(Called(visit, "1", "1001"))
    draft = PhotoTaken(
        visit, "1001", "", 0, "", "", 413, 531, 1, True, {"yaw_deg": 1.5}, {"pose": "pass"}, {"face": "1"}
    )
    sealed = photos.seal(picture, visit, draft=draft)
    taken = replace(draft, blob=sealed.blob, size=sealed.size, plain_sha256=sealed.plain_sha256, key_id=sealed.key_id)
    journal.append(taken, sealed.record_id, sealed.stamp)
    journal.append(Finished(visit, "1001", Outcome.DONE))
