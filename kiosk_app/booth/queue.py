"""Numbers, lanes, whose turn it is, and an honest estimate of the wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from kiosk_app.booth.facts import Lane
from kiosk_app.booth.profile import QueueRules
from kiosk_app.booth.visits import Visit, VisitState

_LANE_LETTERS = {Lane.ORDINARY: "", Lane.PRIORITY: "P", Lane.LATE: "L"}


def number_text(letter: str, lane: Lane, count: int) -> str:
    """The number of the lane's `count`-th arrival of the day ("A001", "AP001"). `letter` is the booth's own, so two booths in one
    mall never give out the same number, even offline."""
    return f"{letter}{_LANE_LETTERS[lane]}{count:03d}"


def calling_order(open_visits: Iterable[Visit], priority_streak: int, rules: QueueRules) -> tuple[Visit, ...]:
    """The waiting visits in the order in which they will be called.

    Up to `rules.priority_turns` priority numbers go before each other one; late numbers come when no ordinary one waits (the
    officer may always call any number by hand). `priority_streak` is how many priority numbers were called in a row just now.
    """
    waiting = [visit for visit in open_visits if visit.state is VisitState.WAITING]
    lanes = {lane: [visit for visit in waiting if visit.lane is lane] for lane in Lane}
    priority = lanes[Lane.PRIORITY]
    others = lanes[Lane.ORDINARY] + lanes[Lane.LATE]
    order: list[Visit] = []
    streak = priority_streak
    while priority or others:
        if priority and (streak < rules.priority_turns or not others):
            order.append(priority.pop(0))
            streak += 1
        else:
            order.append(others.pop(0))
            streak = 0
    return tuple(order)


def priority_streak(visits: Sequence[Visit]) -> int:
    """How many priority numbers were called in a row up to now."""
    called = sorted((visit for visit in visits if visit.called_at is not None), key=_called_at)
    streak = 0
    for visit in reversed(called):
        if visit.lane is not Lane.PRIORITY:
            break
        streak += 1
    return streak


def _called_at(visit: Visit) -> datetime:
    return visit.called_at or visit.arrived_at


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many are before somebody, and when the number will be called (aware, rounded up to five minutes)."""

    ahead: int
    call_at: datetime


def estimate(visit: Visit, order: Sequence[Visit], at_desks: int, now: datetime, rules: QueueRules) -> Estimate:
    """The wait of `visit`; `order` is `calling_order`, `at_desks` how many are being served now.

    A desk is taken for half its usual time on average by whoever sits there.
    """
    ahead = next((place for place, other in enumerate(order) if other.id == visit.id), len(order))
    free = max(0, rules.desks - at_desks)
    turns = 0.0 if ahead < free else ceil((ahead - free + 1) / rules.desks) - 0.5
    return Estimate(ahead, _round_up(now + timedelta(minutes=turns * rules.desk_minutes)))


def _round_up(moment: datetime, step: timedelta = timedelta(minutes=5)) -> datetime:
    beyond = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not beyond else moment + step - beyond
