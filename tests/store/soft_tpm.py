"""A TPM 2.0 in software (swtpm) of one's own: a real one, as the tools and the booth see it, that can be booted and moved."""

import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from kiosk_app.store.guards import SystemdGuard
from kiosk_app.store.tpm import Tpm
from kiosk_app.store.tpm_tools import TpmTools

_PROGRAMS = ("swtpm", "tpm2_create", "tpm2_pcrextend")


class SoftTpm:
    """Runs from `start` to `stop`; `state` is all that it keeps, as a machine keeps its TPM."""

    def __init__(self, state: Path) -> None:
        self.state = state
        state.mkdir(exist_ok=True)
        self.socket = state / "s"
        self.tcti = f"swtpm:path={self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, measured: bool = True) -> Self:
        """A boot; `measured` is whether the firmware told the TPM about it."""
        command = [
            "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.state}", "--server", f"type=unixio,path={self.socket}",
            "--ctrl", f"type=unixio,path={self.socket}.ctrl", "--flags", "not-need-init,startup-clear",
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self.socket.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        if measured:
            self.extend(7, b"the firmware's keys")
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None
        for name in ("s", "s.ctrl"):
            (self.state / name).unlink(missing_ok=True)

    def extend(self, pcr: int, what: bytes) -> None:
        """Tells the TPM that something took part in the boot."""
        digest = (what + bytes(32))[:32].hex()
        self.tools().run("tpm2_pcrextend", f"{pcr}:sha256={digest}")

    def tools(self) -> TpmTools:
        return TpmTools(self.tcti)

    def tpm(self) -> Tpm:
        return Tpm(self.tools())

    def systemd(self) -> SystemdGuard:
        return SystemdGuard(self.tcti, self.tools().flush)


def new_soft_tpm(folder: Path) -> SoftTpm:
    """A TPM that has never run, or skips the test; its folder's name is short because sockets have short names."""
    lacking = [program for program in _PROGRAMS if shutil.which(program) is None]
    if lacking:
        pytest.skip(f"{lacking[0]} is not installed (swtpm, swtpm-tools, tpm2-tools)")
    return SoftTpm(folder / f"t{secrets.token_hex(2)}")


@contextmanager
def running_tpm() -> Iterator[SoftTpm]:
    """One that runs. Its folder is not pytest's: a socket's name must be short."""
    with tempfile.TemporaryDirectory(prefix="tpm") as folder:
        soft = new_soft_tpm(Path(folder)).start()
        yield soft
        soft.stop()
