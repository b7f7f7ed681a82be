"""The portrait benchmark runs from end to end in tiny sizes; figures are not asserted, what holds for any machine is."""

import sys

import numpy as np
import pytest

from bench import labelled, portraits
from bench.portrait_groups import FAULTS, labelled_people, measures_by_tone, practice_people
from bench.tables import Table
from kiosk_app.booth.portrait_rules import RULES
from kiosk_app.camera.face import FaceFinder
from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor


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
    assert {"sharpness", "mouth_visible"} <= {rule for rule, _ in FAULTS}


class Blind(PortraitAssessor):
    """Sees a wall, whoever sits there."""

    def assess(self, bgr: Image) -> Assessment:
        return super().assess(np.full_like(bgr, 200))


def test_whoever_could_not_be_measured_is_counted_and_is_neither_right_nor_wrong() -> None:
    blind = Blind()
    (row,) = (row for row in practice_people(blind, (7,), 2, 1).rows if row[0] == "skin 7, with hijab")
    frames = 2 + len(FAULTS)
    assert row[1:] == ("0 of 2", "0", "-", f"0 of {len(FAULTS)}", "-", f"{frames} of {frames}")
    assert {row[1] for row in measures_by_tone(blind, (7,), 2).rows if row[0] != "frame_l"} == {"0 of 2 measured"}


@pytest.mark.skipif(not labelled.here(), reason=labelled.ABSENT)
def test_no_labelled_face_drops_out_of_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    bases = [face.file for face in labelled.labels() if face.kind == "base"][:3]
    assessed = dict.fromkeys(bases, Blind().assess(labelled.picture(bases[0])))
    table = labelled_people(assessed)
    assert [sum(int(row[place]) for row in table.rows) for place in (1, 2)] == [3, 3]
    monkeypatch.setattr(FaceFinder, "detect", lambda *_: [])
    unknown = labelled_people(assessed).rows[-1]
    assert unknown[:4] == ("no face found, tone unknown", "3", "3", "0 of 0")
