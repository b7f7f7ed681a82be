"""A booth and an office that are killed at random, over a network that lies: then the faults end, and everything must be there.

Everything is real: the store on disk, the engine over HTTP, the office as a process over SQLite or PostgreSQL. What is random
comes from the seed; when a kill strikes is up to the machine as well.
"""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.faults.clerk import Clerk
from bench.faults.misdeeds import Misdeed, Weather
from bench.faults.nursery import Nursery
from bench.faults.proxy import FaultProxy
from bench.faults.shift import LOCKED, Shift, number_of
from bench.faults.verdict import Ledger, Standing, Verdict, judge, roster_differences
from bench.folders import enrol_at
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import encode
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.office.office import Office
from kiosk_app.paths import BoothPaths, OfficePaths
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox

_RECORDS_A_VISIT = 5
_ANSWERS_AT = re.compile(r"answers at http://[^:]+:(\d+)")
_START_S = 60.0
_IN_THE_START = 0.3  # of the lives are counted from their first moment, so that kills strike there too
_OTHERS = 40  # bookings that the office changes all the time
_ELSEWHERE = "ptc-mall"


@dataclass(frozen=True, slots=True)
class Plan:
    """One history. `share` of the requests meet a fault; a booth lives at most `life_s`, mostly counted from when it is open.

    `clerk_s`: the mean between two changes of each of the office's two writers. `last_s`: how long everything may take to
    arrive in the end. `retention_h`: 0 lets photos go from the booth as soon as the office has them safe. `database`: another one
    than the office's own SQLite file (SQLAlchemy URL). `plant`: see `shift.Shift`.
    """

    records: int
    kills: int
    office_kills: int
    seed: int
    share: float = 0.3
    life_s: float = 2.0
    batch: int = 3
    picture: int = 30_000
    part_limit: int = 16_384
    patience: float = 0.1
    read_s: float = 1.5
    clerk_s: float = 0.1
    last_s: float = 180.0
    retention_h: int = 0
    database: str = ""
    plant: str = ""
    kinds: tuple[Misdeed, ...] = tuple(Misdeed)


@dataclass(slots=True)
class Result:
    """What was done, and what came of it."""

    verdict: Verdict = field(default_factory=Verdict)
    records: int = 0
    photos: int = 0
    kills: int = 0
    office_kills: int = 0
    requests: int = 0
    spoiled: float = 0.0
    unreached: int = 0
    struck: Counter[Misdeed] = field(default_factory=Counter)
    changes: int = 0
    seconds: float = 0.0


def run(plan: Plan, folder: Path, nursery: Nursery, say: Callable[[str], None] = lambda _: None) -> Result:
    """One history in a folder of `prepare`; progress goes to `say`."""
    begun = time.monotonic()
    paths, office_paths = BoothPaths(folder / "booth"), OfficePaths(folder / "office")
    result = Result()
    weather = Weather(plan.share, plan.seed, plan.kinds, plan.read_s * 1.3, plan.part_limit)
    with ExitStack() as stack:
        office = Office.open(office_paths, plan.database)
        stack.callback(office.close)
        proxy = stack.enter_context(FaultProxy(0, weather))
        history = _History(plan, folder, nursery, proxy, Ledger(office), result, say)
        history.office_starts()
        others = [booking_id_text(_OTHERS + place) for place in range(_OTHERS)]
        with Clerk(office, others, plan.seed, plan.clerk_s) as clerk:
            history.bad_times()
            result.changes = clerk.changes
        history.better_times()
        judge(office, office_paths, paths, folder / "witness", plan.picture, result.verdict)
    result.requests, result.spoiled, result.struck = weather.requests, weather.spoiled, weather.struck
    result.unreached = weather.unreached
    result.seconds = time.monotonic() - begun
    return result


