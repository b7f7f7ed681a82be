"""The applicant's side: from a code to a number, or to kind words about where to go."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk_app.booth.admission import Admit, Decision, Situation, TurnAway, decide
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import BookingCode, parse
from kiosk_app.booth.facts import ArrivalFlag, Arrived, CodeKind, HelpCalled, Lane, Outcome, Reason, TurnedAway
from kiosk_app.booth.people import Nik, area_of, parse_nik
from kiosk_app.booth.ports import Claim, Claims, Clock, CodeVerifier, Journal, Leases, ProfileSource, Roster
from kiosk_app.booth.queue import calling_order, estimate, number_text
from kiosk_app.booth.visits import Visit, VisitState


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the applicant takes away. Times are aware; documents are catalogue keys; `state` is where the visit stands now."""

    visit: str
    number: str
    lane: Lane
    ahead: int
    call_at: datetime
    arrived_at: datetime
    service: str
    documents: tuple[str, ...]
    often_missing: tuple[str, ...]
    provisional: bool
    state: VisitState = VisitState.WAITING


@dataclass(slots=True)
class Reception:
    """Check-in over the journal and the roster; `letter` is the booth's prefix of queue numbers.

    `claims` is asked before a booked applicant gets a number, `leases` before a walk-in does; a booth can do without either.
    """

    journal: Journal
    roster: Roster
    profiles: ProfileSource
    verifier: CodeVerifier
    clock: Clock
    letter: str = field(default="A")
    leases: Leases | None = None
    claims: Claims | None = None

    def today(self) -> date:
        """The date in the booth's zone."""
        return self.profiles.current().day_of(self.clock.now())

    def look(self, text: str) -> Decision:
        """What would happen with this code; records nothing."""
        code = parse(text, self.verifier)
        booking = self._booking(code)
        today = self.today()
        read_at = self.roster.read_at()
        now = self.clock.now()
        booked_day = self.profiles.current().day_of(booking.slot) if booking else today
        before = self._visit(code, booking, booked_day) if booked_day < today else None
        return decide(
            Situation(
                now=now,
                profile=self.profiles.current(),
                code=code,
                booking=booking,
                roster_age=now - read_at if read_at is not None else None,
                withdrawn=code.booking_id != "" and booking is None and self.roster.is_withdrawn(code.booking_id),
                earlier=self._visit(code, booking, today),
                served_before=before is not None and before.outcome is Outcome.DONE,
                same_person=booking is not None
                and booking.person != ""
                and self.journal.person_arrived(booking.person, today),
            )
        )

    def look_without_code(self, priority_group: bool) -> Decision:
        """The same for somebody without a booking; `priority_group` is what they ticked."""
        today = self.today()
        return decide(
            Situation(
                now=self.clock.now(),
                profile=self.profiles.current(),
                priority_group=priority_group,
                priority_arrivals=self.journal.count_arrivals(today, Lane.PRIORITY),
                arrivals=self.journal.count_arrivals(today),
                leased=self.leases.slots(today, Lane.PRIORITY) if self.leases is not None else None,
            )
        )

    def admit(self, decision: Admit, mismatch: bool = False) -> Ticket:
        """Gives the number: when this returns, the arrival is durable. `mismatch` tells the officer of a wrong birth date.

        Asked twice for the same code it gives the same number. A number that may be a NIK is not kept: the officer asks.
        """
        booking, code = decision.booking, decision.code
        given = self._visit(code, booking, self.today()) if code is not None else None
        if given is not None:
            return self.ticket(given)
        profile = self.profiles.current()
        appointment = decision.appointment
        claim = self._claim(booking)
        flags = set(decision.flags)
        if mismatch:
            flags.add(ArrivalFlag.DATA_MISMATCH)
        if claim.elsewhere:  # an officer decides: nobody is sent away on the word of a machine
            flags.add(ArrivalFlag.CLAIMED)
        arrived = Arrived(
            visit=uuid.uuid4().hex,
            number=number_text(
                self.letter, decision.lane, self.journal.count_arrivals(self.today(), decision.lane) + 1
            ),
            lane=decision.lane,
            code_kind=code.kind if code is not None else CodeKind.NONE,
            code=self._kept(code) if code is not None and booking is None else "",
            booking=booking.id if booking else "",
            service=appointment.service if appointment else "",
            area=area_of(booking.area, profile.areas) if booking else "",
            person=booking.person if booking else "",
            slot=appointment.slot if appointment else None,
            flags=frozenset(flags),
        )
        self.journal.append(arrived, claim.record_id)
        visit = self.journal.visit(arrived.visit)
        if visit is None:
            raise RuntimeError("An arrival that was just recorded has no visit.")
        return self.ticket(visit)

    def turn_away(self, decision: TurnAway) -> None:
        """Counts somebody who could not be served; no code and no name is kept."""
        appointment, booking = decision.appointment, decision.booking
        self.journal.append(
            TurnedAway(
                reason=decision.reason,
                code_kind=decision.code_kind,
                service=appointment.service if appointment else "",
                area=area_of(booking.area, self.profiles.current().areas) if booking else "",
                place=appointment.place if appointment and decision.reason is Reason.WRONG_PLACE else "",
            )
        )

    def call_for_help(self, screen: str) -> None:
        """Somebody at the touchscreen asked for an officer."""
        self.journal.append(HelpCalled(screen))

    def ticket(self, visit: Visit) -> Ticket:
        """The ticket of a visit as it stands now; also for the same code held up again."""
        profile = self.profiles.current()
        open_visits = self.journal.open_visits(self.today())
        order = calling_order(open_visits, 0, profile.queue)
        at_desks = sum(other.state not in (VisitState.WAITING, VisitState.MISSED) for other in open_visits)
        wait = estimate(visit, order, at_desks, self.clock.now(), profile.queue)
        service = profile.service(visit.service)
        return Ticket(
            visit=visit.id,
            number=visit.number,
            lane=visit.lane,
            ahead=wait.ahead,
            call_at=wait.call_at,
            arrived_at=visit.arrived_at,
            service=visit.service,
            documents=service.documents if service else (),
            often_missing=service.often_missing if service else (),
            provisional=ArrivalFlag.PROVISIONAL in visit.flags,
            state=visit.state,
        )

    def _visit(self, code: BookingCode, booking: Booking | None, day: date) -> Visit | None:
        """The visit of that day under any of the names that the booking has."""
        keys = (booking.id, booking.number) if booking else (code.key,)
        return next((visit for key in keys if key and (visit := self.journal.visit_of(key, day))), None)

    def _claim(self, booking: Booking | None) -> Claim:
        return self.claims.claim(booking.id) if booking is not None and self.claims is not None else Claim()

    def _kept(self, code: BookingCode) -> str:
        looks_like_nik = code.number != "" and isinstance(parse_nik(code.number, self.today()), Nik)
        return "" if looks_like_nik else code.key

    def _booking(self, code: BookingCode) -> Booking | None:
        if code.booking_id:
            return self.roster.by_id(code.booking_id)
        return self.roster.by_number(code.number) if code.number else None
