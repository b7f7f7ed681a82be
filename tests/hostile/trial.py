"""How a case is tried: the real engine runs against the lie until it has met it twice, then the office comes back."""

import json
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from kiosk_app import log
from kiosk_app.sync import threads
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.engine import Listeners, SyncEngine
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.status import LaneMode, SyncStatus
from kiosk_app.sync.stores import BoothFiles
from kiosk_app.sync.transport import RequestsTransport
from tests.hostile.stage import PHOTOS, PULLS, RECORDS, Stage, held, ids_of
from tests.sync.hostile import Misdeed
from tests.sync.kit import BoothKit

GROWTH_MB = 50.0
_LONGEST_S = 20.0
_TRIES = 12  # a booth may first try with less
_READ_S = 0.5  # 15 s on a real booth
_STILL = 0.02


@dataclass(frozen=True)
class Case:
    """A lie about one lane's calls. `misdeed` makes it, for the stage; `then` are lies about other calls that go with it.

    `keeps` are the lanes whose matters must stay as they are. `quiet`: the answer holds nothing that could be complained of, it is
    just worth nothing. `portal`: the status must say that somebody else answers. `unseen` is a path that the booth
    must never ask for, `without_token` one that must never be given a token.
    """

    name: str
    lane: str
    path: str
    misdeed: Callable[[Stage], Misdeed]
    method: str = ""
    keeps: tuple[str, ...] = ()
    then: tuple[tuple[str, Callable[[Stage], Misdeed]], ...] = ()
    quiet: bool = False
    portal: bool = False
    unseen: str = ""
    without_token: str = ""


@dataclass
class Seen:
    """What was seen of the booth while it was lied to."""

    crashes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    statuses: list[SyncStatus] = field(default_factory=list)


