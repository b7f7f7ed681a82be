"""The portrait benchmark runs from end to end in tiny sizes; figures are not asserted, what holds for any machine is."""

import sys

import pytest

from bench import labelled, portraits
from bench.portrait_groups import FAULTS
from bench.tables import Table
from kiosk_app.booth.portrait_rules import RULES


@pytest.mark.skipif(sys.platform != "linux", reason="the memory table is Linux's")
def test_it_runs_and_tells_every_part() -> None:
    tables = {table.title.split(",")[0].split(":")[0]: table for table in portraits.run(portraits.TINY)}
    for title in ("Crop", "Judging portraits", "Memory of the vision part", "Measures by skin tone"):
        assert tables[title].rows
        assert all(len(row) == len(tables[title].columns) for row in tables[title].rows)
    people = tables["Practice people by skin tone (0 light"].rows
    assert len(people) == 4
    assert {row[1] for row in people} == {"1 of 1"}
    assert ("Portrait checks on the labelled faces" in tables) == labelled.here()


def test_where_no_labelled_faces_are_their_tables_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelled, "here", lambda: False)
    people = Table("people", "", (), ())
    monkeypatch.setattr(portraits, "practice_people", lambda *_: people)
    assert next(iter(portraits.run(portraits.TINY))) is people


def test_every_fault_names_a_rule() -> None:
    assert {rule for rule, _ in FAULTS} <= set(RULES)
