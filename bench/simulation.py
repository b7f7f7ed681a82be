"""The simulation of booth and office: how many histories a second, what is in them, and how soon planted bugs are found."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.processes import say
from bench.tables import Table, number, percentile
from tests.simulation.history import Told
from tests.simulation.history import run as play
from tests.simulation.hunt import Found, hunt
from tests.simulation.invariants import Violation
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.tasks import Livelock
from tests.simulation.themes import THEMES
from tests.simulation.world import World, world

COMMAND = "python -m bench simulation"
_FIRST_SEED = 5_000_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """`histories` are played; each mutant gets `most` to be found in, of everything and about its own theme."""

    histories: int = 2_000
    most: int = 1_000
    mutants: Sequence[Mutant] = MUTANTS


TINY = Sizes(histories=4, most=3, mutants=MUTANTS[:2])


def run(sizes: Sizes) -> Iterable[Table]:
    """Plays the histories, then hunts the mutants."""
    with world() as made:
        yield _histories(made, sizes)
        yield _mutants(made, sizes)


def _histories(made: World, sizes: Sizes) -> Table:
    told: list[Told] = []
    broken: Counter[str] = Counter()
    seconds: list[float] = []
    for index in range(sizes.histories):
        if index % 500 == 0:
            say(f"simulation: history {index + 1} of {sizes.histories}")
        begun = time.process_time()
        try:
            told.append(play(made, _FIRST_SEED + index))
        except (Violation, Livelock) as error:
            broken[f"{error} (seed {_FIRST_SEED + index})"] += 1
        seconds.append(time.process_time() - begun)
    whole = sum(seconds)
    rows = (
        ("histories", f"{sizes.histories:,}"),
        ("... in which an invariant did not hold", f"{broken.total():,}"),
        ("histories a second of one core", number(sizes.histories / whole)),
        ("CPU ms a history, p50", number(percentile(seconds, 0.5) * 1000)),
        ("CPU ms a history, p95", number(percentile(seconds, 0.95) * 1000)),
        ("requests a history", number(_mean([one.requests for one in told]))),
        ("facts confirmed a history", number(_mean([one.facts for one in told]))),
        ("simulated seconds a history", number(_mean([one.seconds for one in told]))),
    )
    themes = Counter(one.theme for one in told)
    return Table(
        "Simulated histories of a booth and its office",
        COMMAND,
        ("", "value"),
        rows,
        (
            "Real classes on both sides: store, sync engine with its lanes, office application; threads, clocks, sockets and database"
            " files are simulated. Each history ends with peace and a check of all invariants.",
            f"What they were about: {', '.join(f'{name} {count}' for name, count in sorted(themes.items()))}.",
            *sorted(broken),
        ),
    )


def _mutants(made: World, sizes: Sizes) -> Table:
    rows = []
    for mutant in sizes.mutants:
        say(f"simulation: {mutant.name}")
        soon = hunt(made, mutant, sizes.most, THEMES[mutant.theme])
        found = hunt(made, mutant, sizes.most)
        rows.append((mutant.name, _after(found), _after(soon), mutant.theme, (found or soon or Found(0, "")).what))
    return Table(
        "Planted bugs, and after how many histories they are found",
        COMMAND,
        ("bug", "of everything", "of its theme", "theme", "by"),
        tuple(rows),
        (f"At most {sizes.most:,} histories each.",),
    )


def _after(found: Found | None) -> str:
    return "not found" if found is None else f"{found.after:,}"


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