class _Ear(logging.Handler):
    """Hears what sync logs, in the form in which it goes to the file."""

    def __init__(self, seen: Seen) -> None:
        super().__init__()
        self._seen = seen
        self.setFormatter(log.JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        self._seen.lines.append(line)
        if record.getMessage() in ("lane-fell", "purge-failed"):
            self._seen.crashes.append(f"{record.getMessage()}: {json.loads(line).get('error')}")


class _Brisk(random.Random):
    """Waits are the shortest that there are: the clock is moved by hand anyway."""

    def uniform(self, a: float, b: float) -> float:
        return a


@contextmanager
def _listening(seen: Seen) -> Iterator[None]:
    ear = _Ear(seen)
    logger = logging.getLogger("sync")
    before, logger.level = logger.level, logging.INFO
    logger.addHandler(ear)
    try:
        yield
    finally:
        logger.removeHandler(ear)
        logger.setLevel(before)


def rss_mb() -> float:
    """This process's resident set in 10^6 bytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


def attempt(stage: Stage, case: Case, heal: bool = True) -> list[str]:
    """What goes wrong with this case; nothing when the booth is sound. Without `heal` it ends when the lie has been met."""
    before, threads.REBUILD_S = threads.REBUILD_S, 0.05
    try:
        with stage.booth() as kit:
            return _Trial(stage, case, kit).run(heal)
    finally:
        threads.REBUILD_S = before


class _Trial:
    def __init__(self, stage: Stage, case: Case, kit: BoothKit) -> None:
        self._stage, self._case, self._kit = stage, case, kit
        self._seen = Seen()
        self._ids = ids_of(kit)
        self._keeps = case.keeps or (case.lane,)
        self._before = {part: held(kit, part) for part in self._keeps}

    def run(self, heal: bool) -> list[str]:
        case, front = self._case, self._stage.front
        front.misbehave(case.misdeed(self._stage), case.method, case.path, times=10**6)
        for path, misdeed in case.then:
            front.misbehave(misdeed(self._stage), "", path, times=10**6)
        with _listening(self._seen):
            engine = self._engine()
            start_mb = rss_mb()
            engine.start()
            try:
                faults = self._lied_to(engine, start_mb)
                faults += self._judged(engine.status)
                front.behave()
                if heal and not faults:
                    faults += self._healed(engine)
            finally:
                if not engine.stop(5.0):
                    faults.append("the engine does not stop")
        return faults

    def _engine(self) -> SyncEngine:
        files = BoothFiles(self._kit.paths, self._kit.keys, self._kit.clock)
        url = self._stage.front.url
        return SyncEngine(
            files, self._kit.identity, url, rng=_Brisk(), listeners=Listeners(on_status=self._seen.statuses.append),
            transport=lambda: RequestsTransport(url, connect_s=2.0, read_s=_READ_S),
        )  # fmt: skip

    def _lied_to(self, engine: SyncEngine, start_mb: float) -> list[str]:
        """Runs until the lane has come to an end with the lie twice, and says so."""
        until = time.monotonic() + _LONGEST_S
        while time.monotonic() < until:
            if rss_mb() - start_mb > GROWTH_MB:
                return [f"memory grew by more than {GROWTH_MB:g} MB"]
            if self._seen.crashes:
                return [f"crash: {self._seen.crashes[0]}"]
            met = any(one.method.startswith(self._case.method) for one in self._stage.front.paths(self._case.path))
            lane = engine.status.lane(self._case.lane)
            if met and lane.tries >= 2 and (lane.problem or self._case.quiet or lane.tries >= _TRIES):
                return []
            # Far less than the minute for which a nonce of the office's is good.
            self._stage.clock.forward(seconds=1.5)
            engine._lanes[self._case.lane].wake(Wake.STAFF)
            time.sleep(_STILL)
        return ["the lane hangs"]

    def _judged(self, status: SyncStatus) -> list[str]:
        case, faults = self._case, []
        faults += [f"{part} changed" for part in self._keeps if held(self._kit, part) != self._before[part]]
        lane = status.lane(case.lane)
        clear = bool(lane.problem) or lane.mode not in (LaneMode.IDLE, LaneMode.BUSY) or status.step is not Step.OK
        if not case.quiet and not clear:
            faults.append("the status says that all is well")
        # A fault of the office's on one lane only says nothing of the whole way while others get through; a portal does.
        if case.portal and not any(one.step is Step.PORTAL for one in self._seen.statuses):
            faults.append("the status never says that something else answers")
        if any(not line.isprintable() for line in self._seen.lines):
            faults.append("a log line holds characters that cannot be printed")
        if case.unseen and self._stage.front.paths(case.unseen):
            faults.append("the booth asked where it was sent to")
        if case.without_token and any(
            "Authorization" in s.headers for s in self._stage.front.paths(case.without_token)
        ):
            faults.append("a token was given away")
        return faults

    def _healed(self, engine: SyncEngine) -> list[str]:
        """The true office answers again: all arrives, and the booth knows what the office decides."""
        pulled = engine.status.lane(PULLS).done
        until = time.monotonic() + _LONGEST_S
        while time.monotonic() < until:
            counts, status = engine.status.counts, engine.status
            if counts and not counts.waiting and not counts.blobs_waiting and status.lane(PULLS).done > pulled:
                break
            self._stage.clock.forward(seconds=300 if _far(status, self._stage.clock.now()) else 1.5)
            engine.wake(Wake.STAFF)
            time.sleep(_STILL)
        else:
            return [f"the booth does not recover: {engine.status}"]
        faults = [self._stage.arrived(self._kit, self._ids)]
        if self._kit.stores.roster.count() != len(self._stage.bookings()):
            faults.append("the bookings are not the office's")
        if self._kit.stores.configs.load() is None:
            faults.append("the configuration is gone")
        return [fault for fault in faults if fault]


def _far(status: SyncStatus, now: datetime) -> bool:
    """Whether the office named a time that is long to wait for."""
    return status.next_try is not None and status.next_try - now > timedelta(minutes=5)


__all__ = ["PHOTOS", "PULLS", "RECORDS", "Case", "attempt", "rss_mb"]
