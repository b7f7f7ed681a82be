"""The power fails at any moment of a booth's work: what it had confirmed is there, nothing is half there, and it goes on.

A few disks of each kind here; all places of long recordings, and thousands of disks, in `python -m bench crash_states`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.mutants import MUTANTS
from tests.crash.recorder import Recorder, unavailable
from tests.crash.replay import MODELS, explore, hunt, place_for_disks
from tests.crash.workloads import WORKLOADS

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable())
# Primes, so that the places fall on all kinds of calls.
EVERY = {"birth": 83, "day": 47, "update": 61, "update that fails": 61, "spoilt journal": 331, "shifts": 331}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with place_for_disks() as folder:
        yield folder


@pytest.fixture(scope="module")
def recorder(place: Path) -> Iterator[Recorder]:
    with Recorder(place) as running:
        yield running


@pytest.mark.parametrize("workload", EVERY)
def test_nothing_that_was_confirmed_is_lost(workload: str, recorder: Recorder, place: Path) -> None:
    recording = recorder.record(workload, visits=1 if workload == "shifts" else 2)
    tally = explore(recording, target=1, every=EVERY[workload], place=place)
    assert not tally.wrong
    assert tally.states >= 8
    assert len(tally.opened) >= len(MODELS) - 1


def test_every_workload_has_a_short_form() -> None:
    assert set(EVERY) == set(WORKLOADS) - {"long day"}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_planted_mistake_is_found(mutant: str, recorder: Recorder, place: Path) -> None:
    recording = recorder.record("day", visits=2, mutant=mutant)
    tally = hunt(recording, MUTANTS[mutant], 300, place)
    assert tally.count(MUTANTS[mutant].telltale)
