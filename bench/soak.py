"""Half an hour of the camera worker with a camera that fails in every way: what is named, how soon, and what it leaves."""

import functools
import itertools
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import linear_regression

from bench.processes import say
from bench.soak_camera import Flaw, SoakCamera, View, rendered
from bench.tables import Table, number
from kiosk_app.booth.codes import SignedCode, booking_id_text, encode_signed, pack_body
from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from kiosk_app.camera.sink import Capture
from kiosk_app.camera.worker import CameraWorker, Watch

COMMAND = "python -m bench soak"
_SEED = 3
_PREVIEW = (960, 540)
_STEP_S = 0.02
_VIEWS = {Watch.IDLE: View.NOBODY, Watch.CODES: View.CODE, Watch.PORTRAIT: View.PERSON}
_TURNS = (Watch.IDLE, Watch.CODES, Watch.IDLE, Watch.PORTRAIT)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Length in seconds; how often each flaw comes and for how long (seconds, from and to); frames drawn of each view."""

    seconds: float = 1800.0
    unplugged: int = 20
    frozen: int = 20
    others: int = 6
    lasts: tuple[float, float] = (2.5, 6.0)
    turn_s: float = 7.0
    frames: int = 10


TINY = Sizes(seconds=10.0, unplugged=1, frozen=1, others=0, lasts=(2.1, 2.1), turn_s=1.5, frames=2)


@dataclass(slots=True)
class Happening:
    """One flaw: what it was called and when, and when all was well again (seconds after its end)."""

    flaw: Flaw
    begun: float
    ended: float | None = None
    named_s: float | None = None
    names: list[str] = field(default_factory=list)
    recovered_s: float | None = None


class Witness:
    """The sink: counts what it hears (codes and assessments while all is well), and writes faults down to the happening of
    the moment."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.unasked: list[str] = []
        self._now: Happening | None = None
        self._lock = threading.Lock()

    def begin(self, happening: Happening) -> None:
        with self._lock:
            self._now = happening

    @property
    def well(self) -> bool:
        """Whether no flaw is set, and the last one is over for the worker too."""
        return self._now is not None and self._now.recovered_s is not None

    def preview(self, bgra: Image) -> None:
        self.counts["previews"] += 1

    def codes(self, contents: tuple[str, ...]) -> None:
        self.counts["codes"] += self.well

    def code_advice(self, advice: CodeAdvice | None) -> None:
        self.counts["advices"] += 1

    def assessment(self, assessment: Assessment) -> None:
        self.counts["assessments"] += self.well

    def capture(self, capture: Capture) -> None:
        self.counts["captures"] += 1

    def fault(self, code: str) -> None:
        if not code.startswith("camera-"):
            self.counts["captures refused"] += 1
            return
        with self._lock:
            happening = self._now
            if happening is None or happening.recovered_s is not None:
                self.unasked.append(code)
                return
            happening.names.append(code)
            if happening.named_s is None and code == happening.flaw.code:
                happening.named_s = time.monotonic() - happening.begun

    def recovered(self) -> None:
        with self._lock:
            happening = self._now
            if happening is not None and happening.ended is not None:
                happening.recovered_s = time.monotonic() - happening.ended


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process holds at one moment, and what the witness had counted by then."""

    at: float
    rss_mb: float
    threads: int
    files: int
    counts: dict[str, int]
    watched: dict[Watch, float]


def run(sizes: Sizes) -> Iterable[Table]:
    """Both tables; says that it skips where there is no /proc."""
    if not Path("/proc/self/fd").exists():
        say("soak: skipped, it reads /proc")
        return
    say(f"soak: {sizes.seconds:.0f} s")
    soak = _Soak(sizes)
    soak.run()
    yield soak.faults()
    yield soak.resources()


class _Soak:
    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._random = random.Random(_SEED)  # noqa: S311 - figures, no secrets
        self._camera = SoakCamera(rendered(sizes.frames, _code_text(self._random)), _SEED)
        self._witness = Witness()
        self._worker = CameraWorker(lambda: self._camera, self._witness, PortraitAssessor(), CodeReader())
        self._happenings: list[Happening] = []
        self._samples: list[Sample] = []
        self._watched: defaultdict[Watch, float] = defaultdict(float)
        self._watch = Watch.IDLE
        self._captures = 0
        self._started = 0.0
        self._cpu = 0.0

    def run(self) -> None:
        self._started = last = time.monotonic()
        cpu = time.process_time()
        self._begin(Flaw.SLOW)
        self._worker.set_preview(*_PREVIEW, mirrored=True)
        self._worker.start()
        orders = self._orders()
        at, order = next(orders)
        end = self._started + self._sizes.seconds
        while (now := time.monotonic()) < end:
            if self._witness.well:
                self._watched[self._watch] += now - last
            last = now
            while now - self._started >= at:
                order()
                at, order = next(orders, (float("inf"), lambda: None))
            time.sleep(_STEP_S)
        self._cpu = time.process_time() - cpu
        self._sample()
        self._worker.stop()

    def _orders(self) -> Iterator[tuple[float, Callable[[], None]]]:
        """All that is done to the worker, by time: the flaws, the turns of the watch, the captures, the samples."""
        sizes, orders = self._sizes, list[tuple[float, Callable[[], None]]]()
        flaws = [Flaw.UNPLUGGED] * sizes.unplugged + [Flaw.FROZEN] * sizes.frozen
        flaws += [flaw for flaw in (Flaw.BLACK, Flaw.SILENT, Flaw.FORMAT) for _ in range(sizes.others)]
        self._random.shuffle(flaws)
        orders.append((sizes.lasts[0], self._mend))
        space = (sizes.seconds - sizes.lasts[0]) / (len(flaws) + 1)
        for place, flaw in enumerate(flaws, 1):
            begins = sizes.lasts[0] + space * (place - 0.5 - 0.3 * self._random.random())
            orders.append((begins, functools.partial(self._begin, flaw)))
            orders.append((begins + self._random.uniform(*sizes.lasts), self._mend))
        turns = int(sizes.seconds / sizes.turn_s)
        orders += [(turn * sizes.turn_s, functools.partial(self._turn, turn)) for turn in range(turns)]
        orders += [((turn + 0.6) * sizes.turn_s, self._capture) for turn in range(turns)]
        orders += [(sizes.seconds * place / 30, self._sample) for place in range(30)]
        return iter(sorted(orders, key=lambda order: order[0]))

    def _begin(self, flaw: Flaw) -> None:
        happening = Happening(flaw, time.monotonic())
        self._happenings.append(happening)
        self._witness.begin(happening)
        self._camera.mended.clear()
        self._camera.flaw = flaw

    def _mend(self) -> None:
        self._happenings[-1].ended = time.monotonic()
        self._camera.flaw = None
        self._camera.mended.set()

    def _turn(self, turn: int) -> None:
        self._watch = _TURNS[turn % len(_TURNS)]
        self._camera.view = _VIEWS[self._watch]
        self._worker.watch(self._watch)

    def _capture(self) -> None:
        if self._watch is Watch.PORTRAIT:
            self._captures += 1
            self._worker.capture()

    def _sample(self) -> None:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        threads = int(status.partition("Threads:")[2].split()[0])
        resident_mb = int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6
        files = sum(1 for _ in Path("/proc/self/fd").iterdir())
        at = time.monotonic() - self._started
        sample = Sample(at, resident_mb, threads, files, dict(self._witness.counts), dict(self._watched))
        self._samples.append(sample)
        say(f"soak: {at:.0f} s, {sample.rss_mb:.1f} MB, {threads} threads, {files} files")

    def faults(self) -> Table:
        """How every flaw was named and taken back."""
        rows = []
        for flaw in Flaw:
            met = [happening for happening in self._happenings if happening.flaw is flaw]
            if not met:
                continue
            named = [happening.named_s for happening in met if happening.named_s is not None]
            again = [happening.recovered_s for happening in met if happening.recovered_s is not None]
            other = sum(any(name != flaw.code for name in happening.names) for happening in met)
            rows.append((
                f"{flaw.value} ({flaw.code})", str(len(met)), str(len(named)), str(other),
                f"{max(named, default=0):.2f}", f"{sorted(named)[len(named) // 2] if named else 0:.2f}",
                str(sum(seconds <= 2.0 for seconds in named)), str(len(again)), f"{max(again, default=0):.2f}",
            ))  # fmt: skip
        return Table(
            "Camera soak: faults",
            COMMAND,
            ("fault", "set", "named", "another name too", "named after, longest s", "median s", "within 2 s",
             "recovered", "after the end, longest s"),
            tuple(rows),
            (
                f"{self._sizes.seconds:.0f} s of practice frames at 25 a second through the real CameraWorker, seed {_SEED};"
                f" {self._camera.opened} openings; faults named without cause: {len(self._witness.unasked)}.",
                "Wall-clock times: a loaded machine makes them longer.",
            ),
        )  # fmt: skip

    def resources(self) -> Table:
        """What the process holds and does, at the start (when all is loaded), in the middle and at the end."""
        steady = [sample for sample in self._samples if sample.at >= 0.1 * self._sizes.seconds]
        first, middle, last = steady[0], steady[len(steady) // 2], steady[-1]
        hours = [sample.at / 3600 for sample in steady]
        slope = linear_regression(hours, [sample.rss_mb for sample in steady]).slope
        late = [sample for sample in steady if sample.at >= 0.5 * self._sizes.seconds]
        late_slope = linear_regression([s.at / 3600 for s in late], [s.rss_mb for s in late]).slope
        rows = [
            ("resident memory, MB", *(f"{sample.rss_mb:.1f}" for sample in (first, middle, last))),
            ("threads", *(str(sample.threads) for sample in (first, middle, last))),
            ("open files", *(str(sample.files) for sample in (first, middle, last))),
        ]
        for what, watch in (("codes", Watch.CODES), ("assessments", Watch.PORTRAIT)):
            ends = (self._samples[0], first, middle, last)
            rates = [_rate(before, after, what, watch) for before, after in itertools.pairwise(ends)]
            rows.append((f"{what} a second of their watch while all is well, since the column before", *rates))
        failures = sum(self._worker.failures.values())
        counts = self._witness.counts
        return Table(
            "Camera soak: what it takes",
            COMMAND,
            ("", f"after {first.at:.0f} s", f"after {middle.at:.0f} s", f"after {last.at:.0f} s"),
            tuple(rows),
            (
                f"Memory: least-squares slope {slope:+.1f} MB an hour, {late_slope:+.1f} in the second half.",
                f"{failures} exceptions in analysis or sink; {counts['captures']} photos of {self._captures} asked;"
                f" {counts['previews']} previews; CPU {number(100 * self._cpu / self._sizes.seconds)} % of one core.",
                "The watch goes round: nobody, a code held up, nobody, a person for a portrait.",
            ),
        )


def _rate(before: Sample, after: Sample, what: str, watch: Watch) -> str:
    seconds = after.watched.get(watch, 0.0) - before.watched.get(watch, 0.0)
    return number((after.counts.get(what, 0) - before.counts.get(what, 0)) / seconds) if seconds > 0 else "-"


def _code_text(rng: random.Random) -> str:
    body = pack_body(SignedCode(1, booking_id_text(rng.getrandbits(50)), 1001, datetime(2025, 1, 25, 3, tzinfo=UTC), 2))
    return encode_signed(body, rng.randbytes(64))


if __name__ == "__main__":
    import sys

    for table in run(TINY if "--tiny" in sys.argv else Sizes()):
        print(table.markdown(), flush=True)
