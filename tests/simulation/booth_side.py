"""A booth in the simulation: its real store and its real sync engine, with the program that writes facts beside it."""

import hashlib
import random
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.booth.audit import LeaseReturned
from kiosk_app.booth.facts import ArrivalFlag, Arrived, Called, CodeKind, Fact, HelpCalled, Lane, PhotoTaken
from kiosk_app.contract.signatures import unb64
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.store.identity import IdentityStore
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.leases import LeaseStore
from kiosk_app.store.lock import DataLock
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.photos import PhotoStore, SealingKey
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.engine import Listeners, SyncEngine
from kiosk_app.sync.stores import BoothFiles
from tests.memory import WIB
from tests.simulation.clocks import SimClock
from tests.simulation.network import Network, SimTransport
from tests.simulation.tasks import Process, Sim, Waiter

Deed = Callable[["Program"], object]
ADDRESS = "https://office.invalid"


class SimKeys(FileKeyHolder):
    """The real device key; nobody needs keys for databases in memory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir()
        self.ensure_device_key()

    def database_key(self, name: str, create: bool) -> bytes:
        return hashlib.sha256(name.encode()).digest()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A fact that the booth's screen has confirmed; `at` in simulated seconds."""

    id: str
    seq: int
    applicant: str
    at: float
    blob: str = ""


@dataclass
class Witness:
    """What outlives every crash: what was confirmed, what came to the screen's notice, and how often the booth was shut."""

    confirmed: list[Confirmed] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    shut: list[bool] = field(default_factory=list)


class Program:
    """What runs while the booth is up: the journal's side of the application, and the engine."""

    def __init__(self, booth: "BoothSide", engine: SyncEngine) -> None:
        self.booth = booth
        self.engine = engine
        self.database = open_journal(booth.paths.journal, booth.keys)
        identity = IdentityStore(self.database).load()
        if identity is None:
            raise RuntimeError("The booth is not enrolled.")
        key_id, public = identity.sealing_keys[0]
        sealing_key = SealingKey(key_id, unb64(public))
        self.journal = JournalStore(self.database, booth.keys, booth.clock, lambda: 1, lambda: WIB)
        self.photos = PhotoStore(booth.paths.photos, lambda: sealing_key, identity.device_id, booth.clock)
        outbox = Outbox(self.database, booth.clock)
        self.photos.sweep(outbox.known_blobs(), outbox.blobs_purged())

    def keep(self, fact: Fact, record_id: str = "", blob: str = "") -> bool:
        """Appends, and confirms only when that has come back; False where the store refused, which changes nothing."""
        booth = self.booth
        try:
            recorded = self.journal.append(fact, record_id)
        except KioskError as error:
            booth.witness.refused.append(error.code)
            return False
        applicant = getattr(fact, "visit", "")
        booth.witness.confirmed.append(Confirmed(recorded.id, recorded.seq, applicant, booth.sim.now, blob))
        if booth.rng.random() < 0.8:  # a wake that gets lost must cost time only
            self.engine.wake(Wake.RECORD)
        return True

    def arrive(self, booking: str = "") -> str:
        visit = str(uuid.uuid4())
        fact = Arrived(visit, "A001", Lane.ORDINARY, CodeKind.NUMBER, code=booking or visit, booking=booking)
        return visit if self.keep(fact) else ""

    def serve(self, calls: int = 1, booking: str = "") -> str:
        """An applicant comes in and is called; no later fact of his may ever overtake an earlier one. "" if he did not get in."""
        visit = self.arrive(booking)
        for _ in range(calls):
            if not (visit and self.keep(Called(visit, "1", "1001"))):
                return ""
        return visit

    def photograph(self, size: int) -> None:
        visit = self.serve()
        if not visit:
            return
        try:
            sealed = self.photos.seal(b"\xff\xd8" + random.Random(size).randbytes(size), visit)
        except KioskError as error:
            self.booth.witness.refused.append(error.code)
            return
        fact = PhotoTaken(
            visit, "1001", sealed.blob, sealed.size, sealed.plain_sha256, sealed.key_id, 413, 531, 1, True
        )  # fmt: skip
        self.keep(fact, sealed.record_id, sealed.blob)

    def walk_in(self) -> None:
        """Somebody of a priority group comes without a booking: let in only on a slot that the office has lent."""
        today = self.booth.clock.now().astimezone(WIB).date()
        slots = LeaseStore(self.database).slots(today, Lane.PRIORITY)
        if slots is not None and self.journal.count_arrivals(today, Lane.PRIORITY) < slots:
            flags = frozenset({ArrivalFlag.WALK_IN})
            self.keep(Arrived(str(uuid.uuid4()), "P001", Lane.PRIORITY, CodeKind.NONE, flags=flags))

    def give_back(self) -> None:
        """What was lent for today and is not spent goes back, as at the end of the day."""
        book = LeaseStore(self.database)
        today = self.booth.clock.now().astimezone(WIB).date()
        for lease in book.open():
            if lease.day == today:
                rest = lease.left(self.journal.count_arrivals(lease.day, lease.lane))
                book.close(lease.id, lease.slots - rest)
                if rest:
                    self.keep(LeaseReturned(lease.id, rest))

    def call_help(self) -> None:
        self.keep(HelpCalled("welcome"))


