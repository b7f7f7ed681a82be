"""Which pictures of a camera are read and shown, told by the seconds at which they come."""

import random

import pytest

from kiosk_app.camera.cadence import Rate, Spare


def read_of(fps: float, wanted_every_s: float, seconds: float = 10.0) -> float:
    """How many a second are read of a camera that gives `fps`; each is handled in a millisecond."""
    spare, read, now = Spare(), 0, 0.0
    for number in range(round(seconds * fps)):
        passes = spare.may_pass(now, wanted_every_s)
        now = number / fps + 0.001
        if passes:
            spare.passed()
        else:
            read += 1
            spare.was_read(now)
    return read / seconds


@pytest.mark.parametrize("fps", [7.5, 10.0, 15.0])
def test_nothing_of_a_slow_camera_passes_unread_while_codes_are_looked_for(fps: float) -> None:
    assert read_of(fps, 1 / 20) == pytest.approx(fps, abs=0.11)


@pytest.mark.parametrize(
    ("fps", "wanted", "least", "most"), [(30.0, 20.0, 15.0, 15.2), (30.0, 5.0, 5.0, 7.6), (15.0, 5.0, 5.0, 7.6)]
)
def test_what_comes_too_often_passes_and_enough_is_left(fps: float, wanted: float, least: float, most: float) -> None:
    assert least <= read_of(fps, 1 / wanted) <= most


def test_everything_is_read_as_long_as_nobody_has_said_how_often_he_looks() -> None:
    assert read_of(30.0, 0.0) == 30.0


@pytest.mark.parametrize("early_and_late_s", [0.0, 0.001, 0.004])
def test_a_camera_that_is_slower_than_the_rate_loses_nothing_by_its_unevenness(early_and_late_s: float) -> None:
    uneven, rate = random.Random(4), Rate(31.0)
    times = [100 + number / 30 + uneven.uniform(-early_and_late_s, early_and_late_s) for number in range(600)]
    assert sum(map(rate.lets, times)) == 600


def test_a_camera_that_is_faster_than_the_rate_is_held_to_it() -> None:
    rate = Rate(31.0)
    assert 250 <= sum(rate.lets(number / 60) for number in range(600)) <= 312


def test_a_pause_is_not_made_up_for() -> None:
    rate = Rate(10.0)
    assert rate.lets(0.0)
    shown = [rate.lets(100 + number / 100) for number in range(20)]
    assert sum(shown) <= 4
