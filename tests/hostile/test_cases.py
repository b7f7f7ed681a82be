"""Every lie: no crash, nothing taken in, nothing lost, memory bounded, and the status says that something is wrong."""

import pytest

from tests.hostile import cases_pulls, cases_records, cases_rest
from tests.hostile.stage import Stage
from tests.hostile.trial import Case, attempt

EVERY: tuple[Case, ...] = (*cases_records.CASES, *cases_pulls.CASES, *cases_rest.CASES)
CASES = {case.name: case for case in EVERY}
# A third of a second of work each: one of five with every test, all of them at night.
_PARAMETERS = [
    pytest.param(name, marks=() if place % 5 == 0 else pytest.mark.nightly) for place, name in enumerate(CASES)
]


@pytest.mark.parametrize("name", _PARAMETERS)
def test_the_booth_is_sound(name: str, stage: Stage) -> None:
    assert attempt(stage, CASES[name]) == []


def test_there_are_enough_of_them_and_no_two_have_one_name() -> None:
    assert len(CASES) == len(EVERY) >= 140
