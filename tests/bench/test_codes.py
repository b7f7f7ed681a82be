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


FRAME: Image = np.zeros((4, 4), np.uint8)


class Answers:
    """A reader that computes for `cpu_s` a look and gives these answers, and a clock that knows."""

    def __init__(self, *answers: bytes, cpu_s: float = 0.0) -> None:
        self._answers = iter(answers)
        self._cpu_s = cpu_s
        self.now = 0.0
        self.at: list[float] = []

    def read(self, _gray: Image, at: float) -> list[bytes]:
        self.at.append(at)
        self.now += self._cpu_s
        answer = next(self._answers)
        return [answer] if answer else []

    def shown(self, frames: int, contents: list[bytes]) -> FirstReads:
        """Frames of eight a second, looked at every 0.3 s at most."""
        reads = FirstReads(self.read, frames, fps=8, every_s=0.3, cpu_s=lambda: self.now)
        reads.expect(contents)
        return reads


def test_the_booth_takes_the_newest_frame_at_its_own_pace() -> None:
    answers = Answers(b"", b"", b"", b"")
    reads = answers.shown(8, [b"A"])
    assert [reads(FRAME) for _ in range(8)] == [[]] * 8
    assert answers.at == [0.0, 0.25, 0.5, 0.875], "looks at 0, 0.3, 0.6 and 0.9 s"
    assert (reads.first, reads.looks) == ([None], 4)


def test_a_reader_that_is_not_done_looks_later() -> None:
    answers = Answers(b"", b"", cpu_s=0.7)
    reads = answers.shown(8, [b"A"])
    for _ in range(8):
        reads(FRAME)
    assert answers.at == [0.0, 0.625], "0.7 s of computing for the first"


def test_only_the_content_that_was_shown_is_a_read_and_another_is_wrong() -> None:
    answers = Answers(b"", b"B", b"A", cpu_s=0.05)
    reads = answers.shown(8, [b"A"])
    assert [reads(FRAME) for _ in range(5)] == [[], [], [b"B"], [], [b"A"]]
    assert reads.first == [pytest.approx(0.65)]
    assert (reads.wrong, reads.looks) == (1, 3)


def test_sequences_are_told_apart_and_begin_all_over_the_rhythm_of_the_looks() -> None:
    answers = Answers(b"A", b"", b"C")
    reads = answers.shown(2, [b"A", b"B", b"C"])
    for _ in range(4):
        reads(FRAME)
    assert reads.first == [0.0, None, pytest.approx(0.3 * 0.236)]
    assert [at % 60 for at in answers.at] == [0.0, 0.125, 0.0]
    assert answers.at == sorted(answers.at)
    with pytest.raises(IndexError):
        reads(FRAME)
