"""One simulated world for the tests of a module: its patches are gone when the next module's tests begin."""

from collections.abc import Iterator

import pytest

from tests.simulation.world import World
from tests.simulation.world import world as simulated


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with simulated() as made:
        yield made