class _History:
    """The hands that start, wait and kill."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        nursery: Nursery,
        proxy: FaultProxy,
        ledger: Ledger,
        result: Result,
        say: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._nursery = nursery
        self._proxy = proxy
        self._ledger = ledger
        self._result = result
        self._say = say
        self._rng = random.Random(plan.seed)  # noqa: S311 - no secret
        self._booth_paths = BoothPaths(folder / "booth")
        self._offices = 0
        self._office = 0
        self._lives = 0

    def bad_times(self) -> None:
        """Booth after booth is killed; the deaths of the office lie somewhere in their lives."""
        kills = self._plan.kills
        with_office = Counter(self._rng.randrange(kills) for _ in range(self._plan.office_kills))
        for life in range(kills):
            booth = self._booth_starts(-(-self._plan.records * (life + 1) // kills))
            if self._rng.random() >= _IN_THE_START:
                self._wait(lambda: self._testified("open"), booth)
            until = time.monotonic() + self._rng.uniform(0.05, self._plan.life_s)
            for _ in range(with_office[life]):
                time.sleep(self._rng.uniform(0.0, self._plan.life_s / 2))
                self._office_dies()
                time.sleep(self._rng.uniform(0.0, self._plan.life_s / 2))
                self.office_starts()
            if life % 10 == 0 and self._wait(lambda: self._testified("begun"), booth):
                self._second_program()
            time.sleep(max(until - time.monotonic(), 0.0))
            self._result.verdict.fell += not self._nursery.alive(booth)
            self._nursery.kill(booth)
            self._result.kills += 1
            self._ledger.audit(Standing.of(self._booth_paths), self._result.verdict)
            if life % 10 == 9:
                self._say(f"chaos: {life + 1} of {kills} kills, {len(self._ledger.seen.acked)} records confirmed")

    def better_times(self) -> None:
        """Faults off in the middle of a life: without a restart and without a new record, everything must arrive."""
        self._say(f"chaos: the last life, {len(self._ledger.seen.acked)} records confirmed")
        booth = self._booth_starts(self._plan.records)
        self._wait(lambda: self._captured() >= self._plan.records, booth)
        self._proxy.weather.calm()
        came = self._wait(self._is_empty, booth)
        self._result.verdict.waiting += not came
        self._result.verdict.fell += self._nursery.end(booth) != 0
        self._ledger.audit(Standing.of(self._booth_paths), self._result.verdict)
        booth = self._booth_starts(self._plan.records)  # what the last death left is swept now
        self._wait(self._is_empty, booth)
        self._result.verdict.fell += self._nursery.end(booth) != 0
        self._nursery.end(self._office)
        with self._outbox() as outbox:
            self._result.records, self._result.photos = outbox.head()[0], outbox.blobs_verified()

    def office_starts(self) -> None:
        """Returns once it answers. Its port is a new one: only the proxy has to know."""
        self._offices += 1
        log = self._folder / f"office-{self._offices}.log"
        database = ["--database", self._plan.database] if self._plan.database else []
        words = ["--data", str(self._folder / "office"), "serve", "--port", "0", *database]
        self._office = self._nursery.office(words, log)
        until = time.monotonic() + _START_S
        while not (found := _ANSWERS_AT.search(log.read_text() if log.exists() else "")):
            if time.monotonic() > until or not self._nursery.alive(self._office):
                raise RuntimeError(f"The office did not start: {log.read_text()[-2000:]}")
            time.sleep(0.02)
        self._proxy.office_port = int(found[1])
        self._proxy.back()

    def _office_dies(self) -> None:
        self._nursery.kill(self._office)
        if self._rng.random() < 0.5:  # else the proxy stands before nothing, as a balancer does
            self._proxy.away()
        self._result.office_kills += 1

    def _booth_starts(self, records: int) -> int:
        self._lives += 1
        return self._nursery.booth(asdict(self._shift(records)), self._folder / "booth.out")

    def _shift(self, records: int) -> Shift:
        plan = self._plan
        return Shift(
            str(self._booth_paths.root), self._proxy.url, records, plan.seed * 10_000 + self._lives, plan.batch,
            plan.picture, patience=plan.patience, read_s=plan.read_s, plant=plan.plant,
        )  # fmt: skip

    def _second_program(self) -> None:
        """Somebody starts the program once more: one of the two must find the folder in use."""
        shift = replace(self._shift(0), only_open=True)
        other = self._nursery.booth(asdict(shift), self._folder / "second.out")
        self._result.verdict.two_at_once += self._nursery.wait(other, _START_S) != LOCKED

    def _testified(self, word: str) -> bool:
        """Whether the booth that was started last has said so."""
        return f"{word} {self._shift(0).seed}\n" in (self._folder / "witness").read_text()

    def _is_empty(self) -> bool:
        with self._outbox() as outbox:
            counts = outbox.counts()
        return counts.waiting == counts.blobs_waiting == 0 and not roster_differences(
            self._ledger.office, self._booth_paths
        )

    def _captured(self) -> int:
        with self._outbox() as outbox:
            return outbox.head()[0]

    @contextmanager
    def _outbox(self) -> Iterator[Outbox]:
        with open_journal(self._booth_paths.journal, FileKeyHolder(self._booth_paths.keys)) as journal:
            yield Outbox(journal)

    def _wait(self, holds: Callable[[], bool], booth: int) -> bool:
        until = time.monotonic() + self._plan.last_s
        while not holds():
            if time.monotonic() > until or not self._nursery.alive(booth):
                return False
            time.sleep(0.1)
        return True


def prepare(plan: Plan, folder: Path) -> None:
    """An office with bookings for everybody who will come, and a booth that is enrolled there."""
    paths = BoothPaths(folder / "booth")
    (folder / "witness").touch(0o600)
    office = Office.open(OfficePaths(folder / "office"), plan.database)
    try:
        with office.database.read() as connection:
            profile = office.configuration.profile(connection)
        rules = json.loads(canonical_bytes(encode(replace(profile, retention_hours=plan.retention_h))))
        office.configuration.set_profile(canonical_bytes(rules))
        office.bookings.put(list(_bookings(profile.place, -(-plan.records // _RECORDS_A_VISIT) + 1)))
        enrol_at(office, paths, office.invite("Chaos", profile.place))
    finally:
        office.close()


def _bookings(place: str, people: int) -> Iterator[Booking]:
    """First those who will come, then those whom the office moves about."""
    slot = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=20)
    for number in range(people + _OTHERS):
        come = number < people
        yield Booking(
            id=booking_id_text(2 * _OTHERS + number if come else _OTHERS + number - people), number=number_of(number),
            name="Budi Santoso", service="renew", slot=slot, place=place if come else _ELSEWHERE, area="16.71", person="",
        )  # fmt: skip
