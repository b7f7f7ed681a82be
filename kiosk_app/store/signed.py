"""Whether this booth's device key made a signature: of a record, of a packet."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk_app.errors import KioskError


class DeviceSignatures:
    """Checks against the public key `public_der` (DER SubjectPublicKeyInfo); raises KioskError "keys-damaged" for no P-256 key."""

    def __init__(self, public_der: bytes) -> None:
        try:
            key = serialization.load_der_public_key(public_der)
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise KioskError("keys-damaged", "The booth's public key is not a P-256 key.", "Put back the key folder.")
        self._key = key

    def hold(self, message: bytes, signature: bytes) -> bool:
        """Whether the key signed `message` (ECDSA with SHA-256, DER)."""
        try:
            self._key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True
