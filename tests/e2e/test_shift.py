"""The start of a shift on a booth that is not for practice: shut until an officer's PIN, and at the office's side all the while."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk_app.assembly import Booth, open_booth
from kiosk_app.booth.facts import Incident, LoginFailed
from kiosk_app.clock import SystemClock
from kiosk_app.errors import KioskError
from kiosk_app.office.tables import bookings, devices
from kiosk_app.paths import BoothPaths
from kiosk_app.store import meta
from kiosk_app.store.list_age import CONFIRMED_MS
from kiosk_app.store.stored import to_ms
from tests.e2e.conftest import House

PIN, OTHER_PIN = "481516", "234207"


@contextmanager
def opened(house: House) -> Iterator[Booth]:
    booth = open_booth(BoothPaths(house.booth), SystemClock())
    try:
        yield booth
    finally:
        booth.close()


@pytest.fixture
def booth_of_people(house: House) -> House:
    house.office.officers.add("1001", "Rina", "officer", PIN)
    house.office.officers.add("2001", "Dewi", "supervisor", OTHER_PIN)
    house.office.officers.add("3001", "Tono", "technician", OTHER_PIN)
    house.office.configuration.publish()
    house.enrol(practice=False, bookings=20)
    with opened(house) as booth:
        booth.officers.log_in("1001", PIN)
    return house


def office_names(house: House) -> list[str]:
    """The names of all who are booked at the booth's place."""
    with house.office.database.read() as connection:
        return list(
            connection.scalars(
                select(bookings.c.name).where(bookings.c.site == select(devices.c.site).scalar_subquery())
            )
        )


def code(error: pytest.ExceptionInfo[KioskError]) -> str:
    return error.value.code


def test_a_booth_starts_and_syncs_shut_and_opens_with_a_pin(booth_of_people: House) -> None:
    house = booth_of_people
    house.json("sync", "--until-empty")
    status = house.json("status")
    count = status["roster_count"]
    assert count == len(office_names(house))
    assert isinstance(status["roster_age_s"], int)
    assert house.at_office("bookings", "sample", "5", "--seed", "7") == 0
    house.json("sync", "--until-empty")
    with opened(house) as booth:
        with pytest.raises(KioskError) as caught:
            booth.reception().look("1234567890123456")
        assert code(caught) == "roster-closed"
        session = booth.officers.log_in("1001", PIN)
        now = booth.clock.now()
        assert len(booth.roster.between(now - timedelta(days=400), now + timedelta(days=400))) == booth.roster.count()
        assert booth.roster.count() == len(office_names(house)) > int(str(count))
        assert booth.desk("1", session).queue()
        booth.reception().look("1234567890123456")


def test_nothing_of_a_shut_booth_s_disk_names_anybody(booth_of_people: House) -> None:
    house = booth_of_people
    names = [name.encode() for name in office_names(house)]
    assert names
    files = [path.read_bytes() for path in house.booth.rglob("*") if path.is_file()]
    assert not [name for name in names if any(name in content for content in files)]
    assert not (house.booth / "roster.db").exists()


def test_who_has_no_business_with_applicants_gets_no_desk(booth_of_people: House) -> None:
    with opened(booth_of_people) as booth:
        session = booth.officers.log_in("3001", OTHER_PIN)
        with pytest.raises(KioskError) as caught:
            booth.desk("1", session)
        assert code(caught) == "role-forbids"
        with pytest.raises(KioskError) as caught:
            booth.reception().look("1234567890123456")
        assert code(caught) == "roster-closed", "a technician does not open the bookings either"


def test_a_supervisor_lets_somebody_try_again_and_the_journal_says_so(booth_of_people: House) -> None:
    with opened(booth_of_people) as booth:
        for _wrong in range(5):
            with pytest.raises(KioskError):
                booth.officers.log_in("1001", "000000")
        with pytest.raises(KioskError) as caught:
            booth.officers.log_in("1001", PIN)
        assert code(caught) == "login-locked"
        supervisor = booth.officers.log_in("2001", OTHER_PIN)
        booth.officers.unlock(supervisor, "1001")
        officer = booth.officers.log_in("1001", PIN)
        with pytest.raises(KioskError) as caught:
            booth.officers.unlock(officer, "2001")
        assert code(caught) == "role-forbids"
        with pytest.raises(KioskError) as caught:
            booth.officers.unlock(supervisor, "9999")
        assert code(caught) == "officer-unknown"
        facts = [one.fact for one in booth.journal.facts(booth.today())]
        assert Incident("login-unlocked", "1001 by 2001") in facts
        assert facts.count(LoginFailed("1001")) == 6


def test_a_list_that_is_too_old_lets_in_a_supervisor_and_the_journal_says_so(booth_of_people: House) -> None:
    with opened(booth_of_people) as booth:
        with booth.journal_db.transaction():
            meta.write(booth.journal_db, CONFIRMED_MS, str(to_ms(booth.clock.now() - timedelta(days=8))))
        with pytest.raises(KioskError) as caught:
            booth.officers.log_in("1001", PIN)
        assert code(caught) == "officers-stale"
        booth.officers.log_in("2001", OTHER_PIN)
        facts = [one.fact for one in booth.journal.facts(booth.today())]
        assert facts.count(Incident("break-glass", "2001")) == 1
    booth_of_people.json("sync", "--until-empty")
    with opened(booth_of_people) as booth:
        assert booth.officers.log_in("1001", PIN).officer == "1001", "the office has confirmed the list"


def test_unlock_from_the_command_line(booth_of_people: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house = booth_of_people
    with opened(house) as booth:
        for _wrong in range(5):
            with pytest.raises(KioskError):
                booth.officers.log_in("1001", "000000")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{OTHER_PIN}\n"))
    assert house.kiosk("unlock", "1001", "--by", "3001") == 1
    assert "not among the tasks" in house.err
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{OTHER_PIN}\n"))
    assert house.kiosk("unlock", "1001", "--by", "2001") == 0, house.err
    with opened(house) as booth:
        assert booth.officers.log_in("1001", PIN).officer == "1001"


def test_keys_says_who_holds_them_and_what_else_could(booth_of_people: House) -> None:
    told = booth_of_people.json("keys")
    assert told["behind_pin"] is True
    assert told["keys"] in dict(told["candidates"])  # type: ignore[call-overload]  # JSON
    assert booth_of_people.kiosk("keys") == 0
    assert "Bookings    behind officers" in booth_of_people.out


def test_a_practice_booth_s_bookings_are_never_shut(house: House) -> None:
    house.enrol(practice=True)
    with opened(house) as booth:
        booth.officers.log_in("1001", "246810")
    with opened(house) as booth:
        booth.reception().look("1234567890123456")
    assert (house.booth / "roster.db").exists()
