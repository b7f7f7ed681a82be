"""A PostgreSQL server that lives as long as a test or a benchmark: the installed binaries, a new cluster, an ordinary user.

It is as durable as one for real (fsync and synchronous_commit stay on), listens on a socket in its own folder and nowhere else.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/usr/local/pgsql")
_ORDINARY = ("postgres", "nobody")  # whom the server runs as where we are root, which PostgreSQL refuses
_OWNER = "office"
_START_S = 60


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `version` as it names itself ("15.14"), `pid` that of the process above all of its own."""

    pid: int
    folder: Path
    binaries: Path
    user: str
    version: str

    def database(self) -> str:
        """A new empty database; its address for SQLAlchemy."""
        name = f"office_{secrets.token_hex(6)}"
        _run(self.binaries, self.user, "createdb", "-h", str(self.folder), "-U", _OWNER, name)
        return f"postgresql+psycopg://{_OWNER}@/{name}?host={self.folder}"


def find_binaries() -> Path | None:
    """The folder with `initdb`, of the newest version that is installed; None where there is none."""
    found = [Path(tool).parent for tool in [shutil.which("initdb")] if tool]
    for place in map(Path, _PLACES):
        found += [tool.parent for tool in place.glob("*/bin/initdb")] if place.is_dir() else []
    return max(found, key=_number, default=None)


@contextmanager
def postgres(*settings: str) -> Iterator[Postgres]:
    """A new cluster with `settings` ("shared_buffers=64MB") for the length of the block; raises RuntimeError without binaries."""
    binaries = find_binaries()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed.")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        cluster = folder / "data"
        _run(
            binaries, user, "initdb", "-D", str(cluster), "-U", _OWNER, "--auth=trust", "--no-sync", "--encoding=UTF8",
            "--locale=C",
        )  # fmt: skip
        options = [f"-c{one}" for one in ("listen_addresses=", f"unix_socket_directories={folder}", *settings)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", cluster, *options], stdout=log, stderr=log, **_as(user)
            )
        try:
            _wait(binaries, user, folder, server)
            said = subprocess.run(
                [binaries / "postgres", "--version"], capture_output=True, text=True, check=True
            ).stdout
            yield Postgres(server.pid, folder, binaries, user, said.split()[2])
        finally:
            server.send_signal(signal.SIGINT)  # what is open is undone, and nobody is waited for
            server.wait(_START_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str:
    """ "" = whoever we are."""
    if os.geteuid() != 0:
        return ""
    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in _ORDINARY if name in known)


def _as(user: str) -> dict[str, Any]:
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": [], "cwd": "/"} if user else {}


def _run(binaries: Path, user: str, tool: str, *words: str) -> None:
    done = subprocess.run(
        [binaries / tool, *words], capture_output=True, text=True, check=False, env={"PATH": os.defpath}, **_as(user)
    )
    if done.returncode:
        raise RuntimeError(f"{tool}: {done.stderr.strip()}")


def _wait(binaries: Path, user: str, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    ready: Sequence[str | Path] = [binaries / "pg_isready", "-q", "-h", str(folder)]
    for _ in range(_START_S * 10):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not start in time.")


def _number(binaries: Path) -> tuple[int, ...]:
    """15 of `/usr/lib/postgresql/15/bin`; nothing for a folder on the search path."""
    return tuple(int(part) for part in binaries.parts if part.isdecimal())
