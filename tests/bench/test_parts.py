"""Every benchmark runs from end to end in tiny sizes; what it measures is asserted, how long it takes never is."""

import itertools
import platform
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bench import camera_faults, ledger, live, memory, soak, start, truth
from bench.folders import Enrolled, enrolled
from bench.machine import describe, filesystem
from bench.past import A_DAY, ARRIVED, NOW, TODAY, WAITING, PastClock, facts_of, roster_of
from bench.tables import Table, number, percentile
from kiosk_app.assembly import open_booth
from kiosk_app.booth.admission import Admit
from kiosk_app.booth.facts import Arrived
from kiosk_app.camera.face import FaceBox, FaceFinder, FaceMesh
from kiosk_app.camera.frames import Image
from kiosk_app.paths import DATA_VARIABLE

SEED = 5


@pytest.fixture(scope="module")
def booth() -> Iterator[Enrolled]:
    with enrolled() as made:
        yield made


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [percentile(values, share) for share in (0.0, 0.2, 0.21, 0.5, 0.95, 1.0)] == [1, 1, 2, 3, 5, 5]
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.12345, "0.123"), (1.239, "1.24"), (12.39, "12.4"), (123.9, "124"), (12345.6, "12,346")],
)
def test_a_number_shows_three_figures(value: float, text: str) -> None:
    assert number(value) == text


def test_a_table_is_markdown_with_its_command() -> None:
    text = Table("Title", "python -m bench x", ("", "ms"), (("a", "1"), ("b", "2")), ("a note",)).markdown()
    assert text.splitlines() == [
        "## Title", "", "`python -m bench x`", "", "|  | ms |", "| --- | ---: |", "| a | 1 |", "| b | 2 |", "", "- a note",
    ]  # fmt: skip


def test_the_machine_is_told_without_its_name() -> None:
    said = describe()
    assert platform.python_version() in said
    assert platform.node() not in said


@pytest.mark.skipif(sys.platform != "linux", reason="other systems list no mounts")
def test_the_file_system_of_a_folder_is_the_nearest_mount() -> None:
    assert filesystem(Path("/proc/self")) == "proc"


def test_the_past_has_as_many_facts_as_asked_for_in_order(booth: Enrolled) -> None:
    total = TODAY + 2 * A_DAY + 7
    facts = list(facts_of(total, SEED, roster_of(400, SEED, booth.profile, booth.keys)))
    moments = [moment for moment, _ in facts]
    assert len(facts) == total
    assert moments == sorted(moments)
    days = Counter(moment.date() for moment in moments)
    assert [days[NOW.date() - timedelta(days=ago)] for ago in (0, 1, 2, 3)] == [TODAY, A_DAY, A_DAY, 7]


def test_the_roster_is_the_same_for_the_same_seed_and_mostly_on_other_days(booth: Enrolled) -> None:
    roster = roster_of(700, SEED, booth.profile, booth.keys)
    assert roster == roster_of(700, SEED, booth.profile, booth.keys)
    days = Counter(booking.slot.date() for booking in roster)
    assert days[NOW.date()] == TODAY
    assert max(count for day, count in days.items() if day != NOW.date()) == A_DAY


@pytest.mark.parametrize("size", [100, 430])
def test_the_queue_of_today_is_the_same_for_every_size(booth: Enrolled, size: int) -> None:
    past = booth.with_past(size, SEED)
    opened = open_booth(past.paths, PastClock())
    try:
        assert opened.outbox.counts().captured == size
        assert opened.roster.count() == size
        assert len(opened.journal.open_visits(NOW.date())) == WAITING
        here = {record.fact.booking for record in opened.journal.facts(NOW.date()) if isinstance(record.fact, Arrived)}
        assert here <= {booking.id for booking in past.roster[:ARRIVED]}
        decision = opened.reception().look(past.roster[ARRIVED].number)
        assert isinstance(decision, Admit)
    finally:
        opened.close()


def test_the_ledger_is_measured_in_every_size() -> None:
    (table,) = ledger.run(ledger.TINY)
    assert [len(row) for row in table.rows] == [len(table.columns)] * 7
    assert "30 p50" in table.columns


def test_the_cameras_threads_are_measured_at_both_sizes() -> None:
    (table,) = live.run(live.TINY)
    assert [len(row) for row in table.rows] == [len(table.columns)] * 12
    assert float(table.rows[5][1]) > 0, "somebody who sits is judged"


def test_a_fault_of_a_camera_is_named_as_it_should_be() -> None:
    (table,) = camera_faults.run(camera_faults.TINY)
    assert table.rows[0][2] == "1 of 1"


def test_practice_people_are_measured_against_their_truth() -> None:
    tables = list(truth.run(truth.TINY))
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)
    assert {row[2] for row in tables[0].rows} == {"6 of 6 frames"}


def test_practice_people_who_are_not_measured_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = itertools.count()
    found = FaceFinder.mesh_of_box

    def lost_at_first(finder: FaceFinder, bgr: Image, box: FaceBox) -> FaceMesh | None:
        """Not the first frame of each sweep, which has six, nor that of every third script, which has two."""
        return None if next(calls) % 6 == 0 else found(finder, bgr, box)

    monkeypatch.setattr(FaceFinder, "mesh_of_box", lost_at_first)
    errors, readings, verdicts = truth.run(truth.TINY)
    assert {row[2] for row in errors.rows} == {"5 of 6 frames"}
    assert {row[1] for row in readings.rows} == {"2 of 2 people"}, "angles from 0 on were measured"
    assert [row[2] for row in verdicts.rows] == [f"{count} of 2 frames" for count in (1, 2, 2, 1, 2, 2)]


def test_the_soak_runs_and_leaves_nothing_running() -> None:
    faults, taken = soak.run(soak.TINY)
    assert faults.rows
    threads = next(row for row in taken.rows if row[0] == "threads")
    assert threads[1] == threads[-1]


def test_the_start_is_timed_in_processes_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    (table,) = start.run(start.TINY)
    assert table.rows[0][-1] == "1.00"
    assert float(table.rows[1][-1]) > 0


def test_the_memory_is_read_on_both_screens() -> None:
    (table,) = memory.run(memory.TINY)
    assert len(table.rows) == 3
    assert table.rows[0][-1] == "0"
