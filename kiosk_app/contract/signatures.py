"""Who signs what: the booth its records and its token challenge (P-256), the office its configuration and codes (Ed25519)."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from kiosk_app.errors import KioskError


def b64(data: bytes) -> str:
    """Standard base64 text."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """The bytes of a base64 text; raises KioskError "data-malformed"."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise KioskError("data-malformed", "A base64 text is damaged.", "Fetch the message again.") from error


def token_input(device_id: str, nonce: str) -> bytes:
    """What a booth signs to get a token."""
    return b"kiosk-token-v1\0" + device_id.encode() + b"\0" + nonce.encode()


def config_input(version: int, body: bytes) -> bytes:
    """What the office signs of a configuration."""
    return b"kiosk-config-v1\0" + str(version).encode() + b"\0" + body


def device_key(public_der: bytes) -> ec.EllipticCurvePublicKey:
    """A booth's public key; raises KioskError "bad-key" for anything but P-256 in DER SubjectPublicKeyInfo."""
    try:
        key = serialization.load_der_public_key(public_der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _bad_key() from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _bad_key()
    return key


def verify_device(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the booth's key signed `message` (ECDSA with SHA-256, DER)."""
    try:
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def verify_office(public_raw: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the office's Ed25519 key (32 raw bytes) signed `message`; a key of another length signs nothing."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public_raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bad_key() -> KioskError:
    return KioskError("bad-key", "The booth's public key is not a P-256 key.", "Enrol the booth again.")
