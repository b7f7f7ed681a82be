"""A booth's program as chaos runs it: people are served over the real store, the real engine syncs, until it is killed.

After each commit a line goes to the witness file and is synced: what stands there was confirmed to somebody. Killed in the
middle of a visit, the next shift goes on with it, as the screens do.
"""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from kiosk_app import log
from kiosk_app.assembly import Booth, open_own_booth
from kiosk_app.booth.admission import Admit
from kiosk_app.booth.desk import Desk, Portrait
from kiosk_app.booth.facts import Outcome
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.visits import Visit, VisitState
from kiosk_app.clock import SystemClock
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.store.lock import DataLock
from kiosk_app.store.outbox import Outbox
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.batches import Limits
from kiosk_app.sync.engine import SyncEngine
from kiosk_app.sync.stores import BoothFiles
from kiosk_app.sync.transport import RequestsTransport

LOCKED = 3  # exit status of a second program on one data folder
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Shift:
    """An order. `records`: so many are to be in the journal when people stop coming; `pause_s` is the mean between two steps.

    `batch`: records a call. `patience`: how much of each of the engine's waits is waited, so that a minute sees an hour's
    faults. `plant`: "module:function", called first, for the mutants that the proof must catch. `only_open`: ends at once.
    """

    root: str
    address: str
    records: int
    seed: int
    batch: int = 3
    picture: int = 30_000
    pause_s: float = 0.01
    patience: float = 0.1
    read_s: float = 1.5
    plant: str = ""
    only_open: bool = False


def number_of(place: int) -> str:
    """The application number of the booking that arrives in this place."""
    return f"{7_000_000_000_000_000 + place}"


def picture_of(visit: str, size: int) -> bytes:
    """What the camera saw of this applicant: another one for everybody, and the same whenever it is asked for."""
    return b"\xff\xd8\xff\xe0" + random.Random(visit).randbytes(size)  # noqa: S311 - noise, no secret


def main(shift: Shift) -> int:
    """The exit status."""
    if shift.plant:
        module, _, name = shift.plant.partition(":")
        getattr(import_module(module), name)()
    paths = BoothPaths(Path(shift.root))
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    lock = DataLock(paths.lock)
    try:
        lock.acquire()
    except KioskError:
        return LOCKED
    try:
        log.configure(paths.log)
        witness = Witness(paths.root.with_name("witness"))
        witness.say("begun", shift.seed)
        booth = open_own_booth(paths, SystemClock())
        try:
            if not shift.only_open:
                _work(booth, shift, witness, told)
        finally:
            booth.close()
    finally:
        lock.release()
    return 0


class Witness:
    """A file outside the data folder that only grows, one synced line for each thing that was confirmed."""

    def __init__(self, file: Path) -> None:
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(self, *words: object) -> None:
        """Durable when it returns."""
        os.write(self._descriptor, " ".join(map(str, words)).encode() + b"\n")
        os.fsync(self._descriptor)


def _work(booth: Booth, shift: Shift, witness: Witness, told: threading.Event) -> None:
    booth.keeper().begin()
    engine = _engine(booth, shift)
    booth.journal.on_record = lambda: engine.wake(Wake.RECORD)
    engine.start()
    witness.say("open", shift.seed)
    try:
        rng = random.Random(shift.seed)  # noqa: S311 - no secret
        for step in _steps(booth, shift):
            if told.wait(rng.expovariate(1 / shift.pause_s)):
                return
            try:
                step()
            except KioskError as error:
                witness.say("refused", error.code)
            else:
                witness.say("kept", *booth.outbox.head())
        while not told.wait(_LOOK_S):
            pass
    finally:
        engine.stop()


def _engine(booth: Booth, shift: Shift) -> SyncEngine:
    files = BoothFiles(booth.paths, booth.keys, booth.clock)
    stores = files.open()
    try:
        stores.memory.keep_limits(Limits(shift.batch))
    finally:
        stores.close()
    return SyncEngine(
        files,
        booth.identity,
        shift.address,
        rng=_Impatient(shift.seed, shift.patience),
        transport=lambda: RequestsTransport(shift.address, connect_s=shift.read_s, read_s=shift.read_s),
    )


class _Impatient(random.Random):
    """Draws every wait of the engine's as it would, and takes a part of it."""

    def __init__(self, seed: int, patience: float) -> None:
        super().__init__(seed)
        self._patience = patience

    def uniform(self, a: float, b: float) -> float:
        return super().uniform(a, b) * self._patience


def _steps(booth: Booth, shift: Shift) -> Iterator[Callable[[], object]]:
    """One record each, while there are fewer than wanted; a visit that was begun is served first."""
    desk = booth.desk("1", OfficerSession("1001", "Sari", "officer"))
    outbox: Outbox = booth.outbox
    while outbox.head()[0] < shift.records:
        waiting = booth.journal.open_visits(booth.today())
        yield _next_of(desk, waiting[0], shift) if waiting else _arrival(booth)


def _next_of(desk: Desk, visit: Visit, shift: Shift) -> Callable[[], object]:
    match visit.state:
        case VisitState.WAITING:
            return lambda: desk.call(visit.id)
        case VisitState.CALLED:
            return lambda: desk.check_documents(visit.id, ())
        case VisitState.CHECKED:
            picture = picture_of(visit.id, shift.picture)
            return lambda: desk.accept_photo(visit.id, Portrait(picture, 413, 531, {}, {}, {}))
        case _:
            return lambda: desk.finish(visit.id, Outcome.DONE)


def _arrival(booth: Booth) -> Callable[[], object]:
    reception = booth.reception()

    def arrive() -> None:
        decision = reception.look(number_of(booth.journal.count_arrivals(booth.today())))
        if not isinstance(decision, Admit):
            raise RuntimeError(f"Somebody who is booked was not admitted: {type(decision).__name__}.")
        reception.admit(decision)

    return arrive
