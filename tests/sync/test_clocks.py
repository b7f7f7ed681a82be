"""The distance between the two clocks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.sync.clocks import ClockReading, better, read_clock

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
