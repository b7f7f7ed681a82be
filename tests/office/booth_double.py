"""A booth without screens: real keys, a real chain and real requests, so that the office meets what it will meet."""

import os
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk_app.booth.canonical import canonical_bytes, sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.facts import SCHEMA, Arrived, CodeKind, Fact, Lane, PhotoTaken, Stamp, to_body, visit_of
from kiosk_app.booth.packets import PacketHeader, info_bytes, pack
from kiosk_app.contract.signatures import b64, token_input, unb64

TIMEOUT = 20


class MovableClock:
    """A clock that tests set."""

    boot_id = "office-boot"

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 24, 3, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return time.monotonic()

    def forward(self, step: timedelta) -> None:
        self.time += step


def record_id() -> str:
    """A UUIDv7 of now."""
    value = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (7 << 76)
    return str(uuid.UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62)))


@dataclass
class BoothDouble:
    """One booth's keys, identity, journal and connection."""

    url: str
    clock: MovableClock
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    http: requests.Session = field(default_factory=requests.Session)
    identity: dict[str, Any] = field(default_factory=dict)
    token: str = ""
    epoch: str = field(default_factory=lambda: uuid.uuid4().hex)
    seq: int = 0
    head: str = GENESIS
    boot_id: str = "boot-1"
    epoch_from: int = 1
    places: dict[str, tuple[int, str]] = field(default_factory=dict)
    settled: set[int] = field(default_factory=set)

    @property
    def public_key(self) -> str:
        encoding = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        return b64(self.key.public_key().public_bytes(*encoding))

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request with the token, if there is one."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers.update(options.pop("headers", {}))
        return self.http.request(method, self.url + path, headers=headers, timeout=TIMEOUT, **options)

    def try_to_enrol(self, code: str) -> requests.Response:
        body = {"code": code, "public_key": self.public_key, "hw": "test", "sw": "0.1"}
        return self.call("POST", "/v1/devices/enrol", json=body)

    def enrol(self, code: str) -> "BoothDouble":
        answer = self.try_to_enrol(code)
        assert answer.status_code == 201, answer.text
        self.identity = answer.json()
        return self

    @property
    def id(self) -> str:
        return str(self.identity["device_id"])

    def challenge(self) -> str:
        return str(self.call("POST", "/v1/devices/challenge", json={"device_id": self.id}).json()["nonce"])

    def ask_for_token(self, nonce: str) -> requests.Response:
        sig = b64(self.sign(token_input(self.id, nonce)))
        return self.call("POST", "/v1/devices/token", json={"device_id": self.id, "nonce": nonce, "sig": sig})

    def log_in(self) -> "BoothDouble":
        self.token = ""
        answer = self.ask_for_token(self.challenge())
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        return self

    def stamp(self, **changes: Any) -> Stamp:
        values = {
            "at": self.clock.now(),
            "mono_ms": self.mono_ms(),
            "boot_id": self.boot_id,
            "offset_ms": 0,
            "profile": 1,
        }
        return Stamp(**{**values, **changes})

    def mono_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000) - 1_700_000_000_000

    def record(self, fact: Fact, stamp: Stamp | None = None, identifier: str = "") -> dict[str, Any]:
        """The next record of the journal with `fact` in it."""
        blobs = [fact.blob] if isinstance(fact, PhotoTaken) else []
        body = canonical_bytes(to_body(fact, stamp or self.stamp()))
        return self.raw_record(fact.KIND, body, visit_of(fact), identifier or record_id(), blobs)

    def raw_record(
        self, kind: str, body: bytes, applicant: str = "", identifier: str = "", blobs: list[str] | None = None,
        schema: int = SCHEMA,
    ) -> dict[str, Any]:  # fmt: skip
        """The next record with any body; well signed and chained."""
        self.seq += 1
        link = Link(
            self.epoch, self.seq, identifier or record_id(), applicant, kind, schema, sha256_hex(body), self.head
        )
        self.head = link.sha256()
        self.places[link.id] = link.seq, self.head
        return self.message(link, body, blobs or [])

    def message(self, link: Link, body: bytes, blobs: list[str]) -> dict[str, Any]:
        """A signed record on the wire."""
        return {
            "seq": link.seq, "id": link.id, "applicant_key": link.applicant_key, "kind": link.kind,
            "schema": link.schema, "body": b64(body), "body_sha256": link.body_sha256, "prev_sha": link.prev_sha,
            "sig": b64(self.sign(link.signing_input())), "blobs": blobs,
        }  # fmt: skip

    def sync_body(self, records: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
        body = {
            "device_id": self.id,
            "epoch": self.epoch,
            "batch_id": uuid.uuid4().hex,
            "app": "0.1",
            "clock": {
                "wall": self.clock.now().isoformat(), "mono_ms": self.mono_ms(), "boot_id": self.boot_id, "offset_ms": 0,
            },
            "queue": {
                "pending": self.seq - self.epoch_from + 1 - len(self.settled), "oldest_age_s": 0, "blobs": 0,
                "blob_bytes": 0, "quarantined": 0, "disk_free": 10**9, "head_seq": self.seq, "head_sha256": self.head,
                "head_count": self.seq - self.epoch_from + 1, "epoch_from": self.epoch_from,
            },
            "health": {},
            "records": records,
        }  # fmt: skip
        return {**body, **changes}

    def try_to_sync(self, *records: dict[str, Any], **changes: Any) -> requests.Response:
        return self.call("POST", "/v1/sync", json=self.sync_body(list(records), **changes))

    def sync(self, *records: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
        """The results for the records, in order of seq."""
        answer = self.try_to_sync(*records, **changes)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        settled = [one["id"] for one in results if one["status"] != "retry"]
        self.settled |= {self.places[name][0] for name in settled if name in self.places}
        return results

    def start_epoch(self, epoch: str, seq: int = 1, prev_sha: str = GENESIS) -> None:
        """Goes on at `seq` in a new epoch, after the link `prev_sha` of the one before."""
        self.epoch, self.seq, self.head, self.epoch_from = epoch, seq - 1, prev_sha, seq
        self.settled = set()

    def rewind(self, seq: int) -> None:
        """An old copy of the disk: everything after `seq` has never been."""
        self.head = next((sha for place, sha in self.places.values() if place == seq), GENESIS)
        self.seq = seq
        self.settled = {place for place in self.settled if place <= seq}

    def seal(self, jpeg: bytes, visit: str, record: str) -> bytes:
        """A packet as the booth's store makes it, by the library's own HPKE."""
        key = self.identity["sealing_keys"][0]
        header = PacketHeader(self.id, visit, record, key["id"], self.clock.now(), "image/jpeg")
        suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
        public = x25519.X25519PublicKey.from_public_bytes(unb64(key["public"]))
        return pack(header, suite.encrypt(jpeg, public, info=info_bytes(header)))

    def patch(
        self,
        packet: bytes,
        record: str,
        offset: int = 0,
        part: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        """One piece of an upload; all the rest unless `part` is given."""
        data = packet[offset:] if part is None else part
        complete = "?1" if offset + len(data) == len(packet) else "?0"
        sent = {
            "Content-Type": "application/partial-upload", "Upload-Offset": str(offset), "Upload-Complete": complete,
            "Upload-Length": str(len(packet)), "Kiosk-Record": record,
            **(headers or {}),
        }  # fmt: skip
        return self.call("PATCH", f"/v1/blobs/{sha256_hex(packet)}", data=data, headers=sent)

    def upload_state(self, packet: bytes) -> tuple[int, bool]:
        answer = self.call("HEAD", f"/v1/blobs/{sha256_hex(packet)}")
        assert answer.status_code == 204
        return int(answer.headers["Upload-Offset"]), answer.headers["Upload-Complete"] == "?1"


def arrival(booking: str = "", visit: str = "", **changes: Any) -> Arrived:
    """Somebody with a number."""
    values: dict[str, Any] = {
        "visit": visit or uuid.uuid4().hex, "number": "A001", "lane": Lane.ORDINARY, "code_kind": CodeKind.SIGNED,
        "booking": booking, "service": "new", "area": "16.71",
    }  # fmt: skip
    if not booking and "code" not in changes:
        values["code_kind"] = CodeKind.NONE
    return Arrived(**{**values, **changes})


def photo(visit: str, packet: bytes, jpeg: bytes, key_id: str) -> PhotoTaken:
    """The fact that names a packet."""
    return PhotoTaken(
        visit=visit, officer="1001", blob=sha256_hex(packet), size=len(packet), plain_sha256=sha256_hex(jpeg),
        key_id=key_id, width=413, height=531, attempts=1, automatic=True,
    )  # fmt: skip
