"""The whole of the simulation: made once, and put back to its beginning for each history."""

import gc
import json
import logging
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anyio.to_thread

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.office import configuration
from kiosk_app.office import database as office_database
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.paths import BoothPaths
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.opening import open_journal, open_roster
from kiosk_app.sync import client, photos, records, threads, tokens
from kiosk_app.sync.enrol import enrol, to_identity
from tests.simulation.booth_side import ADDRESS, BoothSide, SimKeys
from tests.simulation.clocks import BEGIN, SimClock
from tests.simulation.databases import BoothDatabases, MemoryFiles, office_writes
from tests.simulation.disk import empty, put_files, read_files, scratch
from tests.simulation.network import Network, SimTransport
from tests.simulation.office_side import OfficeSide, inline
from tests.simulation.tasks import Process, Sim, SimFuture, Threads, waiting

SITE, OTHER_SITE = "palembang-icon", "ptc-mall"
BOOTHS = ("first", "second")
BOOKINGS = 6
WALK_INS = 5  # a day: few, so that they are soon gone


class Stage:
    """Where the product's patched modules find the history that is running."""

    def __init__(self) -> None:
        self.sim = Sim()

    def process(self) -> Process | None:
        return self.sim.process


@dataclass(frozen=True, slots=True)
class DiskCopy:
    """An image of a booth's disk."""

    files: MemoryFiles
    photos: dict[str, bytes]


class World:
    """`history` puts everything back; then `sim`, `office` and `booths` are those of the new history."""

    def __init__(self, stage: Stage, folder: Path, databases: BoothDatabases) -> None:
        self._stage = stage
        self._folder = folder
        self._databases = databases
        self.clock = SimClock(self.sim)
        self.office = OfficeSide(lambda: self.sim, folder / "office", lambda: self.clock)
        self.keys = {name: SimKeys(folder / f"{name}-keys") for name in BOOTHS}
        self.booths: dict[str, BoothSide] = {}
        self._template = MemoryFiles()
        self._images: list[MemoryFiles] = []
        self._prepare()

    @property
    def sim(self) -> Sim:
        return self._stage.sim

    def history(self, seed: int) -> None:
        """Everything as it was when the booths had been enrolled and had read the office's news."""
        self.close_history()
        self._begin(seed)
        self._databases.files.fill(self._template)
        self.office.reset()

    def rows(self, path: Path, sql: str) -> list[Any]:
        """What a booth's database says to somebody who looks from outside."""
        return self._databases.files.look(path, sql)

    def write(self, path: Path, sql: str, values: tuple[str, ...]) -> None:
        """Puts something into a booth's database while no program has it open."""
        self._databases.files.write(path, sql, values)

    def limit_pages(self, full: bool) -> None:
        """Lets no database of a booth grow, or all of them again."""
        self._databases.limit(full)

    def copy_disk(self, booth: BoothSide) -> DiskCopy:
        """An image of a booth's disk."""
        files = MemoryFiles()
        files.fill(self._databases.files, booth.paths.root)
        self._images.append(files)
        return DiskCopy(files, read_files(booth.paths.photos))

    def put_disk(self, booth: BoothSide, copy: DiskCopy) -> None:
        """Puts a booth's disk back to an image."""
        self._databases.files.fill(copy.files, booth.paths.root)
        put_files(booth.paths.photos, copy.photos)

    def close_history(self) -> None:
        self.sim.end()
        self._databases.files.close()
        while self._images:
            self._images.pop().close()

    def close(self) -> None:
        self.close_history()
        self._template.close()
        self.office.close()

    def _begin(self, seed: int) -> None:
        self._stage.sim = Sim()
        self.clock = SimClock(self.sim)
        rng = random.Random(seed)
        for name in BOOTHS:
            folder = self._folder / name
            BoothPaths(folder).make()
            empty(BoothPaths(folder).photos)
            network = Network(self.sim, self.office, random.Random(rng.random()))
            source = random.Random(rng.random())
            self.booths[name] = BoothSide(self.sim, name, folder, self.keys[name], network, source)

    def _prepare(self) -> None:
        """Enrols the booths and lets them read the office's news, over the simulated network itself."""
        self._begin(0)
        office = self.office.office
        office.configuration.set_profile(_quick_profile())
        office.bookings.put([booking(number) for number in range(BOOKINGS)])
        for name in BOOTHS:
            code = office.invite(name, SITE)
            booth = self.booths[name]
            answers: list[Identity] = []

            def admit(booth: BoothSide = booth, code: str = code, answers: list[Identity] = answers) -> None:
                answer = enrol(ADDRESS, code, booth.keys, transport=SimTransport(booth.network))
                answers.append(to_identity(answer, ADDRESS))

            self.sim.spawn(Process("enrolment"), admit, "enrolment")
            self.sim.run_for(30.0)
            with open_journal(booth.paths.journal, booth.keys) as journal, open_roster(booth.paths.roster, booth.keys):
                IdentityStore(journal).save(answers[0])
            booth.start()
        self.sim.run_for(20.0)
        for booth in self.booths.values():
            booth.crash()
        self._template.fill(self._databases.files)
        self.office.keep_as_template()


