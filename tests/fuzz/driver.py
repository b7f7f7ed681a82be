"""Feeds a parser with inputs and watches it: only its own errors, no hang, no memory that grows."""

import random
import signal
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from unittest import mock

from tests.fuzz.mutate import Form, Mutator

HANG_S = 0.1
_WATCHED = 500  # runs under one alarm
_ALARM_S = 20.0
Planted = Callable[[], AbstractContextManager[object]]


class NotAsPromised(Exception):
    """A parser let something through that it must not."""


class Hang(Exception):
    """A run that does not end."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser. `run` raises for a crash only, and returns what kind of answer it gave, so that new kinds are followed up.

    `planted` puts a bug into the parser that the fuzzer must find. `expected` are the parser's own errors.
    """

    name: str
    run: Callable[[bytes], Hashable]
    seeds: tuple[bytes, ...]
    planted: Planted
    form: Form = Form.BYTES
    words: tuple[bytes, ...] = ()
    expected: tuple[type[BaseException], ...] = ()
    longest: int = 6000
    slow: bool = False  # so slow that a million runs take more than ten minutes


@dataclass(slots=True)
class Outcome:
    """What a fuzzer came to. `crashes` by the place where they happened, with the first input that led there."""

    name: str
    runs: int = 0
    seconds: float = 0.0
    growth_mb: float = 0.0
    kinds: int = 0
    slowest_ms: float = 0.0
    crashes: dict[str, bytes] = field(default_factory=dict)
    hangs: list[bytes] = field(default_factory=list)


def patched(owner: object, name: str, value: object) -> Planted:
    """A bug planted by another value of a name of the parser's."""
    return lambda: mock.patch.object(owner, name, value)


def fuzz(target: Target, runs: int, seed: int, *, until_crash: bool = False) -> Outcome:
    """`runs` inputs; the same seed gives the same inputs."""
    mutator = Mutator(random.Random(f"{target.name} {seed}"), target.form, target.seeds, target.words, target.longest)
    outcome = Outcome(target.name)
    known: set[Hashable] = set()
    for sample in target.seeds:
        _one(target, sample, outcome, known)
    before_mb, begun = _rss_mb(), time.perf_counter()
    with _alarm() as rearm:
        for number in range(runs):
            if number % _WATCHED == 0:
                rearm()
            data = mutator.next()
            if _one(target, data, outcome, known) and len(data) <= target.longest:
                mutator.keep(data)
            if until_crash and (outcome.crashes or outcome.hangs):
                break
    outcome.seconds = time.perf_counter() - begun
    outcome.growth_mb = _rss_mb() - before_mb
    outcome.kinds = len(known)
    return outcome


def _one(target: Target, data: bytes, outcome: Outcome, known: set[Hashable]) -> bool:
    """Whether this input did something new."""
    outcome.runs += 1
    begun = time.thread_time()
    try:
        kind: Hashable = target.run(data)
    except target.expected as error:
        kind = _way(error)
    except Hang:
        outcome.hangs.append(data)
        return False
    except Exception as error:  # noqa: BLE001 - what nobody expected is what is looked for
        outcome.crashes.setdefault(f"{type(error).__name__} {error} {_way(error)[-4:]}"[:300], data)
        kind = _way(error)
    spent = time.thread_time() - begun
    if spent * 1000 > outcome.slowest_ms:
        outcome.slowest_ms = spent * 1000
        if spent > HANG_S and _still_slow(target, data):
            outcome.hangs.append(data)
    if kind in known:
        return False
    known.add(kind)
    return len(known) < 5000


def _still_slow(target: Target, data: bytes) -> bool:
    """The first run of a kind may pay for an import or a cache; a second one is the parser's own time."""
    begun = time.thread_time()
    try:
        target.run(data)
    except target.expected:
        return time.thread_time() - begun > HANG_S
    return time.thread_time() - begun > HANG_S


def _way(error: BaseException) -> tuple[int, ...]:
    """The lines through which an error and its causes came: another way is another kind of input."""
    lines: list[int] = []
    cause: BaseException | None = error
    while cause is not None and len(lines) < 30:
        trace = cause.__traceback__
        while trace is not None and len(lines) < 30:
            lines.append(trace.tb_lineno)
            trace = trace.tb_next
        cause = cause.__cause__
    return tuple(lines)


@contextmanager
def _alarm() -> Iterator[Callable[[], None]]:
    """Ends a run that hangs in Python code, where the system has alarms and this is the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, ring)
    try:
        yield lambda: _set_alarm(_ALARM_S)
    finally:
        _set_alarm(0.0)
        signal.signal(signal.SIGALRM, before)


def _set_alarm(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _rss_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6
