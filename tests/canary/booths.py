"""A booth that is enrolled at a real office with twelve bookings, and days played on it by a program that is killed now and then."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk_app.assembly import make_keys
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.booth.packets import split
from kiosk_app.clock import SystemClock
from kiosk_app.commands.enrol import enrol_booth
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import BoothPaths, OfficePaths
from kiosk_app.settings import Settings
from kiosk_app.store.lock import DataLock
from kiosk_app.store.photos import _SUITE
from tests.canary.values import people

_ROOT = Path(__file__).parents[2]
_KEY_BYTES = 32


@dataclass
class Haunt:
    """`booth`, `temporary` and `said` are all that the booth's programs can write to."""

    folder: Path
    office: Office
    server: OfficeServer

    @property
    def booth(self) -> Path:
        return self.folder / "booth"

    @property
    def searched(self) -> list[Path]:
        return [self.booth, self.folder / "temporary", self.folder / "said"]

    def play(self, seed: int, kill_after: float | None = None, leak: str = "") -> str:
        """A day, killed after so many seconds of work where asked for; what the program said."""
        said = self.folder / "said" / f"{seed}-{leak or 'day'}.txt"
        with said.open("wb") as out:
            program = subprocess.Popen(
                [sys.executable, "-m", "tests.canary.day", str(self.booth), str(seed), *([leak] if leak else [])],
                cwd=_ROOT, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "TMPDIR": str(self.folder / "temporary")},
            )  # fmt: skip
            if kill_after is not None:
                self._await(said, kill_after, program)
                program.send_signal(signal.SIGKILL)
            program.wait(240)
        return said.read_text(encoding="utf-8", errors="replace")

    def _await(self, said: Path, seconds: float, program: "subprocess.Popen[bytes]") -> None:
        """The work begins when somebody was served: opening the databases alone may take long on a busy machine."""
        until = time.monotonic() + 120
        while time.monotonic() < until and b"served" not in said.read_bytes() and program.poll() is None:
            time.sleep(0.02)
        threading.Event().wait(seconds)


@contextmanager
def haunted(folder: Path) -> Iterator[Haunt]:
    """The office runs for the time of the block."""
    for name in ("temporary", "said"):
        (folder / name).mkdir(parents=True)
    office = Office.open(OfficePaths(folder / "office"))
    server = OfficeServer(office)
    server.start()
    try:
        with office.database.read() as connection:
            profile = office.configuration.profile(connection)
        code = office.invite("Kenari", profile.place, practice=True)
        now = SystemClock().now().astimezone(UTC)
        office.bookings.put(
            tuple(
                Booking(
                    booking_id_text(7_000_003 * (n + 1)), one.number, one.name, profile.services[0].id, now, profile.place,
                    profile.areas[0].code, office.keys.person_mark(profile.place, one.nik), one.born,
                )
                for n, one in enumerate(people())
            )
        )  # fmt: skip
        paths = BoothPaths(folder / "booth")
        paths.make()
        with DataLock(paths.lock):
            enrol_booth(paths, make_keys(paths), Settings(), server.url, code)
        yield Haunt(folder, office, server)
    finally:
        server.stop()
        office.close()


def packets(booth: Path) -> list[bytes]:
    """The sealed photos that lie in the booth."""
    return [path.read_bytes() for path in sorted((booth / "photos").glob("*.sealed"))]


def opened_by_the_disk(booth: Path) -> int:
    """How many photos somebody opens who has this disk and tries all that could be a key on it."""
    found = {
        candidate
        for path in (booth / "keys").rglob("*")
        if path.is_file()
        for candidate in _candidates(path.read_bytes())
    }
    return sum(any(_opens(packet, key) for key in found) for packet in packets(booth))


def opened_by(key: bytes, booth: Path) -> int:
    """How many this one key opens."""
    return sum(_opens(packet, key) for packet in packets(booth))


def _candidates(content: bytes) -> Iterator[bytes]:
    """Every 32 bytes in a row, and the number that a private key in DER stands for."""
    yield from (content[at : at + _KEY_BYTES] for at in range(len(content) - _KEY_BYTES + 1))
    try:
        key = serialization.load_der_private_key(content, None)
    except (ValueError, TypeError):
        return
    yield key.private_numbers().private_value.to_bytes(_KEY_BYTES)  # type: ignore[union-attr]


def _opens(packet: bytes, key: bytes) -> bool:
    parts = split(packet)
    try:
        _SUITE.decrypt(parts.ciphertext, X25519PrivateKey.from_private_bytes(key), parts.info)
    except (InvalidTag, ValueError):
        pass
    else:
        return True
    for start in (0, _KEY_BYTES):  # the ciphertext as it is, and behind a sender's key
        sealed = parts.ciphertext[start:]
        for nonce, rest in ((sealed[:12], sealed[12:]), (b"\0" * 12, sealed)):
            try:
                AESGCM(key).decrypt(nonce, rest, parts.info)
            except (InvalidTag, ValueError):
                continue
            return True
    return False


def kills(rng: random.Random, count: int) -> list[float]:
    """Seconds of work after which a day is killed."""
    return [rng.uniform(0.0, 4.0) for _ in range(count)]
