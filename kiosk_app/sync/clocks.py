"""How far this booth's clock is from the office's, from the time that the office puts into its answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=2)  # the office calls a clock suspect beyond it


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


def clock_warning(now: datetime, offset_ms: int | None, office_time: datetime | None) -> str:
    """What staff should know of the booth's wall clock: "behind", "off" or "".

    `office_time` is what the office said last, in this run or before; a clock before it was set back or lost its battery, whatever the last
    measured `offset_ms` says. Capture goes on: the office puts the times right.
    """
    if office_time is not None and now < office_time - TOLERANCE:
        return "behind"
    return "off" if offset_ms is not None and abs(offset_ms) > _ms(TOLERANCE) else ""


class OfficeTime:
    """What time it is at the office, as it last said itself, carried on by the monotonic clock: whatever becomes of the booth's
    wall clock does not move it. Written by one lane and read by others; knows nothing until the office has answered."""

    def __init__(self) -> None:
        self._heard: tuple[datetime, float] | None = None

    def hear(self, server_time: datetime, monotonic: float) -> None:
        """The office said `server_time`, at `monotonic` at the latest."""
        self._heard = (server_time, monotonic)

    def now(self, monotonic: float) -> datetime | None:
        """The time at `monotonic`, late rather than early; None where it is unknown."""
        heard = self._heard
        if heard is None:
            return None
        try:
            return heard[0] + timedelta(seconds=monotonic - heard[1])
        except OverflowError:  # a number that no calendar reaches
            return None


def _ms(span: timedelta) -> int:
    return round(span / timedelta(milliseconds=1))
