"""Histories of a booth and its office under every fault: whatever happens, what the design promises holds.

A failure names its seed: `run(world, seed)` plays it again.
"""

import pytest

from tests.simulation.history import run
from tests.simulation.themes import THEMES
from tests.simulation.world import World

A_FEW, SHARE, SHARES = 15, 2_500, 20  # 50,000 in a night


def test_a_few_histories(world: World) -> None:
    for seed in range(A_FEW):
        run(world, seed)


@pytest.mark.parametrize("theme", THEMES)
def test_histories_about_one_thing(world: World, theme: str) -> None:
    run(world, 3, THEMES[theme])


def test_the_same_seed_gives_the_same_history(world: World) -> None:
    first, again, other = run(world, 7), run(world, 7), run(world, 8)
    assert first == again
    assert first.requests > 0
    assert first.trace != other.trace


@pytest.mark.nightly
@pytest.mark.parametrize("share", range(SHARES))
def test_a_night_of_histories(world: World, share: int) -> None:
    for seed in range(1_000_000 + share * SHARE, 1_000_000 + (share + 1) * SHARE):
        run(world, seed)
