"""Keys on the disk only as blobs that this machine's hardware opens; the signing key inside that hardware where it can be."""

import secrets
import threading
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk_app.store.engine import KEY_BYTES
from kiosk_app.store.files import create_durably
from kiosk_app.store.guards import Guard, TpmGuard
from kiosk_app.store.keys import damaged, load_device_key, read_key_file
from kiosk_app.store.tpm import Tpm


class DeviceKeys(Protocol):
    """Makes and uses P-256 signing keys. What `make` gives is kept on the disk and says where the key is, or holds it guarded."""

    def make(self) -> bytes: ...

    def sign(self, kept: bytes, message: bytes) -> bytes: ...

    def public_der(self, kept: bytes) -> bytes: ...


class TpmDeviceKeys:
    """Keys that exist inside the TPM only."""

    def __init__(self, tpm: Tpm) -> None:
        self._tpm = tpm

    def make(self) -> bytes:
        return self._tpm.make_signing_key()

    def sign(self, kept: bytes, message: bytes) -> bytes:
        return self._tpm.sign(kept, message)

    def public_der(self, kept: bytes) -> bytes:
        return self._tpm.public_der(kept)


class GuardedDeviceKeys:
    """Keys made here and kept behind a guard: in this process's memory while it runs."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._keys: dict[bytes, ec.EllipticCurvePrivateKey] = {}

    def make(self) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        encoded = key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self._guard.seal("device", encoded)

    def sign(self, kept: bytes, message: bytes) -> bytes:
        return self._key(kept).sign(message, ec.ECDSA(hashes.SHA256()))

    def public_der(self, kept: bytes) -> bytes:
        public = self._key(kept).public_key()
        return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def _key(self, kept: bytes) -> ec.EllipticCurvePrivateKey:
        if kept not in self._keys:
            self._keys[kept] = load_device_key(self._guard.unseal("device", kept), f"device.{self._guard.kind}")
        return self._keys[kept]


class GuardedKeyHolder:
    """Fulfils `keys.KeyHolder`. Each key is asked of the hardware once in a run: that takes up to a second, and may fail later.

    Threads and processes that make the same key at once all get the one that was there first. `tpm` is the TPM where it is one.
    """

    def __init__(self, folder: Path, guard: Guard, device: DeviceKeys | None = None) -> None:
        self._folder = folder
        self._guard = guard
        self._moved = GuardedDeviceKeys(guard)
        self._device = device or self._moved
        self.tpm = guard.tpm if isinstance(guard, TpmGuard) else None
        self._opened: dict[str, bytes] = {}
        self._lock = threading.RLock()

    @property
    def warning(self) -> str:
        return self._guard.warning

    def describe(self) -> str:
        return self._guard.kind

    def database_key(self, name: str, create: bool) -> bytes:
        with self._lock:
            if name not in self._opened:
                self._opened[name] = self._database_key(name, create)
            return self._opened[name]

    def forget_database_key(self, name: str) -> None:
        with self._lock:
            self._opened.pop(name, None)
            self._path(name).unlink(missing_ok=True)

    def ensure_device_key(self) -> bytes:
        with self._lock:
            path = self._path("device")
            if not path.exists() and not self._path("device-moved").exists():
                create_durably(path, self._device.make())
        return self.public_der()

    def public_der(self) -> bytes:
        device, kept = self._kept_device()
        return device.public_der(kept)

    def sign(self, message: bytes) -> bytes:
        device, kept = self._kept_device()
        return device.sign(kept, message)

    def _kept_device(self) -> tuple[DeviceKeys, bytes]:
        """The key that was made here; else the one that was in a file before the holder was changed."""
        with self._lock:
            for name, device in (("device", self._device), ("device-moved", self._moved)):
                if name in self._opened:
                    return device, self._opened[name]
                if self._path(name).exists():
                    self._opened[name] = read_key_file(self._path(name))
                    return device, self._opened[name]
            return self._device, read_key_file(self._path("device"))

    def _database_key(self, name: str, create: bool) -> bytes:
        path = self._path(name)
        if create and not path.exists():
            create_durably(path, self._guard.seal(name, secrets.token_bytes(KEY_BYTES)))
        key = self._guard.unseal(name, read_key_file(path))
        if len(key) != KEY_BYTES:
            raise damaged(path.name)
        return key

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.{self._guard.kind}"
