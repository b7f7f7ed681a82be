import secrets
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk_app.errors import KioskError
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal, open_roster


def test_the_device_key_signs_what_its_public_half_verifies(folder: Path, keys: FileKeyHolder) -> None:
    public = serialization.load_der_public_key(keys.public_der())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert isinstance(public.curve, ec.SECP256R1)
    public.verify(keys.sign(b"message"), b"message", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(keys.sign(b"message"), b"another", ec.ECDSA(hashes.SHA256()))
    again = FileKeyHolder(folder / "keys")
    assert again.ensure_device_key() == keys.public_der()
    assert {path.stat().st_mode & 0o777 for path in (folder / "keys").iterdir()} == {0o600}


def test_a_file_holder_says_what_people_must_know(keys: FileKeyHolder) -> None:
    assert keys.describe() == "file"
    assert keys.warning == "keys.file_warning"


def test_every_database_has_its_own_key_for_ever(keys: FileKeyHolder) -> None:
    journal = keys.database_key("journal", create=True)
    roster = keys.database_key("roster", create=True)
    assert len(journal) == len(roster) == 32
    assert journal != roster
    assert keys.database_key("journal", create=True) == keys.database_key("journal", create=False) == journal


def test_of_two_that_make_a_database_s_key_at_once_both_get_the_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one makes its key between this one's look and its writing."""
    other: list[bytes] = []
    random = secrets.token_bytes

    def meanwhile(length: int) -> bytes:
        monkeypatch.setattr(secrets, "token_bytes", random)
        other.append(FileKeyHolder(folder / "keys").database_key("journal", create=True))
        return random(length)

    monkeypatch.setattr(secrets, "token_bytes", meanwhile)
    mine = FileKeyHolder(folder / "keys").database_key("journal", create=True)
    assert other == [mine]
    assert [path.name for path in (folder / "keys").iterdir()] == ["journal.key"]


def test_of_two_that_make_the_device_key_at_once_both_get_the_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other: list[bytes] = []
    generate = ec.generate_private_key

    def meanwhile(curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
        monkeypatch.setattr(ec, "generate_private_key", generate)
        other.append(FileKeyHolder(folder / "keys").ensure_device_key())
        return generate(curve)

    monkeypatch.setattr(ec, "generate_private_key", meanwhile)
    mine = FileKeyHolder(folder / "keys").ensure_device_key()
    assert other == [mine]
    assert [path.name for path in (folder / "keys").iterdir()] == ["device.key"]


def test_a_missing_key_of_an_existing_database_is_never_made_anew(folder: Path, keys: FileKeyHolder) -> None:
    open_journal(folder / "journal.db", keys).close()
    key_file = folder / "keys" / "journal.key"
    key = key_file.read_bytes()
    key_file.unlink()
    with pytest.raises(KioskError) as caught:
        open_journal(folder / "journal.db", keys)
    assert caught.value.code == "keys-missing"
    assert not key_file.exists()
    key_file.write_bytes(key)
    open_journal(folder / "journal.db", keys).close()


def test_keys_of_two_databases_that_were_swapped_are_told(folder: Path, keys: FileKeyHolder) -> None:
    open_journal(folder / "journal.db", keys).close()
    open_roster(folder / "roster.db", keys).close()
    files = folder / "keys"
    journal, roster = (files / "journal.key").read_bytes(), (files / "roster.key").read_bytes()
    (files / "journal.key").write_bytes(roster)
    (files / "roster.key").write_bytes(journal)
    with pytest.raises(KioskError) as caught:
        open_roster(folder / "roster.db", keys)
    assert caught.value.code == "store-wrong-key"


def test_a_missing_device_key_is_told_to_whoever_signs(folder: Path) -> None:
    holder = FileKeyHolder(folder / "keys")
    with pytest.raises(KioskError) as caught:
        holder.sign(b"message")
    assert caught.value.code == "keys-missing"
    with pytest.raises(KioskError):
        holder.public_der()


@pytest.mark.parametrize("content", [b"", b"nonsense", bytes(31)])
def test_damaged_key_files_are_told(folder: Path, content: bytes) -> None:
    files = folder / "keys"
    (files / "device.key").write_bytes(content)
    (files / "journal.key").write_bytes(content)
    holder = FileKeyHolder(files)
    with pytest.raises(KioskError) as caught:
        holder.sign(b"message")
    assert caught.value.code == "keys-damaged"
    with pytest.raises(KioskError) as caught:
        holder.database_key("journal", create=False)
    assert caught.value.code == "keys-damaged"


def test_a_device_key_of_another_curve_is_damage(folder: Path) -> None:
    other = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "keys" / "device.key").write_bytes(other)
    with pytest.raises(KioskError) as caught:
        FileKeyHolder(folder / "keys").public_der()
    assert caught.value.code == "keys-damaged"


def test_a_key_file_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "keys" / "journal.key").mkdir()
    with pytest.raises(KioskError) as caught:
        FileKeyHolder(folder / "keys").database_key("journal", create=False)
    assert caught.value.code == "keys-unreadable"
