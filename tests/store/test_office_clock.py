"""The office's clock, carried on by the monotonic one: who sets the wall clock changes nothing."""

from datetime import timedelta

import pytest

from kiosk_app.booth.facts import HelpCalled
from kiosk_app.errors import KioskError
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.office_clock import Offset
from kiosk_app.store.outbox import Outbox
from tests.memory import ManualClock


@pytest.fixture
def outbox(database: Database, clock: ManualClock) -> Outbox:
    return Outbox(database, clock)


def test_nothing_is_known_at_first(outbox: Outbox) -> None:
    assert outbox.offset() == Offset(None, False)


@pytest.mark.parametrize("jump", [timedelta(days=-3653), timedelta(0), timedelta(minutes=7), timedelta(days=3653)])
def test_a_wall_clock_that_is_set_moves_the_offset_the_other_way(
    outbox: Outbox, clock: ManualClock, journal: JournalStore, jump: timedelta
) -> None:
    outbox.keep_offset(1500)
    clock.forward(hours=3)
    clock.moment += jump
    expected = 1500 - round(jump / timedelta(milliseconds=1))
    assert outbox.offset() == Offset(expected, True)
    stamp = journal.append(HelpCalled("attract")).stamp
    assert (stamp.offset_ms, stamp.trusted) == (expected, True)


def test_after_a_restart_of_the_machine_it_is_only_the_last_known(
    database: Database, outbox: Outbox, clock: ManualClock
) -> None:
    outbox.keep_offset(-40)
    again = ManualClock(clock.now() + timedelta(hours=1), 5.0, "another-boot")
    assert Outbox(database, again).offset() == Offset(-40, False)


def test_one_from_before_readings_were_kept_is_a_guess(database: Database, outbox: Outbox) -> None:
    outbox.put_meta(meta.OFFSET_MS, 9)
    assert outbox.offset() == Offset(9, False)


def test_a_damaged_reading_is_told(database: Database, outbox: Outbox) -> None:
    with database.transaction():
        meta.write(database, "clock_reading", "1 2")
    with pytest.raises(KioskError, match="damaged"):
        outbox.offset()
