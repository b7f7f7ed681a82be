"""The TPM 2.0 of this machine, spoken to through tpm2-tools: one call at a time, secrets never on a command line or a disk."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kiosk_app.errors import KioskError

_TOOLS = (
    "tpm2_createprimary", "tpm2_create", "tpm2_createpolicy", "tpm2_load", "tpm2_unseal", "tpm2_sign",
    "tpm2_readpublic", "tpm2_pcrread", "tpm2_flushcontext",
)  # fmt: skip
_RESOURCE_MANAGER = Path("/dev/tpmrm0")
_TIMEOUT_S = 30.0  # a discrete TPM may take seconds for a primary key
# What the TPM's answers look like in the tools' messages (TPM 2.0 part 2, response codes).
_CODES = (
    ("0x921", "tpm-locked"),  # TPM_RC_LOCKOUT
    ("0x98e", "tpm-auth"),  # TPM_RC_AUTH_FAIL with the session
    ("0x9a2", "tpm-auth"),  # TPM_RC_BAD_AUTH
    ("0x99d", "tpm-boot-changed"),  # TPM_RC_POLICY_FAIL
)
_WORDS = {
    "tpm-locked": (
        "The TPM is locked after too many wrong PINs.",
        "Wait until it opens again (hours by its own rule), or have the technician clear its lock.",
    ),
    "tpm-auth": ("The TPM did not take this PIN.", "Check it and try again."),
    "tpm-boot-changed": (
        "The TPM holds this booth's keys back: the machine started in another way than at enrolment.",
        "Set the firmware and Secure Boot back as they were; delete nothing, and call the office's technician.",
    ),
    "tpm-failed": ("The TPM did not do what it was asked.", "Restart the machine; if it happens again, call the technician."),
}  # fmt: skip
# The kernel's resource manager aside, a TPM answers one program at a time.
_turn = threading.RLock()


class TpmError(KioskError):
    """`code` is "tpm-locked", "tpm-auth", "tpm-boot-changed" or "tpm-failed"."""

    def __init__(self, code: str) -> None:
        super().__init__(code, *_WORDS[code])


class TpmTools:
    """Runs the tools. `tcti` says where the TPM is, as in TPM2TOOLS_TCTI; "" is the machine's own, /dev/tpmrm0.

    `scratch` is a folder of this object's own for the tools' files: public halves, and contexts that only this TPM can read.
    """

    def __init__(self, tcti: str = "") -> None:
        self._tcti = tcti
        self.scratch = Path(tempfile.mkdtemp(prefix="kiosk-tpm-"))
        weakref.finalize(self, shutil.rmtree, self.scratch, ignore_errors=True)

    def missing(self) -> str:
        """Why there is no TPM to speak to, in words for a technician; "" where there is one."""
        if not sys.platform.startswith("linux"):
            return "tpm2-tools are used on Linux only"
        lacking = [tool for tool in _TOOLS if shutil.which(tool) is None]
        if lacking:
            return f"tpm2-tools are not installed ({lacking[0]} is missing)"
        if self._tcti:
            return ""
        if not _RESOURCE_MANAGER.exists():
            return f"there is no {_RESOURCE_MANAGER}: no TPM 2.0, or it is switched off in the firmware"
        if not os.access(_RESOURCE_MANAGER, os.R_OK | os.W_OK):
            return f"this account may not use {_RESOURCE_MANAGER} (group tss)"
        return ""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keeps other threads off the TPM for several calls that belong together."""
        with _turn:
            yield

    def run(self, tool: str, *arguments: str, stdin: bytes = b"", auth: bytes = b"") -> bytes:
        """What the tool wrote to its standard output; raises TpmError.

        `auth` is given to an argument "{auth}" as a file in memory: arguments can be read by every account.
        """
        with self.turn(), _in_memory(auth) as descriptor:
            given = [part.replace("{auth}", f"file:/proc/self/fd/{descriptor}") for part in arguments]
            try:
                self.flush()
                done = self._start((tool, *given), stdin, (descriptor,))
            except (OSError, subprocess.TimeoutExpired) as error:
                raise TpmError("tpm-failed") from error
        if done.returncode:
            raise TpmError(_code_of(done.stderr))
        return bytes(done.stdout)

    def flush(self) -> None:
        """The kernel's resource manager frees what a program leaves loaded; a TPM without one must be told."""
        if self._tcti:
            for what in ("-t", "-l"):
                self._start(("tpm2_flushcontext", what), b"", ())

    def _start(
        self, command: Sequence[str], stdin: bytes, descriptors: Sequence[int]
    ) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "LC_ALL": "C"}
        if self._tcti:
            environment["TPM2TOOLS_TCTI"] = self._tcti
        else:
            environment.pop("TPM2TOOLS_TCTI", None)
        return subprocess.run(  # noqa: S603  the words are ours and take no shell
            command, input=stdin, capture_output=True, timeout=_TIMEOUT_S, check=False, env=environment,
            pass_fds=descriptors, cwd=self.scratch,
        )  # fmt: skip


@contextmanager
def _in_memory(auth: bytes) -> Iterator[int]:
    """A file that is on no disk, with the authorisation value as the tools read it."""
    if sys.platform != "linux":
        raise TpmError("tpm-failed")
    descriptor = os.memfd_create("auth")
    try:
        os.write(descriptor, f"hex:{auth.hex()}".encode())
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def _code_of(stderr: bytes) -> str:
    text = stderr.decode("utf-8", "replace").lower()
    return next((code for pattern, code in _CODES if pattern in text), "tpm-failed")
