"""The cases find the bugs that they are there for."""

import pytest

from tests.hostile.mutants import MUTANTS
from tests.hostile.stage import Stage
from tests.hostile.test_cases import CASES
from tests.hostile.trial import attempt


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_caught(name: str, stage: Stage) -> None:
    mutant = MUTANTS[name]
    with mutant.plant():
        faults = attempt(stage, CASES[mutant.case], heal=False)
    assert faults
