"""Bytes that are the same wherever they are made: what is hashed, signed and sent is exactly what was stored."""

import hashlib
import json


def canonical_bytes(value: object) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8; NaN and infinities raise ValueError because JSON has no such numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of `data`, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
