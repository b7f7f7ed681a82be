"""How soon the histories find a planted bug."""

from dataclasses import dataclass

from tests.simulation.history import run
from tests.simulation.invariants import Violation
from tests.simulation.mutants import Mutant
from tests.simulation.tasks import Livelock
from tests.simulation.themes import Theme
from tests.simulation.world import World


@dataclass(frozen=True, slots=True)
class Found:
    """`after` histories, by `what`: the words of the invariant that did not hold."""

    after: int
    what: str


def hunt(world: World, mutant: Mutant, most: int, theme: Theme | None = None) -> Found | None:
    """Plays up to `most` histories with the bug in place; None where none of them minds.

    A mutant that falls over its own feet is not found by that: its error goes on to the caller.
    """
    for seed in range(most):
        try:
            with mutant.planted():
                run(world, seed, theme)
        except Violation as violation:
            return Found(seed + 1, str(violation))
        except Livelock:
            return Found(seed + 1, "a history without end")
    return None
