"""The same moves, chosen by Hypothesis, which makes a failing history as short as it can. The model is a dict of facts."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.simulation.booth_side import Confirmed
from tests.simulation.history import Scene
from tests.simulation.invariants import Violation
from tests.simulation.mutants import MUTANTS
from tests.simulation.play import Play
from tests.simulation.weathers import WEATHERS, Change
from tests.simulation.world import World

QUIET = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,), database=None, print_blob=False
)
SHORT = settings(QUIET, max_examples=6, stateful_step_count=12, derandomize=True)
LONG = settings(QUIET, max_examples=1_500, stateful_step_count=25, phases=(Phase.generate, Phase.shrink))


class Visits(RuleBasedStateMachine):
    """A booth's day. `facts` is what its screen has confirmed: the journal and in the end the office must say the same."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._scene: Scene | None = None
        self.facts: dict[str, Confirmed] = {}

    @property
    def play(self) -> Play:
        assert self._scene is not None
        return self._scene.plays[0]

    @initialize(source=st.randoms(use_true_random=False), seed=st.integers(0, 1000), batch=st.integers(1, 4))
    def begin(self, source: object, seed: int, batch: int) -> None:
        self._world.history(seed)
        self._scene = Scene(self._world, 1, source)  # type: ignore[arg-type]  # a Random, as Hypothesis makes them
        self.play.small_batches(batch)
        self.play.start()

    @rule(calls=st.integers(0, 2))
    def serve(self, calls: int) -> None:
        self.play.serve(calls)

    @rule()
    def photograph(self) -> None:
        self.play.photograph()

    @rule()
    def news(self) -> None:
        self.play.change_bookings()

    @rule(change=st.sampled_from(WEATHERS))
    def weather(self, change: Change) -> None:
        change(self.play.weather, self.play.rng)

    @rule(seconds=st.sampled_from([0.0, 0.3, 2.0, 20.0, 100.0]))
    def wait(self, seconds: float) -> None:
        assert self._scene is not None
        self._scene.wait(seconds)
        self.play.start()

    @rule(reboots=st.booleans())
    def crash(self, reboots: bool) -> None:
        self.play.crash(reboots)
        self.play.start()

    @rule()
    def crash_later(self) -> None:
        self.play.crash_later()

    @rule(seconds=st.sampled_from([1.0, 15.0]))
    def office_crash(self, seconds: float) -> None:
        self.play.office_crash(seconds)

    @rule(seconds=st.sampled_from([1.0, 15.0]))
    def office_crash_later(self, seconds: float) -> None:
        self.play.office_crash_later(seconds)

    @rule()
    def move_clock(self) -> None:
        self.play.move_clock()

    @rule()
    def wake(self) -> None:
        self.play.wake()

    @rule()
    def poison(self) -> None:
        self.play.poison()

    @invariant()
    def what_was_confirmed_is_kept(self) -> None:
        if self._scene is None:
            return
        self.facts |= {one.id: one for one in self.play.booth.witness.confirmed}
        kept = self.play.watch.records()
        assert {name: (one.seq, one.applicant) for name, one in self.facts.items()} == {
            name: (kept[name].seq, kept[name].applicant) for name in self.facts if name in kept
        }

    def teardown(self) -> None:
        if self._scene is None:
            return
        self._scene.finish()
        arrived = self.play.watch.arrived()
        assert self.facts.keys() - self.play.watch.allowed.poison <= arrived.keys()


def _machine(world: World) -> Any:
    """Hypothesis asks for a class, and only ever calls it."""
    return lambda: Visits(world)


def test_whatever_is_chosen_all_is_well(world: World) -> None:
    run_state_machine_as_test(_machine(world), settings=SHORT)


@pytest.mark.nightly
def test_whatever_is_chosen_in_a_night(world: World) -> None:
    run_state_machine_as_test(_machine(world), settings=LONG)


def test_a_planted_bug_is_found(world: World) -> None:
    (mutant,) = (one for one in MUTANTS if one.name == "mark-before-send")
    with mutant.planted(), pytest.raises(Violation):
        run_state_machine_as_test(_machine(world), settings=settings(SHORT, max_examples=100))
