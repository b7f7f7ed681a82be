"""Keys for what lies beside a database, made from its key: each purpose has its own, and none leads back."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DERIVED_BYTES = 32


def derived(key: bytes, purpose: str) -> bytes:
    """32 bytes from a database's key for `purpose` (HKDF-SHA256, RFC 5869)."""
    return HKDF(hashes.SHA256(), DERIVED_BYTES, None, f"kiosk-store {purpose}".encode()).derive(key)
