from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.booth.facts import Lane
from kiosk_app.booth.profile import QueueRules
from kiosk_app.booth.queue import Estimate, calling_order, estimate, number_text, priority_streak
from kiosk_app.booth.visits import Visit, VisitState
from tests.memory import NINE

RULES = QueueRules(desk_minutes=15, desks=2, priority_turns=2)


def visit(seq: int, lane: Lane = Lane.ORDINARY, state: VisitState = VisitState.WAITING) -> Visit:
    return Visit(f"v{seq}", f"A{seq:03d}", lane, state, NINE + timedelta(minutes=seq), seq)


def test_numbers_name_booth_and_lane() -> None:
    assert [number_text("B", lane, 7) for lane in Lane] == ["B007", "BP007", "BL007"]
    assert number_text("A", Lane.ORDINARY, 1234) == "A1234"


def test_two_priority_numbers_go_before_each_other_one_and_late_ones_last() -> None:
    visits = [visit(1, Lane.LATE), visit(2), visit(3), *(visit(seq, Lane.PRIORITY) for seq in range(4, 9))]
    assert [v.arrival_seq for v in calling_order(visits, 0, RULES)] == [4, 5, 2, 6, 7, 3, 8, 1]
    assert [v.arrival_seq for v in calling_order(visits, 2, RULES)] == [2, 4, 5, 3, 6, 7, 1, 8]


@given(st.lists(st.tuples(st.sampled_from(Lane), st.sampled_from(VisitState))), st.integers(0, 5))
def test_every_waiting_number_is_called_exactly_once_and_lanes_keep_their_order(
    kinds: list[tuple[Lane, VisitState]], streak: int
) -> None:
    visits = [visit(seq, lane, state) for seq, (lane, state) in enumerate(kinds)]
    order = calling_order(visits, streak, RULES)
    assert sorted(v.id for v in order) == sorted(v.id for v in visits if v.state is VisitState.WAITING)
    for lane in Lane:
        seqs = [v.arrival_seq for v in order if v.lane is lane]
        assert seqs == sorted(seqs)


def test_the_streak_counts_the_last_priority_calls() -> None:
    called = [
        replace(visit(seq, lane), called_at=NINE + timedelta(minutes=at))
        for seq, lane, at in ((1, Lane.ORDINARY, 3), (2, Lane.PRIORITY, 4), (3, Lane.PRIORITY, 5), (4, Lane.LATE, 1))
    ]
    assert priority_streak([*called, visit(5)]) == 2
    assert priority_streak([]) == 0
    assert priority_streak([visit(9)]) == 0


def test_the_estimate_is_now_while_a_desk_is_free_and_rounds_up_to_five_minutes() -> None:
    order = tuple(visit(seq) for seq in range(1, 6))
    assert estimate(order[0], order, 0, NINE, RULES) == _at(0, 0)
    assert estimate(order[1], order, 1, NINE, RULES) == _at(1, 10)
    assert estimate(order[0], order, 2, NINE, RULES) == _at(0, 10)
    assert estimate(order[4], order, 2, NINE, RULES) == _at(4, 40)
    assert estimate(visit(99), order, 2, NINE + timedelta(seconds=1), RULES) == _at(5, 40)


def _at(ahead: int, minutes: int) -> Estimate:
    return Estimate(ahead, NINE + timedelta(minutes=minutes))
