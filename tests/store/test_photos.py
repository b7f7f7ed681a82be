import os
from datetime import UTC
from pathlib import Path

import pyhpke
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk_app.booth import packets
from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.ports import PhotoSafe
from kiosk_app.errors import KioskError
from kiosk_app.store.photos import PhotoStore, SealingKey, packet_fault
from tests.memory import ManualClock
from tests.store.samples import DEVICE, JPEG, OFFICE, OFFICE_KEY, photo_store

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
# The independent implementation of RFC 9180 that must open what the booth seals, and seal what the office opens.
ORACLE = pyhpke.CipherSuite.new(
    pyhpke.KEMId.DHKEM_X25519_HKDF_SHA256, pyhpke.KDFId.HKDF_SHA256, pyhpke.AEADId.AES256_GCM
)
ENC_BYTES = 32


@pytest.fixture
def photos(folder: Path, clock: ManualClock) -> PhotoStore:
    return photo_store(folder, clock)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder / "photos"))


def test_a_photo_is_sealed_under_its_own_hash(photos: PhotoStore, folder: Path, clock: ManualClock) -> None:
    port: PhotoSafe = photos
    sealed = port.seal(JPEG, "v1")
    packet = (folder / "photos" / f"{sealed.blob}.sealed").read_bytes()
    assert names(folder) == [f"{sealed.blob}.sealed"]
    assert (sha256_hex(packet), len(packet)) == (sealed.blob, sealed.size)
    assert sealed.plain_sha256 == sha256_hex(JPEG)
    assert sealed.key_id == "seal-1"
    assert packet == photos.read(sealed.blob)
    header, _, _ = packets.unpack(packet)
    assert (header.booth, header.visit, header.record, header.key_id) == (DEVICE, "v1", sealed.record_id, "seal-1")
    assert header.created == clock.now().astimezone(UTC)
    assert header.media_type == "image/jpeg"


def test_the_packet_says_what_kind_of_picture_is_in_it(photos: PhotoStore) -> None:
    sealed = photos.seal(JPEG, "v1", "image/jp2")
    assert packets.unpack(photos.read(sealed.blob))[0].media_type == "image/jp2"


def test_the_office_opens_it_and_nobody_else(photos: PhotoStore) -> None:
    _, info, ciphertext = packets.unpack(photos.read(photos.seal(JPEG, "v1").blob))
    assert SUITE.decrypt(ciphertext, OFFICE, info) == JPEG
    with pytest.raises(InvalidTag):
        SUITE.decrypt(ciphertext, X25519PrivateKey.generate(), info)
    with pytest.raises(InvalidTag):
        SUITE.decrypt(ciphertext, OFFICE, info.replace(b"v1", b"v2"))
    with pytest.raises(InvalidTag):
        SUITE.decrypt(ciphertext[:-1] + bytes([ciphertext[-1] ^ 1]), OFFICE, info)


def test_another_implementation_opens_what_the_booth_seals(photos: PhotoStore) -> None:
    _, info, ciphertext = packets.unpack(photos.read(photos.seal(JPEG, "v1").blob))
    key = pyhpke.KEMKey.from_pyca_cryptography_key(OFFICE)
    context = ORACLE.create_recipient_context(ciphertext[:ENC_BYTES], key, info=info)
    assert context.open(ciphertext[ENC_BYTES:]) == JPEG


def test_what_another_implementation_seals_is_opened() -> None:
    key = pyhpke.KEMKey.from_pyca_cryptography_key(OFFICE.public_key())
    enc, context = ORACLE.create_sender_context(key, info=b"header")
    assert SUITE.decrypt(enc + context.seal(JPEG), OFFICE, b"header") == JPEG


def test_nothing_readable_touches_the_disk(photos: PhotoStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        written.extend(path.read_bytes() for path in (folder / "photos").iterdir())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    photos.seal(JPEG, "v1")
    assert written
    assert not any(b"picture" in content or b"\xff\xd8\xff" in content for content in written)


def test_two_photos_of_the_same_picture_are_two_packets_of_two_records(photos: PhotoStore, folder: Path) -> None:
    one, other = photos.seal(JPEG, "v1"), photos.seal(JPEG, "v1")
    assert one.blob != other.blob
    assert one.record_id < other.record_id
    assert len(names(folder)) == 2


def test_the_key_of_the_moment_is_used(folder: Path, clock: ManualClock) -> None:
    keys = [OFFICE_KEY]
    store = PhotoStore(folder / "photos", lambda: keys[-1], DEVICE, clock)
    second = X25519PrivateKey.generate()
    store.seal(JPEG, "v1")
    keys.append(SealingKey("seal-2", second.public_key().public_bytes_raw()))
    sealed = store.seal(JPEG, "v1")
    _, info, ciphertext = packets.unpack(store.read(sealed.blob))
    assert sealed.key_id == "seal-2"
    assert SUITE.decrypt(ciphertext, second, info) == JPEG


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(32), bytes(33)])
def test_a_key_that_is_none_seals_nothing(folder: Path, clock: ManualClock, raw: bytes) -> None:
    store = PhotoStore(folder / "photos", lambda: SealingKey("bad", raw), DEVICE, clock)
    with pytest.raises(KioskError) as caught:
        store.seal(JPEG, "v1")
    assert caught.value.code == "photo-key-invalid"
    assert names(folder) == []


def test_a_full_disk_seals_nothing_and_leaves_no_rest(small_disk: Path, clock: ManualClock) -> None:
    store = PhotoStore(small_disk, lambda: OFFICE_KEY, DEVICE, clock)
    kept = store.seal(bytes(500_000), "v1")
    with pytest.raises(KioskError) as caught:
        store.seal(bytes(3_000_000), "v1")
    assert caught.value.code == "store-full"
    assert os.listdir(small_disk) == [f"{kept.blob}.sealed"]
    assert packet_fault(small_disk, kept.blob) == ""


def test_a_packet_that_is_gone_or_changed_is_told(photos: PhotoStore, folder: Path) -> None:
    sealed = photos.seal(JPEG, "v1")
    path = folder / "photos" / f"{sealed.blob}.sealed"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(KioskError) as caught:
        photos.read(sealed.blob)
    assert caught.value.code == "photo-damaged"
    photos.remove(sealed.blob)
    photos.remove(sealed.blob)
    with pytest.raises(KioskError) as caught:
        photos.read(sealed.blob)
    assert caught.value.code == "photo-missing"


@pytest.mark.parametrize("blob", ["../journal.db", "", "A" * 64, "a" * 63, "a" * 64 + "\n", "/etc/passwd"])
def test_a_name_never_becomes_another_path(photos: PhotoStore, blob: str) -> None:
    with pytest.raises(KioskError) as caught:
        photos.read(blob)
    assert caught.value.code == "photo-missing"
    with pytest.raises(KioskError):
        photos.remove(blob)


def test_sweeping_clears_rests_reports_orphans_and_removes_no_packet(photos: PhotoStore, folder: Path) -> None:
    known, orphan = photos.seal(JPEG, "v1"), photos.seal(JPEG, "v2")
    (folder / "photos" / f"{'0' * 64}.sealed.0123456789abcdef.tmp").write_bytes(b"half")
    (folder / "photos" / "note.txt").write_text("somebody's own file")
    report = photos.sweep({known.blob})
    assert (report.temporary, report.orphans) == (1, (orphan.blob,))
    assert names(folder) == sorted([f"{known.blob}.sealed", f"{orphan.blob}.sealed", "note.txt"])
    assert photos.sweep({known.blob, orphan.blob}).orphans == ()
