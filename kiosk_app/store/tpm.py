"""What the booth asks of a TPM: secrets that only this machine opens, and a signing key that never leaves it.

Secrets that open without a person are bound to PCR 7 (how the machine booted) and take no part in the TPM's count of wrong
tries, so that nobody at a keypad can keep the booth from starting. Secrets behind a PIN are counted.
"""

import base64
import binascii
import json
import secrets
from collections.abc import Callable
from typing import TypeVar

from kiosk_app.errors import KioskError
from kiosk_app.store.tpm_tools import TpmError, TpmTools

# Secure Boot's state and keys: another system from a stick is told, an ordinary update is not.
BOOT_PCR = 7
_PCRS = f"sha256:{BOOT_PCR}"
# "noda" in the parent too: a TPM that is locked would else keep back everything below it.
_PARENT = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt"
_BOOT_OBJECT = "fixedtpm|fixedparent|noda"
_PIN_OBJECT = "fixedtpm|fixedparent|userwithauth"
_SIGNING = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|sign"
AUTH_BYTES = 32
T = TypeVar("T")


class Tpm:
    """One TPM. Blobs it gives are no secret: they are of use in this TPM only."""

    def __init__(self, tools: TpmTools) -> None:
        self._tools = tools
        self._loaded: dict[bytes, str] = {}

    def unfit(self) -> str:
        """Why keys must not be trusted to this TPM, in words for a technician; "" if it did in a trial what it must.

        A boot that is not measured leaves PCR 7 at nothing; then a policy over it holds for every system that is started.
        """
        reason = self._tools.missing()
        if reason:
            return reason
        try:
            if _unmeasured(self._tools.run("tpm2_pcrread", _PCRS)):
                return f"PCR {BOOT_PCR} is empty: this machine's boot is not measured (Secure Boot off, or no UEFI)"
            trial = secrets.token_bytes(32)
            if self.unseal(self.seal(trial)) != trial:
                return "the TPM gave back another secret than it was given"
        except KioskError as error:
            return error.message
        return ""

    def seal(self, secret: bytes) -> bytes:
        """A blob that this TPM opens while the machine boots as now; `secret` has at most 128 bytes. Raises TpmError."""
        with self._tools.turn():
            self._tools.run("tpm2_createpolicy", "--policy-pcr", "-l", _PCRS, "-L", "boot.policy")
            self._create("-i", "-", "-L", "boot.policy", "-a", _BOOT_OBJECT, stdin=secret)
            return self._blob("boot")

    def unseal(self, blob: bytes) -> bytes:
        """The secret; raises TpmError "tpm-boot-changed", or "tpm-failed" for a blob of another TPM."""
        return self._with_loaded(blob, lambda name: self._tools.run("tpm2_unseal", "-c", name, "-p", f"pcr:{_PCRS}"))

    def seal_behind(self, secret: bytes, auth: bytes) -> bytes:
        """A blob that this TPM opens for who knows `auth` (at most 32 bytes), with a limit on wrong tries."""
        with self._tools.turn():
            self._create("-i", "-", "-p", "{auth}", "-a", _PIN_OBJECT, stdin=secret, auth=auth)
            return self._blob("pin")

    def unseal_behind(self, blob: bytes, auth: bytes) -> bytes:
        """The secret; raises TpmError "tpm-auth" for a wrong value, "tpm-locked" after too many."""
        return self._with_loaded(
            blob, lambda name: self._tools.run("tpm2_unseal", "-c", name, "-p", "{auth}", auth=auth)
        )

    def make_signing_key(self) -> bytes:
        """The blob of a new P-256 key that exists inside this TPM only."""
        with self._tools.turn():
            self._create("-G", "ecc256:ecdsa-sha256", "-a", _SIGNING)
            return self._blob("sign")

    def sign(self, blob: bytes, message: bytes) -> bytes:
        """ECDSA with SHA-256 over `message`, DER."""

        def work(name: str) -> bytes:
            self._tools.run(
                "tpm2_sign", "-c", name, "-g", "sha256", "-s", "ecdsa", "-f", "plain", "-o", "sig", stdin=message
            )
            return (self._tools.scratch / "sig").read_bytes()

        return self._with_loaded(blob, work)

    def public_der(self, blob: bytes) -> bytes:
        """The signing key's public half, DER SubjectPublicKeyInfo."""

        def work(name: str) -> bytes:
            self._tools.run("tpm2_readpublic", "-c", name, "-f", "der", "-o", "public.der", "-Q")
            return (self._tools.scratch / "public.der").read_bytes()

        return self._with_loaded(blob, work)

    def _create(self, *arguments: str, stdin: bytes = b"", auth: bytes = b"") -> None:
        def work(primary: str) -> bytes:
            files = ("-u", "made.pub", "-r", "made.priv", "-Q")
            return self._tools.run("tpm2_create", "-C", primary, *arguments, *files, stdin=stdin, auth=auth)

        self._again(lambda: work(self._primary()))

    def _blob(self, use: str) -> bytes:
        parts = {name: (self._tools.scratch / f"made.{name}").read_bytes() for name in ("pub", "priv")}
        encoded = {name: base64.b64encode(part).decode() for name, part in parts.items()}
        return json.dumps({"v": 1, "use": use, **encoded}, separators=(",", ":")).encode()

    def _with_loaded(self, blob: bytes, work: Callable[[str], T]) -> T:
        return self._again(lambda: work(self._load(blob)))

    def _again(self, work: Callable[[], T]) -> T:
        """Contexts die with a restart of the TPM, as after sleep: what failed is tried once more from nothing."""
        with self._tools.turn():
            try:
                return work()
            except TpmError as error:
                if error.code != "tpm-failed":
                    raise
                self._loaded.clear()
                return work()

    def _primary(self) -> str:
        """The parent of all our keys: the same one again on the same TPM, so nothing has to stay inside."""
        if b"" not in self._loaded:
            self._tools.run("tpm2_createprimary", "-C", "o", "-G", "ecc256", "-a", _PARENT, "-c", "primary.ctx", "-Q")
            self._loaded[b""] = "primary.ctx"
        return self._loaded[b""]

    def _load(self, blob: bytes) -> str:
        if blob not in self._loaded:
            name = f"loaded-{len(self._loaded)}"
            for part, content in _parts(blob).items():
                (self._tools.scratch / f"{name}.{part}").write_bytes(content)
            self._tools.run(
                "tpm2_load", "-C", self._primary(), "-u", f"{name}.pub", "-r", f"{name}.priv", "-c", f"{name}.ctx", "-Q"
            )
            self._loaded[blob] = f"{name}.ctx"
        return self._loaded[blob]


def _parts(blob: bytes) -> dict[str, bytes]:
    try:
        value = json.loads(blob)
        return {name: base64.b64decode(value[name], validate=True) for name in ("pub", "priv")}
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise KioskError(
            "keys-damaged",
            "A key that belongs to the TPM is damaged.",
            "Put back the key folder that belongs to this data.",
        ) from error


def _unmeasured(reading: bytes) -> bool:
    """Whether the register is as no boot leaves it; the tool writes "7 : 0x0000...". Anything else than hex is no reading."""
    digits = reading.decode("ascii", "replace").rpartition("0x")[2].strip().lower()
    return not digits or set(digits) <= {"0"} or set(digits) <= {"f"} or not set(digits) <= set("0123456789abcdef")
