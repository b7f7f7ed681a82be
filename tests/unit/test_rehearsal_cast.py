from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.rehearsal.cast import Manner, in_groups, make_cast
from kiosk_app.rehearsal.summary import Ledger, Tally, as_json, as_text, percentile
from tests.memory import NINE, booking, profile

BOOKINGS = [
    booking(id=f"AAAAAAAAA{chr(65 + i // 26)}{chr(65 + i % 26)}", number=f"{i:016d}", slot=NINE + timedelta(minutes=i))
    for i in range(40)
]


@given(st.integers(1, 60), st.integers(0, 1000))
def test_as_many_come_as_were_asked_for_in_order_and_today(applicants: int, seed: int) -> None:
    parts = make_cast(BOOKINGS, applicants, seed, NINE, profile())
    assert len(parts) == applicants
    assert [part.at for part in parts] == sorted(part.at for part in parts)
    assert {part.at.date() for part in parts} == {NINE.date()}
    assert parts == make_cast(BOOKINGS, applicants, seed, NINE, profile())


def test_there_are_strangers_of_every_manner() -> None:
    parts = make_cast(BOOKINGS, 30, 1, NINE, profile())
    assert {part.manner for part in parts} == set(Manner)
    assert sum(any(b.number in part.text for b in BOOKINGS) for part in parts) == 24


def test_without_a_roster_all_are_strangers() -> None:
    assert len(make_cast([], 7, 1, NINE, profile())) == 7


def test_signed_codes_are_held_where_they_are_known() -> None:
    codes = {b.id: "IMI1" + b.id for b in BOOKINGS}
    held = [p.text for p in make_cast(BOOKINGS, 10, 3, NINE, profile(), codes) if p.manner is Manner.HOLDS_CODE]
    assert any(text.startswith("IMI1") for text in held)


def test_groups() -> None:
    parts = make_cast(BOOKINGS, 7, 1, NINE, profile())
    assert [len(group) for group in in_groups(parts, 3)] == [3, 3, 1]


def test_the_summary_has_the_promised_names() -> None:
    tally = Tally(arrived=2, photos=1, completed=1, checkin_seconds=[0.1, 0.3])
    tally.turned_away["early"] += 1
    ledger = Ledger(9, 9, 1, 0)
    assert as_json(tally, ledger) == {
        "arrived": 2,
        "turned_away": {"early": 1},
        "photos": 1,
        "completed": 1,
        "booth_records": 9,
        "office_records": 9,
        "office_photos": 1,
        "waiting": 0,
        "seconds_per_checkin_p50": 0.1,
        "seconds_per_checkin_p95": 0.3,
    }
    assert "early 1" in as_text(tally, ledger)
    assert percentile([], 50) is None
