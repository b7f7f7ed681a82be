"""The table of power cuts: every kind of wrong has its column, every mutant its row."""

import pytest

from bench import crash_states
from tests.crash.mutants import MUTANTS
from tests.crash.recorder import unavailable
from tests.crash.workloads import WORKLOADS

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable())


def test_every_workload_and_mutant_has_its_row() -> None:
    disks, models, planted = crash_states.run(crash_states.TINY)
    assert [row[0] for row in disks.rows] == ["birth", "day", "all"]
    assert disks.columns[4:-1] == crash_states.KINDS
    assert int(disks.rows[-1][3]) >= sum(plan.states for plan in crash_states.TINY.plans.values())
    assert [row[0] for row in models.rows] == ["ordered", "posix"]
    assert {row[0] for row in planted.rows} == set(MUTANTS)


def test_the_long_form_opens_ten_thousand_disks_of_every_workload() -> None:
    plans = crash_states.Sizes().plans
    assert set(plans) == set(WORKLOADS)
    assert sum(plan.states for plan in plans.values()) >= 10_000


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_no_power_cut_loses_or_spoils_anything() -> None:
    disks, _models, planted = crash_states.run(crash_states.Sizes())
    total = dict(zip(disks.columns, disks.rows[-1], strict=True))
    assert int(total["disks"].replace(",", "")) >= 10_000
    assert {total[kind] for kind in crash_states.KINDS} == {"0"}
    assert "NOT FOUND" not in {row[2] for row in planted.rows}
