"""AES-256-GCM as the key files use it: a new nonce each time, and the secret's name bound to it."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk_app.store.keys import damaged

_NONCE_BYTES = 12
_LENGTH_BYTES = 2


def new_key() -> bytes:
    """A key of 32 random bytes."""
    return AESGCM.generate_key(256)


def encrypt(key: bytes, name: str, secret: bytes) -> bytes:
    """Nonce and ciphertext; only the same `name` opens it."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, secret, name.encode())


def decrypt(key: bytes, name: str, blob: bytes, file: str) -> bytes:
    """The secret; raises KioskError "keys-damaged" that names `file` where key, name or bytes do not fit."""
    try:
        return AESGCM(key).decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError) as error:
        raise damaged(file) from error


def join(first: bytes, second: bytes) -> bytes:
    """Two parts in one file, for `split`; the first has less than 64 KiB."""
    return len(first).to_bytes(_LENGTH_BYTES, "big") + first + second


def split(blob: bytes, file: str) -> tuple[bytes, bytes]:
    """The two parts again; raises KioskError "keys-damaged" that names `file`."""
    end = _LENGTH_BYTES + int.from_bytes(blob[:_LENGTH_BYTES], "big")
    if not _LENGTH_BYTES < end < len(blob):
        raise damaged(file)
    return blob[_LENGTH_BYTES:end], blob[end:]
