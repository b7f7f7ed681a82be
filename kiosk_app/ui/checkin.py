"""The applicant's side of the screens: a code becomes a number, or kind words about where to go."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QObject

from kiosk_app.booth.admission import Admit, Already, Decision, TurnAway
from kiosk_app.booth.facts import CodeKind, Reason
from kiosk_app.booth.flow import Event, Screen
from kiosk_app.booth.reception import Ticket
from kiosk_app.errors import KioskError
from kiosk_app.ui.navigator import Navigator
from kiosk_app.ui.screens.all import ScreenSet
from kiosk_app.ui.services import Services

_FOREIGN_READS = 2
_BIRTH_DATE_TRIES = 2
# A code on a poster that the camera cannot read must not call up the scan screen whenever somebody passes by.
_POSTER_S = 180.0


def is_foreign(decision: Decision) -> bool:
    """Whether the code was none of ours at all: a poster, a T-shirt, another app's code."""
    return (
        isinstance(decision, TurnAway) and decision.reason is Reason.UNKNOWN and decision.code_kind is CodeKind.UNKNOWN
    )


class CheckIn(QObject):
    """Connects the applicant's screens with the reception.

    A screen that confirms something is only shown after it was recorded. `online` says whether the ticket must prove itself.
    """

    def __init__(self, services: Services, way: Navigator, screens: ScreenSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._way = way
        self._screens = screens
        self.online = False
        self._unread_at = float("-inf")
        self.forget()
        screens.attract.touched.connect(lambda: way.go(Event.TOUCHED))
        screens.language.chosen.connect(lambda: way.go(Event.LANGUAGE_CHOSEN))
        screens.scan.typingWanted.connect(lambda: way.go(Event.WANTS_TYPING))
        screens.scan.noCodeWanted.connect(lambda: way.go(Event.WANTS_NO_CODE))
        screens.scan.gaveUp.connect(self._give_up)
        screens.type_code.submitted.connect(self.typed)
        screens.type_code.noCodeWanted.connect(lambda: way.go(Event.WANTS_NO_CODE))
        screens.no_code.answered.connect(self._without_code)
        screens.confirm.confirmed.connect(self._confirmed)
        screens.confirm.denied.connect(self._denied)
        screens.birth_date.given.connect(self._birth_date)
        screens.turned_away.typingWanted.connect(lambda: way.go(Event.WANTS_TYPING))
        for screen in (screens.ticket, screens.turned_away, screens.help, screens.trouble):
            screen.finished.connect(lambda: way.go(Event.FINISHED))

    def forget(self) -> None:
        """The person has gone."""
        self._admit: Admit | None = None
        self._foreign = 0
        self._tries = 0

    def offered(self, texts: Sequence[str]) -> None:
        """Codes that the camera has read just now; one of ours goes before anything else in the picture."""
        self._unread_at = float("-inf")
        if not self._way.busy:
            look = self._services.reception.look
            self._way.run(lambda: tuple(look(text) for text in texts), self._seen)

    def unread(self, advice: str) -> None:
        """A code is in the picture that cannot be read: `advice` says what would help, "" when that is over."""
        if self._way.screen is Screen.SCAN:
            self._screens.scan.show_advice(advice)
        elif advice and self._way.allows(Event.CODE_UNREAD):
            now = self._services.clock.monotonic()
            if now - self._unread_at >= _POSTER_S:
                self._unread_at = now
                self._way.go(Event.CODE_UNREAD)  # the scan screen is filled with the advice when it comes up

    def typed(self, text: str) -> None:
        """A number that somebody typed."""
        if not self._way.busy:
            self._way.run(lambda: self._services.reception.look(text), self._decided)

    def help_wanted(self) -> None:
        """Somebody asks for an officer."""
        screen = self._way.screen.value
        if self._way.allows(Event.WANTS_HELP) and not self._way.busy:
            call = self._services.reception.call_for_help
            self._way.run(lambda: call(screen), lambda _none: self._follow(Event.WANTS_HELP))

    def _follow(self, event: Event) -> None:
        self._way.go(event)

    def _seen(self, decisions: tuple[Decision, ...]) -> None:
        ours = next((decision for decision in decisions if not is_foreign(decision)), None)
        if ours is not None:
            self._decided(ours)
        elif self._way.screen is Screen.SCAN:
            self._foreign += 1
            if self._foreign >= _FOREIGN_READS:
                self._decided(decisions[0])
            else:
                self._screens.scan.show_foreign()
        elif self._way.go(Event.FOREIGN_CODE):
            self._screens.scan.show_foreign()

    def _decided(self, decision: Decision) -> None:
        match decision:
            case Admit():
                if self._way.allows(Event.ADMISSIBLE):
                    self._admit = decision
                    self._screens.confirm.show_decision(decision)
                    self._way.go(Event.ADMISSIBLE)
            case Already():
                ticket = self._services.reception.ticket
                self._way.run(lambda: ticket(decision.visit), self._already)
            case TurnAway():
                self._refuse(decision)

    def _refuse(self, decision: TurnAway) -> None:
        if self._way.allows(Event.REFUSED):
            turn_away = self._services.reception.turn_away
            self._way.run(lambda: turn_away(decision), lambda _none: self._refused(decision))

    def _refused(self, decision: TurnAway) -> None:
        self._screens.turned_away.show_decision(decision)
        self._way.go(Event.REFUSED)

    def _give_up(self) -> None:
        if not self._way.busy:
            self._refuse(TurnAway(Reason.UNKNOWN, CodeKind.UNKNOWN))

    def _without_code(self, priority_group: bool) -> None:
        if not self._way.busy:
            look = self._services.reception.look_without_code
            self._way.run(lambda: look(priority_group), self._decided_without_code)

    def _decided_without_code(self, decision: Decision) -> None:
        if isinstance(decision, Admit):
            self._give_number(decision, mismatch=False)
        elif isinstance(decision, TurnAway):
            self._refuse(decision)

    def _denied(self) -> None:
        if self._way.go(Event.DENIED):
            self._admit = None
            self._screens.confirm.clear()

    def _confirmed(self) -> None:
        decision = self._admit
        if decision is None or self._way.busy:
            return
        asks = self._services.profiles.current().admission.ask_birth_date
        if asks and decision.booking is not None and decision.booking.birth_date is not None:
            self._way.go(Event.BIRTH_DATE_ASKED)
        else:
            self._give_number(decision, mismatch=False)

    def _birth_date(self, given: date) -> None:
        decision = self._admit
        if decision is None or decision.booking is None or self._way.busy:
            return
        self._tries += 1
        matches = given == decision.booking.birth_date
        if matches or self._tries >= _BIRTH_DATE_TRIES:
            self._give_number(decision, mismatch=not matches)
        else:
            self._screens.birth_date.show_mismatch()

    def _give_number(self, decision: Admit, mismatch: bool) -> None:
        admit = self._services.reception.admit
        self._way.run(lambda: admit(decision, mismatch), lambda ticket: self._admitted(ticket, mismatch))

    def _admitted(self, ticket: Ticket, mismatch: bool) -> None:
        self._screens.ticket.show_ticket(ticket, online=self.online, mismatch=mismatch)
        if self._way.go(Event.ADMITTED):
            self._issue(ticket)

    def _already(self, ticket: Ticket) -> None:
        if self._way.allows(Event.ALREADY_HERE):
            self._screens.ticket.show_ticket(ticket, online=self.online, already=True)
            self._way.go(Event.ALREADY_HERE)
            self._issue(ticket)

    def _issue(self, ticket: Ticket) -> None:
        issue = self._services.printer.issue
        self._way.run(lambda: issue(ticket), self._screens.ticket.set_code, self._not_issued)

    def _not_issued(self, _error: KioskError) -> None:
        """The number stands; only its paper and its QR code do not."""
        self._screens.ticket.show_no_paper()
