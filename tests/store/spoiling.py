"""A booth's data folder with a day in it, and the ways in which a disk spoils it."""

import random
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk_app.booth.facts import HelpCalled
from kiosk_app.paths import BoothPaths
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.notes import PacketNotes
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.spare import Spare
from tests.memory import WIB, ManualClock
from tests.store.samples import DEVICE, JPEG, OFFICE_KEY, arrived, called, draft_of, finished

WHO = Identity(DEVICE, "PTC 1", "A", "ptc", False, "http://127.0.0.1", "Y29uZmln", (("seal-1", "c2VhbA=="),))


@dataclass(slots=True)
class Day:
    """What went into the journal: (id, body) of every record in order, the hash of every photo in order."""

    records: list[tuple[str, bytes]]
    blobs: list[str]


@dataclass(frozen=True, slots=True)
class Booth:
    """A data folder with keys in files; nothing of it stays open."""

    paths: BoothPaths
    keys: FileKeyHolder
    clock: ManualClock

    @staticmethod
    def make(root: Path) -> "Booth":
        paths = BoothPaths(root)
        paths.make()
        keys = FileKeyHolder(paths.keys)
        keys.ensure_device_key()
        with open_journal(paths.journal, keys) as database:
            IdentityStore(database).save(WHO)
            ConfigStore(database).save(3, b"rules", b"signature")
        return Booth(paths, keys, ManualClock())

    def day(self, visits: int = 30, acked: int = 10, keep_log: bool = False, first: int = 0) -> Day:
        """Serves that many, numbered from `first`; the office has the first `acked` records.

        `keep_log`: as if the power had gone, the log is still there.
        """
        with open_journal(self.paths.journal, self.keys) as database:
            journal = JournalStore(database, self.keys, self.clock, lambda: 7, lambda: WIB)
            notes = PacketNotes(database.derived_key("notes"), self.keys, journal.stamp, lambda: WIB)
            photos = PhotoStore(self.paths.photos, lambda: OFFICE_KEY, DEVICE, self.clock, notes)
            outbox = Outbox(database, self.clock)
            Spare(self.paths.journal, database.derived_key("spare")).keep(database)
            for n in range(first, first + visits):
                visit = f"visit-{n}"
                self.clock.forward(minutes=1)
                journal.append(arrived(visit, number=f"A{n + 1:03}"))
                journal.append(called(visit))
                if n % 3 == 0:
                    sealed = photos.seal(JPEG + bytes([n]), visit, draft=draft_of(visit))
                    fact = replace(
                        draft_of(visit), blob=sealed.blob, size=sealed.size, plain_sha256=sealed.plain_sha256,
                        key_id=sealed.key_id,
                    )  # fmt: skip
                    journal.append(fact, sealed.record_id, sealed.stamp)
                if n % 2 == 0:
                    journal.append(finished(visit))
                if n == first + visits // 2:
                    due = outbox.due(acked, 10**9)
                    outbox.apply_results([RecordAnswer(one.id, Answer.ACCEPTED, one.seq) for one in due])
                    database.checkpoint()
            journal.append(HelpCalled("scan"))
            rows = database.rows("SELECT id, body FROM records ORDER BY seq")
            blobs = [blob for (blob,) in database.rows("SELECT sha256 FROM blobs ORDER BY seq")]
            kept = {path: path.read_bytes() for path in self.files()} if keep_log else {}
        for path, content in kept.items():
            path.write_bytes(content)
        return Day(rows, blobs)

    def files(self) -> list[Path]:
        """The journal's files."""
        return [
            path
            for path in self.paths.root.iterdir()
            if path.name.startswith("journal.db") and path.suffix != ".db-shm"
        ]

    def copy(self, root: Path) -> "Booth":
        """The same folder elsewhere."""
        shutil.copytree(self.paths.root, root, dirs_exist_ok=True)
        return Booth(BoothPaths(root), FileKeyHolder(BoothPaths(root).keys), self.clock)


def flip(path: Path, bit: int) -> None:
    """One bit of a file."""
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def spoil(path: Path, start: int, size: int, seed: int = 7) -> None:
    """A stretch of a file that is nonsense now."""
    content = bytearray(path.read_bytes())
    content[start : start + size] = random.Random(seed).randbytes(len(content[start : start + size]))
    path.write_bytes(content)