class BoothSide:
    """The booth's machine: disk, clock, network, and at most one running program."""

    def __init__(self, sim: Sim, name: str, folder: Path, keys: SimKeys, network: Network, rng: random.Random) -> None:
        self.sim = sim
        self.name = name
        self.paths = BoothPaths(folder)
        self.keys = keys
        self.network = network
        self.rng = rng
        self.clock = SimClock(sim)
        self.files = BoothFiles(self.paths, keys, self.clock)
        self.witness = Witness()
        self.process: Process | None = None
        self.program: Program | None = None
        self._deeds: deque[Deed] = deque()
        self._waiting: Waiter | None = None

    @property
    def runs(self) -> bool:
        return self.process is not None and not self.process.dead

    def start(self) -> None:
        """Starts the program; what was asked of a dead one is forgotten."""
        self.process = Process(self.name)
        self.program = None
        self._deeds.clear()
        self._waiting = None
        self.sim.spawn(self.process, self._main, f"{self.name}-main")

    def start_another(self, tell: Callable[[bool], None]) -> None:
        """A second program on the same folder; `tell` hears whether it was refused."""

        def main() -> None:
            lock = DataLock(self.paths.lock)
            try:
                lock.acquire()
            except KioskError as error:
                tell(error.code == "store-in-use")
                return
            lock.release()
            tell(False)

        self.sim.spawn(Process(f"{self.name}-again"), main, f"{self.name}-again")

    def crash(self, reboots: bool = False) -> None:
        if self.process is not None:
            self.sim.kill(self.process)
        self.program = None
        if reboots:
            self.clock.reboot()

    def stop(self) -> None:
        """The program ends as it should."""
        if self.program is not None:
            self.program.engine.stop(0.0)

    def do(self, deed: Deed) -> None:
        """Has the program do something when it next can; a program that is down does nothing."""
        if not self.runs:
            return
        self._deeds.append(deed)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.wake()

    def wake(self, reason: Wake) -> None:
        if self.runs and self.program is not None:
            self.program.engine.wake(reason)

    def _main(self) -> None:
        assert self.process is not None
        lock = DataLock(self.paths.lock)
        lock.acquire()
        self.process.closers.append(lock.release)
        engine = SyncEngine(
            self.files, self.files.identity(), ADDRESS, rng=self.rng, transport=lambda: SimTransport(self.network),
            listeners=Listeners(on_revoked=self.witness.shut.append),
        )  # fmt: skip
        program = Program(self, engine)
        self.program = program
        for lane in engine._lanes.values():
            self.sim.spawn(self.process, lane.run, lane.name)
        while True:
            while self._deeds:
                self._deeds.popleft()(program)
            self._waiting = Waiter(self.sim)
            self._waiting.wait()
