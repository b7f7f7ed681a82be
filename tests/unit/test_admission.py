"""Every row of the product's admission table, through the reception as the screens use it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk_app.booth.admission import Admit, Already, Situation, TurnAway, decide
from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codes import SignedCode, booking_id_text, encode_signed, pack_body, parse, signing_input
from kiosk_app.booth.facts import ArrivalFlag, Called, CodeKind, Finished, Lane, Outcome, Reason
from kiosk_app.booth.reception import Reception
from tests.memory import NINE, FixedProfile, ManualClock, MemoryJournal, MemoryRoster, booking, profile

NUMBER = "1234567890123456"
KEY = Ed25519PrivateKey.generate()


class OneKey:
    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        try:
            KEY.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True


def signed(office: int = 1, service: int = 1, slot: datetime = NINE) -> str:
    body = pack_body(SignedCode(0, booking_id_text(77), office, slot.astimezone(UTC), service))
    return encode_signed(body, KEY.sign(signing_input(body)))


@dataclass
class Booth:
    bookings: list[Booking] = field(default_factory=list)
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        self.journal = MemoryJournal(self.clock)
        self.roster = MemoryRoster(self.bookings)
        self.profile = FixedProfile()
        self.reception = Reception(self.journal, self.roster, self.profile, OneKey(), self.clock)


def test_booked_here_inside_the_window_gets_a_number() -> None:
    booth = Booth([booking(flags=frozenset({BookingFlag.UNPAID, BookingFlag.MINOR}))])
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    assert (decision.lane, decision.provisional) == (Lane.ORDINARY, False)
    assert decision.flags == {ArrivalFlag.UNPAID, ArrivalFlag.MINOR}
    assert booth.reception.admit(decision).number == "A001"
    (arrived,) = booth.journal.arrivals()
    assert (arrived.booking, arrived.code, arrived.area, arrived.service) == ("AAAAAAAAAAA", "", "16.71", "new")


@pytest.mark.parametrize("minutes", [-30, 0, 60])
def test_both_edges_of_the_window_belong_to_it(minutes: int) -> None:
    booth = Booth([booking()], ManualClock(NINE + timedelta(minutes=minutes)))
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    assert decision.lane is Lane.ORDINARY


def test_a_signed_code_that_the_roster_does_not_know_is_provisional() -> None:
    booth = Booth()
    decision = booth.reception.look(signed())
    assert isinstance(decision, Admit)
    assert decision.provisional
    ticket = booth.reception.admit(decision)
    assert ticket.provisional
    assert ticket.documents == ("doc.ktp", "doc.kk", "doc.birth")
    (arrived,) = booth.journal.arrivals()
    assert (arrived.code, arrived.code_kind, arrived.booking) == (booking_id_text(77), CodeKind.SIGNED, "")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (signed(office=2), Reason.WRONG_PLACE),
        (signed(office=999), Reason.WRONG_PLACE),
        (signed(service=3), Reason.OFFICE_ONLY),
        (signed(slot=NINE + timedelta(days=1)), Reason.EARLY),
    ],
)
def test_a_signed_code_alone_tells_place_day_and_service(code: str, reason: Reason) -> None:
    decision = Booth().reception.look(code)
    assert isinstance(decision, TurnAway)
    assert decision.reason is reason
    assert decision.code_kind is CodeKind.SIGNED


def test_a_signed_code_for_a_service_unknown_here_is_taken_provisionally() -> None:
    decision = Booth().reception.look(signed(service=200))
    assert isinstance(decision, Admit)
    assert decision.provisional


def test_an_unknown_number_is_unknown_while_the_roster_is_fresh() -> None:
    booth = Booth()
    decision = booth.reception.look(NUMBER)
    assert decision == TurnAway(Reason.UNKNOWN, CodeKind.NUMBER)


@pytest.mark.parametrize("pulled", [None, NINE - timedelta(hours=24, seconds=1)])
def test_an_unknown_number_is_provisional_on_a_stale_roster_or_none(pulled: datetime | None) -> None:
    booth = Booth()
    booth.roster.pulled = pulled
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    assert decision.provisional
    booth.reception.admit(decision)
    assert booth.journal.arrivals()[0].code == NUMBER


@pytest.mark.parametrize(
    ("text", "kind"), [("something else", CodeKind.UNKNOWN), ("IMI1" + "A" * 130, CodeKind.FORGED)]
)
def test_an_unreadable_or_forged_code_is_unknown_even_without_a_roster(text: str, kind: CodeKind) -> None:
    booth = Booth()
    booth.roster.pulled = None
    assert booth.reception.look(text) == TurnAway(Reason.UNKNOWN, kind)


def test_a_roster_from_the_future_is_no_fresh_one() -> None:
    booth = Booth()
    booth.roster.pulled = NINE + timedelta(hours=1)
    assert isinstance(booth.reception.look(NUMBER), Admit), "somebody set the clock back: nobody knows the roster's age"
    booth.roster.pulled = NINE + timedelta(minutes=1)
    assert isinstance(booth.reception.look(NUMBER), TurnAway)


def test_a_booking_that_the_office_took_back_is_cancelled_though_its_code_is_signed() -> None:
    booth = Booth()
    booth.roster.withdrawn.add(booking_id_text(77))
    decision = booth.reception.look(signed())
    assert isinstance(decision, TurnAway)
    assert (decision.reason, decision.appointment) == (Reason.CANCELLED, None)


def test_a_moved_booking_is_told_with_its_new_place_and_time() -> None:
    moved = booking(status=BookingStatus.MOVED, place="icon", slot=NINE + timedelta(days=2))
    decision = Booth([moved]).reception.look(NUMBER)
    assert isinstance(decision, TurnAway)
    assert decision.reason is Reason.CANCELLED
    assert decision.appointment is not None
    assert (decision.appointment.place, decision.appointment.slot) == ("icon", NINE + timedelta(days=2))


def test_a_booking_served_on_its_day_is_told_when_it_comes_on_another() -> None:
    booth = Booth([booking()])
    first = booth.reception.look(NUMBER)
    assert isinstance(first, Admit)
    visit = booth.reception.admit(first).visit
    booth.journal.append(Called(visit, "1", "o"))
    booth.journal.append(Finished(visit, "o", Outcome.DONE))
    booth.clock.forward(days=1)
    again = booth.reception.look(NUMBER)
    assert isinstance(again, Admit)
    assert {ArrivalFlag.LATE, ArrivalFlag.SERVED_BEFORE} <= again.flags


def test_two_touches_for_one_code_give_one_number() -> None:
    booth = Booth([booking()])
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    assert booth.reception.admit(decision).number == booth.reception.admit(decision).number == "A001"
    assert len(booth.journal.records) == 1


def test_a_number_that_may_be_a_nik_is_not_kept() -> None:
    booth = Booth()
    booth.roster.pulled = None
    decision = booth.reception.look("1671014107900001")
    assert isinstance(decision, Admit)
    booth.reception.admit(decision)
    assert booth.journal.arrivals()[0].code == ""


@pytest.mark.parametrize("days", [0, 3])
def test_too_early_or_another_day_says_when_to_return(days: int) -> None:
    slot = NINE + timedelta(days=days, minutes=31)
    decision = Booth([booking(slot=slot)]).reception.look(NUMBER)
    assert isinstance(decision, TurnAway)
    assert decision.reason is Reason.EARLY
    assert decision.return_from == slot - timedelta(minutes=30)


@pytest.mark.parametrize("late", [timedelta(minutes=61), timedelta(days=2)])
def test_late_goes_to_the_late_lane(late: timedelta) -> None:
    booth = Booth([booking(slot=NINE - late)])
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    assert decision.lane is Lane.LATE
    assert ArrivalFlag.LATE in decision.flags
    assert booth.reception.admit(decision).number == "AL001"


def test_another_location_is_told_where() -> None:
    booth = Booth([booking(place="icon")])
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, TurnAway)
    assert decision.reason is Reason.WRONG_PLACE
    assert decision.appointment is not None
    assert decision.appointment.place == "icon"
    booth.reception.turn_away(decision)
    assert booth.journal.records[0].fact.place == "icon"  # type: ignore[union-attr]


def test_lost_passports_are_served_at_the_office() -> None:
    booth = Booth([booking(service="lost")])
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, TurnAway)
    assert decision.reason is Reason.OFFICE_ONLY
    booth.reception.turn_away(decision)
    assert booth.journal.records[0].fact.place == ""  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [BookingStatus.CANCELLED, BookingStatus.MOVED])
def test_cancelled_or_moved(status: BookingStatus) -> None:
    decision = Booth([booking(status=status)]).reception.look(NUMBER)
    assert isinstance(decision, TurnAway)
    assert decision.reason is Reason.CANCELLED


def test_the_same_code_again_gives_the_same_number_and_records_nothing() -> None:
    booth = Booth([booking()])
    first = booth.reception.look(NUMBER)
    assert isinstance(first, Admit)
    ticket = booth.reception.admit(first)
    for text in (NUMBER, "AAAAAAAAAAA"):
        again = booth.reception.look(text)
        assert isinstance(again, Already)
        assert booth.reception.ticket(again.visit).number == ticket.number
    assert len(booth.journal.records) == 1


def test_a_provisional_arrival_is_found_again_once_the_roster_knows_the_booking() -> None:
    booth = Booth()
    booth.roster.pulled = None
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    booth.reception.admit(decision)
    booth.roster.bookings.append(booking())
    assert isinstance(booth.reception.look(NUMBER), Already)


def test_the_same_person_twice_today_is_flagged_not_refused() -> None:
    booth = Booth([booking(), booking(id="AAAAAAAAAAB", number="2" * 16)])
    first = booth.reception.look(NUMBER)
    assert isinstance(first, Admit)
    booth.reception.admit(first)
    second = booth.reception.look("2" * 16)
    assert isinstance(second, Admit)
    assert ArrivalFlag.SAME_PERSON in second.flags


def test_a_single_name_is_flagged_and_an_unknown_area_counts_as_other() -> None:
    booth = Booth([booking(name="Suharto", area="31.71", person="")])
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    assert ArrivalFlag.SINGLE_NAME in decision.flags
    booth.reception.admit(decision, mismatch=True)
    assert booth.journal.arrivals()[0].area == "other"
    assert ArrivalFlag.DATA_MISMATCH in booth.journal.arrivals()[0].flags


def test_the_priority_group_walks_in_while_its_quota_lasts() -> None:
    booth = Booth()
    for expected in ("AP001", "AP002"):
        decision = booth.reception.look_without_code(priority_group=True)
        assert isinstance(decision, Admit)
        assert booth.reception.admit(decision).number == expected
    assert booth.reception.look_without_code(True) == TurnAway(Reason.QUOTA, CodeKind.NONE)
    assert booth.journal.arrivals()[0].flags == {ArrivalFlag.WALK_IN}


def test_a_full_day_has_no_place_for_walk_ins() -> None:
    booth = Booth()
    booth.profile.value = profile(admission=replace(profile().admission, daily_capacity=0))
    assert booth.reception.look_without_code(True) == TurnAway(Reason.QUOTA, CodeKind.NONE)


def test_anybody_else_without_a_booking_is_counted() -> None:
    booth = Booth()
    decision = booth.reception.look_without_code(priority_group=False)
    assert decision == TurnAway(Reason.NO_BOOKING, CodeKind.NONE)
    booth.reception.turn_away(decision)
    assert booth.journal.count_turned_away(NINE.date()) == {Reason.NO_BOOKING: 1}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # The order of the rows is part of the table: cancelled is told before the place, the place before the time.
        ({"status": BookingStatus.CANCELLED, "place": "icon"}, Reason.CANCELLED),
        ({"service": "lost", "place": "icon"}, Reason.OFFICE_ONLY),
        ({"place": "icon", "slot": NINE + timedelta(days=1)}, Reason.WRONG_PLACE),
    ],
)
def test_which_reason_is_told_first(changes: dict[str, object], expected: Reason) -> None:
    decision = decide(Situation(NINE, profile(), parse(NUMBER, OneKey()), booking(**changes), timedelta(0)))
    assert isinstance(decision, TurnAway)
    assert decision.reason is expected


def test_asking_for_help_is_recorded() -> None:
    booth = Booth()
    booth.reception.call_for_help("scan")
    assert booth.journal.records[0].fact.KIND == "help_call"


def test_an_arrival_without_a_visit_is_a_programming_error() -> None:
    booth = Booth([booking()])
    decision = booth.reception.look(NUMBER)
    assert isinstance(decision, Admit)
    booth.journal.visit = lambda visit_id: None  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        booth.reception.admit(decision)
