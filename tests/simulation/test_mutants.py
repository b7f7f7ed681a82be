"""The histories can fail: each bug of the list, planted into the real classes, is found by them."""

import pytest

from tests.simulation.hunt import hunt
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.themes import THEMES
from tests.simulation.world import World

SOON, DEMANDED = 60, 1_000


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_it_is_found_where_one_looks_for_it(world: World, mutant: Mutant) -> None:
    assert hunt(world, mutant, SOON, THEMES[mutant.theme]) is not None


@pytest.mark.nightly
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_it_is_found_among_histories_of_everything(world: World, mutant: Mutant) -> None:
    assert hunt(world, mutant, DEMANDED) is not None
