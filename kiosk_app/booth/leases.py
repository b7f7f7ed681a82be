"""Walk-in slots that the office lends to one booth for one day: what an offline booth may spend without asking.

The office never lends more than the day has, so that booths that cannot see each other cannot overrun it.
"""

from dataclasses import dataclass
from datetime import date

from kiosk_app.booth.facts import Lane


@dataclass(frozen=True, slots=True)
class Lease:
    """`slots` is all that was lent to this booth for `day`, less what it has given back; it may rise during the day."""

    id: str
    day: date
    lane: Lane
    slots: int

    def __post_init__(self) -> None:
        if self.slots < 0:
            raise ValueError("slots must not be negative")

    def left(self, spent: int) -> int:
        """How many more walk-ins may be admitted after `spent` of that day and lane."""
        return max(self.slots - spent, 0)
