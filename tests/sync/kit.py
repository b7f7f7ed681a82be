"""A real booth and a real office on one hand-moved clock, for the tests of what lies between them."""

import copy
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kiosk_app.booth.facts import Arrived, Called, CodeKind, HelpCalled, Lane, PhotoTaken
from kiosk_app.clock import Clock
from kiosk_app.contract.config import ConfigBody
from kiosk_app.contract.messages import Hints
from kiosk_app.contract.signatures import unb64
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office
from kiosk_app.paths import BoothPaths
from kiosk_app.store.epochs import NewEpoch, start_epoch
from kiosk_app.store.identity import IdentityStore
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.leases import LeaseStore
from kiosk_app.store.opening import open_journal, open_roster
from kiosk_app.store.photos import PhotoStore, SealingKey
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.clocks import OfficeTime
from kiosk_app.sync.configs import ConfigTaker, retention_hours
from kiosk_app.sync.enrol import enrol, to_identity
from kiosk_app.sync.lanes import LaneParts
from kiosk_app.sync.photos import WIDTH, PhotosLane, PhotosParts
from kiosk_app.sync.pulls import PullsLane, PullsParts
from kiosk_app.sync.records import RecordsLane, RecordsParts
from kiosk_app.sync.reports import About
from kiosk_app.sync.status import StatusBoard
from kiosk_app.sync.stores import BoothFiles, LaneStores
from kiosk_app.sync.threads import DaemonExecutor
from kiosk_app.sync.tokens import TokenBox
from kiosk_app.sync.transport import RequestsTransport
from tests.memory import WIB, ManualClock

SITE = "palembang-icon"


@dataclass
class Heard:
    """What the lanes told their listeners."""

    configs: list[ConfigBody] = field(default_factory=list)
    revoked: list[bool] = field(default_factory=list)
    hints: list[Hints] = field(default_factory=list)
    epochs: list[NewEpoch] = field(default_factory=list)


