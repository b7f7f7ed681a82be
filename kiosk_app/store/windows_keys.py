"""Guards of Windows: the TPM through its Platform Crypto Provider, else DPAPI with a warning. Untried, see `windows_api`."""

import os
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from kiosk_app.errors import KioskError
from kiosk_app.store import aead
from kiosk_app.store.keys import damaged
from kiosk_app.store.windows_api import Dpapi, NcryptKey, library

_KEY_NAME = "kiosk-app-"
_COORDINATE = 32
_PUBLIC_MAGIC = 0x31534345  # BCRYPT_ECDSA_PUBLIC_P256_MAGIC


class WindowsTpmGuard:
    """Each secret under an AES key of its own, that key under an RSA key inside the TPM. The secret's name is bound to it."""

    kind = "windows"
    warning = ""

    def __init__(self, wrapping: NcryptKey | None = None) -> None:
        self._key = wrapping

    def unfit(self) -> str:
        return _unfit(self)

    def seal(self, name: str, secret: bytes) -> bytes:
        self._wrapping().make()
        key = aead.new_key()
        return aead.join(self._wrapping().encrypt(key), aead.encrypt(key, name, secret))

    def unseal(self, name: str, blob: bytes) -> bytes:
        held, rest = aead.split(blob, f"{name}.{self.kind}")
        return aead.decrypt(self._wrapping().decrypt(held), name, rest, f"{name}.{self.kind}")

    def _wrapping(self) -> NcryptKey:
        if self._key is None:
            self._key = NcryptKey(library("ncrypt.dll"), f"{_KEY_NAME}wrapping", "RSA")
        return self._key


class DpapiGuard:
    """Bound to the account. Its password is on the same disk where the booth logs in by itself: hence the warning."""

    kind = "dpapi"
    warning = "keys.dpapi_warning"

    def __init__(self, dpapi: Dpapi | None = None) -> None:
        self._dpapi = dpapi

    def unfit(self) -> str:
        return _unfit(self)

    def seal(self, name: str, secret: bytes) -> bytes:
        return self._system().protect(secret, name.encode())

    def unseal(self, name: str, blob: bytes) -> bytes:
        return self._system().unprotect(blob, name.encode())

    def _system(self) -> Dpapi:
        if self._dpapi is None:
            self._dpapi = Dpapi(library("crypt32.dll"), library("kernel32.dll"))
        return self._dpapi


class WindowsTpmDeviceKeys:
    """A P-256 key inside the TPM; what is kept on the disk is its name."""

    def __init__(self, ncrypt: object | None = None) -> None:
        self._ncrypt = ncrypt

    def make(self) -> bytes:
        name = f"{_KEY_NAME}device-{os.urandom(8).hex()}"
        self._key(name.encode()).make()
        return name.encode()

    def sign(self, kept: bytes, message: bytes) -> bytes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(message)
        raw = self._key(kept).sign_hash(digest.finalize())
        if len(raw) != 2 * _COORDINATE:
            raise damaged("device.windows")
        r, s = raw[:_COORDINATE], raw[_COORDINATE:]
        return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))

    def public_der(self, kept: bytes) -> bytes:
        blob = self._key(kept).export_public()
        header, point = blob[:8], blob[8:]
        expected = _PUBLIC_MAGIC.to_bytes(4, "little") + _COORDINATE.to_bytes(4, "little")
        if header != expected or len(point) != 2 * _COORDINATE:
            raise damaged("device.windows")
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)
        except ValueError as error:
            raise damaged("device.windows") from error
        return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def _key(self, kept: bytes) -> NcryptKey:
        if self._ncrypt is None:
            self._ncrypt = library("ncrypt.dll")
        return NcryptKey(self._ncrypt, kept.decode("ascii", "replace"), "ECDSA_P256")


def _unfit(guard: WindowsTpmGuard | DpapiGuard) -> str:
    if sys.platform != "win32":
        return "this is not Windows"
    trial = os.urandom(32)
    try:
        return "" if guard.unseal("trial", guard.seal("trial", trial)) == trial else "it gave back another secret"
    except KioskError as error:
        return error.message
