"""The load benchmark in its smallest size: it runs, loses nothing and fills every cell that the database has."""

import pytest

from bench import office_load
from bench.postgres import find_binaries


@pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed")
def test_it_runs_on_both_databases() -> None:
    (table,) = office_load.run(office_load.TINY)
    assert [row[0] for row in table.rows] == ["PostgreSQL"] * 3 + ["SQLite"] * 3
    assert {row[6] for row in table.rows} == {"0"}, "lost, doubled or missed"
    assert all(len(row) == len(table.columns) for row in table.rows)
