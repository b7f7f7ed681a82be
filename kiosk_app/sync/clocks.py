"""How far this booth's clock is from the office's, from the time that the office puts into its answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ClockReading:
    """`offset_ms` is office minus booth; it may be wrong by `error_ms`, half the time that the answer took."""

    offset_ms: int
    error_ms: int


def read_clock(server_time: datetime, received_at: datetime, elapsed_s: float) -> ClockReading:
    """The reading of one answer: the office's time is taken as that of the middle of the call.

    `received_at` is the booth's wall clock, `elapsed_s` the call's length by the monotonic clock.
    """
    half = timedelta(seconds=max(elapsed_s, 0.0) / 2)
    offset = server_time - (received_at - half)
    return ClockReading(_ms(offset), _ms(half))


def better(old: ClockReading | None, new: ClockReading) -> bool:
    """Whether `new` should replace `old`: it must say something that `old` does not already cover."""
    return old is None or abs(new.offset_ms - old.offset_ms) > new.error_ms or new.error_ms < old.error_ms


def _ms(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))
