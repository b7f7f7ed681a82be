"""Exposure and white balance that are held, refused, or held and no good; and who orders it.

There is no camera on a build machine: controls that answer as drivers do stand in for cv2.VideoCapture.
"""

import threading
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from kiosk_app.camera.exposure import DIRECT_SHOW, V4L2, Automatic, ExposureLock
from kiosk_app.camera.frames import Image
from kiosk_app.camera.reading import FrameReader
from kiosk_app.camera.sink import FaultBoard
from kiosk_app.camera.slot import LatestFrame
from tests.camera.worker_rig import QUICK, Listener, Script, noise

SWITCH, EXPOSURE = cv2.CAP_PROP_AUTO_EXPOSURE, cv2.CAP_PROP_EXPOSURE
WHITE_SWITCH, WHITE = cv2.CAP_PROP_AUTO_WB, cv2.CAP_PROP_WB_TEMPERATURE


class Controls:
    """A UVC camera under V4L2; `takes` are the properties it has, `jumps_to` the exposure it falls back to."""

    def __init__(
        self, takes: frozenset[int] = frozenset({SWITCH, EXPOSURE, WHITE_SWITCH, WHITE}), jumps_to: float | None = None
    ) -> None:
        self.values = {SWITCH: 3.0, EXPOSURE: 250.0, WHITE_SWITCH: 1.0, WHITE: 4600.0}
        self.asked: list[tuple[int, float]] = []
        self._takes = takes
        self._jumps_to = jumps_to

    def set(self, key: int, value: float, /) -> bool:
        self.asked.append((key, value))
        if key not in self._takes or (key == SWITCH and value not in (1.0, 3.0)):
            return False
        if (key, value) == (SWITCH, 1.0) and self._jumps_to is not None:
            self.values[EXPOSURE] = self._jumps_to
        self.values[key] = value
        return True

    def get(self, key: int, /) -> float:
        return self.values[key] if key in self._takes else -1.0


def lit(level: int) -> Image:
    return np.full((48, 64, 3), level, np.uint8)


def refusals(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    fields = [record.__dict__["fields"] for record in caplog.records if record.message == "camera-not-locked"]
    return [(told["part"], told["reason"]) for told in fields]


def test_what_the_camera_chose_is_kept_and_given_back(caplog: pytest.LogCaptureFixture) -> None:
    controls = Controls()
    lock = ExposureLock(controls, "cam", V4L2)
    lock.lock(lit(120), 0.0)
    assert controls.values == {SWITCH: 1.0, EXPOSURE: 250.0, WHITE_SWITCH: 0.0, WHITE: 4600.0}
    assert {key for key, _ in controls.asked} == {SWITCH, WHITE_SWITCH}
    asked = len(controls.asked)
    lock.lock(lit(120), 0.5)
    assert len(controls.asked) == asked
    lock.unlock()
    assert controls.values == {SWITCH: 3.0, EXPOSURE: 250.0, WHITE_SWITCH: 1.0, WHITE: 4600.0}
    assert refusals(caplog) == []


def test_an_exposure_that_jumps_is_written_back() -> None:
    controls = Controls(jumps_to=20.0)
    ExposureLock(controls, "cam", V4L2).lock(lit(120), 0.0)
    assert controls.values[EXPOSURE] == 250.0


@pytest.mark.parametrize("now", [60, 200])
def test_a_picture_that_changes_with_the_lock_undoes_the_exposure_and_not_the_white_balance(
    now: int, caplog: pytest.LogCaptureFixture
) -> None:
    controls = Controls()
    lock = ExposureLock(controls, "cam", V4L2)
    lock.lock(lit(120), 10.0)
    lock.look(lit(125), 10.1)
    lock.look(lit(now), 10.2)
    assert (controls.values[SWITCH], controls.values[WHITE_SWITCH]) == (3.0, 0.0)
    assert refusals(caplog) == [("exposure", "the picture changed")]
    lock.unlock()
    lock.lock(lit(120), 20.0)  # not again with this camera, and not told again
    assert (controls.values[SWITCH], controls.values[WHITE_SWITCH]) == (3.0, 0.0)
    assert len(refusals(caplog)) == 1


def test_light_that_changes_later_does_not_undo_the_lock() -> None:
    controls = Controls()
    lock = ExposureLock(controls, "cam", V4L2)
    lock.lock(lit(120), 10.0)
    lock.look(lit(60), 11.5)
    assert controls.values[SWITCH] == 1.0


@pytest.mark.parametrize(
    ("takes", "told"),
    [
        (frozenset({SWITCH, EXPOSURE}), [("white balance", "not by this camera")]),
        (frozenset[int](), [("exposure", "not by this camera"), ("white balance", "not by this camera")]),
    ],
)
def test_what_a_camera_cannot_hold_is_told_once(
    takes: frozenset[int], told: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    lock = ExposureLock(Controls(takes), "cam", V4L2)
    for turn in range(3):
        lock.lock(lit(120), float(turn))
        lock.look(lit(10), float(turn))
        lock.unlock()
    assert [told_now for told_now in refusals(caplog) if told_now[1] != "the picture changed"] == told


def test_a_driver_that_says_yes_and_does_nothing_is_not_believed(caplog: pytest.LogCaptureFixture) -> None:
    class Deaf(Controls):
        def set(self, key: int, value: float, /) -> bool:
            return True

    ExposureLock(Deaf(), "cam", V4L2).lock(lit(120), 0.0)
    assert [part for part, _ in refusals(caplog)] == ["exposure", "white balance"]


@pytest.mark.parametrize(("automatic", "by_hand", "by_itself"), [(V4L2, 1.0, 3.0), (DIRECT_SHOW, 0.25, 0.75)])
def test_each_system_has_its_own_words(automatic: Automatic, by_hand: float, by_itself: float) -> None:
    class Any(Controls):
        def set(self, key: int, value: float, /) -> bool:
            self.asked.append((key, value))
            self.values[key] = value
            return True

    controls = Any()
    lock = ExposureLock(controls, "cam", automatic)
    lock.lock(lit(120), 0.0)
    lock.unlock()
    assert [value for key, value in controls.asked if key == SWITCH] == [by_hand, by_itself]


def test_what_a_killed_program_left_held_is_let_go() -> None:
    controls = Controls()
    controls.values |= {SWITCH: 1.0, WHITE_SWITCH: 0.0}
    ExposureLock(controls, "cam", V4L2).reset()
    assert (controls.values[SWITCH], controls.values[WHITE_SWITCH]) == (3.0, 1.0)


class Lockable(Script):
    """Notes each change of what it is told."""

    told: tuple[bool, ...] = ()

    def lock(self, on: bool) -> None:
        if self.told[-1:] != (on,):
            self.told = (*self.told, on)


def test_the_light_is_held_as_long_as_the_judge_says() -> None:
    slot, listener = LatestFrame(), Listener()

    def play(_opening: int) -> Iterator[Image]:
        for number, picture in enumerate(noise()):
            if number == 3:
                slot.light_held_until = float("inf")
            elif number == 6:
                slot.light_held_until = float("-inf")
            elif number == 9:
                stop.set()
            yield picture

    source = Lockable(play)
    stop = threading.Event()
    FrameReader(lambda: source, listener, FaultBoard(listener), slot, stop, QUICK).run()
    assert source.told == (False, True, False)
