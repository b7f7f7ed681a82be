"""Windows's key storage (CNG: ncrypt.dll) and DPAPI (crypt32.dll), as few calls as the booth needs.

Untried: written after Microsoft's reference and tested against a recorder of the calls, never yet on a Windows machine with a TPM.
Constants are those of ncrypt.h, bcrypt.h and wincrypt.h.
"""

import ctypes
import sys
from ctypes import byref, c_char_p, c_uint32, c_void_p, c_wchar_p, cast, create_string_buffer
from typing import Any

from kiosk_app.errors import KioskError

_PLATFORM_PROVIDER = "Microsoft Platform Crypto Provider"
_MACHINE_KEY, _SILENT = 0x20, 0x40
_OAEP = 0x4
_RSA_BITS = 2048  # what every TPM 2.0 can
_NO_UI = 0x1
_KEY_IS_THERE = 0x8009000F  # NTE_EXISTS
_NO_SUCH_KEY = 0x80090016  # NTE_BAD_KEYSET
_MOST_BYTES = 4096


class _Blob(ctypes.Structure):
    """DATA_BLOB."""

    _fields_ = (("size", c_uint32), ("data", c_void_p))


class _OaepPadding(ctypes.Structure):
    """BCRYPT_OAEP_PADDING_INFO."""

    _fields_ = (("algorithm", c_wchar_p), ("label", c_void_p), ("label_size", c_uint32))


class NcryptKey:
    """A key of the TPM by its name: `algorithm` is "ECDSA_P256" or "RSA". `ncrypt` is the library (another one in tests)."""

    def __init__(self, ncrypt: Any, name: str, algorithm: str) -> None:
        self._ncrypt = ncrypt
        self._name = name
        self._algorithm = algorithm

    def make(self) -> None:
        """Makes the key, for every account of the machine and never to leave it; one that is there stays."""
        provider, key = c_void_p(), c_void_p()
        self._do("NCryptOpenStorageProvider", byref(provider), _PLATFORM_PROVIDER, 0)
        try:
            status = self._call(
                "NCryptCreatePersistedKey", provider, byref(key), self._algorithm, self._name, 0, _MACHINE_KEY
            )
            if status == _KEY_IS_THERE:
                return
            _check(status, "NCryptCreatePersistedKey")
            try:
                if self._algorithm == "RSA":
                    self._do("NCryptSetProperty", key, "Length", byref(c_uint32(_RSA_BITS)), 4, 0)
                self._do("NCryptFinalizeKey", key, _SILENT)
            finally:
                self._call("NCryptFreeObject", key)
        finally:
            self._call("NCryptFreeObject", provider)

    def sign_hash(self, digest: bytes) -> bytes:
        """r and s, 32 bytes each."""
        return self._with_key("NCryptSignHash", lambda key, out, size, got: (
            key, None, digest, len(digest), out, size, got, _SILENT
        ))  # fmt: skip

    def export_public(self) -> bytes:
        """BCRYPT_ECCKEY_BLOB: magic, length, x, y."""
        return self._with_key("NCryptExportKey", lambda key, out, size, got: (
            key, None, "ECCPUBLICBLOB", None, out, size, got, _SILENT
        ))  # fmt: skip

    def encrypt(self, secret: bytes) -> bytes:
        """RSA-OAEP with SHA-256; at most 190 bytes with a key of 2048 bits."""
        return self._crypt("NCryptEncrypt", secret)

    def decrypt(self, wrapped: bytes) -> bytes:
        return self._crypt("NCryptDecrypt", wrapped)

    def _crypt(self, function: str, given: bytes) -> bytes:
        padding = _OaepPadding("SHA256", None, 0)
        return self._with_key(function, lambda key, out, size, got: (
            key, given, len(given), byref(padding), out, size, got, _OAEP | _SILENT
        ))  # fmt: skip

    def _with_key(self, function: str, arguments: Any) -> bytes:
        provider, key, got = c_void_p(), c_void_p(), c_uint32()
        out = create_string_buffer(_MOST_BYTES)
        self._do("NCryptOpenStorageProvider", byref(provider), _PLATFORM_PROVIDER, 0)
        try:
            status = self._call("NCryptOpenKey", provider, byref(key), self._name, 0, _MACHINE_KEY | _SILENT)
            if status == _NO_SUCH_KEY:
                raise KioskError(
                    "keys-missing",
                    "This machine's TPM does not have the booth's key.",
                    "Use the machine that was enrolled, or enrol this one as another booth.",
                )
            _check(status, "NCryptOpenKey")
            try:
                self._do(function, *arguments(key, out, _MOST_BYTES, byref(got)))
            finally:
                self._call("NCryptFreeObject", key)
        finally:
            self._call("NCryptFreeObject", provider)
        return out.raw[: got.value]

    def _do(self, function: str, *arguments: Any) -> None:
        _check(self._call(function, *arguments), function)

    def _call(self, function: str, *arguments: Any) -> int:
        """A SECURITY_STATUS as an unsigned number: ctypes takes it for signed."""
        return int(getattr(self._ncrypt, function)(*arguments)) & 0xFFFFFFFF


class Dpapi:
    """Protects bytes for the account that runs the booth."""

    def __init__(self, crypt32: Any, kernel32: Any) -> None:
        self._crypt32 = crypt32
        self._kernel32 = kernel32

    def protect(self, secret: bytes, purpose: bytes) -> bytes:
        return self._run("CryptProtectData", secret, purpose)

    def unprotect(self, blob: bytes, purpose: bytes) -> bytes:
        return self._run("CryptUnprotectData", blob, purpose)

    def _run(self, function: str, given: bytes, purpose: bytes) -> bytes:
        source, entropy, result = _blob(given), _blob(purpose), _Blob()
        good = getattr(self._crypt32, function)(byref(source), None, byref(entropy), None, None, _NO_UI, byref(result))
        if not good:
            raise _refused(function)
        try:
            return ctypes.string_at(result.data or 0, result.size)
        finally:
            self._kernel32.LocalFree(c_void_p(result.data))


def library(name: str) -> Any:
    """A DLL of Windows; raises KioskError "keys-guard-failed" elsewhere, or where it is not there."""
    if sys.platform == "win32":
        try:
            return ctypes.WinDLL(name, use_last_error=True)
        except OSError as error:
            raise _refused(name) from error
    raise _refused(name)


def _blob(content: bytes) -> _Blob:
    """A view of `content`, which the caller keeps alive for the call."""
    return _Blob(len(content), cast(c_char_p(content), c_void_p))


def _check(status: int, function: str) -> None:
    if status:
        raise _refused(f"{function} 0x{status:08x}")


def _refused(what: str) -> KioskError:
    return KioskError(
        "keys-guard-failed",
        f"Windows's key storage did not do what it was asked ({what}).",
        "Check that the TPM is on and ready (tpm.msc); delete nothing, and call the office's technician.",
    )
