"""Booths for load: real keys, chains and signatures, made before the clock runs, and the leanest client that reads every answer."""

import http.client
import json
import os
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.facts import (
    SCHEMA,
    Arrived,
    Called,
    CodeKind,
    DocumentsChecked,
    Fact,
    Finished,
    Lane,
    Outcome,
    PhotoTaken,
    Stamp,
    to_body,
    visit_of,
)
from kiosk_app.contract.signatures import b64, token_input

_TIMEOUT_S = 60


@dataclass
class LoadBooth:
    """One booth with a connection of its own. `bodies` are whole messages, ready to send."""

    url: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    epoch: str = field(default_factory=lambda: uuid.uuid4().hex)
    id: str = ""
    token: str = ""
    seq: int = 0
    head: str = GENESIS
    visit: str = ""

    def connect(self) -> http.client.HTTPConnection:
        """A new kept-alive connection."""
        parts = urlsplit(self.url)
        return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)

    def enrol(self, code: str) -> "LoadBooth":
        """Trades the code for an identity and a token."""
        der = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        public = b64(self.key.public_key().public_bytes(*der))
        connection = self.connect()
        asked = {"code": code, "public_key": public, "hw": "bench", "sw": "bench"}
        self.id = call(connection, "POST", "/v1/devices/enrol", asked)["device_id"]
        nonce = call(connection, "POST", "/v1/devices/challenge", {"device_id": self.id})["nonce"]
        sig = b64(self.key.sign(token_input(self.id, nonce), ec.ECDSA(hashes.SHA256())))
        answer = call(connection, "POST", "/v1/devices/token", {"device_id": self.id, "nonce": nonce, "sig": sig})
        self.token = answer["access_token"]
        connection.close()
        return self

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every message."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    def bodies(self, messages: int, records: int) -> list[bytes]:
        """The next messages with so many records each: visits of five facts."""
        return [self._message([self._record(self._fact()) for _ in range(records)]) for _ in range(messages)]

    def _fact(self) -> Fact:
        step = self.seq % 5
        if step == 0:
            self.visit = uuid.uuid4().hex
            return Arrived(
                self.visit, f"A{self.seq % 1000:03d}", Lane.ORDINARY, CodeKind.NUMBER, service="new", area="16.71",
                code=f"{int.from_bytes(os.urandom(6)) % 10**16:016d}",
            )  # fmt: skip
        if step == 1:
            return Called(self.visit, "1", "1001")
        if step == 2:
            return DocumentsChecked(self.visit, "1001", ("ktp", "kk"), ())
        if step == 3:
            blob = sha256_hex(os.urandom(32))
            return PhotoTaken(self.visit, "1001", blob, 150_000, blob, "key", 413, 531, 1, True)
        return Finished(self.visit, "1001", Outcome.DONE)

    def _record(self, fact: Fact) -> dict[str, Any]:
        self.seq += 1
        stamp = Stamp(datetime.now(UTC), int(time.monotonic() * 1000), "bench", 0, 1)
        body = canonical_bytes(to_body(fact, stamp))
        link = Link(
            self.epoch, self.seq, _uuid7(), visit_of(fact), fact.KIND, SCHEMA, sha256_hex(body), self.head
        )  # fmt: skip
        self.head = link.sha256()
        return {
            "seq": link.seq, "id": link.id, "applicant_key": link.applicant_key, "kind": link.kind,
            "schema": link.schema, "body": b64(body), "body_sha256": link.body_sha256, "prev_sha": link.prev_sha,
            "sig": b64(self.key.sign(link.signing_input(), ec.ECDSA(hashes.SHA256()))),
            "blobs": [fact.blob] if isinstance(fact, PhotoTaken) else [],
        }  # fmt: skip

    def _message(self, records: list[dict[str, Any]]) -> bytes:
        message = {
            "device_id": self.id, "epoch": self.epoch, "batch_id": uuid.uuid4().hex, "app": "bench",
            "clock": {
                "wall": datetime.now(UTC).isoformat(), "mono_ms": int(time.monotonic() * 1000), "boot_id": "bench",
                "offset_ms": 0,
            },
            "queue": {
                "pending": self.seq, "oldest_age_s": 0, "blobs": 0, "blob_bytes": 0, "quarantined": 0,
                "disk_free": 10**9, "head_seq": self.seq, "head_sha256": self.head,
            },
            "health": {}, "records": records,
        }  # fmt: skip
        return json.dumps(message, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Sent:
    """One message's way: seconds until its answer, how many records were accepted, whether the answer was 200."""

    seconds: float
    accepted: int
    ok: bool


def send_all(booths: Sequence[LoadBooth], prepared: Sequence[Sequence[bytes]]) -> tuple[list[Sent], float]:
    """Each booth sends its messages one after the other, all booths at once; what became of each, and the seconds it took."""
    done: list[list[Sent]] = [[] for _ in booths]

    def work(place: int) -> None:
        booth, connection = booths[place], booths[place].connect()
        headers = booth.headers
        for body in prepared[place]:
            begun = time.perf_counter()
            connection.request("POST", "/v1/sync", body, headers)
            answer = connection.getresponse()
            read = answer.read()
            took = time.perf_counter() - begun
            done[place].append(Sent(took, read.count(b'"status":"accepted"'), answer.status == 200))
        connection.close()

    seconds = together([partial(work, place) for place in range(len(booths))])
    return [one for part in done for one in part], seconds


def together(tasks: Sequence[Callable[[], None]]) -> float:
    """Runs all at once in threads; the seconds until the last has ended. The first exception is raised."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(tasks) + 1)

    def run(task: Callable[[], None]) -> None:
        start.wait()
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begun
    if failures:
        raise failures[0]
    return took


def call(connection: http.client.HTTPConnection, method: str, path: str, body: object, token: str = "") -> Any:
    """One call with a JSON answer; raises RuntimeError for an error."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    read = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {read[:200]!r}")
    return json.loads(read)


def _uuid7() -> str:
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (7 << 76)
    return str(uuid.UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62)))
