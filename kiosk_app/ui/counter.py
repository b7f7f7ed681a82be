"""The officer's side of the screens: log in, call, check, take the photo, close the visit."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from kiosk_app.booth.desk import Desk, Portrait, QueueView, VisitCard
from kiosk_app.booth.facts import Outcome
from kiosk_app.booth.flow import Event, Screen
from kiosk_app.booth.ports import OfficerSession
from kiosk_app.booth.visits import VisitState
from kiosk_app.errors import KioskError
from kiosk_app.ui.navigator import Navigator
from kiosk_app.ui.screens.all import ScreenSet
from kiosk_app.ui.services import Services
from kiosk_app.ui.studio import Studio

_CALLABLE = (VisitState.WAITING, VisitState.CALLED)


class Counter(QObject):
    """Connects the officer's screens with one desk; there is a desk only while somebody is logged in."""

    def __init__(self, services: Services, way: Navigator, screens: ScreenSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._way = way
        self._screens = screens
        self._desk: Desk | None = None
        self._card: VisitCard | None = None
        self.session: OfficerSession | None = None
        self.studio = Studio(services, way, screens, self._accept_photo, self)
        screens.login.submitted.connect(self._log_in)
        screens.login.cancelled.connect(lambda: way.go(Event.FINISHED))
        screens.queue.nextWanted.connect(self._call_next)
        screens.queue.opened.connect(self._open)
        screens.queue.missed.connect(lambda visit: self._change(lambda desk: desk.miss(visit)))
        screens.queue.broughtBack.connect(lambda visit: self._change(lambda desk: desk.bring_back(visit)))
        screens.documents.recallWanted.connect(self._recall)
        screens.documents.missed.connect(self._miss)
        screens.documents.checked.connect(self._documents_checked)
        screens.documents.closed.connect(self._close_at_documents)
        screens.photo.skipped.connect(self._skip_photo)
        screens.done.closed.connect(self._close)
        screens.done.nextWanted.connect(self._call_next)
        screens.done.queueWanted.connect(self.show_queue)

    def forget(self) -> None:
        """Nobody is logged in any more."""
        self._desk = None
        self._card = None
        self.session = None
        self.studio.forget()

    def log_out(self, reason: str) -> None:
        """Ends the session; `reason` is "button" or "idle". It ends even where that cannot be recorded."""
        desk = self._desk
        if desk is not None:
            self._way.run(
                lambda: desk.log_out(reason), lambda _none: self._logged_out(), lambda _error: self._logged_out()
            )

    def show_queue(self) -> None:
        """Back to the queue."""
        if not self._way.busy:
            self._way.go(Event.QUEUE_WANTED)

    def reload(self) -> None:
        """Shows the queue as it is now."""
        self._with_desk(lambda desk: desk.queue(), self._screens.queue.show_queue)

    def _logged_out(self) -> None:
        self._way.go(Event.LOGGED_OUT)

    def _log_in(self, officer: str, pin: str) -> None:
        if self._way.busy:
            return

        def work() -> tuple[OfficerSession, Desk]:
            session = self._services.officers.log_in(officer, pin)
            return session, self._services.make_desk(session)

        self._way.run(work, self._logged_in, self._not_logged_in)

    def _logged_in(self, made: tuple[OfficerSession, Desk]) -> None:
        self.session, self._desk = made
        self._way.go(Event.LOGGED_IN)

    def _not_logged_in(self, error: KioskError) -> None:
        self._screens.login.show_refused(error)

    def _with_desk(self, work: Callable[[Desk], object], then: Callable[..., None]) -> None:
        desk = self._desk
        if desk is not None:
            self._way.run(lambda: work(desk), then)

    def _change(self, work: Callable[[Desk], None]) -> None:
        """Something about the queue itself, after which it is shown anew."""

        def both(desk: Desk) -> QueueView:
            work(desk)
            return desk.queue()

        if not self._way.busy:
            self._with_desk(both, self._screens.queue.show_queue)

    def _call_next(self) -> None:
        if not self._way.busy:
            self._with_desk(lambda desk: desk.call_next(), self._called)

    def _open(self, visit: str, state: VisitState) -> None:
        """Calls a number that waits; one that is at a desk already is only opened again."""
        if not self._way.busy:
            again = state in _CALLABLE
            self._with_desk(lambda desk: desk.call(visit) if again else desk.card(visit), self._called)

    def _called(self, card: VisitCard | None) -> None:
        if card is None:
            if self._way.screen is Screen.DONE:
                self._way.go(Event.QUEUE_WANTED)
            else:
                self.reload()
            return
        self._card = card
        self.studio.forget()
        self._screens.documents.show_card(card)
        self._way.go(Event.CALLED)

    def _recall(self) -> None:
        card = self._card
        if card is not None and not self._way.busy:
            self._with_desk(lambda desk: desk.call(card.visit.id), self._recalled)

    def _recalled(self, card: VisitCard) -> None:
        self._card = card
        self._screens.documents.show_recalled()

    def _miss(self) -> None:
        card = self._card
        if card is not None and not self._way.busy:
            self._with_desk(lambda desk: desk.miss(card.visit.id), lambda _none: self._leave_visit())

    def _leave_visit(self) -> None:
        self._card = None
        self._way.go(Event.QUEUE_WANTED)

    def _documents_checked(self, present: tuple[str, ...]) -> None:
        card = self._card
        if card is not None and not self._way.busy:
            self._with_desk(lambda desk: desk.check_documents(card.visit.id, present), self._on_to_photo)

    def _on_to_photo(self, card: VisitCard) -> None:
        self._card = card
        self._screens.photo.show_card(card)
        self._way.go(Event.DOCUMENTS_CHECKED)

    def _close_at_documents(self, present: tuple[str, ...], outcome: Outcome, reason: str) -> None:
        card = self._card
        if card is None or self._way.busy:
            return

        def work(desk: Desk) -> None:
            desk.check_documents(card.visit.id, present)
            desk.finish(card.visit.id, outcome, reason)

        self._with_desk(work, lambda _none: self._closed(outcome))

    def _accept_photo(self, portrait: Portrait) -> None:
        card = self._card
        if card is not None:
            self._with_desk(lambda desk: desk.accept_photo(card.visit.id, portrait), self._photo_accepted)

    def _photo_accepted(self, card: VisitCard) -> None:
        self._card = card
        self._screens.done.show_choice(card)
        self._way.go(Event.PHOTO_ACCEPTED)

    def _skip_photo(self) -> None:
        """On to the outcome without a (further) photo: one was taken before, or none can be taken today."""
        if self._card is not None and not self._way.busy:
            self._screens.done.show_choice(self._card)
            self._way.go(Event.VISIT_FINISHED)

    def _close(self, outcome: Outcome, reason: str) -> None:
        card = self._card
        if card is not None and not self._way.busy:
            self._with_desk(
                lambda desk: desk.finish(card.visit.id, outcome, reason), lambda _none: self._closed(outcome)
            )

    def _closed(self, outcome: Outcome) -> None:
        if self._card is not None:
            self._screens.done.show_closed(self._card, outcome)
        self._card = None
        self._way.go(Event.VISIT_FINISHED)
