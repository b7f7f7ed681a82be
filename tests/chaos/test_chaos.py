"""Booth and office killed at random over a network that lies: nothing lost, doubled, invented, misordered or damaged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.chaos import PULL_REQUEST
from bench.faults.chaos import Plan, Result, prepare, run
from bench.faults.nursery import Nursery
from bench.postgres import find_binaries, postgres
from tests.chaos.conftest import SMALL
from tests.chaos.mutants import CRIMES, RARER, any_200_is_ack, mark_before_send


def check(plan: Plan, result: Result) -> None:
    assert result.verdict.faults() == {}
    assert (result.kills, result.office_kills) == (plan.kills, plan.office_kills)
    assert result.records >= plan.records
    assert result.photos >= plan.records // 5 - plan.kills - 1  # what a start has to tell is a record too


@pytest.mark.timeout(180)
def test_what_was_confirmed_arrives_once_in_order_and_whole(folder: Path, nursery: Nursery) -> None:
    result = run(SMALL, folder, nursery)
    check(SMALL, result)
    assert sum(result.struck.values()) > 5


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "mutant",
    [any_200_is_ack, mark_before_send, *(pytest.param(one, marks=pytest.mark.nightly) for one in RARER)],
    ids=lambda one: one.__name__,
)
def test_a_bug_is_caught(mutant: Callable[[], None], folder: Path, nursery: Nursery) -> None:
    plan = replace(SMALL, kills=1, office_kills=0, last_s=5.0, plant=f"{mutant.__module__}:{mutant.__name__}")
    assert CRIMES[mutant] in run(plan, folder, nursery).verdict.faults()


@pytest.mark.nightly
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_bad_week(kind: str, tmp_path: Path, nursery: Nursery) -> None:
    if kind == "sqlite":
        plan = PULL_REQUEST
        prepare(plan, tmp_path)
        check(plan, run(plan, tmp_path, nursery))
        return
    if find_binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres() as server:
        plan = replace(PULL_REQUEST, database=server.database())
        prepare(plan, tmp_path)
        check(plan, run(plan, tmp_path, nursery))
