"""Who opens the roster, what the disk alone gives, and what comes while it is shut."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store import roster as roster_module
from kiosk_app.store.database import Database
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.schema import ROSTER_SCHEMA
from tests.memory import NINE, booking
from tests.store.rows import gone, put, row
from tests.store.tier_rig import BUDI, DEWI, LATER, PINS, RINA, TONO, TierRig, cheap, closed_roster, with_bookings

BEHIND = "roster-????????.db"


@pytest.fixture
def booth(folder: Path, keys: FileKeyHolder, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TierRig]:
    cheap(monkeypatch)
    with with_bookings(folder, keys, database) as rig:
        yield rig


def test_before_anybody_logs_in_the_roster_is_as_it_always_was(booth: TierRig, folder: Path) -> None:
    booth.restart()
    assert booth.known() == {"A": "Budi Santoso", "B": "Siti Aminah"}
    assert (folder / "roster.db").exists()


def test_the_first_log_in_puts_all_of_it_behind_the_pin(booth: TierRig, folder: Path) -> None:
    booth.begin(RINA)
    assert booth.known() == {"A": "Budi Santoso", "B": "Siti Aminah"}
    assert (booth.roster.cursor(), booth.roster.read_at(), booth.roster.count()) == ("c2", LATER, 2)
    assert booth.roster.is_withdrawn("C")
    booth.roster.apply_changes([put("C", 4)], "c3", LATER)
    assert booth.roster.by_id("C") is None, "a withdrawal keeps its place in the order"
    assert not list(folder.glob("roster.db*"))
    assert not (folder / "keys" / "roster.key").exists()


def test_after_a_restart_nothing_is_told_until_somebody_opens(booth: TierRig) -> None:
    booth.begin(RINA)
    booth.restart()
    for reading in (
        lambda: booth.roster.by_id("A"), lambda: booth.roster.by_number("1" * 16), lambda: booth.roster.is_withdrawn("C"),
        lambda: booth.roster.between(NINE, LATER),
    ):  # fmt: skip
        with closed_roster():
            reading()
    assert (booth.roster.cursor(), booth.roster.read_at(), booth.roster.count()) == ("c2", LATER, 2)
    booth.begin(RINA)
    assert booth.known() == {"A": "Budi Santoso", "B": "Siti Aminah"}


def _opens_with_a_key_of_the_disk(folder: Path, behind: Path) -> bool:
    """Tries what every small file begins and ends with: keys lie there as they are, or at the end of something."""
    small = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 4096]
    check = behind.with_name(behind.name + ".check")
    fingerprint = check.read_bytes()
    for key in {part for content in small for part in (content[:32], content[-32:]) if len(part) == 32}:
        check.unlink(missing_ok=True)
        try:
            Database(behind, key, ROSTER_SCHEMA).open().close()
        except KioskError:
            continue
        finally:
            check.write_bytes(fingerprint)
        return True
    return False


def test_every_key_on_the_disk_together_does_not_open_the_roster(booth: TierRig, folder: Path) -> None:
    assert _opens_with_a_key_of_the_disk(folder, folder / "roster.db"), "before, whoever takes the disk has the key"
    booth.begin(RINA)
    booth.restart()
    [behind] = folder.glob(BEHIND)
    assert not _opens_with_a_key_of_the_disk(folder, behind)
    assert not any(b"Siti Aminah" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_comes_while_it_is_shut_is_there_when_it_opens(booth: TierRig, folder: Path) -> None:
    booth.begin(RINA)
    booth.restart()
    booth.roster.apply_changes([put("D", name="Canary Kenari"), gone("A", 9)], "c3", LATER)
    booth.roster.apply_changes([put("D", 2, name="Canary Kedua")], "c4", LATER + timedelta(minutes=1))
    assert (booth.roster.cursor(), booth.roster.read_at()) == ("c4", LATER + timedelta(minutes=1))
    booth.roster.touch(LATER + timedelta(minutes=2))
    booth.restart()
    assert booth.roster.cursor() == "c4"
    assert not any(b"Canary" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    booth.begin(RINA)
    assert booth.known() == {"B": "Siti Aminah", "D": "Canary Kedua"}
    assert booth.roster.cursor() == "c4"
    booth.restart()
    booth.begin(RINA)
    assert booth.known() == {"B": "Siti Aminah", "D": "Canary Kedua"}


def test_a_snapshot_that_comes_while_it_is_shut_takes_the_place_of_everything(booth: TierRig) -> None:
    booth.begin(RINA)
    booth.restart()
    booth.roster.apply_changes([put("D")], "c3", LATER)
    with pytest.raises(KioskError) as caught:
        booth.roster.replace([row("E"), row("E")], "c9", 2, LATER)
    assert caught.value.code == "roster-incomplete"
    assert booth.roster.cursor() == "c3"
    booth.roster.replace([row("E", name="Wayan")], "c9", 1, LATER)
    assert (booth.roster.cursor(), booth.roster.count()) == ("c9", 1)
    booth.begin(RINA)
    assert booth.known() == {"E": "Wayan"}


def test_each_officer_who_came_while_it_was_open_opens_it_alone(booth: TierRig) -> None:
    for who in (RINA, BUDI, DEWI):
        booth.begin(who)
    for who in (BUDI, DEWI, RINA):
        booth.restart()
        booth.begin(who)
        assert booth.known() == {"A": "Budi Santoso", "B": "Siti Aminah"}


def test_the_copies_of_two_officers_are_not_each_other_s(booth: TierRig) -> None:
    booth.begin(RINA)
    booth.begin(BUDI)
    booth.restart()
    reference = booth.officers.pin_references()[BUDI.officer]
    assert not booth.tier.open(BUDI.officer, PINS[RINA.officer], reference)
    assert not booth.tier.is_open
    assert booth.tier.open(BUDI.officer, PINS[BUDI.officer], reference)


def test_an_officer_who_never_opened_it_waits_for_one_who_has(booth: TierRig) -> None:
    booth.begin(RINA)
    booth.restart()
    assert booth.refused(BUDI) == "roster-not-yours"
    with closed_roster():
        booth.known()
    booth.begin(RINA)
    booth.begin(BUDI)
    booth.restart()
    booth.begin(BUDI)
    assert booth.known()


def test_a_new_pin_wants_a_colleague_once(booth: TierRig) -> None:
    booth.begin(RINA)
    booth.begin(BUDI)
    booth.new_pin(BUDI)
    booth.restart()
    assert booth.refused(BUDI) == "roster-not-yours"
    booth.begin(RINA)
    booth.begin(BUDI)
    booth.restart()
    booth.begin(BUDI)
    assert booth.known()


@pytest.mark.parametrize("who", [DEWI, RINA])
def test_where_nobody_else_could_it_begins_empty_and_the_office_fills_it(booth: TierRig, who: object) -> None:
    """A supervisor always; an officer where nobody has a copy that still opens."""
    booth.begin(RINA)
    if who is RINA:
        booth.new_pin(RINA)
    booth.restart()
    booth.roster.apply_changes([put("D")], "c3", LATER)
    booth.begin(DEWI if who is DEWI else RINA)
    assert (booth.known(), booth.roster.cursor()) == ({}, None), "so that everything is fetched again"
    booth.roster.replace([row("E")], "c9", 1, LATER)
    booth.restart()
    assert booth.roster.cursor() == "c9"
    booth.begin(DEWI if who is DEWI else RINA)
    assert list(booth.known()) == ["E"]


def test_who_left_the_list_loses_the_copy(booth: TierRig) -> None:
    booth.begin(RINA)
    booth.begin(BUDI)
    reference = booth.officers.pin_references()[BUDI.officer]
    booth.left(BUDI)
    booth.begin(RINA)
    booth.restart()
    assert not booth.tier.open(BUDI.officer, PINS[BUDI.officer], reference)


def test_a_technician_opens_nothing(booth: TierRig, folder: Path) -> None:
    booth.begin(TONO)
    assert not booth.tier.established
    booth.begin(RINA)
    booth.restart()
    booth.begin(TONO)
    with closed_roster():
        booth.known()


def test_where_the_office_does_not_want_it_nothing_changes(booth: TierRig, folder: Path) -> None:
    booth.wanted = False
    booth.begin(RINA)
    assert (folder / "roster.db").exists()
    booth.wanted = True
    booth.begin(RINA)
    booth.wanted = False
    booth.restart()
    booth.begin(RINA)
    assert booth.known(), "what is behind a PIN stays there, and opens"


def test_a_tier_that_is_shut_tells_nothing_any_more(booth: TierRig) -> None:
    booth.begin(RINA)
    booth.tier.close()
    with closed_roster():
        booth.known()
    booth.begin(RINA)
    assert booth.known()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_booth_that_is_shut_out_forgets_for_ever(booth: TierRig, folder: Path, is_open: bool) -> None:
    booth.begin(RINA)
    saved = {path: path.read_bytes() for path in folder.glob("roster-*")}
    if not is_open:
        booth.restart()
    booth.roster.erase()
    assert (booth.roster.cursor(), booth.roster.count()) == (None, 0)
    assert not list(folder.glob(BEHIND))
    assert not list((folder / "keys" / "tier1").iterdir())
    for path, content in saved.items():
        path.write_bytes(content)
    booth.restart()
    booth.begin(RINA)
    assert booth.known() == {}, "an older copy of the file is of no use without its key"


def test_a_booking_s_every_field_comes_through_the_inbox(booth: TierRig) -> None:
    full = booking(id="D", birth_date=NINE.date().replace(year=1960), electronic=False)
    booth.begin(RINA)
    booth.restart()
    booth.roster.apply_changes([roster_module.RosterChange(roster_module.ChangeOp.PUT, "D", 1, full)], "c3", LATER)
    booth.begin(RINA)
    assert booth.roster.by_id("D") == full
