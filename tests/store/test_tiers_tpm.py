"""The roster behind PINs that a real TPM in software counts: guessing needs that TPM, and the TPM stops it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store import pin_copies
from kiosk_app.store.database import Database
from kiosk_app.store.guards import TpmGuard
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.keys_guarded import GuardedKeyHolder, TpmDeviceKeys
from kiosk_app.store.pin_copies import PepperLock, TpmLock
from kiosk_app.store.tiers import PinTier, tier_of
from tests.memory import NINE
from tests.store.rows import row
from tests.store.soft_tpm import SoftTpm, running_tpm
from tests.store.tier_rig import BUDI, DEWI, PINS, RINA, TierRig, cheap, closed_roster


@pytest.fixture
def machine() -> Iterator[SoftTpm]:
    with running_tpm() as soft:
        yield soft


@pytest.fixture
def booth(
    folder: Path, keys: FileKeyHolder, database: Database, machine: SoftTpm, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TierRig]:
    cheap(monkeypatch)
    rig = TierRig(folder, keys, database, (TpmLock(machine.tpm()), PepperLock(keys)))
    rig.roster.replace([row("A")], "c1", 1, NINE)
    rig.begin(RINA)
    rig.begin(BUDI)
    yield rig
    rig.roster.close()


def guess(booth: TierRig, pin: str) -> bool | str:
    """What somebody gets who has the whole PC and asks the TPM directly; the program's own count is not asked."""
    reference = booth.officers.pin_references()[RINA.officer]
    try:
        return booth.tier.open(RINA.officer, pin, reference)
    except KioskError as error:
        return error.code


def test_officers_open_it_through_the_tpm_over_restarts(booth: TierRig, machine: SoftTpm) -> None:
    machine.stop()
    machine.start()
    for who in (RINA, BUDI):
        booth.restart()
        with closed_roster():
            booth.known()
        booth.begin(who)
        assert list(booth.known()) == ["A"]


def test_a_dozen_guesses_lock_the_tpm_and_then_the_right_pin_too(booth: TierRig) -> None:
    booth.restart()
    answers = [guess(booth, f"{n:06}") for n in range(12)]
    assert True not in answers
    assert answers[0] is False
    assert answers[-1] == "tpm-locked"
    assert guess(booth, PINS[RINA.officer]) == "tpm-locked"


def test_an_officer_is_told_of_a_locked_tpm_and_a_supervisor_gets_in(booth: TierRig) -> None:
    booth.restart()
    for n in range(12):
        guess(booth, f"{n:06}")
    assert booth.refused(RINA) == "tpm-locked"
    booth.begin(DEWI)
    assert booth.known() == {}, "begun empty: the office fills it"


def test_the_disk_beside_another_tpm_opens_nothing_even_for_who_knows_the_pin(
    booth: TierRig, machine: SoftTpm, folder: Path, keys: FileKeyHolder
) -> None:
    booth.restart()
    machine.stop()
    other = SoftTpm(machine.state.parent / "o").start()
    try:
        booth.tier = PinTier(folder / "keys" / "tier1", (TpmLock(other.tpm()), PepperLock(keys)))
        assert guess(booth, PINS[RINA.officer]) == "tpm-failed"
    finally:
        other.stop()


def test_copies_from_before_the_keys_went_to_the_tpm_open_once_more_and_are_made_anew(
    booth: TierRig, keys: FileKeyHolder, machine: SoftTpm, folder: Path
) -> None:
    booth.restart()
    booth.locks = (PepperLock(keys),)
    booth.roster.erase()
    booth.restart()
    booth.roster.replace([row("A")], "c1", 1, NINE)
    booth.begin(RINA)
    booth.locks = (TpmLock(machine.tpm()), PepperLock(keys))
    booth.restart()
    booth.begin(RINA)
    assert list(booth.known()) == ["A"]
    copies = [path.read_text() for path in (folder / "keys" / "tier1").glob("*.copy")]
    assert [f'"how": "{how}"' in copy for copy in copies for how in ("tpm", "pepper")] == [True, False]


def test_the_holder_decides_how_pins_are_counted(folder: Path, machine: SoftTpm) -> None:
    tpm = machine.tpm()
    holder = GuardedKeyHolder(folder / "keys", TpmGuard(tpm), TpmDeviceKeys(tpm))
    tier = tier_of(folder / "keys", holder)
    assert tier is tier_of(folder / "keys", FileKeyHolder(folder / "keys")), "one booth has one tier in a process"
    tier.prepare()
    tier.establish(RINA.officer, PINS[RINA.officer], "r")
    [copy] = (folder / "keys" / "tier1").glob("*.copy")
    assert '"how": "tpm"' in copy.read_text()


def test_a_pin_costs_64_mib_and_three_passes_to_try() -> None:
    assert (pin_copies._MEMORY_KIB, pin_copies._PASSES, pin_copies._LANES) == (64 * 1024, 3, 4)
