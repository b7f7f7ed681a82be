from datetime import timedelta

import pytest

from kiosk_app.booth.desk import Desk, Portrait
from kiosk_app.booth.facts import LoggedOut, Outcome, PhotoTaken
from kiosk_app.booth.reception import Reception
from kiosk_app.booth.visits import IllegalTransition, VisitState
from tests.memory import FixedProfile, ManualClock, MemoryJournal, MemoryRoster, MemorySafe, NoVerifier, booking


def desk_with(*numbers: str, known: bool = True) -> Desk:
    """A desk whose queue holds the given application numbers."""
    clock = ManualClock()
    journal = MemoryJournal(clock)
    bookings = [
        booking(id=f"AAAAAAAAAA{chr(65 + i)}", number=number, person=f"p{i}") for i, number in enumerate(numbers)
    ]
    roster = MemoryRoster(bookings if known else [], clock.now() if known else None)
    profiles = FixedProfile()
    reception = Reception(journal, roster, profiles, NoVerifier(), clock)
    for number in numbers:
        reception.admit(reception.look(number))  # type: ignore[arg-type]
        clock.forward(minutes=1)
    return Desk(journal, roster, profiles, MemorySafe(), clock, "1", "1001")


PORTRAIT = Portrait(b"jpeg", 413, 531, {"yaw_deg": 1.0}, {"pose": "pass"}, {"yunet": "8f23"}, 2, True)


def test_a_whole_visit() -> None:
    desk = desk_with("1" * 16, "2" * 16)
    card = desk.call_next()
    assert card is not None
    assert (card.name, card.application_number, card.service_title) == ("Budi Santoso", "1" * 16, "type.new")
    assert desk.call(card.visit.id).visit.state is VisitState.CALLED
    card = desk.check_documents(card.visit.id, ("doc.ktp", "doc.birth"))
    assert card.visit.missing == ("doc.kk",)
    card = desk.accept_photo(card.visit.id, PORTRAIT)
    assert card.visit.state is VisitState.PHOTOGRAPHED
    desk.finish(card.visit.id, Outcome.DONE)
    queue = desk.queue()
    assert (queue.arrived, queue.finished, len(queue.waiting), queue.turned_away) == (2, 1, 1, 0)
    recorded = next(r for r in desk.journal.facts(desk.today()) if isinstance(r.fact, PhotoTaken))
    assert isinstance(recorded.fact, PhotoTaken)
    assert (recorded.fact.attempts, recorded.fact.measurements) == (2, {"yaw_deg": 1.0})


def test_calling_again_is_told_apart() -> None:
    desk = desk_with("1" * 16)
    card = desk.call_next()
    assert card is not None
    desk.call(card.visit.id)
    assert [getattr(r.fact, "again", None) for r in desk.journal.facts(desk.today())] == [None, False, True]


def test_missed_is_not_lost() -> None:
    desk = desk_with("1" * 16, "2" * 16)
    card = desk.call_next()
    assert card is not None
    desk.miss(card.visit.id)
    assert [v.number for v in desk.queue().missed] == ["A001"]
    desk.bring_back(card.visit.id)
    assert [v.number for v in desk.queue().waiting] == ["A001", "A002"]


def test_nobody_waits() -> None:
    assert desk_with().call_next() is None


def test_an_illegal_step_records_nothing() -> None:
    desk = desk_with("1" * 16)
    (visit,) = desk.queue().waiting
    with pytest.raises(IllegalTransition):
        desk.finish(visit.id, Outcome.DONE)
    assert len(desk.journal.facts(desk.today())) == 1


def test_an_arrival_that_the_roster_does_not_know() -> None:
    desk = desk_with("9" * 16, known=False)
    card = desk.call_next()
    assert card is not None
    assert (card.name, card.application_number, card.documents, card.service_title) == ("", "9" * 16, (), "")
    desk.roster.bookings.append(booking(number="9" * 16))  # type: ignore[attr-defined]
    assert desk.card(card.visit.id).name == "Budi Santoso", "the roster may learn of it later"


def test_a_walk_in_has_no_booking() -> None:
    desk = desk_with()
    reception = Reception(desk.journal, desk.roster, desk.profiles, NoVerifier(), desk.clock)
    ticket = reception.admit(reception.look_without_code(True))  # type: ignore[arg-type]
    card = desk.call(ticket.visit)
    assert (card.name, card.application_number) == ("", "")


def test_unknown_visits_and_logging_out() -> None:
    desk = desk_with()
    with pytest.raises(KeyError):
        desk.card("nobody")
    desk.log_out("idle")
    assert desk.journal.facts(desk.today())[-1].fact == LoggedOut("1001", "idle")
    assert desk.today() - timedelta(days=1) < desk.today()
