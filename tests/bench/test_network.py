"""Chaos and catching up run from end to end in tiny sizes; what they count is asserted, how long it takes never is."""

import pytest

from bench import catch_up, chaos
from bench.faults.namespaces import missing


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_chaos_is_counted() -> None:
    (table,) = chaos.run(chaos.TINY)
    told = {row[0]: row[1] for row in table.rows}
    assert int(told["records"]) >= 10
    assert told["kills of the booth"] == "1"
    assert [row[1] for row in table.rows[-15:]] == ["0"] * 15


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.skipif(bool(missing()), reason=missing() or "it can")
def test_catching_up_is_measured() -> None:
    speed, lanes, screen, first = catch_up.run(catch_up.TINY)
    assert all(len(row) == len(table.columns) for table in (speed, lanes, screen, first) for row in table.rows)
    assert speed.rows[-1][0] == "naive client"
    assert all(float(row[1]) > 0 for row in speed.rows)