def booking(number: int, **changes: Any) -> Booking:
    values: dict[str, Any] = {
        "id": booking_id_text(1000 + number), "number": f"{1000 + number:016d}", "name": "Budi", "service": "renew",
        "slot": BEGIN + timedelta(minutes=30 * number), "place": SITE, "area": "16.71", "person": f"p{number}",
    }  # fmt: skip
    return Booking(**{**values, **changes})


def _quick_profile() -> bytes:
    """The built-in rules, but photos leave the booth as soon as they may, and few can come without a booking."""
    profile = json.loads((Path(configuration.__file__).parent / "profiles" / "default.json").read_bytes())
    admission = {**profile["admission"], "priority_quota": WALK_INS}
    return json.dumps({**profile, "retention_hours": 0, "admission": admission}).encode()


class _Falls(logging.Handler):
    """Hears of a lane or a request that fell over: the product tells it and goes on, a history must not."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage

    def emit(self, record: logging.LogRecord) -> None:
        error = sys.exception()
        if record.getMessage() in ("lane-fell", "request-failed") and error is not None:
            self._stage.sim.failures.append(error)


@contextmanager
def world() -> Iterator[World]:
    """The simulation, with the product's modules given its time, its threads and its files as long as it lasts."""
    stage = Stage()
    databases = BoothDatabases(stage.process)
    shim = Threads(lambda: stage.sim)
    with ExitStack() as stack:
        for target, name, value in [
            *databases.patches(),
            (OfficeDatabase, "write", office_writes(stage.process)),
            (office_database, "_PRAGMAS", {"foreign_keys": 1, "trusted_schema": 0, "synchronous": 0}),
            (anyio.to_thread, "run_sync", inline), (client, "CHANGES_PAGE", 2),
            (threads, "threading", shim), (tokens, "threading", shim), (threads, "Future", lambda: SimFuture(stage.sim)),
            *((module, "wait", waiting(lambda: stage.sim)) for module in (photos, records) if hasattr(module, "wait")),
]:  # fmt: skip
            stack.enter_context(patch.object(target, name, value))
        stack.enter_context(_listening(stage))
        built = World(stage, stack.enter_context(scratch()), databases)
        stack.callback(built.close)
        gc.freeze()  # what is made once need not be looked at again and again
        stack.callback(gc.unfreeze)
        yield built


@contextmanager
def _listening(stage: Stage) -> Iterator[None]:
    """Takes the product's log for itself: a history has thousands of warnings that mean nothing to anybody else."""
    handler = _Falls(stage)
    loggers = [logging.getLogger(name) for name in ("sync", "office")]
    before = [(one, one.propagate) for one in loggers]
    for one in loggers:
        one.propagate = False
        one.addHandler(handler)
    try:
        yield
    finally:
        for one, propagate in before:
            one.propagate = propagate
            one.removeHandler(handler)
