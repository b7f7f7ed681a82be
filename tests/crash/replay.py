"""From a recording to disks: at each place where the power could fail, what each model may leave, opened and compared."""

import hashlib
import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.confirmed import Confirmed
from tests.crash.disk import Content, Image, Names
from tests.crash.examine import examine
from tests.crash.mutants import Mutant
from tests.crash.operations import Said
from tests.crash.recorder import Recording, laid_out, without_shared
from tests.crash.workloads import WORKLOADS

Model = tuple[Names, Content]
MODELS: tuple[Model, ...] = tuple(itertools.product(Names, Content))
_GOLDEN = 0.618  # the next offset falls into the widest gap; takes `every` to be prime
_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's folder in memory; what is made there has a random name and one owner


@dataclass(frozen=True, slots=True)
class State:
    """A disk that a crash before call number `cut` may leave; `seed` makes the same one of the same recording again."""

    cut: int
    model: Model
    seed: int


@dataclass(slots=True)
class Tally:
    """`opened`: how many disks were opened and compared, by model; `same`: others for which one of these stands, being equal."""

    opened: Counter[Model] = field(default_factory=Counter)
    same: int = 0
    wrong: dict[str, list[State]] = field(default_factory=dict)
    seen: set[tuple[bytes, int]] = field(default_factory=set)

    @property
    def states(self) -> int:
        return self.opened.total()

    def count(self, kind: str) -> int:
        """How many disks were wrong in this way: the beginning of what `examine` says."""
        return len({state for what, states in self.wrong.items() if what.startswith(kind) for state in states})


def explore(recording: Recording, target: int, every: int, place: Path) -> Tally:
    """Opens at least `target` disks, all over the recording: at every so many-th call, then at those beside, then others of these.

    `place` is a folder for disks; in memory it is much faster, and here nothing depends on a real disk.
    """
    tally = Tally()
    for turn in itertools.count():
        before = tally.states
        replay(recording, _cuts(recording, every, turn), turn, place, tally)
        if tally.states >= target or (tally.states == before and turn >= every):
            return tally
    raise AssertionError("unreachable")


def hunt(recording: Recording, mutant: Mutant, limit: int, place: Path) -> Tally:
    """Opens disks until one gives the planted mistake away, or until `limit` were opened."""
    tally = Tally()
    since = next(
        at for at, call in enumerate(recording.operations) if isinstance(call, Said) and call.what == mutant.since
    )
    for turn in itertools.count():
        cuts = _cuts(recording, mutant.every, turn, since)
        replay(recording, cuts, turn, place, tally, lambda: tally.count(mutant.telltale) > 0 or tally.states >= limit)
        if tally.count(mutant.telltale) or tally.states >= limit:
            return tally
    raise AssertionError("unreachable")


def _cuts(recording: Recording, every: int, turn: int, since: int = 0) -> range:
    offset = turn * round(every * _GOLDEN) % every
    return range(since + offset, len(recording.operations) + 1, every)


def replay(
    recording: Recording,
    cuts: Iterable[int],
    seed: int,
    place: Path,
    tally: Tally,
    enough: Callable[[], bool] = lambda: False,
) -> None:
    """Opens what a crash at each of `cuts` may leave in each model; a disk that was opened before counts once."""
    for state, image, confirmed in _states(recording, frozenset(cuts), seed):
        key = (_digest(image), confirmed.count)
        if key in tally.seen:
            tally.same += 1
            continue
        tally.seen.add(key)
        tally.opened[state.model] += 1
        # A name of its own: what a process knows of a data folder it knows by the path.
        with laid_out(image, place / f"disk-{tally.states}") as folder:
            for wrong in examine(folder, confirmed, WORKLOADS[recording.workload]):
                tally.wrong.setdefault(wrong, []).append(state)
        if enough():
            return


@contextmanager
def place_for_disks() -> Iterator[Path]:
    """A folder in memory where the system has one."""
    with tempfile.TemporaryDirectory(prefix="kiosk-crash-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def _states(recording: Recording, cuts: frozenset[int], seed: int) -> Iterator[tuple[State, Image, Confirmed]]:
    disks = {names: recording.disk(names) for names in Names}
    confirmed = Confirmed()
    for said in recording.said:
        confirmed.hear(said)
    for cut, operation in enumerate((*recording.operations, None)):
        if cut in cuts:
            for names, content in MODELS:
                rng = random.Random(f"{cut} {names} {content} {seed}")  # no secrets
                yield (
                    State(cut, (names, content), seed),
                    without_shared(disks[names].after_crash(content, rng)),
                    confirmed,
                )
        if operation is not None:
            for disk in disks.values():
                disk.follow(operation)
        if isinstance(operation, Said):
            confirmed.hear(operation)


def _digest(image: Image) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(image):
        data = image[path]
        digest.update(f"{path} {-1 if data is None else len(data)}\n".encode())
        digest.update(data or b"")
    return digest.digest()
