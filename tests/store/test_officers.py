import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.facts import Incident
from kiosk_app.booth.ports import Officers, OfficerSession
from kiosk_app.errors import KioskError
from kiosk_app.store import meta, pins
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.list_age import CONFIRMED_MS
from kiosk_app.store.officers import LoginLockedError, OfficerRow, OfficerStore
from kiosk_app.store.opening import open_journal
from tests.memory import ManualClock

# The lightest hash that the booth takes: what is tested here is who gets a try, not how long it takes.
CHEAP = PasswordHasher(time_cost=1, memory_cost=19 * 1024, parallelism=1)
PIN, NEW_PIN = "481516", "234200"
HASH, NEW_HASH, OTHER_HASH = (CHEAP.hash(pin) for pin in (PIN, NEW_PIN, "999999"))


@pytest.fixture(autouse=True)
def _nobody_is_as_cheap_as_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pins, "NOBODY", OTHER_HASH)


@pytest.fixture
def officers(database: Database, clock: ManualClock) -> OfficerStore:
    store = OfficerStore(database, clock)
    store.replace_all([OfficerRow("1001", "Rina", "officer", HASH), OfficerRow("1002", "Dewi", "supervisor", NEW_HASH)])
    return store


def refused(store: OfficerStore, officer: str = "1001", pin: str = "000000") -> KioskError:
    with pytest.raises(KioskError) as caught:
        store.log_in(officer, pin)
    return caught.value


def wait_of(store: OfficerStore, officer: str = "1001") -> float | None:
    """The wait that even the right PIN is told."""
    error = refused(store, officer, PIN)
    assert isinstance(error, LoginLockedError)
    return error.wait_s


def test_the_right_pin_logs_in(officers: OfficerStore) -> None:
    port: Officers = officers
    assert port.log_in("1001", PIN) == OfficerSession("1001", "Rina", "officer")
    assert port.log_in("1002", NEW_PIN).role == "supervisor"


@pytest.mark.parametrize(("officer", "pin"), [
    ("1001", NEW_PIN), ("1001", ""), ("1001", "²²²²²²"), ("9999", PIN), ("", PIN), ("1001' OR 1=1 --", PIN),
])  # fmt: skip
def test_a_wrong_pin_and_an_unknown_officer_get_the_same_words(officers: OfficerStore, officer: str, pin: str) -> None:
    error = refused(officers, officer, pin)
    assert (error.code, str(error)) == ("login-wrong", str(refused(officers, "1001", "000000")))
    assert officers.is_known(officer) == (officer == "1001")


