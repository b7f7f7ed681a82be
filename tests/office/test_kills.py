"""kill -9 of the office in the middle of uploads and records: what was answered is there, and next to nothing is sent again."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.facts import HelpCalled
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office
from kiosk_app.paths import OfficePaths

from .booth_double import BoothDouble, MovableClock, record_id
from .conftest import SITE

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys\nfrom kiosk_app.cli import main\nsys.exit(main(sys.argv[1:]))\n"
LINK = (http.client.HTTPException, OSError)


class Program:
    """`kiosk-app office serve` on one port, killed and started again."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["office", "--data", str(self._folder), "serve", "--port", str(self.port)]
        self._running = subprocess.Popen([sys.executable, "-c", PROGRAM, *words], cwd=ROOT, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the office did not start")

    def kill(self) -> None:
        assert self._running is not None
        self._running.send_signal(signal.SIGKILL)
        self._running.wait(30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "killed"


@pytest.fixture
def program(folder: Path) -> Iterator[Program]:
    program = Program(folder)
    yield program
    program.kill()


def enrolled(folder: Path, program: Program) -> BoothDouble:
    office = Office.open(OfficePaths(folder))
    code = office.invite("Icon", SITE)
    office.close()
    program.start()
    return BoothDouble(program.url, MovableClock()).enrol(code).log_in()


class Sender:
    """Sends photos in chunks over raw connections, as far as it gets; counts every byte that left."""

    def __init__(self, booth: BoothDouble, packets: list[bytes], chunk: int) -> None:
        self.sent = 0
        self._booth = booth
        self._chunk = chunk
        self._connections: list[http.client.HTTPConnection] = []
        self.open = {sha256_hex(packet): packet for packet in packets}
        self._records = {name: record_id() for name in self.open}

    def go_on(self, stop_after: int) -> bool:
        """Goes on with one photo after the other, a chunk of each in turn; True when all are whole, False when the link broke."""
        offsets: dict[str, int] = {}
        for _ in range(stop_after):
            for name, packet in list(self.open.items()):
                try:
                    if name not in offsets:
                        offsets[name] = self._offset(name)
                    offsets[name] = self._send(name, packet, offsets[name])
                except LINK:
                    return False
                if offsets[name] == len(packet):
                    del self.open[name]
            if not self.open:
                return True
        return False

    def leave_half(self) -> None:
        """A chunk of which only a part has left when the office dies."""
        offsets = {name: self._offset(name) for name in self.open}
        for name, packet in self.open.items():
            offset = offsets[name]
            connection = self._connect()
            part = packet[offset : offset + self._chunk]
            self._head(connection, name, packet, offset, part)
            connection.send(part[: len(part) // 2])
            self.sent += len(part) // 2

    def close(self) -> None:
        """Lets every connection go."""
        while self._connections:
            self._connections.pop().close()

    def _offset(self, name: str) -> int:
        connection = self._connect()
        connection.request("HEAD", f"/v1/blobs/{name}", headers={"Authorization": f"Bearer {self._booth.token}"})
        answer = connection.getresponse()
        answer.read()
        self.close()
        return int(answer.headers["Upload-Offset"])

    def _send(self, name: str, packet: bytes, offset: int) -> int:
        part = packet[offset : offset + self._chunk]
        connection = self._connect()
        self._head(connection, name, packet, offset, part)
        self.sent += len(part)
        connection.send(part)
        answer = connection.getresponse()
        answer.read()
        self.close()
        assert answer.status in (201, 204), answer.status
        return int(answer.headers["Upload-Offset"])

    def _head(self, connection: http.client.HTTPConnection, name: str, packet: bytes, offset: int, part: bytes) -> None:
        headers = {
            "Authorization": f"Bearer {self._booth.token}", "Content-Type": "application/partial-upload",
            "Upload-Offset": str(offset), "Upload-Length": str(len(packet)), "Content-Length": str(len(part)),
            "Upload-Complete": "?1" if offset + len(part) == len(packet) else "?0", "Kiosk-Record": self._records[name],
        }  # fmt: skip
        connection.putrequest("PATCH", f"/v1/blobs/{name}", skip_accept_encoding=True)
        for key, value in headers.items():
            connection.putheader(key, value)
        connection.endheaders()

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._booth.url)
        self._connections.append(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20))
        return self._connections[-1]


def survive(
    folder: Path, program: Program, kills: int, photos: int, size: int, chunk: int, forget: bool = False
) -> tuple[int, int]:
    """Bytes sent and bytes there were, over so many kills; every acked record and every photo must be there at the end."""
    booth = enrolled(folder, program)
    order = random.Random(3)
    packets = [order.randbytes(size) for _ in range(photos)]
    sender = Sender(booth, packets, chunk)
    acked: list[str] = []
    whole = False
    for _ in range(kills):
        waiting = [booth.record(HelpCalled("scan")) for _ in range(5)]
        acked += [result["id"] for result in booth.sync(*waiting)]
        whole = sender.go_on(1 + size // chunk // (kills + 1))
        if not whole:
            sender.leave_half()
        program.kill()
        sender.close()
        booth.http.close()
        for part in (folder / "blobs" / "parts").glob("*.part" if forget else "none"):
            part.unlink()
        program.start()
    if not whole:
        assert sender.go_on(2 * size // chunk)
    program.kill()
    booth.http.close()
    office = Office.open(OfficePaths(folder))
    kept = [record.id for record in list_records(office)]
    assert (sorted(kept), len(set(kept))) == (sorted(acked), len(kept)), "what was answered is there once"
    for packet in packets:
        assert office.depot.read(sha256_hex(packet)) == packet
    office.close()
    return sender.sent, photos * size


@pytest.fixture
def sizes() -> dict[str, Any]:
    return {"kills": 2, "photos": 3, "size": 300_000, "chunk": 50_000}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_next_to_nothing_is_sent_again(folder: Path, program: Program, sizes: dict[str, Any]) -> None:
    sent, needed = survive(folder, program, **sizes)
    assert sent - needed <= sizes["kills"] * sizes["photos"] * sizes["chunk"]


@pytest.mark.nightly
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_an_office_that_forgets_its_parts_is_caught(folder: Path, program: Program, sizes: dict[str, Any]) -> None:
    sent, needed = survive(folder, program, **sizes, forget=True)
    assert sent - needed > sizes["kills"] * sizes["photos"] * sizes["chunk"]


@pytest.mark.nightly
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_hundred_megabytes_under_twenty_kills(folder: Path, program: Program) -> None:
    sent, needed = survive(folder, program, kills=20, photos=20, size=5_000_000, chunk=256_000)
    assert sent - needed <= 20 * 20 * 256_000
