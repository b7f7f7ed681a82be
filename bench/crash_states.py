"""The power fails at any moment: how many disks that it could leave were opened, and what was wrong with them.

A booth of real parts works under a recorder of its system calls. At each place of the recording, disks are made as each model of a file
system allows, the program is started on them, and what it finds is compared with what had been confirmed before.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bench.processes import say
from bench.tables import Table, number
from tests.crash.disk import Content, Names
from tests.crash.mutants import MUTANTS
from tests.crash.operations import Said
from tests.crash.recorder import Recorder, Recording, unavailable
from tests.crash.replay import MODELS, Tally, explore, hunt, place_for_disks

COMMAND = "python -m bench crash_states"
KINDS = ("lost", "corrupt", "half", "left", "stuck")


@dataclass(frozen=True, slots=True)
class Plan:
    """`visits`: how long the booth works; `states`: how many disks to open at least; `every`: one place in so many at first (a prime)."""

    visits: int
    states: int
    every: int = 2


def _plans(**plans: Plan) -> Mapping[str, Plan]:
    return MappingProxyType({name.replace("_", " "): plan for name, plan in plans.items()})


@dataclass(frozen=True, slots=True)
class Sizes:
    """`mutant_states`: after how many disks a planted mistake counts as not found."""

    plans: Mapping[str, Plan] = field(
        default_factory=lambda: _plans(
            birth=Plan(3, 1_800), day=Plan(6, 3_600), long_day=Plan(24, 1_500, 7), update=Plan(2, 1_300),
            update_that_fails=Plan(2, 1_300), spoilt_journal=Plan(2, 500, 5), shifts=Plan(2, 500, 5),
        )
    )  # fmt: skip
    mutant_states: int = 1_000


TINY = Sizes(_plans(birth=Plan(1, 6, 211), day=Plan(1, 6, 211)), 2)


@dataclass(frozen=True, slots=True)
class Explored:
    """One workload's disks. `seconds` is what they took."""

    workload: str
    recording: Recording
    tally: Tally
    seconds: float


def explored(sizes: Sizes, place: Path, recorder: Recorder) -> Iterable[Explored]:
    """Records each workload and opens its disks."""
    for name, plan in sizes.plans.items():
        say(f"crash_states: {name}, {plan.states:,} disks")
        recording = recorder.record(name, plan.visits)
        begun = time.perf_counter()
        tally = explore(recording, plan.states, plan.every, place)
        yield Explored(name, recording, tally, time.perf_counter() - begun)


def run(sizes: Sizes) -> Iterable[Table]:
    """All workloads, then the planted mistakes; nothing where nothing can be recorded."""
    reason = unavailable()
    if reason:
        say(f"crash_states: left out, {reason}")
        return
    with place_for_disks() as place, Recorder(place) as recorder:
        results = list(explored(sizes, place, recorder))
        yield _by_workload(results)
        yield _by_model(results)
        yield _mutants(sizes, place, recorder)


def _by_workload(results: list[Explored]) -> Table:
    rows = [
        (
            one.workload,
            f"{len(one.recording.operations):,}",
            f"{_confirmed(one.recording):,}",
            f"{one.tally.states:,}",
            *(f"{one.tally.count(kind):,}" for kind in KINDS),
            number(one.tally.states / one.seconds),
        )
        for one in results
    ]
    states = sum(one.tally.states for one in results)
    wrong = [f"{sum(one.tally.count(kind) for one in results):,}" for kind in KINDS]
    rate = number(states / sum(one.seconds for one in results))
    rows.append(("all", "", "", f"{states:,}", *wrong, rate))
    return Table(
        "Power cuts: disks opened after each, and what was wrong with them",
        COMMAND,
        ("", "calls recorded", "confirmed", "disks", *KINDS, "disks/s"),
        tuple(rows),
        (
            "A disk is what a cut between two calls could leave; equal ones with the same confirmations before them count once.",
            "lost: something confirmed is not there (record, photo, answer of the office, page of the roster, wrong PIN, rules);"
            " corrupt: cannot be opened, chain or photo not as written, or put aside; half: a part of a transaction;"
            " left: a file that nobody clears away; stuck: a second start finds something else, or nothing can be written.",
            "Each disk was started twice as the program starts, its journal verified to the last signature, its photos opened"
            " with the office's key, its projections computed anew.",
        ),
    )


def _by_model(results: list[Explored]) -> Table:
    rows = []
    for names in Names:
        cells = []
        for content in Content:
            opened = sum(one.tally.opened[names, content] for one in results)
            wrong = {
                (one.workload, state)
                for one in results
                for states in one.tally.wrong.values()
                for state in states
                if state.model == (names, content)
            }
            cells.append(f"{opened:,} ({len(wrong):,} wrong)")
        rows.append((names.value, *cells))
    return Table(
        "Power cuts: disks by model",
        COMMAND,
        ("names", *(f"unsynced content: {content.value}" for content in Content)),
        tuple(rows),
        (
            "ordered: a journalling file system, as ext4; posix: a name is durable only once its folder was synced.",
            "none: nothing that was not synced is there; subset: any of those writes; torn: any 512-byte sectors of them.",
        ),
    )


def _mutants(sizes: Sizes, place: Path, recorder: Recorder) -> Table:
    rows = []
    for mutant, planted in MUTANTS.items():
        say(f"crash_states: planted, {mutant}")
        recording = recorder.record("day", 2, mutant)
        tally = hunt(recording, planted, sizes.mutant_states, place)
        found = next((what for what in tally.wrong if what.startswith(planted.telltale)), "NOT FOUND")
        rows.append((mutant, f"{tally.states:,}", found))
    return Table(
        "Power cuts: planted mistakes",
        COMMAND,
        ("planted in the booth", "disks until found", "by"),
        tuple(rows),
        (f"Of {len(MODELS)} models in turn, at places that are spread over a day of two applicants.",),
    )


def _confirmed(recording: Recording) -> int:
    return sum(isinstance(call, Said) for call in recording.operations)
