from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from kiosk_app.booth.bookings import BookingFlag, BookingStatus
from kiosk_app.booth.ports import Roster
from kiosk_app.errors import KioskError
from kiosk_app.store.database import Database
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_roster
from kiosk_app.store.roster import ChangeOp, RosterChange, RosterRow, RosterStore
from tests.memory import NINE, booking
from tests.store.rows import gone, put, row

LATER = NINE + timedelta(minutes=5)


@pytest.fixture
def roster(roster_database: Database) -> RosterStore:
    return RosterStore(roster_database)


def test_before_the_first_pull_nothing_is_known(roster: RosterStore) -> None:
    port: Roster = roster
    assert port.read_at() is None
    assert port.by_id("A") is None
    assert (roster.cursor(), roster.count()) == (None, 0)


def test_bookings_come_back_as_they_were_sent(roster: RosterStore) -> None:
    full = booking(
        id="A", birth_date=NINE.date().replace(year=1960), flags=frozenset({BookingFlag.MINOR, BookingFlag.UMRAH}),
        electronic=False, status=BookingStatus.MOVED,
    )  # fmt: skip
    roster.apply_changes([RosterChange(ChangeOp.PUT, "A", 1, full)], "c1", NINE)
    assert roster.by_id("A") == full
    assert roster.by_number(full.number) == full
    assert roster.read_at() == NINE
    assert roster.cursor() == "c1"


def test_changes_and_their_cursor_come_together(roster: RosterStore) -> None:
    assert roster.apply_changes([put("A"), put("B", number="2" * 16)], "c1", NINE) == 2
    assert roster.apply_changes([gone("A", 2), put("B", 2, name="Siti")], "c2", LATER) == 2
    assert roster.by_id("A") is None
    changed = roster.by_id("B")
    assert changed is not None
    assert changed.name == "Siti"
    assert (roster.count(), roster.cursor(), roster.read_at()) == (1, "c2", LATER)


def test_an_older_row_never_takes_the_place_of_a_newer(roster: RosterStore) -> None:
    roster.apply_changes([put("A", 5, name="New"), gone("B", 5)], "c1", NINE)
    assert roster.apply_changes([put("A", 4, name="Old"), put("A", 5, name="Old"), put("B", 4)], "c2", NINE) == 0
    kept = roster.by_id("A")
    assert kept is not None
    assert kept.name == "New"
    assert roster.by_id("B") is None
    assert roster.apply_changes([put("B", 6)], "c3", NINE) == 1
    assert roster.count() == 2


def test_a_page_that_breaks_half_way_changes_nothing(roster: RosterStore) -> None:
    roster.apply_changes([put("A")], "c1", NINE)

    with pytest.raises(ConnectionError):
        roster.apply_changes((_broken() if n else gone("A", 2) for n in range(2)), "c2", LATER)
    assert roster.by_id("A") is not None
    assert (roster.cursor(), roster.read_at()) == ("c1", NINE)


def test_a_change_says_one_thing() -> None:
    with pytest.raises(ValueError, match="put"):
        RosterChange(ChangeOp.PUT, "B", 1)
    with pytest.raises(ValueError, match="put"):
        RosterChange(ChangeOp.DEL, "B", 1, booking())


def _broken() -> RosterChange:
    raise ConnectionError


def test_a_snapshot_takes_the_place_of_everything(roster: RosterStore) -> None:
    roster.apply_changes([put("A", 9), put("B", 9, number="2" * 16), gone("C", 9)], "c1", NINE)
    roster.replace([row("A", 3, name="Snapshot"), row("C", 3)], "c2", 2, LATER)
    assert roster.count() == 2
    kept = roster.by_id("A")
    assert kept is not None
    assert kept.name == "Snapshot"
    assert roster.by_id("B") is None
    assert roster.by_id("C") is not None
    assert (roster.cursor(), roster.read_at()) == ("c2", LATER)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_incomplete_snapshot_leaves_the_old_roster(roster: RosterStore, count: int) -> None:
    roster.apply_changes([put("A")], "c1", NINE)
    with pytest.raises(KioskError) as caught:
        roster.replace([row("B"), row("C")], "c2", count, LATER)
    assert caught.value.code == "roster-incomplete"
    assert roster.by_id("A") is not None
    assert (roster.count(), roster.cursor()) == (1, "c1")


def test_an_empty_answer_empties_only_if_the_office_says_so(roster: RosterStore) -> None:
    roster.apply_changes([put("A")], "c1", NINE)
    with pytest.raises(KioskError):
        roster.replace([], "c2", 1, LATER)
    assert roster.count() == 1
    roster.replace([], "c2", 0, LATER)
    assert roster.count() == 0


def test_of_two_bookings_of_one_number_the_one_that_stands_counts(roster: RosterStore) -> None:
    roster.apply_changes(
        [put("A", 7, status=BookingStatus.CANCELLED), put("B", 1), put("C", 9, status=BookingStatus.MOVED)], "c1", NINE
    )
    found = roster.by_number("1234567890123456")
    assert found is not None
    assert found.id == "B"


def test_bookings_of_a_span_are_told_by_slot(roster: RosterStore) -> None:
    slots = {"A": NINE + timedelta(hours=2), "B": NINE, "C": NINE + timedelta(hours=3), "D": NINE - timedelta(hours=1)}
    roster.apply_changes([put(name, slot=slot) for name, slot in slots.items()], "c1", NINE)
    found = roster.between(NINE, (NINE + timedelta(hours=3)).astimezone(UTC))
    assert [one.id for one in found] == ["B", "A"]


def test_a_confirmation_makes_the_roster_fresh_again(roster: RosterStore) -> None:
    roster.apply_changes([put("A")], "c1", NINE)
    roster.touch(LATER)
    assert (roster.read_at(), roster.cursor(), roster.count()) == (LATER, "c1", 1)


def test_a_revoked_booth_forgets_its_roster(roster: RosterStore) -> None:
    roster.apply_changes([put("A")], "c1", NINE)
    roster.erase()
    assert (roster.count(), roster.cursor(), roster.read_at()) == (0, None, None)


def test_a_reader_sees_the_old_roster_until_the_new_one_is_whole(
    roster: RosterStore, folder: Path, keys: FileKeyHolder
) -> None:
    roster.apply_changes([put("A")], "c1", NINE)
    with open_roster(folder / "roster.db", keys) as reading:
        reader = RosterStore(reading)
        seen: list[tuple[int, bool]] = []

        def watched() -> Iterator[RosterRow]:
            for one in (row("B"), row("C", number="2" * 16)):
                seen.append((reader.count(), reader.by_id("A") is not None))
                yield one

        roster.replace(watched(), "c2", 2, LATER)
        assert seen == [(1, True), (1, True)]
        assert (reader.count(), reader.by_id("A")) == (2, None)


@pytest.mark.parametrize("sql", [
    "UPDATE bookings SET data = '{}'",
    "UPDATE bookings SET data = 'nonsense'",
    "UPDATE meta SET value = 'yesterday' WHERE name = 'read_at'",
])  # fmt: skip
def test_content_that_says_nonsense_is_damage(roster: RosterStore, roster_database: Database, sql: str) -> None:
    roster.apply_changes([put("A")], "c1", NINE)
    with roster_database.transaction():
        roster_database.execute(sql)
    with pytest.raises(KioskError) as caught:
        _ = (roster.by_id("A"), roster.read_at())
    assert caught.value.code == "store-damaged"
    assert "Budi" not in str(caught.value)
