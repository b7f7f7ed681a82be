"""What booths may erase: everything while the office has no backup, and from the first one on only what it holds."""

import json
import os

import pytest

from kiosk_app.booth.facts import HelpCalled
from kiosk_app.errors import KioskError
from kiosk_app.office.office import Office
from kiosk_app.office.safety import confirm_backup, position_to_back_up

from .booth_double import BoothDouble, photo, record_id
from .conftest import MakeBooth, Run

PACKET = os.urandom(500)


def send(booth: BoothDouble, count: int = 1) -> tuple[int, int]:
    """The last position and what is safe."""
    answer = booth.try_to_sync(*[booth.record(HelpCalled("scan")) for _ in range(count)]).json()
    return answer["results"][-1]["pos"], answer["safe_pos"]


def test_it_only_rises_with_a_backup(office: Office, booth: BoothDouble) -> None:
    assert send(booth, 3) == (3, 3), "no backup yet: the office's disk is all there is"
    begun = position_to_back_up(office.database)
    assert send(booth, 2) == (5, 5)
    assert confirm_backup(office.database, begun) == 3
    assert send(booth) == (6, 3)
    assert confirm_backup(office.database, 2) == 3, "it never falls"
    assert confirm_backup(office.database, 6) == 6
    assert send(booth) == (7, 6)


def test_nothing_is_confirmed_that_never_came(office: Office, booth: BoothDouble) -> None:
    send(booth)
    for position in (2, -1):
        with pytest.raises(KioskError, match="No record"):
            confirm_backup(office.database, position)
    assert send(booth) == (2, 2)


def test_a_backup_ends_before_a_photo_that_is_not_there(office: Office, booth: BoothDouble) -> None:
    send(booth, 2)
    record = record_id()
    booth.sync(booth.record(photo("visit", PACKET, b"jpeg", "key"), identifier=record))
    send(booth)
    assert position_to_back_up(office.database) == 2
    booth.patch(PACKET, record)
    assert position_to_back_up(office.database) == 4


def test_practice_wants_no_backup(office: Office, make_booth: MakeBooth) -> None:
    booth = make_booth(practice=True)
    send(booth)
    confirm_backup(office.database, 0)
    assert send(booth) == (2, 2)


def test_backups_at_the_command_line(run: Run, booth: BoothDouble) -> None:
    assert "No backup was ever confirmed" in run("backup", "show")
    send(booth, 2)
    begun = run("backup", "begin").split()[-1]
    send(booth)
    assert "up to 2" in run("backup", "confirm", begun)
    assert json.loads(run("backup", "show", "--json")) == {"backed_up": 2, "last": 3}
    assert run("backup", "show") == "Backed up to 2 of 3.\n"


def test_slots_at_the_command_line(run: Run, booth: BoothDouble) -> None:
    assert "12 walk-ins" in run("quota", "set", "12")
    booth.sync()
    shown = json.loads(run("quota", "show", "--json"))
    assert (shown["slots"], shown["free"], shown["leases"][0]["slots"]) == (12, 0, 12)
    assert "0 of 12 spent" in run("quota", "show")
    with pytest.raises(KioskError, match="walk-ins"):
        run("quota", "set", "10001")


def test_old_photos_at_the_command_line(run: Run, office: Office) -> None:
    assert json.loads(run("sweep", "--json")) == {"adopted": 0, "orphans": 0, "parts": 0}
    assert run("sweep").startswith("0 photos entered")