def test_an_unknown_officer_costs_one_hash_like_a_known_one(
    officers: OfficerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = pins.pin_matches

    def counting(encoded: str, pin: str) -> bool:
        checked.append(encoded)
        return real(encoded, pin)

    monkeypatch.setattr(pins, "pin_matches", counting)
    refused(officers, "1001")
    refused(officers, "9999")
    assert checked == [HASH, pins.NOBODY]


def test_nobodys_hash_costs_what_the_offices_hashes_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert pins.NOBODY.rpartition("$")[0].rpartition("$")[0] == pins.hash_pin(PIN).rpartition("$")[0].rpartition("$")[0]
    assert pins.is_acceptable(pins.NOBODY)
    assert not pins.pin_matches(pins.NOBODY, PIN)


@pytest.mark.parametrize("officer", ["1001", "9999"])
def test_delays_double_and_then_only_people_help(officers: OfficerStore, clock: ManualClock, officer: str) -> None:
    for _free in range(5):
        assert refused(officers, officer).code == "login-wrong"
    for delay in (30, 60, 120, 240, 480):
        assert wait_of(officers, officer) == delay
        clock.forward(seconds=delay - 1)
        assert wait_of(officers, officer) == 1
        clock.forward(seconds=1)
        assert refused(officers, officer).code == "login-wrong"
    clock.forward(days=3)
    assert wait_of(officers, officer) is None


def test_success_in_between_begins_anew(officers: OfficerStore) -> None:
    for _round in range(3):
        for _wrong in range(4):
            refused(officers)
        officers.log_in("1001", PIN)
    assert refused(officers).code == "login-wrong"


def test_one_officers_failures_are_nobody_elses(officers: OfficerStore) -> None:
    for _wrong in range(5):
        refused(officers)
    wait_of(officers)
    officers.log_in("1002", NEW_PIN)


def test_neither_the_wall_clock_nor_a_restart_shortens_a_delay(
    officers: OfficerStore, clock: ManualClock, database: Database
) -> None:
    for _wrong in range(6):
        clock.forward(seconds=30)
        refused(officers)
    assert wait_of(officers) == 60
    clock.moment += timedelta(days=3650)
    assert wait_of(officers) == 60
    clock.forward(seconds=50)
    assert wait_of(officers) == 10
    clock.boot_id, clock.seconds = "boot-2", 3.0
    again = OfficerStore(database, clock)
    assert wait_of(again) == 60
    clock.forward(seconds=59)
    assert wait_of(again) == 1
    clock.forward(seconds=1)
    clock.moment -= timedelta(days=3650)
    again.log_in("1001", PIN)


def test_a_supervisor_lets_somebody_try_again(officers: OfficerStore, clock: ManualClock) -> None:
    for _wrong in range(10):
        clock.forward(minutes=15)
        refused(officers)
    assert wait_of(officers) is None
    officers.unlock("1001")
    officers.log_in("1001", PIN)


def test_a_new_configuration_frees_only_whose_pin_it_sets_anew(officers: OfficerStore, clock: ManualClock) -> None:
    for _wrong in range(10):
        clock.forward(minutes=15)
        refused(officers)
    officers.replace_all([OfficerRow("1001", "Rina W.", "officer", HASH)])
    assert wait_of(officers) is None
    officers.replace_all([OfficerRow("1001", "Rina W.", "officer", NEW_HASH)])
    assert officers.log_in("1001", NEW_PIN).name == "Rina W."


def test_who_left_the_list_cannot_log_in(officers: OfficerStore) -> None:
    officers.replace_all([OfficerRow("1002", "Dewi", "supervisor", NEW_HASH)])
    assert refused(officers, "1001", PIN).code == "login-wrong"
    assert not officers.is_known("1001")


@pytest.mark.parametrize("pin", [
    "", "1234", "$2b$12$abcdefghijklmnopqrstuv", HASH[:-1].replace("argon2id", "argon2i"), HASH.replace("m=19456", "m=8"),
    HASH.replace("m=19456", "m=99999999"), HASH.replace("t=1", "t=99"), HASH.replace("p=1", "p=64"),
    PasswordHasher(type=Type.D, time_cost=1, memory_cost=64).hash("1"), "$argon2id$v=19$m=x,t=1,p=1$aaaa$bbbb",
], ids=range(10))  # fmt: skip
def test_a_list_with_an_unusable_hash_is_refused_whole(officers: OfficerStore, pin: str) -> None:
    with pytest.raises(KioskError) as caught:
        officers.replace_all([OfficerRow("1003", "Budi", "officer", HASH), OfficerRow("1001", "Rina", "officer", pin)])
    assert caught.value.code == "officers-malformed"
    officers.log_in("1001", PIN)
    assert not officers.is_known("1003")


def test_what_strangers_type_is_not_kept_and_does_not_fill_the_disk(
    officers: OfficerStore, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pins, "pin_matches", lambda _encoded, _pin: False)
    refused(officers, "1001")
    for n in range(510):
        refused(officers, f"stranger-{n}")
    rows = database.rows("SELECT who FROM login_attempts")
    assert len(rows) == 501
    typed = {"1001", *(f"stranger-{n}" for n in range(510))}
    assert not {who for (who,) in rows} & (typed | {sha256_hex(one.encode()) for one in typed})
    for _wrong in range(4):
        refused(officers, "1001")
    wait_of(officers)


def test_a_list_that_nobody_confirmed_for_a_week_lets_in_supervisors_only(
    officers: OfficerStore, clock: ManualClock
) -> None:
    clock.forward(days=7)
    assert officers.log_in("1001", PIN).role == "officer"
    clock.forward(seconds=1)
    assert officers.is_too_old()
    assert refused(officers, "1001", PIN).code == "officers-stale"
    assert refused(officers, "1001", "000000").code == "login-wrong", "only who knows the PIN is told"
    assert officers.log_in("1002", NEW_PIN).role == "supervisor"
    officers.confirm()
    assert officers.log_in("1001", PIN).role == "officer"


def test_setting_the_clock_back_makes_no_list_younger(
    officers: OfficerStore, clock: ManualClock, journal: JournalStore
) -> None:
    clock.forward(days=8)
    journal.append(Incident("start"))
    clock.moment -= timedelta(days=8)
    assert officers.is_too_old()
    assert refused(officers, "1001", PIN).code == "officers-stale"


def test_a_confirmation_is_written_now_and_then_only(
    officers: OfficerStore, clock: ManualClock, database: Database
) -> None:
    before = meta.read_int(database, CONFIRMED_MS)
    clock.forward(seconds=599)
    officers.confirm()
    assert meta.read_int(database, CONFIRMED_MS) == before
    clock.forward(seconds=1)
    officers.confirm()
    assert meta.read_int(database, CONFIRMED_MS) == (before or 0) + 600_000


def test_a_folder_from_before_lists_were_confirmed_begins_to_count_now(
    officers: OfficerStore, clock: ManualClock, database: Database
) -> None:
    with database.transaction():
        meta.remove(database, CONFIRMED_MS)
    clock.forward(days=30)
    officers.log_in("1001", PIN)
    clock.forward(days=7, seconds=1)
    assert refused(officers, "1001", PIN).code == "officers-stale"


_KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk_app.clock import SystemClock
from kiosk_app.store import pins
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.list_age import CONFIRMED_MS
from kiosk_app.store.officers import OfficerStore
from kiosk_app.store.opening import open_journal

def killed(encoded, pin):
    os.kill(os.getpid(), signal.SIGKILL)

pins.pin_matches = killed
folder = Path(sys.argv[1])
OfficerStore(open_journal(folder / "journal.db", FileKeyHolder(folder / "keys")), SystemClock()).log_in("1001", "000000")
"""


def test_pulling_the_plug_before_the_answer_buys_no_guess(
    folder: Path, keys: FileKeyHolder, clock: ManualClock
) -> None:
    with open_journal(folder / "journal.db", keys) as opened:
        OfficerStore(opened, clock).replace_all([OfficerRow("1001", "Rina", "officer", HASH)])
    killed = [
        subprocess.run([sys.executable, "-c", _KILLED, str(folder)], capture_output=True, text=True, check=False)
        for _guess in range(6)
    ]
    assert [one.returncode for one in killed] == [-9, -9, -9, -9, -9, 1]
    assert "Log-in is locked" in killed[-1].stderr
    with open_journal(folder / "journal.db", keys) as opened:
        assert isinstance(refused(OfficerStore(opened, clock), "1001", PIN), LoginLockedError)
