"""Opening what booths sealed: the only place where a photo becomes readable, and it needs the office's private key."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk_app.booth.packets import SUITE, PacketHeader, unpack
from kiosk_app.errors import KioskError
from kiosk_app.office.keys import OfficeKeys

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def open_packet(packet: bytes, keys: OfficeKeys) -> tuple[PacketHeader, bytes]:
    """The header and the picture of a sealed packet; raises KioskError for another key, another form or a changed packet."""
    header, info, ciphertext = unpack(packet)
    if header.version != 1 or header.suite != SUITE:
        raise KioskError("packet-suite", "The packet was sealed by a newer program.", "Update the office.")
    if header.key_id != keys.sealing_key.id:
        raise KioskError("packet-key", "The packet was sealed to another key.", "Use the office's keys of that time.")
    try:
        return header, _SUITE.decrypt(ciphertext, keys.sealing, info=info)
    except (InvalidTag, ValueError) as error:
        raise KioskError(
            "packet-damaged", "The packet was changed after it was sealed.", "Take it from the booth again."
        ) from error
