"""Leases as they are kept: the newest word of the office, and never more spent here than was lent."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from kiosk_app.booth.facts import Lane
from kiosk_app.booth.leases import Lease
from kiosk_app.errors import KioskError
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.leases import LeaseChange, LeaseStore

DAY = date(2025, 1, 25)


def lent(slots: int, v: int = 1, lease_id: str = "L1", day: date = DAY) -> LeaseChange:
    return LeaseChange(lease_id, v, Lease(lease_id, day, Lane.PRIORITY, slots))


@pytest.fixture
def leases(database: Database) -> LeaseStore:
    return LeaseStore(database)


def test_nothing_lent_is_not_the_same_as_nothing_left(leases: LeaseStore) -> None:
    assert leases.slots(DAY, Lane.PRIORITY) is None
    leases.apply([lent(0)])
    assert leases.slots(DAY, Lane.PRIORITY) == 0
    assert leases.slots(DAY, Lane.ORDINARY) is None


def test_the_newest_word_counts_and_several_add_up(leases: LeaseStore) -> None:
    assert leases.apply([lent(5, 3), lent(9, 2), lent(2, 1, "L2")]) == 2
    assert leases.slots(DAY, Lane.PRIORITY) == 7
    assert leases.apply([lent(4, 3), LeaseChange("L2", 2, None), LeaseChange("L9", 1, None)]) == 1
    assert leases.slots(DAY, Lane.PRIORITY) == 5


def test_what_was_given_back_is_given_back_once(leases: LeaseStore, database: Database) -> None:
    leases.apply([lent(5), lent(3, 1, "L2", DAY + timedelta(days=1))])
    leases.close("L1", 2)
    again = LeaseStore(database)
    assert [lease.id for lease in again.open()] == ["L2"]
    assert again.slots(DAY, Lane.PRIORITY) == 2
    again.apply([lent(2, 2)])  # the office has heard of it
    assert [lease.id for lease in again.open()] == ["L2"]


def test_old_days_are_forgotten(leases: LeaseStore) -> None:
    leases.apply([lent(5)])
    leases.apply([lent(1, 1, "L8", DAY + timedelta(days=8))])
    assert leases.slots(DAY, Lane.PRIORITY) is None


def test_a_page_is_kept_whole_or_not_at_all(
    leases: LeaseStore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write: Callable[..., None] = meta.write

    def dies(database: Database, name: str, value: str) -> None:
        if name.endswith("L2"):
            raise KioskError("store-full", "The disk is full.", "Free some space.")
        write(database, name, value)

    monkeypatch.setattr(meta, "write", dies)
    with pytest.raises(KioskError):
        leases.apply([lent(5), lent(2, 1, "L2")])
    assert leases.slots(DAY, Lane.PRIORITY) is None
