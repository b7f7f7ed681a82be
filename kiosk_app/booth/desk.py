"""The officer's side: whose turn, what to check, the photo, how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.facts import (
    ArrivalFlag,
    BroughtBack,
    Called,
    DocumentsChecked,
    Finished,
    LoggedOut,
    Missed,
    Outcome,
    PhotoTaken,
)
from kiosk_app.booth.ports import Clock, Journal, PhotoSafe, ProfileSource, Roster
from kiosk_app.booth.queue import calling_order, priority_streak
from kiosk_app.booth.visits import Visit, VisitState


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photo that somebody accepted: the encoded crop and the evidence kept with it. `attempts` counts the captures shown."""

    picture: bytes
    width: int
    height: int
    measurements: Mapping[str, float]
    verdicts: Mapping[str, str]
    models: Mapping[str, str]
    attempts: int = 1
    automatic: bool = False
    override_reason: str = ""
    practice: bool = False
    media_type: str = "image/jpeg"


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue as an officer sees it, each part in the order in which it will be worked on."""

    waiting: tuple[Visit, ...]
    at_desks: tuple[Visit, ...]
    missed: tuple[Visit, ...]
    arrived: int
    finished: int
    turned_away: int


@dataclass(frozen=True, slots=True)
class VisitCard:
    """One applicant at the desk. `name` is empty where the roster does not know the booking; `number` is the 16-digit one."""

    visit: Visit
    name: str
    application_number: str
    service_title: str
    slot: datetime | None
    documents: tuple[str, ...]
    flags: frozenset[ArrivalFlag] = field(default_factory=frozenset)


@dataclass(slots=True)
class Desk:
    """One officer at one desk. Every method that changes something has made it durable when it returns."""

    journal: Journal
    roster: Roster
    profiles: ProfileSource
    photos: PhotoSafe
    clock: Clock
    desk: str
    officer: str

    def today(self) -> date:
        """The date in the booth's zone."""
        return self.profiles.current().day_of(self.clock.now())

    def queue(self) -> QueueView:
        """Today's queue."""
        visits = self.journal.visits(self.today())
        order = calling_order(visits, priority_streak(visits), self.profiles.current().queue)
        aside = (VisitState.WAITING, VisitState.MISSED, VisitState.FINISHED)
        return QueueView(
            waiting=order,
            at_desks=tuple(visit for visit in visits if visit.state not in aside),
            missed=tuple(visit for visit in visits if visit.state is VisitState.MISSED),
            arrived=len(visits),
            finished=sum(visit.state is VisitState.FINISHED for visit in visits),
            turned_away=sum(self.journal.count_turned_away(self.today()).values()),
        )

    def call_next(self) -> VisitCard | None:
        """Calls whose turn it is; None when nobody waits."""
        waiting = self.queue().waiting
        return self.call(waiting[0].id) if waiting else None

    def call(self, visit_id: str) -> VisitCard:
        """Calls a number, or calls it again."""
        visit = self.journal.visit(visit_id)
        again = visit is not None and visit.state is VisitState.CALLED
        self.journal.append(Called(visit_id, self.desk, self.officer, again))
        return self.card(visit_id)

    def miss(self, visit_id: str) -> None:
        """Nobody came; the number can be brought back."""
        self.journal.append(Missed(visit_id, self.officer))

    def bring_back(self, visit_id: str) -> None:
        """A missed applicant is here after all and waits again, at the place of the first arrival."""
        self.journal.append(BroughtBack(visit_id, self.officer))

    def check_documents(self, visit_id: str, present: tuple[str, ...]) -> VisitCard:
        """Keeps which documents were seen; the service's others count as missing."""
        missing = tuple(document for document in self.card(visit_id).documents if document not in present)
        self.journal.append(DocumentsChecked(visit_id, self.officer, present, missing))
        return self.card(visit_id)

    def accept_photo(self, visit_id: str, portrait: Portrait) -> VisitCard:
        """Seals the photo, then records it: the packet is durable before the row, the row before this returns."""
        draft = PhotoTaken(
            visit=visit_id,
            officer=self.officer,
            blob="",
            size=0,
            plain_sha256="",
            key_id="",
            width=portrait.width,
            height=portrait.height,
            attempts=portrait.attempts,
            automatic=portrait.automatic,
            measurements=dict(portrait.measurements),
            verdicts=dict(portrait.verdicts),
            models=dict(portrait.models),
            override_reason=portrait.override_reason,
            practice=portrait.practice,
        )
        sealed = self.photos.seal(portrait.picture, visit_id, portrait.media_type, draft)
        taken = replace(
            draft, blob=sealed.blob, size=sealed.size, plain_sha256=sealed.plain_sha256, key_id=sealed.key_id
        )
        self.journal.append(taken, sealed.record_id, sealed.stamp)
        return self.card(visit_id)

    def finish(self, visit_id: str, outcome: Outcome, reason: str = "") -> None:
        """Closes the visit at this desk."""
        self.journal.append(Finished(visit_id, self.officer, outcome, reason))

    def log_out(self, reason: str) -> None:
        """`reason` is "button" or "idle"."""
        self.journal.append(LoggedOut(self.officer, reason))

    def card(self, visit_id: str) -> VisitCard:
        """What the officer needs to know of a visit; raises KeyError for an id that was never given out."""
        visit = self.journal.visit(visit_id)
        if visit is None:
            raise KeyError("No visit has this id.")
        booking = self._booking(visit)
        service = self.profiles.current().service(visit.service)
        return VisitCard(
            visit=visit,
            name=booking.name if booking else "",
            application_number=booking.number if booking else visit.code,
            service_title=service.title if service else "",
            slot=visit.slot,
            documents=service.documents if service else (),
            flags=visit.flags,
        )

    def _booking(self, visit: Visit) -> Booking | None:
        if visit.booking:
            return self.roster.by_id(visit.booking)
        if not visit.code:
            return None
        return self.roster.by_id(visit.code) or self.roster.by_number(visit.code)
