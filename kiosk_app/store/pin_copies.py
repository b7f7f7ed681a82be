"""Copies of the roster's key, one for each officer, that only the officer's PIN opens.

With a TPM the PIN is the authorisation value of an object inside it: guessing needs that TPM, which stops it. Without, a pepper that
tier 0 keeps goes into the hash: whoever has the whole disk finds a PIN of six digits in minutes, and the documents say so.
"""

import base64
import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from argon2.low_level import Type, hash_secret_raw

from kiosk_app.errors import KioskError
from kiosk_app.store import aead
from kiosk_app.store.files import write_durably
from kiosk_app.store.keys import KeyHolder, read_key_file
from kiosk_app.store.tpm import AUTH_BYTES, Tpm
from kiosk_app.store.tpm_tools import TpmError

# RFC 9106's second choice: 64 MiB, 3 passes, 4 lanes; as the office's hashes.
_PASSES, _MEMORY_KIB, _LANES = 3, 64 * 1024, 4
_SALT_BYTES = 16
_PEPPER = "pepper"
_SUFFIX = ".copy"


class PinLock(Protocol):
    """Locks a secret of 32 bytes with a PIN. `how` names the way in the copy's file."""

    how: str

    def lock(self, officer: str, pin: str, secret: bytes) -> tuple[bytes, bytes]:
        """Salt and blob; raises KioskError."""
        ...

    def unlock(self, officer: str, pin: str, salt: bytes, blob: bytes) -> bytes | None:
        """The secret, None where this PIN does not open it; raises KioskError where nobody could tell."""
        ...


class PepperLock:
    """Argon2id over the PIN and a secret of tier 0; the result is an AES key."""

    how = "pepper"

    def __init__(self, holder: KeyHolder) -> None:
        self._holder = holder

    def lock(self, officer: str, pin: str, secret: bytes) -> tuple[bytes, bytes]:
        salt = os.urandom(_SALT_BYTES)
        return salt, aead.encrypt(self._key(pin, salt, create=True), officer, secret)

    def unlock(self, officer: str, pin: str, salt: bytes, blob: bytes) -> bytes | None:
        key = self._key(pin, salt, create=False)
        try:
            return aead.decrypt(key, officer, blob, "copy")
        except KioskError:
            return None

    def _key(self, pin: str, salt: bytes, create: bool) -> bytes:
        pepper = self._holder.database_key(_PEPPER, create)
        return stretched(hmac.new(pepper, pin.encode(), hashlib.sha256).digest(), salt)


class TpmLock:
    """Argon2id over the PIN; the result is what the TPM wants to hear, and it counts wrong ones."""

    how = "tpm"

    def __init__(self, tpm: Tpm) -> None:
        self._tpm = tpm

    def lock(self, officer: str, pin: str, secret: bytes) -> tuple[bytes, bytes]:
        salt = os.urandom(_SALT_BYTES)
        return salt, self._tpm.seal_behind(secret, stretched(pin.encode(), salt))

    def unlock(self, officer: str, pin: str, salt: bytes, blob: bytes) -> bytes | None:
        try:
            return self._tpm.unseal_behind(blob, stretched(pin.encode(), salt))
        except TpmError as error:
            if error.code == "tpm-auth":
                return None
            raise


def stretched(pin: bytes, salt: bytes) -> bytes:
    """32 bytes that cost 64 MiB and three passes to try."""
    return hash_secret_raw(pin, salt, _PASSES, _MEMORY_KIB, _LANES, AUTH_BYTES, Type.ID)


@dataclass(frozen=True, slots=True)
class _Copy:
    """The file of one officer. `pin` names the PIN (the office's hash of it, hashed): another PIN needs another copy."""

    v: int
    officer: str
    pin: str
    how: str
    salt: str
    blob: str


class PinCopies:
    """The copies in `folder`; an officer's has a name from which the officer's number cannot become a path.

    New copies are made with the first of `locks`; the others open what was made before the keys changed hands.
    """

    def __init__(self, folder: Path, locks: tuple[PinLock, ...]) -> None:
        self._folder = folder
        self._lock = locks[0]
        self._locks = {lock.how: lock for lock in locks}

    def make(self, officer: str, pin: str, reference: str, secret: bytes) -> None:
        """Makes this officer's copy, in place of an older one; durable on return."""
        salt, blob = self._lock.lock(officer, pin, secret)
        copy = _Copy(1, officer, reference, self._lock.how, _text(salt), _text(blob))
        write_durably(self._path(officer), json.dumps(asdict(copy)).encode())

    def has(self, officer: str, reference: str) -> bool:
        """Whether there is a copy that the officer's PIN of this reference opens."""
        copy = self._read(officer)
        return copy is not None and copy.pin == reference and copy.how in self._locks

    def is_current(self, officer: str, reference: str) -> bool:
        """Whether there is one, made as copies are made now."""
        copy = self._read(officer)
        return copy is not None and (copy.pin, copy.how) == (reference, self._lock.how)

    def open(self, officer: str, pin: str, reference: str) -> bytes | None:
        """The secret; None where there is no copy for this PIN. Raises KioskError where the TPM is locked or fails."""
        copy = self._read(officer)
        if copy is None or not self.has(officer, reference):
            return None
        try:
            salt, blob = base64.b64decode(copy.salt), base64.b64decode(copy.blob)
        except ValueError:
            return None
        return self._locks[copy.how].unlock(officer, pin, salt, blob)

    def clear(self) -> None:
        """Takes every copy away."""
        for path in self._folder.glob(f"*{_SUFFIX}"):
            path.unlink()

    def keep_only(self, officers: frozenset[str]) -> None:
        """Takes away the copies of who is not among these any more."""
        kept = {self._path(officer) for officer in officers}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path not in kept:
                path.unlink()

    def _path(self, officer: str) -> Path:
        return self._folder / f"{hashlib.sha256(officer.encode()).hexdigest()[:32]}{_SUFFIX}"

    def _read(self, officer: str) -> _Copy | None:
        """A copy that is not whole is none: another officer opens the roster, or it is fetched anew."""
        path = self._path(officer)
        if not path.exists():
            return None
        try:
            copy = _Copy(**json.loads(read_key_file(path)))
        except (ValueError, TypeError, RecursionError):
            return None
        texts = (copy.officer, copy.pin, copy.how, copy.salt, copy.blob)
        return copy if all(isinstance(text, str) for text in texts) else None


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
