"""The states of a visit, and which fact moves it where."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kiosk_app.booth.facts import (
    ArrivalFlag,
    Arrived,
    BroughtBack,
    Called,
    DocumentsChecked,
    Fact,
    Finished,
    Lane,
    Missed,
    Outcome,
    PhotoTaken,
)
from kiosk_app.errors import KioskError


class VisitState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    MISSED = "missed"
    CHECKED = "checked"
    PHOTOGRAPHED = "photographed"
    FINISHED = "finished"


class IllegalTransition(KioskError):
    """A fact that cannot follow from the visit's state; nothing is recorded."""

    def __init__(self, state: str, kind: str) -> None:
        super().__init__(
            "visit-state",
            f"A visit that is {state} cannot take the fact '{kind}'.",
            "Reload the queue: somebody may have served this number meanwhile.",
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """One applicant's way through the booth on one day; a projection of the facts that name it."""

    id: str
    number: str
    lane: Lane
    state: VisitState
    arrived_at: datetime
    arrival_seq: int
    booking: str = ""
    code: str = ""
    service: str = ""
    area: str = ""
    person: str = ""
    slot: datetime | None = None
    flags: frozenset[ArrivalFlag] = frozenset()
    desk: str = ""
    officer: str = ""
    called_at: datetime | None = None
    missing: tuple[str, ...] = ()
    photo: str = ""
    outcome: Outcome | None = None
    finished_at: datetime | None = None


_OPEN = frozenset({VisitState.CALLED, VisitState.CHECKED, VisitState.PHOTOGRAPHED})
# From which states a fact may come, and where it leads. A photo may be taken before the papers are checked, and again.
TRANSITIONS: dict[str, tuple[frozenset[VisitState], VisitState]] = {
    Called.KIND: (frozenset({VisitState.WAITING, VisitState.CALLED}), VisitState.CALLED),
    Missed.KIND: (frozenset({VisitState.CALLED}), VisitState.MISSED),
    BroughtBack.KIND: (frozenset({VisitState.MISSED}), VisitState.WAITING),
    DocumentsChecked.KIND: (_OPEN, VisitState.CHECKED),
    PhotoTaken.KIND: (_OPEN, VisitState.PHOTOGRAPHED),
    Finished.KIND: (_OPEN, VisitState.FINISHED),
}


def apply(visit: Visit | None, fact: Fact, at: datetime, seq: int) -> Visit | None:
    """The visit after `fact`; None for facts that belong to no visit. Raises IllegalTransition, changing nothing.

    `visit` is the current projection, None where there is none yet.
    """
    if isinstance(fact, Arrived):
        if visit is not None:
            raise IllegalTransition(visit.state.value, fact.KIND)
        return Visit(
            id=fact.visit, number=fact.number, lane=fact.lane, state=VisitState.WAITING, arrived_at=at, arrival_seq=seq,
            booking=fact.booking, code=fact.code, service=fact.service, area=fact.area, person=fact.person,
            slot=fact.slot, flags=fact.flags,
        )  # fmt: skip
    if fact.KIND not in TRANSITIONS:
        return None
    if visit is None:
        raise IllegalTransition("unknown", fact.KIND)
    before, after = TRANSITIONS[fact.KIND]
    if visit.state not in before:
        raise IllegalTransition(visit.state.value, fact.KIND)
    if isinstance(fact, DocumentsChecked) and visit.photo:
        after = VisitState.PHOTOGRAPHED
    return _with_details(replace(visit, state=after), fact, at)


def _with_details(visit: Visit, fact: Fact, at: datetime) -> Visit:
    match fact:
        case Called():
            return replace(visit, desk=fact.desk, officer=fact.officer, called_at=visit.called_at or at)
        case DocumentsChecked():
            return replace(visit, missing=fact.missing)
        case PhotoTaken():
            return replace(visit, photo=fact.blob)
        case Finished():
            return replace(visit, outcome=fact.outcome, finished_at=at)
        case _:
            return visit
