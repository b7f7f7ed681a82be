"""The Windows holders against a recorder that does what Microsoft's reference says of each call. No Windows has seen them yet."""

import ctypes
import re
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from kiosk_app.errors import KioskError
from kiosk_app.store.keys_guarded import GuardedKeyHolder
from kiosk_app.store.windows_api import Dpapi, NcryptKey
from kiosk_app.store.windows_keys import DpapiGuard, WindowsTpmDeviceKeys, WindowsTpmGuard

_OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
_MACHINE, _SILENT, _OAEP_FLAG = 0x20, 0x40, 0x4
_NO_SUCH_KEY, _EXISTS = -2146893802, -2146893809  # as ctypes shows an HRESULT


def _ours(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Ncrypt:
    """ncrypt.dll in memory: handles count up, keys have names, what is opened must be freed."""

    def __init__(self) -> None:
        self.keys: dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey] = {}
        self.open: dict[int, str] = {}
        self.calls: list[tuple[str, int]] = []
        self.fail: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("NCrypt"):
            raise AttributeError(name)

        def call(*given: Any) -> int:
            self.calls.append((name, given[-1] if isinstance(given[-1], int) else 0))
            return self.fail.get(name) or getattr(self, _ours(name[6:]))(*given)

        return call

    def _handle(self, out: Any, name: str) -> int:
        handle = len(self.calls) + 1
        self.open[handle] = name
        out._obj.value = handle
        return 0

    def open_storage_provider(self, out: Any, provider: str, _flags: int) -> int:
        assert provider == "Microsoft Platform Crypto Provider"
        return self._handle(out, "")

    def create_persisted_key(self, provider: Any, out: Any, algorithm: str, name: str, spec: int, flags: int) -> int:
        assert (self.open[provider.value], spec, flags) == ("", 0, _MACHINE)
        if name in self.keys:
            return _EXISTS
        made = (
            ec.generate_private_key(ec.SECP256R1())
            if algorithm == "ECDSA_P256"
            else rsa.generate_private_key(65537, 2048)
        )
        self.keys[name] = made
        return self._handle(out, name)

    def set_property(self, key: Any, name: str, value: Any, size: int, flags: int) -> int:
        assert (name, value._obj.value, size, flags) == ("Length", 2048, 4, 0)
        assert isinstance(self.keys[self.open[key.value]], rsa.RSAPrivateKey)
        return 0

    def finalize_key(self, key: Any, flags: int) -> int:
        assert self.open[key.value] in self.keys
        assert flags == _SILENT
        return 0

    def open_key(self, provider: Any, out: Any, name: str, _spec: int, flags: int) -> int:
        assert self.open[provider.value] == ""
        assert flags == _MACHINE | _SILENT
        return self._handle(out, name) if name in self.keys else _NO_SUCH_KEY

    def free_object(self, handle: Any) -> int:
        del self.open[handle.value]
        return 0

    def sign_hash(self, key: Any, pad: None, digest: bytes, n: int, out: Any, size: int, got: Any, _flags: int) -> int:
        private = self.keys[self.open[key.value]]
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        assert (pad, n) == (None, 32)
        r, s = decode_dss_signature(private.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
        return _give(r.to_bytes(32, "big") + s.to_bytes(32, "big"), out, size, got)

    def export_key(
        self, key: Any, over: None, kind: str, more: None, out: Any, size: int, got: Any, _flags: int
    ) -> int:
        private = self.keys[self.open[key.value]]
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        assert (over, kind, more) == (None, "ECCPUBLICBLOB", None)
        numbers = private.public_key().public_numbers()
        point = numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
        return _give(b"ECS1" + (32).to_bytes(4, "little") + point, out, size, got)

    def encrypt(self, key: Any, given: bytes, n: int, pad: Any, out: Any, size: int, got: Any, flags: int) -> int:
        private = self.keys[self.open[key.value]]
        assert isinstance(private, rsa.RSAPrivateKey)
        assert (pad._obj.algorithm, len(given), flags) == ("SHA256", n, _OAEP_FLAG | _SILENT)
        return _give(private.public_key().encrypt(given, _OAEP), out, size, got)

    def decrypt(self, key: Any, given: bytes, n: int, pad: Any, out: Any, size: int, got: Any, flags: int) -> int:
        private = self.keys[self.open[key.value]]
        assert isinstance(private, rsa.RSAPrivateKey)
        assert (pad._obj.algorithm, len(given), flags) == ("SHA256", n, _OAEP_FLAG | _SILENT)
        return _give(private.decrypt(given, _OAEP), out, size, got)


class Crypt32:
    """DPAPI in memory: what was protected is remembered under a number; LocalFree must give every answer back."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, bytes]] = []
        self.lent: dict[int, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if not name[0].isupper():
            raise AttributeError(name)
        return getattr(self, _ours(name))

    def _lend(self, content: bytes, out: Any) -> int:
        buffer = ctypes.create_string_buffer(content, len(content))
        self.lent[ctypes.addressof(buffer)] = buffer
        out._obj.size, out._obj.data = len(content), ctypes.addressof(buffer)
        return 1

    def crypt_protect_data(
        self, source: Any, _about: None, entropy: Any, _r: None, _p: None, flags: int, out: Any
    ) -> int:
        assert flags == 1, "no window may ever open over the booth"
        self.kept.append((_read(source), _read(entropy)))
        return self._lend(b"blob %d" % (len(self.kept) - 1), out)

    def crypt_unprotect_data(
        self, source: Any, _about: None, entropy: Any, _r: None, _p: None, flags: int, out: Any
    ) -> int:
        assert flags == 1
        secret, purpose = self.kept[int(_read(source).split()[1])]
        return self._lend(secret, out) if purpose == _read(entropy) else 0

    def local_free(self, pointer: Any) -> None:
        del self.lent[pointer.value]


def _read(blob: Any) -> bytes:
    return ctypes.string_at(blob._obj.data, blob._obj.size)


def _give(content: bytes, out: Any, size: int, got: Any) -> int:
    assert len(content) <= size
    out.raw = content + bytes(size - len(content))
    got._obj.value = len(content)
    return 0


def test_a_booth_on_a_windows_tpm(folder: Any) -> None:
    ncrypt = Ncrypt()

    def holder() -> GuardedKeyHolder:
        guard = WindowsTpmGuard(NcryptKey(ncrypt, "wrapping", "RSA"))
        return GuardedKeyHolder(folder / "keys", guard, WindowsTpmDeviceKeys(ncrypt))

    first, again = holder(), holder()
    public = first.ensure_device_key()
    key = first.database_key("journal", create=True)
    assert again.database_key("journal", create=False) == key
    assert again.ensure_device_key() == public
    loaded = serialization.load_der_public_key(public)
    assert isinstance(loaded, ec.EllipticCurvePublicKey)
    loaded.verify(again.sign(b"message"), b"message", ec.ECDSA(hashes.SHA256()))
    assert not ncrypt.open, "every handle was freed"
    assert key not in (folder / "keys" / "journal.windows").read_bytes()
    assert all(flags & _SILENT for name, flags in ncrypt.calls if name in ("NCryptSignHash", "NCryptDecrypt"))


def test_a_windows_tpm_binds_a_key_to_its_name_and_tells_damage() -> None:
    guard = WindowsTpmGuard(NcryptKey(Ncrypt(), "wrapping", "RSA"))
    blob = guard.seal("journal", b"k" * 32)
    for name, damaged in (("roster", blob), ("journal", blob[:-1]), ("journal", blob[:-1] + bytes([blob[-1] ^ 1]))):
        with pytest.raises(KioskError) as caught:
            guard.unseal(name, damaged)
        assert caught.value.code == "keys-damaged"


@pytest.mark.parametrize("function", ["NCryptOpenStorageProvider", "NCryptFinalizeKey", "NCryptSignHash"])
def test_what_windows_refuses_is_told_with_its_number_and_every_handle_is_freed(function: str) -> None:
    ncrypt = Ncrypt()
    ncrypt.fail[function] = -2146893783
    keys = WindowsTpmDeviceKeys(ncrypt)
    with pytest.raises(KioskError) as caught:
        keys.sign(keys.make(), b"message")
    assert caught.value.code == "keys-guard-failed"
    assert f"{function} 0x80090029" in caught.value.message
    assert not ncrypt.open


def test_another_machine_s_tpm_lacks_the_key() -> None:
    kept = WindowsTpmDeviceKeys(Ncrypt()).make()
    with pytest.raises(KioskError) as caught:
        WindowsTpmDeviceKeys(Ncrypt()).public_der(kept)
    assert caught.value.code == "keys-missing"


def test_dpapi_keeps_keys_apart_by_name_and_warns() -> None:
    system = Crypt32()
    guard = DpapiGuard(Dpapi(system, system))
    blob = guard.seal("journal", b"k" * 32)
    assert guard.unseal("journal", blob) == b"k" * 32
    with pytest.raises(KioskError) as caught:
        guard.unseal("roster", blob)
    assert caught.value.code == "keys-guard-failed"
    assert not system.lent, "what Windows allocated was given back"
    assert guard.warning == "keys.dpapi_warning"


def test_elsewhere_windows_guards_are_unfit_and_say_so() -> None:
    assert WindowsTpmGuard().unfit() == DpapiGuard().unfit() == "this is not Windows"
    with pytest.raises(KioskError) as caught:
        DpapiGuard().seal("journal", b"k" * 32)
    assert caught.value.code == "keys-guard-failed"
