"""The comparison of code readers, in its smallest size."""

import numpy as np
import pytest

from bench import code_peers, codes
from bench.code_peers import FirstReads
from kiosk_app.camera.frames import Image


def test_every_table_there_is_data_for() -> None:
    tables = {table.title: table for table in codes.run(codes.TINY)}
    practice = {row[0]: row[-1] for row in tables["Practice frames: CPU time"].rows}
    assert practice["a code is held up: CodeReader"] == "1 of 1"
    assert all(len(row) == len(table.columns) for table in tables.values() for row in table.rows)
    if not code_peers.TOOL.is_file():
        pytest.skip("the shared tool is not here")
    read = {row[0]: row[1:3] for row in tables["Frames with one fault each: read, percent"].rows}
    assert read["clean"] == ("100", "100")
    assert read["quiet0"] == ("100", "0")
    costs = {row[0]: row[1] for row in tables["Frames with one fault each: CPU time, wrong contents"].rows}
    assert costs["errors thrown"] == "0"
    assert costs["frames with a wrong content"] == "0"


def test_without_the_tool_the_practice_frames_remain(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(code_peers, "TOOL", code_peers.TOOL.with_name("not_there.py"))
    assert [table.title for table in codes.run(codes.TINY)] == ["Practice frames: CPU time"]
    assert "not beside the project" in capsys.readouterr().err


def test_first_reads_are_told_apart_by_sequence() -> None:
    answers: list[list[bytes]] = [[], [], [b"A"], [], [], [], [b"B"]]
    calls = iter(answers)
    reads = FirstReads(lambda _gray: next(calls), frames=3)
    frame: Image = np.zeros((4, 4), np.uint8)
    for _ in answers:
        reads(frame)
    assert reads.first == [2, None, 0]
