"""Who gets a number: the admission table, row by row, decided offline.

Nobody is refused for the state of a payment, and nobody's booking is voided for coming late. Each rule of ROWS is one row of the
product's table; the first that applies decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.codes import BookingCode
from kiosk_app.booth.facts import ArrivalFlag, CodeKind, Lane, Reason
from kiosk_app.booth.people import is_single_name
from kiosk_app.booth.profile import Profile
from kiosk_app.booth.visits import Visit


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision rests on. `code` is None for somebody without any; `now` is aware; counts are of today.

    `roster_age` is None where no roster was ever read. `withdrawn`: the office took the booking back. `served_before`: it was
    served on its own day, and this is another. `priority_group` is what the person ticked, believed at the screen. `leased` is how
    many walk-ins the office has lent to this booth for today, None where it lends none.
    """

    now: datetime
    profile: Profile
    code: BookingCode | None = None
    booking: Booking | None = None
    roster_age: timedelta | None = None
    withdrawn: bool = False
    earlier: Visit | None = None
    served_before: bool = False
    same_person: bool = False
    priority_group: bool = False
    priority_arrivals: int = 0
    arrivals: int = 0
    leased: int | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    """Where, when and for what somebody is booked, from the roster or from the signed code alone."""

    place: str
    slot: datetime
    service: str


@dataclass(frozen=True, slots=True)
class Admit:
    """A number may be given. `booking` is None for walk-ins and for codes that wait to be matched."""

    lane: Lane
    code: BookingCode | None = None
    booking: Booking | None = None
    appointment: Appointment | None = None
    flags: frozenset[ArrivalFlag] = frozenset()

    @property
    def provisional(self) -> bool:
        """Whether the office still has to match this arrival."""
        return ArrivalFlag.PROVISIONAL in self.flags


@dataclass(frozen=True, slots=True)
class Already:
    """The same booking has a number already; nothing new is recorded."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class TurnAway:
    """No number here and now; `return_from` and `appointment` tell when and where."""

    reason: Reason
    code_kind: CodeKind
    appointment: Appointment | None = None
    booking: Booking | None = None
    return_from: datetime | None = None


_CLOCK_TOLERANCE = timedelta(minutes=5)
Decision: TypeAlias = Admit | Already | TurnAway
_Row: TypeAlias = Callable[[Situation, Appointment | None], Decision | None]


def decide(situation: Situation) -> Decision:
    """The first row that applies; the last always does."""
    appointment = _appointment(situation)
    for row in ROWS:
        decision = row(situation, appointment)
        if decision is not None:
            return decision
    return TurnAway(Reason.NO_BOOKING, CodeKind.NONE)


def _appointment(situation: Situation) -> Appointment | None:
    if situation.booking is not None:
        booking = situation.booking
        return Appointment(booking.place, booking.slot, booking.service)
    signed = situation.code.signed if situation.code is not None else None
    if signed is None:
        return None
    place = situation.profile.place_by_code(signed.office)
    service = situation.profile.service_by_code(signed.service)
    return Appointment(place.id if place else "", signed.slot, service.id if service else "")


def _already_here(situation: Situation, appointment: Appointment | None) -> Decision | None:
    return Already(situation.earlier) if situation.earlier is not None else None


def _unreadable_code(situation: Situation, appointment: Appointment | None) -> Decision | None:
    if situation.code is not None and situation.code.kind in (CodeKind.UNKNOWN, CodeKind.FORGED):
        return TurnAway(Reason.UNKNOWN, situation.code.kind)
    return None


def _cancelled(situation: Situation, appointment: Appointment | None) -> Decision | None:
    """Also a booking that was taken back altogether: its signed code still says the old place and time, which hold no more."""
    if situation.withdrawn:
        return _turn_away(Reason.CANCELLED, situation, None)
    if situation.booking is not None and situation.booking.status is not BookingStatus.BOOKED:
        return _turn_away(Reason.CANCELLED, situation, appointment)
    return None


def _office_only(situation: Situation, appointment: Appointment | None) -> Decision | None:
    service = situation.profile.service(appointment.service) if appointment else None
    if service is not None and not service.at_booth:
        return _turn_away(Reason.OFFICE_ONLY, situation, appointment)
    return None


def _wrong_place(situation: Situation, appointment: Appointment | None) -> Decision | None:
    if appointment is not None and appointment.place != situation.profile.place:
        return _turn_away(Reason.WRONG_PLACE, situation, appointment)
    return None


def _too_early(situation: Situation, appointment: Appointment | None) -> Decision | None:
    if appointment is None:
        return None
    opens = appointment.slot - timedelta(minutes=situation.profile.admission.early_minutes)
    if situation.now < opens:
        return _turn_away(Reason.EARLY, situation, appointment, return_from=opens)
    return None


def _late(situation: Situation, appointment: Appointment | None) -> Decision | None:
    """Also for a day that is past: whether it can still be served is the officer's decision, not the machine's."""
    if appointment is None:
        return None
    if situation.profile.admission.is_late(appointment.slot, situation.now):
        return _admit(Lane.LATE, situation, appointment, ArrivalFlag.LATE)
    return None


def _booked(situation: Situation, appointment: Appointment | None) -> Decision | None:
    return _admit(Lane.ORDINARY, situation, appointment) if appointment is not None else None


def _number_without_booking(situation: Situation, appointment: Appointment | None) -> Decision | None:
    """An unknown number is only unknown while the roster is fresh; else it may have been booked after the last pull."""
    if situation.code is None:
        return None
    fresh = timedelta(hours=situation.profile.admission.roster_fresh_hours)
    # A roster from the future was read before somebody set the clock back: nobody knows how old it is.
    if situation.roster_age is not None and -_CLOCK_TOLERANCE <= situation.roster_age <= fresh:
        return TurnAway(Reason.UNKNOWN, situation.code.kind)
    return _admit(Lane.ORDINARY, situation, None)


def _walk_in(situation: Situation, appointment: Appointment | None) -> Decision | None:
    if not situation.priority_group:
        return None
    limits = situation.profile.admission
    quota = limits.priority_quota
    if limits.priority_leased or situation.leased is not None:
        quota = min(quota, situation.leased or 0)
    if situation.priority_arrivals >= quota or situation.arrivals >= limits.daily_capacity:
        return TurnAway(Reason.QUOTA, CodeKind.NONE)
    return Admit(Lane.PRIORITY, flags=frozenset({ArrivalFlag.WALK_IN}))


ROWS: tuple[_Row, ...] = (
    _already_here,
    _unreadable_code,
    _cancelled,
    _office_only,
    _wrong_place,
    _too_early,
    _late,
    _booked,
    _number_without_booking,
    _walk_in,
)


def _turn_away(
    reason: Reason, situation: Situation, appointment: Appointment | None, return_from: datetime | None = None
) -> TurnAway:
    kind = situation.code.kind if situation.code is not None else CodeKind.NONE
    return TurnAway(reason, kind, appointment, situation.booking, return_from)


def _admit(lane: Lane, situation: Situation, appointment: Appointment | None, *flags: ArrivalFlag) -> Admit:
    told = set(flags)
    booking = situation.booking
    if booking is None:
        told.add(ArrivalFlag.PROVISIONAL)
    else:
        told.update(ArrivalFlag(flag.value) for flag in booking.flags)
        if is_single_name(booking.name):
            told.add(ArrivalFlag.SINGLE_NAME)
    if situation.same_person:
        told.add(ArrivalFlag.SAME_PERSON)
    if situation.served_before:
        told.add(ArrivalFlag.SERVED_BEFORE)
    return Admit(lane, situation.code, booking, appointment, frozenset(told))
