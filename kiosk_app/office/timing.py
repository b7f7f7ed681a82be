"""When something happened, by the office's reckoning: a booth's wall clock is evidence, not truth."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk_app.booth.facts import Stamp
from kiosk_app.contract.messages import ClockReport

TOLERANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`trusted` is False where only the booth's own clock tells; `suspect` where its clocks contradict each other."""

    happened_at: datetime
    trusted: bool
    suspect: bool


def reckon(stamp: Stamp, report: ClockReport, received_at: datetime) -> Reckoning:
    """The best estimate for a stamp in a message that came in at `received_at`.

    Best is the booth's monotonic clock, if the machine still runs since then: it counts back from the office's own time. Next is
    the last distance that the booth measured to the office. A distance of more than two minutes, two estimates further apart
    than that, or a time in the future make the clock suspect.
    """
    try:
        return _reckon(stamp, report, received_at)
    except OverflowError:  # numbers that no calendar reaches
        return Reckoning(received_at, False, True)


def _reckon(stamp: Stamp, report: ClockReport, received_at: datetime) -> Reckoning:
    estimates = []
    elapsed = timedelta(milliseconds=report.mono_ms - stamp.mono_ms)
    if stamp.boot_id == report.boot_id and elapsed >= timedelta(0):
        estimates.append(received_at - elapsed)
    if stamp.offset_ms is not None:
        estimates.append(stamp.at + timedelta(milliseconds=stamp.offset_ms))
    best = estimates[0] if estimates else stamp.at
    suspect = best > received_at + TOLERANCE or any(
        abs(other - best) > TOLERANCE for other in (stamp.at, *estimates[1:])
    )
    return Reckoning(min(best, received_at), bool(estimates) and not suspect, suspect)
