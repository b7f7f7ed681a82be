"""The office's own keys: what photos are sealed to, what signs configuration and booking codes, what hides a NIK.

Held as files that only their owner reads. A real office moves the sealing key off this machine: photos arrive and are kept
without it, it is only needed to look at one.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.contract.config import PublicKey
from kiosk_app.contract.signatures import b64
from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder

CODE_KEY_ID = 1
_RAW = serialization.Encoding.Raw, serialization.PublicFormat.Raw
_FILES = ("sealing.key", "config.key", "codes.key", "person.key", "admin.token")
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class OfficeKeys:
    """All keys of one office. `person` keys the HMAC that stands for a NIK; `admin_token` opens the office side of the API."""

    sealing: x25519.X25519PrivateKey
    config: ed25519.Ed25519PrivateKey
    codes: ed25519.Ed25519PrivateKey
    person: bytes
    admin_token: str

    @property
    def sealing_key(self) -> PublicKey:
        """The key to seal photos to; its id is the start of its hash."""
        raw = self.sealing.public_key().public_bytes(*_RAW)
        return PublicKey(sha256_hex(raw)[:16], b64(raw))

    @property
    def config_key(self) -> str:
        """The public key under which booths check their configuration, base64."""
        return b64(self.config.public_key().public_bytes(*_RAW))

    @property
    def code_key(self) -> PublicKey:
        """The public key of booking codes; its id is the number inside the code."""
        return PublicKey(str(CODE_KEY_ID), b64(self.codes.public_key().public_bytes(*_RAW)))

    def person_mark(self, site: str, nik: str) -> str:
        """What stands for a NIK in the roster of one site: equal for the same person, useless without the key (64 hex)."""
        site_key = hmac.digest(self.person, site.encode(), hashlib.sha256)
        return hmac.new(site_key, nik.encode(), hashlib.sha256).hexdigest()


def load_or_make_keys(folder: Path, expected: bool) -> OfficeKeys:
    """The keys in `folder`; made at the first start.

    `expected` says that this office has had keys before: then a missing one is an error, because a silently new key would
    lock every photo that was sealed to the old one.
    """
    missing = [name for name in _FILES if not (folder / name).exists()]
    if missing and expected:
        raise KioskError(
            "keys-missing",
            f"The office's key file {missing[0]} is missing.",
            "Put the keys folder back from its backup; do not start with new keys.",
        )
    for name in missing:
        _write_secret(folder / name, secrets.token_bytes(_KEY_BYTES))
    raw = {name: _read_secret(folder / name) for name in _FILES}
    return OfficeKeys(
        sealing=x25519.X25519PrivateKey.from_private_bytes(raw["sealing.key"]),
        config=ed25519.Ed25519PrivateKey.from_private_bytes(raw["config.key"]),
        codes=ed25519.Ed25519PrivateKey.from_private_bytes(raw["codes.key"]),
        person=raw["person.key"],
        admin_token=raw["admin.token"].hex(),
    )


def _read_secret(file: Path) -> bytes:
    secret = file.read_bytes()
    if len(secret) != _KEY_BYTES:
        raise KioskError(
            "keys-damaged", f"The office's key file {file.name} is damaged.", "Put it back from its backup."
        )
    return secret


def _write_secret(file: Path, secret: bytes) -> None:
    """Whole or not at all: a half-written key would be a lost office."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = file.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secret)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
    sync_folder(file.parent)
