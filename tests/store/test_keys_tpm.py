"""Keys behind a real TPM 2.0 in software: what a thief of the disk, another boot and another machine get."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk_app.errors import KioskError
from kiosk_app.store import aead
from kiosk_app.store.guards import Guard, SystemdGuard, TpmGuard
from kiosk_app.store.keys_guarded import GuardedKeyHolder, TpmDeviceKeys
from kiosk_app.store.opening import open_journal, open_roster
from tests.store.soft_tpm import SoftTpm, running_tpm


@pytest.fixture
def machine() -> Iterator[SoftTpm]:
    with running_tpm() as soft:
        yield soft


def holder_of(folder: Path, soft: SoftTpm) -> GuardedKeyHolder:
    tpm = soft.tpm()
    return GuardedKeyHolder(folder / "keys", TpmGuard(tpm), TpmDeviceKeys(tpm))


def refused(work: Guard, name: str, blob: bytes) -> str:
    with pytest.raises(KioskError) as caught:
        work.unseal(name, blob)
    return caught.value.code


def test_a_booth_keeps_its_databases_and_its_signature_over_restarts(folder: Path, machine: SoftTpm) -> None:
    holder = holder_of(folder, machine)
    public = holder.ensure_device_key()
    open_journal(folder / "journal.db", holder).close()
    open_roster(folder / "roster.db", holder).close()
    machine.stop()
    machine.start()
    again = holder_of(folder, machine)
    assert again.ensure_device_key() == public
    open_journal(folder / "journal.db", again).close()
    open_roster(folder / "roster.db", again).close()
    key = serialization.load_der_public_key(public)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(again.sign(b"message"), b"message", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(again.sign(b"message"), b"another", ec.ECDSA(hashes.SHA256()))
    assert (again.describe(), again.warning) == ("tpm", "")
    kept = {path.name: path.read_bytes() for path in (folder / "keys").iterdir()}
    assert sorted(kept) == ["device.tpm", "journal.tpm", "roster.tpm"]
    assert not any(again.database_key(name, False) in blob for name in ("journal", "roster") for blob in kept.values())


def test_a_tpm_that_restarts_under_a_running_booth_is_found_again(folder: Path, machine: SoftTpm) -> None:
    """As after sleep: what the program had loaded into it is gone."""
    holder = holder_of(folder, machine)
    holder.ensure_device_key()
    holder.sign(b"before")
    machine.stop()
    machine.start()
    assert holder.sign(b"after")


@pytest.mark.parametrize("kind", ["tpm", "systemd"])
def test_another_boot_gets_nothing(machine: SoftTpm, kind: str) -> None:
    guard: Guard = TpmGuard(machine.tpm()) if kind == "tpm" else fitting_systemd(machine)
    blob = guard.seal("journal", b"k" * 32)
    assert guard.unseal("journal", blob) == b"k" * 32
    machine.extend(7, b"a system from a stick")
    assert refused(guard, "journal", blob) == {"tpm": "tpm-boot-changed", "systemd": "keys-guard-failed"}[kind]


@pytest.mark.parametrize("kind", ["tpm", "systemd"])
def test_the_disk_in_another_machine_gives_nothing(machine: SoftTpm, kind: str) -> None:
    guard: Guard = TpmGuard(machine.tpm()) if kind == "tpm" else fitting_systemd(machine)
    blob = guard.seal("journal", b"k" * 32)
    machine.stop()
    other = SoftTpm(machine.state.parent / "o").start()
    try:
        theirs: Guard = TpmGuard(other.tpm()) if kind == "tpm" else other.systemd()
        assert refused(theirs, "journal", blob) == {"tpm": "tpm-failed", "systemd": "keys-guard-failed"}[kind]
    finally:
        other.stop()


def test_a_boot_that_nobody_measured_is_no_guard(machine: SoftTpm) -> None:
    machine.stop()
    machine.start(measured=False)
    assert "not measured" in TpmGuard(machine.tpm()).unfit()
    if shutil.which("systemd-creds"):
        assert "not measured" in machine.systemd().unfit()
    machine.extend(7, b"now it is")
    assert TpmGuard(machine.tpm()).unfit() == ""


def test_systemd_binds_a_key_to_its_name(machine: SoftTpm) -> None:
    guard = fitting_systemd(machine)
    assert refused(guard, "roster", guard.seal("journal", b"k" * 32)) == "keys-guard-failed"


def test_a_booth_on_systemd_keeps_its_signing_key_behind_the_tpm(folder: Path, machine: SoftTpm) -> None:
    guard = fitting_systemd(machine)
    public = GuardedKeyHolder(folder / "keys", guard).ensure_device_key()
    again = GuardedKeyHolder(folder / "keys", guard)
    assert again.public_der() == public
    assert again.sign(b"message")
    assert [path.name for path in (folder / "keys").iterdir()] == ["device.systemd"]


def test_wrong_pins_lock_the_tpm_and_the_booth_still_starts(machine: SoftTpm) -> None:
    """The right PIN is refused too; what opens without a person is not."""
    tpm = machine.tpm()
    boot, behind = tpm.seal(b"b" * 32), tpm.seal_behind(b"p" * 32, b"1" * 32)
    assert tpm.unseal_behind(behind, b"1" * 32) == b"p" * 32
    codes = []
    for _ in range(8):
        with pytest.raises(KioskError) as caught:
            tpm.unseal_behind(behind, b"2" * 32)
        codes.append(caught.value.code)
    assert codes[0] == "tpm-auth"
    assert codes[-1] == "tpm-locked"
    with pytest.raises(KioskError) as caught:
        tpm.unseal_behind(behind, b"1" * 32)
    assert caught.value.code == "tpm-locked"
    assert tpm.unseal(boot) == b"b" * 32


@pytest.mark.parametrize("damage", [b"{}", b'{"pub":"!","priv":""}', b'{"pub":1,"priv":2}', b"[]"])
def test_a_damaged_blob_is_told(machine: SoftTpm, damage: bytes) -> None:
    guard = TpmGuard(machine.tpm())
    assert refused(guard, "journal", aead.join(damage, b"rest")) == "keys-damaged"
    assert refused(guard, "journal", damage) == "keys-damaged"
    good = guard.seal("journal", b"k" * 32)
    for broken in (b"", good[:-1], good[:-1] + bytes([good[-1] ^ 1]), good[:200]):
        assert refused(guard, "journal", broken) == "keys-damaged"
    assert refused(guard, "roster", good) == "keys-damaged", "a key of another name is not taken for this one"


def test_a_machine_without_tpm_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    for guard in (SystemdGuard(), TpmGuard(SoftTpm(Path(tempfile.gettempdir())).tpm())):
        assert guard.unfit()


def fitting_systemd(machine: SoftTpm) -> SystemdGuard:
    """The guard, or a skip where this machine's systemd cannot use a TPM by itself."""
    if shutil.which("systemd-creds") is None:
        pytest.skip("systemd-creds is not installed (systemd 250 or newer)")
    guard = machine.systemd()
    reason = guard.unfit()
    if reason:
        pytest.skip(f"systemd-creds: {reason}")
    return guard
