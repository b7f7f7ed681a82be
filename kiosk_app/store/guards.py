"""What keeps a secret that lies on a disk: something of this machine that the disk alone does not have."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk_app.errors import KioskError
from kiosk_app.store import aead
from kiosk_app.store.tpm import BOOT_PCR, Tpm

_TIMEOUT_S = 60.0
_OLDEST_SYSTEMD = 250  # the first with systemd-creds
_HARDWARE = (Path("/dev/tpmrm0"), Path("/dev/tpm0"))


class Guard(Protocol):
    """Turns secrets into blobs that only this machine opens. `kind` also ends the names of the blobs' files.

    `warning` is the catalogue key of what people must know about it, "" where there is nothing.
    """

    kind: str
    warning: str

    def unfit(self) -> str:
        """Why it must not be used here, in words for a technician; "" after a trial that went well."""
        ...

    def seal(self, name: str, secret: bytes) -> bytes:
        """The blob for `secret`; raises KioskError."""
        ...

    def unseal(self, name: str, blob: bytes) -> bytes:
        """The secret again; raises KioskError, for a blob of another name, machine or boot too."""
        ...


class TpmGuard:
    """The TPM itself, through tpm2-tools. It holds an AES key for each secret: it takes 128 bytes at most, and knows no names."""

    kind = "tpm"
    warning = ""

    def __init__(self, tpm: Tpm) -> None:
        self.tpm = tpm

    def unfit(self) -> str:
        return self.tpm.unfit()

    def seal(self, name: str, secret: bytes) -> bytes:
        key = aead.new_key()
        return aead.join(self.tpm.seal(key), aead.encrypt(key, name, secret))

    def unseal(self, name: str, blob: bytes) -> bytes:
        held, rest = aead.split(blob, f"{name}.{self.kind}")
        return aead.decrypt(self.tpm.unseal(held), name, rest, f"{name}.{self.kind}")


class SystemdGuard:
    """The TPM through systemd-creds: no further tools needed, but the program runs as root or as a service that may use the TPM.

    `device` is another TPM than the machine's own; `before` is done before each call (a TPM without a resource manager is freed).
    """

    kind = "systemd"
    warning = ""

    def __init__(self, device: str = "", before: Callable[[], None] = lambda: None) -> None:
        self._device = device
        self._before = before

    def unfit(self) -> str:
        if sys.platform != "linux" or shutil.which("systemd-creds") is None:
            return f"systemd-creds is not here (systemd {_OLDEST_SYSTEMD} or newer on Linux has it)"
        if not self._device and not any(path.exists() for path in _HARDWARE):
            return "there is no /dev/tpmrm0: no TPM 2.0, or it is switched off in the firmware"
        try:
            trial = os.urandom(32)
            if self.unseal("trial", self.seal("trial", trial)) != trial:
                return "systemd-creds gave back another secret than it was given"
        except KioskError as error:
            return error.message
        return ""

    def seal(self, name: str, secret: bytes) -> bytes:
        done = self._run("encrypt", name, secret, "--with-key=tpm2", f"--tpm2-pcrs={BOOT_PCR}")
        # It says so and goes on all the same: such a blob opens for every system that is started on this machine.
        if b"unenforced" in done.stderr:
            raise _failed(f"PCR {BOOT_PCR} is empty: this machine's boot is not measured (Secure Boot off, or no UEFI)")
        return bytes(done.stdout)

    def unseal(self, name: str, blob: bytes) -> bytes:
        return bytes(self._run("decrypt", name, blob).stdout)

    def _run(self, verb: str, name: str, given: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
        device = (f"--tpm2-device={self._device}",) if self._device else ()
        command = ("systemd-creds", verb, *options, *device, f"--name=kiosk-{name}", "-", "-")
        self._before()
        try:
            done = subprocess.run(  # noqa: S603  the words are ours and take no shell
                command, input=given, capture_output=True, timeout=_TIMEOUT_S, check=False,
                env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed("systemd-creds cannot be run") from error
        if done.returncode:
            raise _failed("systemd-creds could not use the TPM for this key")
        return done


def _failed(problem: str) -> KioskError:
    return KioskError(
        "keys-guard-failed",
        f"{problem[0].upper()}{problem[1:]}.",
        "Start the machine as at enrolment, with the TPM on; delete nothing, and call the office's technician.",
    )
