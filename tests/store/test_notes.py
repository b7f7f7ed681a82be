"""Packets of version 2: the office opens them as before, and the booth makes their records again from them."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk_app.booth import packets
from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.facts import to_body
from kiosk_app.errors import KioskError
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.notes import PacketNotes, packet_signed, read_note
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.signed import DeviceSignatures
from tests.memory import NINE, WIB, ManualClock
from tests.store.samples import DEVICE, JPEG, OFFICE, OFFICE_KEY, arrived, called, draft_of

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@pytest.fixture
def notes(database: Database, keys: FileKeyHolder, journal: JournalStore) -> PacketNotes:
    return PacketNotes(database.derived_key("notes"), keys, journal.stamp, lambda: WIB)


@pytest.fixture
def photos(folder: Path, clock: ManualClock, notes: PacketNotes) -> PhotoStore:
    return PhotoStore(folder / "photos", lambda: OFFICE_KEY, DEVICE, clock, notes)


@pytest.fixture
def packet(photos: PhotoStore) -> bytes:
    return photos.read(photos.seal(JPEG, "v1", draft=draft_of("v1")).blob)


def holds(packet: bytes, signatures: DeviceSignatures) -> bool:
    """Whether it is a packet, and this booth's."""
    try:
        return packet_signed(packet, signatures)
    except KioskError:
        return False


def test_the_office_opens_a_packet_of_version_2(packet: bytes) -> None:
    header, info, ciphertext = packets.unpack(packet)
    assert (header.booth, header.visit) == (DEVICE, "v1")
    assert SUITE.decrypt(ciphertext, OFFICE, info) == JPEG


def test_the_record_comes_out_as_it_went_in(
    photos: PhotoStore, notes: PacketNotes, journal: JournalStore, database: Database, clock: ManualClock
) -> None:
    journal.append(arrived())
    journal.append(called())
    sealed = photos.seal(JPEG, "v1", draft=draft_of("v1"))
    clock.forward(seconds=9)  # the record takes the packet's time, whatever comes in between
    fact = replace(
        draft_of("v1"), blob=sealed.blob, size=sealed.size, plain_sha256=sealed.plain_sha256, key_id=sealed.key_id
    )
    recorded = journal.append(fact, sealed.record_id, sealed.stamp)
    noted = read_note(photos.read(sealed.blob), notes.key)
    assert noted is not None
    assert noted.day == NINE.date()
    assert (noted.record_id, noted.fact, noted.stamp) == (recorded.id, recorded.fact, recorded.stamp)
    row = database.row("SELECT body FROM records WHERE id = ?", (recorded.id,))
    assert row == (canonical_bytes(to_body(noted.fact, noted.stamp)),)


def test_the_note_says_nothing_to_others(packet: bytes, notes: PacketNotes) -> None:
    assert b"of1" not in packet
    assert sha256_hex(JPEG).encode() not in packet
    assert read_note(packet, bytes(32)) is None


def test_a_packet_without_a_note_or_of_version_1_gives_no_record(photos: PhotoStore, notes: PacketNotes) -> None:
    plain = photos.read(photos.seal(JPEG, "v1").blob)
    assert read_note(plain, notes.key) is None
    assert read_note(b"", notes.key) is None
    assert read_note(b"no packet", notes.key) is None


@pytest.mark.parametrize("part", ["info", "note", "ciphertext", "signature"])
def test_a_packet_that_was_changed_gives_no_record_or_no_signature(
    packet: bytes, notes: PacketNotes, keys: FileKeyHolder, part: str
) -> None:
    value = getattr(packets.split(packet), part)
    place = packet.index(value) + len(value) // 2
    changed = packet[:place] + bytes([packet[place] ^ 1]) + packet[place + 1 :]
    signatures = DeviceSignatures(keys.public_der())
    assert packet_signed(packet, signatures)
    assert not holds(changed, signatures)
    if part != "signature":
        assert read_note(changed, notes.key) is None


def test_another_visits_note_is_not_taken(packet: bytes, notes: PacketNotes, journal: JournalStore) -> None:
    parts = packets.split(packet)
    forged = notes.pack(parts.header, parts.ciphertext, draft_of("v2"), journal.stamp())
    assert read_note(forged, notes.key) is None


@pytest.mark.parametrize("cut", [0, 5, 12, 15, 200, 400, -1])
def test_a_packet_that_was_cut_is_told(packet: bytes, notes: PacketNotes, cut: int) -> None:
    half = packet[:cut]
    assert read_note(half, notes.key) is None


@pytest.mark.parametrize("length", [b"\xff\xff\xff\xff", b"\x00\x01\x00\x01"])
def test_lengths_that_cannot_be_are_refused(packet: bytes, length: bytes) -> None:
    start = len(packets.MAGIC_2)
    with pytest.raises(KioskError) as caught:
        packets.split(packet[:start] + length + packet[start + 4 :])
    assert caught.value.code == "packet-malformed"


def test_the_notes_key_belongs_to_the_journal(database: Database, folder: Path, notes: PacketNotes) -> None:
    assert database.derived_key("notes") == notes.key
    assert database.derived_key("witness") != notes.key
