"""A million inputs and more for every parser: runs a second, the slowest, the memory, and whatever broke.

The fuzzers are those of `tests/fuzz`, where a short round of each runs with every test; here they run in two processes.
"""

import multiprocessing
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from bench.processes import say
from bench.tables import Table, number
from tests.fuzz import targets_codes, targets_contract, targets_pictures, targets_store
from tests.fuzz.driver import Outcome, Target, fuzz

COMMAND = "python -m bench fuzz"
_TARGETS: dict[str, Target] = {
    target.name: target
    for module in (targets_codes, targets_contract, targets_pictures, targets_store)
    for target in module.TARGETS
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """Inputs for each parser, in `parts` with seeds of their own; `names` takes only parsers whose name holds one of them."""

    runs: int = 1_000_000
    parts: int = 4
    processes: int = 2
    names: tuple[str, ...] = ()


TINY = Sizes(runs=400, parts=2)


def run(sizes: Sizes) -> Iterable[Table]:
    """One row a parser."""
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in _outcomes(sizes):
        done = outcomes[outcome.name]
        done.append(outcome)
        if len(done) == sizes.parts:
            say(f"fuzz: {outcome.name}: {sum(part.runs for part in done):,} runs")
            for part in done:
                for where, data in part.crashes.items():
                    say(f"fuzz: CRASH {where}: {data[:200]!r}")
    yield Table(
        "Fuzzed parsers",
        COMMAND,
        (
            "parser",
            "runs",
            "runs/s",
            "kinds of answer",
            "crashes",
            "hangs over 100 ms",
            "slowest, ms of CPU",
            "memory growth, MB",
        ),
        tuple(_row(name, outcomes[name]) for name in _chosen(sizes)),
        (
            "Inputs are seeds of the real writers, changed by bytes, words and tokens; one that gives a new kind of answer becomes a seed.",
            "A crash is any exception but the parser's own, and any answer that breaks its promise (a code that nobody signed, a number"
            " that no column holds, ...). Each fuzzer finds a bug planted in its parser (`tests/fuzz/test_fuzz.py`).",
            f"{sizes.parts} seeds a parser in {sizes.processes} processes; runs/s are of one process.",
        ),
    )


def _chosen(sizes: Sizes) -> list[str]:
    return [name for name in _TARGETS if not sizes.names or any(part in name for part in sizes.names)]


def _outcomes(sizes: Sizes) -> Iterator[Outcome]:
    jobs = [(name, sizes.runs // sizes.parts, seed) for name in _chosen(sizes) for seed in range(sizes.parts)]
    if sizes.processes == 1:
        yield from (_part(*job) for job in jobs)
        return
    # A fresh interpreter for each: a fork would take the parent's threads' locks with it.
    with ProcessPoolExecutor(sizes.processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_part, *job) for job in jobs]):
            yield done.result()


def _part(name: str, runs: int, seed: int) -> Outcome:
    return fuzz(_TARGETS[name], runs, seed)


def _row(name: str, parts: list[Outcome]) -> tuple[str, ...]:
    runs, seconds = sum(part.runs for part in parts), sum(part.seconds for part in parts)
    return (
        name,
        f"{runs:,}",
        number(runs / seconds),
        str(max(part.kinds for part in parts)),
        str(len({where for part in parts for where in part.crashes})),
        str(sum(len(part.hangs) for part in parts)),
        number(max(part.slowest_ms for part in parts)),
        number(max(0.0, *(part.growth_mb for part in parts))),
    )