class BoothKit:
    """A booth on an enrolled folder; lanes are built on demand and closed with it."""

    def __init__(self, folder: Path, url: str, clock: Clock) -> None:
        paths = BoothPaths(folder)
        self.keys = FileKeyHolder(paths.keys)
        self.clock = clock
        self.url = url
        self.board = StatusBoard()
        self.office_time = OfficeTime()
        self.heard = Heard()
        self.open(BoothFiles(paths, self.keys, clock))
        self.identity = self.files.identity()

    def open(self, files: BoothFiles) -> None:
        """Opens the databases, also those of a copy of the data folder."""
        self.files, self.paths = files, files.paths
        self._closers: list[Callable[[], None]] = []
        self.database = open_journal(self.paths.journal, self.keys)
        self._closers.append(self.database.close)
        self.journal = JournalStore(self.database, self.keys, self.clock, lambda: 1, lambda: WIB)
        self.stores = self.open_stores()

    def copy(self, files: BoothFiles) -> "BoothKit":
        """The same booth on other files."""
        twin = copy.copy(self)
        twin.heard, twin.board = Heard(), StatusBoard()
        twin.open(files)
        return twin

    @property
    def photos(self) -> PhotoStore:
        key_id, public = self.identity.sealing_keys[0]
        return PhotoStore(
            self.paths.photos, lambda: SealingKey(key_id, unb64(public)), self.identity.device_id, self.clock
        )

    def arrive(self, count: int = 1) -> list[str]:
        """That many applicants come in; the ids of the records."""
        return [self.journal.append(self._arrival(str(uuid.uuid4()))).id for _ in range(count)]

    def arrive_and_call(self) -> list[str]:
        """Two records of one applicant, the second of which must never overtake the first."""
        visit = str(uuid.uuid4())
        first = self.journal.append(self._arrival(visit))
        return [first.id, self.journal.append(Called(visit, "1", "1001")).id]

    def help_called(self, screen: str) -> str:
        """A record of no applicant."""
        return self.journal.append(HelpCalled(screen)).id

    def photograph(self, size: int = 3000) -> str:
        """An applicant comes in, is called and photographed; the photo's hash."""
        visit = str(uuid.uuid4())
        self.journal.append(self._arrival(visit))
        self.journal.append(Called(visit, "1", "1001"))
        sealed = self.photos.seal(b"\xff\xd8" + random.Random(visit).randbytes(size), visit)
        fact = PhotoTaken(
            visit, "1001", sealed.blob, sealed.size, sealed.plain_sha256, sealed.key_id, 413, 531, 1, True
        )  # fmt: skip
        self.journal.append(fact, sealed.record_id)
        return sealed.blob

    def client(self, read_s: float = 10.0, tokens: TokenBox | None = None) -> OfficeClient:
        line = RequestsTransport(self.url, connect_s=5.0, read_s=read_s)
        client = OfficeClient(self.url, self.keys, self.identity.device_id, self.clock, transport=line, tokens=tokens)
        self._closers.append(client.close)
        return client

    def open_stores(self) -> LaneStores:
        """A lane's own connections, as after a start."""
        stores = self.files.open(with_roster=True)
        self._closers.append(stores.close)
        return stores

    def records_lane(self, read_s: float = 10.0, stores: LaneStores | None = None) -> RecordsLane:
        kept = stores or self.stores
        parts = RecordsParts(
            kept.outbox, self.client(read_s), DaemonExecutor(), About(self.identity.device_id, self.paths.root),
            self.heard.hints.append, partial(start_epoch, kept.journal, self.keys), self.heard.epochs.append,
        )  # fmt: skip
        return RecordsLane(self._parts(kept), parts)

    def photos_lane(self, read_s: float = 10.0) -> PhotosLane:
        tokens = TokenBox(self.clock.monotonic)
        clients = tuple(self.client(read_s, tokens) for _ in range(WIDTH))
        rule = partial(retention_hours, self.stores.configs, self.identity)
        return PhotosLane(
            self._parts(self.stores),
            PhotosParts(self.stores.outbox, self.photos, clients, DaemonExecutor(), rule),
        )

    def pulls_lane(self, stores: LaneStores | None = None) -> PullsLane:
        kept = stores or self.stores
        configs = ConfigTaker(kept.configs, kept.officers, kept.memory, self.identity)
        parts = PullsParts(
            kept.roster, LeaseStore(kept.journal), configs, self.client(), self.heard.configs.append,
            self.heard.revoked.append,
        )  # fmt: skip
        return PullsLane(self._parts(kept), parts)

    def close(self) -> None:
        for close in reversed(self._closers):
            close()

    def _parts(self, stores: LaneStores) -> LaneParts:
        return LaneParts(stores.memory, self.clock, random.Random(7), self.board, self.office_time)

    def _arrival(self, visit: str) -> Arrived:
        return Arrived(visit, "A001", Lane.ORDINARY, CodeKind.NUMBER, code=visit)


def enrol_booth(folder: Path, office: Office, url: str) -> None:
    """Makes an enrolled booth's folder."""
    paths = BoothPaths(folder)
    paths.make()
    keys = FileKeyHolder(paths.keys)
    identity = to_identity(enrol(url, office.invite("Booth", SITE), keys), url)
    with open_journal(paths.journal, keys) as database, open_roster(paths.roster, keys):
        IdentityStore(database).save(identity)


def take_turns(lane: RecordsLane | PhotosLane | PullsLane, clock: ManualClock, turns: int = 60) -> None:
    """Runs a lane, moving the clock over its waits, until it would only look again."""
    for _ in range(turns):
        wait = lane.due_in()
        clock.forward(seconds=wait)
        before = lane.due_in()
        lane.turn()
        if before == 0 and lane.due_in() > 0 and wait == 0:
            return


def drain(lane: RecordsLane | PhotosLane, booth: BoothKit, clock: ManualClock, turns: int = 60) -> None:
    """Runs a lane, moving the clock over its waits, until nothing waits any more."""
    for _ in range(turns):
        counts = booth.stores.outbox.counts()
        if counts.waiting == 0 and counts.blobs_waiting == 0:
            return
        clock.forward(seconds=lane.due_in())
        lane.turn()
    raise AssertionError("The lane does not drain.")


def office_ids(office: Office) -> list[str]:
    """The ids of all records that the office holds, in its order."""
    return [record.id for record in list_records(office)]
