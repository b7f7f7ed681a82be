"""What the officer is told about a visit, as words: lanes, flags, states."""

from collections.abc import Iterable

from kiosk_app.booth.facts import ArrivalFlag, Lane
from kiosk_app.booth.visits import Visit, VisitState
from kiosk_app.ui.i18n import Translator
from kiosk_app.ui.kit.banner import Mood

LANE_KEYS = {Lane.ORDINARY: "lane.booked", Lane.PRIORITY: "lane.priority", Lane.LATE: "lane.late"}
LANE_MOODS = {Lane.ORDINARY: Mood.INFO, Lane.PRIORITY: Mood.INFO, Lane.LATE: Mood.WARNING}
STATE_KEYS = {
    VisitState.WAITING: "visit.waiting",
    VisitState.CALLED: "visit.called",
    VisitState.MISSED: "visit.missed",
    VisitState.CHECKED: "visit.serving",
    VisitState.PHOTOGRAPHED: "visit.photo",
    VisitState.FINISHED: "visit.completed",
}
_SERIOUS = frozenset({ArrivalFlag.DATA_MISMATCH, ArrivalFlag.SAME_PERSON, ArrivalFlag.PROVISIONAL})


def flag_texts(flags: Iterable[ArrivalFlag], words: Translator) -> list[tuple[str, Mood]]:
    """Words and mood of each flag, the serious ones first."""
    ordered = sorted(flags, key=lambda flag: (flag not in _SERIOUS, flag.value))
    return [(words.tr(f"flag.{flag.value}"), Mood.WARNING if flag in _SERIOUS else Mood.INFO) for flag in ordered]


def service_text(service_title: str, words: Translator) -> str:
    """The type of application, or that it is not known yet."""
    return words.tr(service_title or "desk.service.unknown")


def lane_text(visit: Visit, words: Translator) -> str:
    """The lane of a visit."""
    return words.tr(LANE_KEYS[visit.lane])
