"""What a rehearsed day came to, in the form that `demo --json` and `practice --json` print."""

from collections import Counter
from dataclasses import dataclass, field
from math import ceil


@dataclass(slots=True)
class Tally:
    """Counts while the day goes on; `checkin_seconds` has the time from showing a code to the number or the refusal."""

    arrived: int = 0
    turned_away: Counter[str] = field(default_factory=Counter)
    photos: int = 0
    completed: int = 0
    already_here: int = 0
    checkin_seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What booth and office hold in the end."""

    booth_records: int
    office_records: int
    office_photos: int
    waiting: int


def as_json(tally: Tally, ledger: Ledger) -> dict[str, object]:
    """One object with the names that others rely on."""
    return {
        "arrived": tally.arrived,
        "turned_away": dict(sorted(tally.turned_away.items())),
        "photos": tally.photos,
        "completed": tally.completed,
        "booth_records": ledger.booth_records,
        "office_records": ledger.office_records,
        "office_photos": ledger.office_photos,
        "waiting": ledger.waiting,
        "seconds_per_checkin_p50": percentile(tally.checkin_seconds, 50),
        "seconds_per_checkin_p95": percentile(tally.checkin_seconds, 95),
    }


def percentile(values: list[float], percent: int) -> float | None:
    """The nearest-rank percentile, rounded to milliseconds; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, ceil(len(ordered) * percent / 100) - 1)], 3)


def as_text(tally: Tally, ledger: Ledger) -> str:
    """The same for people."""
    away = ", ".join(f"{reason} {count}" for reason, count in sorted(tally.turned_away.items())) or "nobody"
    p50, p95 = (percentile(tally.checkin_seconds, percent) for percent in (50, 95))
    return "\n".join(
        (
            f"Arrived        {tally.arrived}",
            f"Turned away    {sum(tally.turned_away.values())} ({away})",
            f"Photos         {tally.photos}",
            f"Completed      {tally.completed}",
            f"Booth records  {ledger.booth_records}",
            f"Office records {ledger.office_records}, photos {ledger.office_photos}",
            f"Waiting        {ledger.waiting}",
            f"Check-in       p50 {p50} s, p95 {p95} s",
        )
    )
