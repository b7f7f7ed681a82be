"""The sealed packet: a photo that only the office can open, in a file that says what it is.

Layout of version 2: magic, header length (u32 big-endian), header (canonical JSON), note length (u32), note, signature length (u32),
signature, HPKE ciphertext. The header is the HPKE `info`, so that a packet whose header was changed does not open; it holds ids
only. The note is the booth's own copy of the record that names the packet, encrypted to the booth; with the device key's signature
over all of it, the outbox can be rebuilt from these files alone. Version 1 has neither: the ciphertext follows the header.
"""

import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import datetime

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import decode, encode
from kiosk_app.errors import KioskError

MAGIC = b"KIOSKSEAL1\0"
MAGIC_2 = b"KIOSKSEAL2\0"
SUITE = "hpke-x25519-hkdf-sha256-aes256gcm"
_LENGTH = struct.Struct(">I")
_MAX_HEADER = 4096
_MAX_NOTE = 65536
_MAX_SIGNATURE = 256


@dataclass(frozen=True, slots=True)
class PacketHeader:
    """What a packet says of itself. `record` is the id of the record that names it, `key_id` the office's sealing key."""

    booth: str
    visit: str
    record: str
    key_id: str
    created: datetime
    media_type: str
    suite: str = SUITE
    version: int = 1


def info_bytes(header: PacketHeader) -> bytes:
    """The bytes to which the ciphertext is bound."""
    return canonical_bytes(encode(header))


def pack(header: PacketHeader, ciphertext: bytes) -> bytes:
    """The packet's file content."""
    info = info_bytes(header)
    return MAGIC + _LENGTH.pack(len(info)) + info + ciphertext


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet taken apart; `info` are the header's bytes. `note` and `signature` are empty in version 1."""

    header: PacketHeader
    info: bytes
    ciphertext: bytes
    note: bytes = b""
    signature: bytes = b""

    def signing_input(self) -> bytes:
        """The bytes that the device key signs."""
        return signing_input(self.info, self.note, self.ciphertext)


def pack_signed(header: PacketHeader, note: bytes, signature: bytes, ciphertext: bytes) -> bytes:
    """The file content of a packet of version 2; `signature` is over `signing_input` of the same."""
    return (
        MAGIC_2
        + b"".join(_LENGTH.pack(len(part)) + part for part in (info_bytes(header), note, signature))
        + ciphertext
    )


def signing_input(info: bytes, note: bytes, ciphertext: bytes) -> bytes:
    """What vouches for a packet of version 2 as a whole."""
    return b"kiosk-packet-v2\0" + b"".join(hashlib.sha256(part).digest() for part in (info, note, ciphertext))


def split(packet: bytes) -> Packet:
    """A packet of either version taken apart; raises KioskError "packet-malformed". No signature is checked here."""
    if packet.startswith(MAGIC_2):
        rest = memoryview(packet)[len(MAGIC_2) :]
        info, rest = _part(rest, _MAX_HEADER)
        note, rest = _part(rest, _MAX_NOTE)
        signature, rest = _part(rest, _MAX_SIGNATURE)
        return Packet(_header(info), info, bytes(rest), note, signature)
    if packet.startswith(MAGIC):
        info, rest = _part(memoryview(packet)[len(MAGIC) :], _MAX_HEADER)
        return Packet(_header(info), info, bytes(rest))
    raise _malformed()


def unpack(packet: bytes) -> tuple[PacketHeader, bytes, bytes]:
    """Header, HPKE info and ciphertext of a packet of either version; raises KioskError "packet-malformed"."""
    parts = split(packet)
    return parts.header, parts.info, parts.ciphertext


def _part(data: memoryview, at_most: int) -> tuple[bytes, memoryview]:
    if len(data) < _LENGTH.size:
        raise _malformed()
    (length,) = _LENGTH.unpack_from(data)
    end = _LENGTH.size + length
    if length > at_most or len(data) < end:
        raise _malformed()
    return bytes(data[_LENGTH.size : end]), data[end:]


def _header(info: bytes) -> PacketHeader:
    try:
        return decode(PacketHeader, json.loads(info))
    except (ValueError, KioskError) as error:
        raise _malformed() from error


def _malformed() -> KioskError:
    return KioskError(
        "packet-malformed",
        "This file is not a sealed packet of a booth.",
        "Fetch it again from the booth or the office.",
    )
