"""The sealed packet: a photo that only the office can open, in a file that says what it is.

Layout: magic, header length (u32 big-endian), header (canonical JSON), HPKE ciphertext. The header is the HPKE `info`, so that a
packet whose header was changed does not open; it holds ids only. An outbox can be rebuilt from these files alone.
"""

import json
import struct
from dataclasses import dataclass
from datetime import datetime

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import decode, encode
from kiosk_app.errors import KioskError

MAGIC = b"KIOSKSEAL1\0"
SUITE = "hpke-x25519-hkdf-sha256-aes256gcm"
_LENGTH = struct.Struct(">I")
_MAX_HEADER = 4096


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


def unpack(packet: bytes) -> tuple[PacketHeader, bytes, bytes]:
    """Header, HPKE info and ciphertext of a packet; raises KioskError "packet-malformed"."""
    start = len(MAGIC) + _LENGTH.size
    if not packet.startswith(MAGIC) or len(packet) < start:
        raise _malformed()
    (length,) = _LENGTH.unpack_from(packet, len(MAGIC))
    info = packet[start : start + length]
    if length > _MAX_HEADER or len(info) < length:
        raise _malformed()
    try:
        header = decode(PacketHeader, json.loads(info))
    except (ValueError, KioskError) as error:
        raise _malformed() from error
    return header, info, packet[start + length :]


def _malformed() -> KioskError:
    return KioskError(
        "packet-malformed",
        "This file is not a sealed packet of a booth.",
        "Fetch it again from the booth or the office.",
    )
