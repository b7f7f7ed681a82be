"""A short round of every fuzzer with fixed seeds, and the bug in each parser that it must find. The million is `bench fuzz`."""

import random

import pytest

from tests.fuzz import targets_codes, targets_contract, targets_pictures, targets_store
from tests.fuzz.driver import Target, fuzz
from tests.fuzz.mutate import Form, Mutator

TARGETS = {
    target.name: target
    for module in (targets_codes, targets_contract, targets_pictures, targets_store)
    for target in module.TARGETS
}
_SHORT, _SHORT_SLOW = 800, 150
_ENOUGH = 30_000  # inputs within which a planted bug must be found


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_breaks_the_parser(name: str) -> None:
    target = TARGETS[name]
    outcome = fuzz(target, _SHORT_SLOW if target.slow else _SHORT, seed=4)
    assert outcome.crashes == {}
    assert outcome.hangs == []
    assert outcome.growth_mb < 50
    assert outcome.kinds >= 2, "a fuzzer that only ever sees one answer of a parser finds nothing"


@pytest.mark.parametrize("name", TARGETS)
def test_the_planted_bug_is_found(name: str) -> None:
    target = TARGETS[name]
    with target.planted():
        outcome = fuzz(target, _ENOUGH, seed=4, until_crash=True)
    assert outcome.crashes


def test_a_hang_is_found() -> None:
    def slow(data: bytes) -> int:
        return sum(n * n for n in range(3_000_000)) if data[:1] == b"x" else 0

    target = Target("slow", slow, (b"abc",), TARGETS["typed codes"].planted, words=(b"x",))
    assert fuzz(target, 3000, seed=1, until_crash=True).hangs


def test_the_same_seed_gives_the_same_inputs() -> None:
    def inputs(seed: int) -> list[bytes]:
        mutator = Mutator(random.Random(seed), Form.JSON, [b'{"a": [1, "b"]}'], [b"x"], 100)
        return [mutator.next() for _ in range(50)]

    assert inputs(1) == inputs(1) != inputs(2)
    assert all(len(data) <= 100 for data in inputs(3))
