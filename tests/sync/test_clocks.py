"""The distance between the two clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.sync.clocks import ClockReading, better, clock_warning, read_clock

NOON = datetime(2025, 1, 25, 12, 0, tzinfo=UTC)


@given(st.floats(0, 20), st.floats(0, 1), st.integers(-(10**7), 10**7))
def test_the_reading_is_right_within_its_error(elapsed: float, share: float, true_offset_ms: int) -> None:
    """Wherever in the call the office looked at its clock."""
    received = NOON + timedelta(seconds=elapsed)
    asked = NOON + timedelta(seconds=elapsed * share)
    reading = read_clock(asked + timedelta(milliseconds=true_offset_ms), received, elapsed)
    assert abs(reading.offset_ms - true_offset_ms) <= reading.error_ms + 1


def test_a_new_reading_must_say_something_new() -> None:
    old = ClockReading(100, 20)
    assert better(None, old)
    assert not better(old, ClockReading(110, 30))
    assert better(old, ClockReading(110, 5))
    assert better(old, ClockReading(5000, 30))


@pytest.mark.parametrize(
    ("ahead_s", "offset_ms", "warning"),
    [
        (0, None, ""),
        (0, 119_000, ""),
        (0, -121_000, "off"),
        (-119, 0, ""),
        (-121, 0, "behind"),
        (-121, 500_000, "behind"),
        (10**8, 0, ""),
    ],
)
def test_staff_are_told_of_a_clock_that_is_off_or_behind(ahead_s: int, offset_ms: int | None, warning: str) -> None:
    said = datetime(2025, 1, 25, 2, 0, tzinfo=UTC)
    assert clock_warning(said + timedelta(seconds=ahead_s), offset_ms, said) == warning
    if warning != "behind":
        assert clock_warning(said, offset_ms, None) == warning
