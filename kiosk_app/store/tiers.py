"""Tier 1: the key of everything with names. On the disk only in officers' copies; in memory from the first log-in to the end.

Tier 0 (the journal, the way to the office, what the office sent meanwhile) opens without a person: a booth starts by itself.
The tier's key is an X25519 key, so that while it is shut, what comes for the roster can be sealed to its public half.
"""

import hashlib
import os
import threading
import weakref
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.store import aead
from kiosk_app.store.engine import KEY_BYTES
from kiosk_app.store.files import write_durably
from kiosk_app.store.keys import KeyHolder, damaged, read_key_file
from kiosk_app.store.keys_guarded import GuardedKeyHolder
from kiosk_app.store.pin_copies import PepperLock, PinCopies, PinLock, TpmLock

TIER_FOLDER = "tier1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"kiosk-app tier 1 v1"
_ROSTER = "roster"


class PinTier:
    """The tier of one booth, shared by its threads. `generation` rises whenever the roster's file is another than before.

    `mutex` keeps the roster from being written while the tier changes.
    """

    def __init__(self, folder: Path, locks: tuple[PinLock, ...]) -> None:
        self._folder = folder
        self._copies = PinCopies(folder, locks)
        self._key: bytes | None = None
        self.mutex = threading.RLock()
        self.generation = 0

    @property
    def established(self) -> bool:
        """Whether the roster is behind officers' PINs at all; before the first log-in nobody could open it."""
        return self._public_file.exists()

    @property
    def is_open(self) -> bool:
        """Whether the roster can be read: it is not behind PINs yet, or somebody opened it."""
        return self._key is not None or not self.established

    def prepare(self) -> bytes:
        """A new key in memory that is not in force yet; its public half, to which the roster is sealed first."""
        self._key = X25519PrivateKey.generate().private_bytes_raw()
        return self.public()

    def establish(self, officer: str, pin: str, reference: str) -> None:
        """Puts the prepared key into force with the copy of the first officer. Durable on return."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._copies.clear()
        self.forget_roster_key()
        self._copies.make(officer, pin, reference, self._secret())
        self._now_established()
        self.generation += 1

    def open(self, officer: str, pin: str, reference: str) -> bool:
        """Opens the tier for the whole booth with this officer's copy; False where there is none for this PIN."""
        key = self._copies.open(officer, pin, reference)
        if key is None or X25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw() != self._public():
            return False
        with self.mutex:
            self._key = key
            self.generation += 1
        return True

    def admit(self, officer: str, pin: str, reference: str) -> None:
        """Makes a copy for an officer who has none for this PIN; the tier must be open."""
        if not self._copies.is_current(officer, reference):
            self._copies.make(officer, pin, reference, self._secret())

    def has_copy(self, officer: str, reference: str) -> bool:
        """Whether this officer could open the tier."""
        return self._copies.has(officer, reference)

    def keep_only(self, officers: frozenset[str]) -> None:
        """Who left the office's list loses the copy."""
        self._copies.keep_only(officers)

    def close(self) -> None:
        """Forgets the key: the shift is over. What was not established is not closed."""
        with self.mutex:
            self._key = None
            self.generation += 1

    def destroy(self) -> None:
        """Forgets the key for ever: what is sealed to it, and the roster, are nobody's from now on."""
        with self.mutex:
            self._public_file.unlink(missing_ok=True)
            self._copies.clear()
            self.forget_roster_key()
            self.close()

    def public(self) -> bytes:
        """The public half, 32 raw bytes: of the key in memory, else of the one that is in force."""
        if self._key is not None:
            return X25519PrivateKey.from_private_bytes(self._key).public_key().public_bytes_raw()
        return self._public()

    def seal(self, content: bytes) -> bytes:
        """What only an open tier reads again."""
        return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(self.public()), _INFO)

    def unseal(self, sealed: bytes) -> bytes:
        """Raises cryptography's InvalidTag for what was sealed to another key, KioskError "roster-closed"."""
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(self._secret()), _INFO)

    def roster_key(self) -> tuple[str, bytes]:
        """The roster database's own key, wrapped by the tier's key, and a name for its file; a new key where there is none."""
        if not self._dek_file.exists():
            write_durably(self._dek_file, aead.encrypt(self._secret(), _ROSTER, aead.new_key()))
        wrapped = read_key_file(self._dek_file)
        key = aead.decrypt(self._secret(), _ROSTER, wrapped, self._dek_file.name)
        if len(key) != KEY_BYTES:
            raise damaged(self._dek_file.name)
        return hashlib.sha256(wrapped).hexdigest()[:8], key

    def roster_key_age(self, now: datetime) -> timedelta | None:
        """How long ago the roster's key was made, by the file's time; None where there is none."""
        try:
            made = self._dek_file.stat().st_mtime
        except FileNotFoundError:
            return None
        return now - datetime.fromtimestamp(made, UTC)

    def forget_roster_key(self) -> None:
        """The roster's file is nobody's from now on."""
        if self._dek_file.exists():
            _overwrite_and_remove(self._dek_file)
        self.generation += 1

    def _now_established(self) -> None:
        write_durably(self._public_file, self.public())

    def _secret(self) -> bytes:
        if self._key is None:
            raise roster_closed()
        return self._key

    def _public(self) -> bytes:
        return read_key_file(self._public_file)

    @property
    def _public_file(self) -> Path:
        return self._folder / "tier.public"

    @property
    def _dek_file(self) -> Path:
        return self._folder / "roster.wrapped"


def roster_closed() -> KioskError:
    """Nobody has opened the roster since the program started."""
    return KioskError(
        "roster-closed", "The booth is not open yet: no officer has logged in.", "An officer logs in to open it."
    )


def _overwrite_and_remove(path: Path) -> None:
    """In place, for what that is worth: flash may keep the old block until it is trimmed."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


_tiers: weakref.WeakValueDictionary[Path, PinTier] = weakref.WeakValueDictionary()
_tiers_mutex = threading.Lock()


def tier_of(keys_folder: Path, holder: KeyHolder) -> PinTier:
    """The one tier of the booth with this key folder in this process."""
    folder = keys_folder / TIER_FOLDER
    with _tiers_mutex:
        found = _tiers.get(folder.absolute())
        if found is None:
            found = PinTier(folder, _locks_of(holder))
            _tiers[folder.absolute()] = found
        return found


def _locks_of(holder: KeyHolder) -> tuple[PinLock, ...]:
    tpm = holder.tpm if isinstance(holder, GuardedKeyHolder) else None
    pepper = PepperLock(holder)
    return (pepper,) if tpm is None else (TpmLock(tpm), pepper)
