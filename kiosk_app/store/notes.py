"""What the booth writes into a packet for itself: the record that names it, so that packet and record can never lose each other.

A crash between packet and record, or a journal that the disk spoiled, leaves the packet. From its note the very same record is made
again, byte for byte, so that the office takes it for what it is: new, or one that it has already.
"""

import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk_app.booth import packets
from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.facts import PhotoTaken, Stamp, from_body, to_body
from kiosk_app.booth.packets import Packet
from kiosk_app.errors import KioskError
from kiosk_app.store.keys import Signer
from kiosk_app.store.signed import DeviceSignatures

_NONCE = 12
_MOST_BYTES = 1 << 18
_AAD = b"kiosk-note-v1\0"


@dataclass(frozen=True, slots=True)
class Noted:
    """The record that a packet belongs to."""

    record_id: str
    fact: PhotoTaken
    stamp: Stamp
    day: date


@dataclass(frozen=True, slots=True)
class PacketNotes:
    """Writes notes. `key`: 32 bytes derived from the journal's key; `stamp` tells now, for the record to come, and `zone` where the
    booth's days begin."""

    key: bytes
    signer: Signer
    stamp: Callable[[], Stamp]
    zone: Callable[[], ZoneInfo]

    def pack(self, header: packets.PacketHeader, ciphertext: bytes, draft: PhotoTaken, stamp: Stamp) -> bytes:
        """A packet of version 2; `draft` is the fact but for `blob` and `size`, which come from the packet itself."""
        info = packets.info_bytes(header)
        nonce = secrets.token_bytes(_NONCE)
        day = stamp.at.astimezone(self.zone()).date().isoformat()
        plain = zlib.compress(canonical_bytes({**to_body(replace(draft, blob="", size=0), stamp), "day": day}))
        note = nonce + AESGCM(self.key).encrypt(nonce, plain, _bound_to(info, ciphertext))
        signature = self.signer.sign(packets.signing_input(info, note, ciphertext))
        return packets.pack_signed(header, note, signature, ciphertext)


def read_note(packet: bytes, key: bytes) -> Noted | None:
    """The record in a packet's note; None where there is none, or none that this booth wrote and whose fact it still knows."""
    try:
        parts = packets.split(packet)
        return _open(packet, parts, key) if parts.note else None
    except (KioskError, InvalidTag, ValueError, KeyError, TypeError, RecursionError, zlib.error):
        return None


def _open(packet: bytes, parts: Packet, key: bytes) -> Noted | None:
    nonce, sealed = parts.note[:_NONCE], parts.note[_NONCE:]
    plain = AESGCM(key).decrypt(nonce, sealed, _bound_to(parts.info, parts.ciphertext))
    unpacker = zlib.decompressobj()
    body = json.loads(unpacker.decompress(plain, _MOST_BYTES))
    fact, stamp = from_body(PhotoTaken.KIND, body)
    if not isinstance(fact, PhotoTaken) or fact.visit != parts.header.visit:
        return None
    whole = replace(fact, blob=sha256_hex(packet), size=len(packet))
    return Noted(parts.header.record, whole, stamp, date.fromisoformat(str(body["day"])))


def packet_signed(packet: bytes, signatures: DeviceSignatures) -> bool:
    """Whether a packet was made with this device key; one of version 1 has no signature but its record's. Raises "packet-malformed"."""
    parts = packets.split(packet)
    return not parts.signature or signatures.hold(parts.signing_input(), parts.signature)


def _bound_to(info: bytes, ciphertext: bytes) -> bytes:
    return _AAD + info + bytes.fromhex(sha256_hex(ciphertext))
