"""Walk-ins by lease: what was lent is spent, the rest goes back when the day is over, and nothing is spent twice."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from kiosk_app.booth.admission import Admit, TurnAway
from kiosk_app.booth.audit import LeaseReturned
from kiosk_app.booth.facts import ArrivalFlag, Lane, Reason
from kiosk_app.booth.lease_desk import LeaseDesk
from kiosk_app.booth.leases import Lease
from kiosk_app.booth.ports import Claim
from kiosk_app.booth.profile import Admission
from kiosk_app.booth.reception import Reception
from tests.memory import NINE, FixedProfile, ManualClock, MemoryJournal, MemoryRoster, NoVerifier, booking, profile

TODAY = NINE.date()
RANDOM = "b2f6c0de"


@dataclass
class MemoryLeases:
    """What `store.leases.LeaseStore` keeps."""

    held: list[Lease] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)

    def slots(self, day: date, lane: Lane) -> int | None:
        found = [one.slots for one in self.held if (one.day, one.lane) == (day, lane)]
        return sum(found) if found else None

    def open(self) -> tuple[Lease, ...]:
        return tuple(one for one in self.held if one.id not in self.closed)

    def close(self, lease_id: str, slots: int) -> None:
        self.closed.add(lease_id)
        self.held = [replace(one, slots=slots) if one.id == lease_id else one for one in self.held]


class Day:
    """A booth with leases in memory; `quota` is the profile's, `leased_only` its rule."""

    def __init__(self, *slots: int, quota: int = 10, leased_only: bool = False) -> None:
        self.clock = ManualClock()
        self.journal = MemoryJournal(self.clock)
        rules = Admission(30, 60, 24, 100, quota, priority_leased=leased_only)
        self.profile = FixedProfile(profile(admission=rules))
        self.leases = MemoryLeases([Lease(f"{RANDOM}{n}", TODAY, Lane.PRIORITY, one) for n, one in enumerate(slots)])
        roster = MemoryRoster([booking()], self.clock.now())
        self.reception = Reception(
            self.journal, roster, self.profile, NoVerifier(), self.clock, leases=self.leases
        )  # fmt: skip
        self.desk = LeaseDesk(self.leases, self.journal, self.profile, self.clock)

    def walk_in(self) -> bool:
        decision = self.reception.look_without_code(priority_group=True)
        if isinstance(decision, Admit):
            self.reception.admit(decision)
            return True
        assert isinstance(decision, TurnAway)
        assert decision.reason is Reason.QUOTA
        return False

    def returned(self) -> list[LeaseReturned]:
        days = (TODAY, TODAY + timedelta(days=1))
        found = (one.fact for day in days for one in self.journal.facts(day))
        return [fact for fact in found if isinstance(fact, LeaseReturned)]


@pytest.mark.parametrize(
    ("day", "admitted"),
    [
        (Day(3), 3),
        (Day(2, 1), 3),
        (Day(3, quota=2), 2),
        (Day(0), 0),
        (Day(quota=4), 4),
        (Day(quota=4, leased_only=True), 0),
        (Day(3, leased_only=True), 3),
    ],
)
def test_no_more_walk_ins_than_were_lent(day: Day, admitted: int) -> None:
    assert [day.walk_in() for _ in range(6)] == [True] * admitted + [False] * (6 - admitted)


def test_the_rest_goes_back_when_the_day_is_over_and_can_no_longer_be_spent() -> None:
    day = Day(5)
    assert day.walk_in()
    day.clock.forward(hours=14)  # 23:00: long closed, but who works late, or practises, still lets people in
    assert day.desk.give_back() == 0
    assert day.walk_in()
    day.clock.forward(hours=2)
    assert day.desk.give_back() == 3
    assert day.returned() == [LeaseReturned(f"{RANDOM}0", 3)]
    assert day.leases.slots(TODAY, Lane.PRIORITY) == 2
    assert day.desk.give_back() == 0


def test_a_day_that_is_past_goes_back_and_one_to_come_stays() -> None:
    day = Day()
    past, future = (
        Lease(f"{RANDOM}{name}", TODAY + timedelta(days=days), Lane.PRIORITY, 3)
        for name, days in (("past", -1), ("next", 1))
    )
    day.leases.held = [future, past]
    assert day.desk.give_back() == 3
    assert day.returned() == [LeaseReturned(past.id, 3)]
    assert day.leases.open() == (future,)


def test_what_was_spent_whole_says_nothing() -> None:
    day = Day(1)
    assert day.walk_in()
    day.clock.forward(hours=16)
    assert day.desk.give_back() == 0
    assert not day.returned()


class _NoDisk(MemoryJournal):
    def append(self, *_args: object, **_more: object) -> None:  # type: ignore[override]
        raise OSError("gone")


def test_a_crash_before_the_record_leaves_slots_unused_never_spent_twice() -> None:
    day = Day(5)
    day.clock.forward(hours=16)
    with pytest.raises(OSError, match="gone"):
        LeaseDesk(day.leases, _NoDisk(day.clock), day.profile, day.clock).give_back()
    assert day.leases.slots(TODAY, Lane.PRIORITY) == 0
    assert day.desk.give_back() == 0


@dataclass
class Office:
    """Answers claims as it is told."""

    answer: Claim
    asked: list[str] = field(default_factory=list)

    def claim(self, booking_id: str) -> Claim:
        self.asked.append(booking_id)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "flagged"),
    [(Claim(), False), (Claim("01949a3e-0000-7000-8000-000000000001"), False), (Claim("", True), True)],
)
def test_a_claim_is_asked_for_and_never_sends_anybody_away(answer: Claim, flagged: bool) -> None:
    day, office = Day(), Office(answer)
    day.reception.claims = office
    decision = day.reception.look(booking().number)
    assert isinstance(decision, Admit)
    day.reception.admit(decision)
    assert office.asked == [booking().id]
    (recorded,) = day.journal.facts(TODAY)
    assert recorded.id == (answer.record_id or recorded.id)
    (arrived,) = day.journal.arrivals()
    assert (ArrivalFlag.CLAIMED in arrived.flags) is flagged
    day.reception.admit(decision)  # the same number again: nobody is asked for that
    assert len(office.asked) == 1


def test_nobody_without_a_booking_is_asked_about() -> None:
    day, office = Day(2), Office(Claim("", True))
    day.reception.claims = office
    assert day.walk_in()
    assert not office.asked
