"""Who holds which key: the device's signing key and the keys of the two databases."""

import secrets
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk_app.errors import KioskError
from kiosk_app.store.engine import KEY_BYTES
from kiosk_app.store.files import create_durably


class Signer(Protocol):
    """The part of a key holder that the journal and the token challenge need."""

    def sign(self, message: bytes) -> bytes:
        """ECDSA P-256 with SHA-256 over `message`, DER; raises KioskError "keys-missing" without a device key."""
        ...


class KeyHolder(Signer, Protocol):
    """Where keys live. `warning` is the catalogue key of what people must know about it, "" where there is none."""

    @property
    def warning(self) -> str: ...

    def describe(self) -> str:
        """The kind of holder: "file", "tpm", "systemd", "windows"."""
        ...

    def database_key(self, name: str, create: bool) -> bytes:
        """The 32 bytes for the database `name`; made only if `create` (no database yet), else "keys-missing"."""
        ...

    def forget_database_key(self, name: str) -> None:
        """Takes the key off the disk: what it encrypts is then nobody's. A key that is not there is no error."""
        ...

    def ensure_device_key(self) -> bytes:
        """Makes the device key if there is none; its public half as DER SubjectPublicKeyInfo. For enrolment only."""
        ...

    def public_der(self) -> bytes:
        """The device key's public half, DER SubjectPublicKeyInfo; raises KioskError "keys-missing"."""
        ...


class FileKeyHolder:
    """Keys in files beside the data, readable by their owner only: whoever takes the disk takes them too.

    Threads and processes that make the same key at once all get the one that was there first.
    """

    warning = "keys.file_warning"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._device: ec.EllipticCurvePrivateKey | None = None

    def describe(self) -> str:
        return "file"

    def database_key(self, name: str, create: bool) -> bytes:
        path = self._folder / f"{name}.key"
        if create and not path.exists():
            create_durably(path, secrets.token_bytes(KEY_BYTES))
        key = read_key_file(path)
        if len(key) != KEY_BYTES:
            raise damaged(path.name)
        return key

    def forget_database_key(self, name: str) -> None:
        (self._folder / f"{name}.key").unlink(missing_ok=True)

    def ensure_device_key(self) -> bytes:
        if not self._device_path.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            encoded = key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            create_durably(self._device_path, encoded)
        return self.public_der()

    def public_der(self) -> bytes:
        return (
            self._device_key()
            .public_key()
            .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        )

    def sign(self, message: bytes) -> bytes:
        return self._device_key().sign(message, ec.ECDSA(hashes.SHA256()))

    @property
    def _device_path(self) -> Path:
        return self._folder / "device.key"

    def _device_key(self) -> ec.EllipticCurvePrivateKey:
        if self._device is None:
            self._device = load_device_key(read_key_file(self._device_path), self._device_path.name)
        return self._device


def load_device_key(encoded: bytes, name: str) -> ec.EllipticCurvePrivateKey:
    """The P-256 key in DER PKCS8; raises KioskError "keys-damaged" that names the file `name`."""
    try:
        key = serialization.load_der_private_key(encoded, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise damaged(name) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise damaged(name)
    return key


def read_key_file(path: Path) -> bytes:
    """What a key file holds; raises KioskError "keys-missing" or "keys-unreadable"."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise KioskError(
            "keys-missing",
            f"The key file {path.name} is missing.",
            "Put back the key folder that belongs to this data; a booth that was never enrolled is enrolled first.",
        ) from error
    except OSError as error:
        raise KioskError(
            "keys-unreadable",
            f"The key file {path.name} cannot be read.",
            "Check that it belongs to the account that runs the program, and the disk.",
        ) from error


def damaged(name: str) -> KioskError:
    """The error for a key file that does not hold what it must."""
    return KioskError(
        "keys-damaged", f"The key file {name} is damaged.", "Put back the key folder that belongs to this data."
    )
