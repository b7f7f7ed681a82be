"""What the office answers, and what a booth tells it."""

import json
import re
import sys
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ValidationError

from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import encode
from kiosk_app.contract import messages
from kiosk_app.contract.config import ConfigBody
from kiosk_app.contract.messages import (
    ChallengeResponse,
    ChangesResponse,
    ConfigResponse,
    EnrolResponse,
    PingResponse,
    SnapshotResponse,
    SyncRequest,
    SyncResponse,
    TokenResponse,
)
from kiosk_app.contract.signatures import b64, config_input, unb64
from kiosk_app.errors import KioskError
from kiosk_app.store import pins
from kiosk_app.store.config import StoredConfig
from kiosk_app.store.identity import Identity
from kiosk_app.sync import configs, outcomes
from kiosk_app.sync.clocks import OfficeTime, clock_warning, read_clock
from kiosk_app.sync.configs import opened
from kiosk_app.sync.outcomes import CallError, problem_slug, read_message, retry_after
from kiosk_app.sync.results import believed
from kiosk_app.sync.rosters import read_changes, read_snapshot
from kiosk_app.sync.transport import Reply
from kiosk_app.sync.uploads import _progress
from tests.fuzz.driver import NotAsPromised, Target, patched
from tests.fuzz.mutate import Form
from tests.memory import profile

OURS = {"kiosk-api": "1", "content-type": "application/json"}
NOW = datetime(2025, 1, 25, 2, tzinfo=UTC)
_ID = "0194a2b0-0000-7000-8000-00000000000"
_SQLITE = range(-(2**63), 2**63)
_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
_PUBLIC = b64(_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
_PROFILE = json.loads(canonical_bytes(encode(profile())))
_IDENTITY = Identity("d" * 32, "Booth", "A", _PROFILE["place"], False, "https://office.example", _PUBLIC, ())
_HASH = "$argon2id$v=19$m=65536,t=3,p=4$a2lvc2stYXBwLW5vYm9keQ$" + "A" * 43
Message = TypeVar("Message", bound=BaseModel)

_BOOKING = {
    "id": "GAAAAAAAAAA", "number": "9" * 16, "name": "Siti", "service": "new", "slot": "2025-01-25T02:00:00.000Z", "place": "icon",
    "area": "16.71", "person": "", "birth_date": "1990-07-23", "electronic": True, "flags": ["minor"], "status": "booked",
}  # fmt: skip


def _read(kind: type[Message], data: bytes) -> Message:
    return read_message(kind, Reply(200, OURS, data))


def _bounded(*numbers: int | None) -> None:
    """What goes into a column must fit it."""
    if any(number is not None and number not in _SQLITE for number in numbers):
        raise NotAsPromised("a number that no column holds")


def _sync(data: bytes) -> Hashable:
    answer = _read(SyncResponse, data)
    results = believed({f"{_ID}1", f"{_ID}2"}, answer.results)
    _bounded(answer.safe_pos, answer.hints.changes_pos, *(result.pos for result in results))
    office = OfficeTime()
    office.hear(answer.server_time, 5.0)
    office.now(10.0)
    reading = read_clock(answer.server_time, NOW, 0.2)
    ms = int(answer.server_time.timestamp() * 1000)
    clock_warning(NOW, reading.offset_ms, datetime.fromtimestamp(ms / 1000, UTC))
    if answer.backoff_s is not None and not 0 <= answer.backoff_s < 1e9:
        raise NotAsPromised("a wait that is none")
    return len(results), answer.backoff_s is None, answer.hints.commands == []


def _changes(data: bytes) -> Hashable:
    page = read_changes(_read(ChangesResponse, data))
    for change in page.changes:
        _bounded(change.v)
        _storable(change.booking)
    return len(page.changes), page.unreadable


def _snapshot(data: bytes) -> Hashable:
    snapshot = read_snapshot(_read(SnapshotResponse, data))
    for row in snapshot.rows:
        _bounded(row.v)
        _storable(row.booking)
    return len(snapshot.rows), snapshot.unreadable


def _storable(booking: object) -> None:
    """As the roster keeps it."""
    canonical_bytes(encode(booking)).decode()


def _config(data: bytes) -> Hashable:
    answer = _read(ConfigResponse, data)
    _bounded(answer.version)
    return len(unb64(answer.body)).bit_length(), len(unb64(answer.sig)).bit_length()


def _signed_content(data: bytes) -> Hashable:
    """A configuration with a good signature whose content is anything."""
    content = opened(StoredConfig(1, data, _KEY.sign(config_input(1, data))), _IDENTITY)
    content.profile.day_of(NOW)
    return len(content.officers), len(content.sealing_keys)


def _officer_hash(data: bytes) -> Hashable:
    text = data.decode("utf-8", "surrogateescape")
    fine = pins.is_acceptable(text)
    if fine and (text.count("$") != 5 or len(text) > 250 or not text.isascii()):
        raise NotAsPromised("a hash that is none")
    return fine


_SMALL: tuple[type[BaseModel], ...] = (EnrolResponse, ChallengeResponse, TokenResponse, PingResponse)


def _small(data: bytes) -> Hashable:
    kind = _SMALL[data[0] % len(_SMALL)] if data else PingResponse
    message = _read(kind, data[1:])
    if isinstance(message, TokenResponse) and not 0 < message.expires_in < 10**9:
        raise NotAsPromised("a token without an end")
    return type(message).__name__


def _headers(data: bytes) -> Hashable:
    text = data.decode("latin-1")
    names = ("retry-after", "date", "upload-offset", "upload-length", "upload-limit", "upload-complete", "content-type")
    told = {**OURS, **dict(zip(names, text.split("\n"), strict=False))}
    wait = retry_after(told)
    if wait is not None and not 0 <= wait <= outcomes.MAX_RETRY_AFTER_S:
        raise NotAsPromised("a wait that is none")
    problem_slug(Reply(400, told, data))
    progress = _progress(Reply(204, told, b""), 5000)
    if not 0 <= progress.offset <= 5000:
        raise NotAsPromised("an offset outside the photo")
    return wait is None, progress.complete, progress.part_limit is None


def _batch(data: bytes) -> Hashable:
    """What the office takes of a booth."""
    batch = SyncRequest.model_validate_json(data)
    _bounded(*(record.seq for record in batch.records), batch.queue.head_seq)
    return len(batch.records), len(batch.health)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


_RESULTS = [
    {"id": f"{_ID}1", "status": "accepted", "pos": 5},
    {"id": f"{_ID}2", "status": "rejected", "pos": None, "problem": {"type": "id-reuse", "detail": "x"}},
]
_SYNC_SEEDS = (
    _json({"server_time": "2025-01-25T02:00:00Z", "results": _RESULTS, "safe_pos": 3}),
    _json({"server_time": "2025-01-25T09:00:00+07:00", "results": [], "safe_pos": 0, "backoff_s": 1.5,
           "hints": {"changes_pos": 3, "config_version": 2, "commands": ["x"]}}),
)  # fmt: skip
_CHANGE = {"pos": 1, "type": "booking", "op": "put", "id": "GAAAAAAAAAA", "v": 2, "data": _BOOKING}
_DELETED = {"pos": 2, "type": "booking", "op": "del", "id": "HAAAAAAAAAA", "v": 3, "data": None}
_ROW = {"id": "GAAAAAAAAAA", "v": 2, "data": _BOOKING}
_RECORD = {
    "seq": 1, "id": f"{_ID}1", "applicant_key": "a", "kind": "arrived", "schema": 1, "body": "e30=", "body_sha256": "0" * 64,
    "prev_sha": "0" * 64, "sig": "AAAA", "blobs": ["1" * 64],
}  # fmt: skip
_BATCH = {
    "device_id": "d" * 32, "epoch": "e", "batch_id": "b", "app": "1", "records": [_RECORD], "health": {"a": 1, "b": True},
    "clock": {"wall": "2025-01-25T02:00:00Z", "mono_ms": 5, "boot_id": "x", "offset_ms": None},
    "queue": {"pending": 1, "oldest_age_s": 0, "blobs": 0, "blob_bytes": 0, "quarantined": 0, "disk_free": 5, "head_seq": 1,
              "head_sha256": "0" * 64},
}  # fmt: skip
_OFFICER = {"id": "77", "name": "Rina", "role": "officer", "pin": _HASH}
_CONTENT = {
    "profile": {**_PROFILE, "version": 1}, "officers": [_OFFICER], "sealing_keys": [{"id": "k", "public": _PUBLIC}],
    "code_keys": [{"id": "7", "public": _PUBLIC}],
}  # fmt: skip
_SHORT = {**_CONTENT, "officers": [_OFFICER, {**_OFFICER, "id": "78", "role": "supervisor"}]}


def _unguarded(kind: type[Message], reply: Reply) -> Message:
    """Reads as `read_message` does, and forgets what JSON can do."""
    return kind.model_validate(json.loads(reply.body))


def _careless_check(content: ConfigBody) -> None:
    """Takes for granted that nothing new will ever come."""
    known = {
        "officer",
        "supervisor",
        *(one.id for one in profile().services),
        *(one.id for one in profile().places),
        _HASH,
        "Rina",
        "k",
        "7",
    }
    words = [word for officer in content.officers for word in (officer.role, officer.name, officer.pin)]
    words += [service.id for service in content.profile.services]
    words += [place.id for place in content.profile.places]
    words += [key.id for key in (*content.sealing_keys, *content.code_keys)]
    for word in words:
        dict.fromkeys(known, True)[word]


_CARELESS = patched(sys.modules[__name__], "read_message", _unguarded)


def _office(name: str, run: Callable[[bytes], Hashable], seeds: tuple[bytes, ...], **more: object) -> Target:
    values: dict[str, object] = {"planted": _CARELESS, "form": Form.JSON, "expected": (CallError,), **more}
    return Target(f"contract: {name}", run, seeds, **values)  # type: ignore[arg-type]


TARGETS = (
    _office("sync", _sync, _SYNC_SEEDS),
    _office("changes", _changes, (_json({"changes": [_CHANGE, _DELETED], "cursor": "c", "more": False}),)),
    _office("snapshot", _snapshot, (_json({"cursor": "c", "count": 1, "rows": [_ROW], "leases": []}),)),
    _office("configuration", _config, (_json({"version": 3, "body": "e30=", "sig": "AAAA"}),), expected=(CallError, KioskError)),
    _office(
        "enrolment, challenge, token, ping", _small,
        (
            b"\0" + _json({"device_id": "d" * 32, "name": "B", "letter": "A", "site_id": "icon", "practice": False, "config_key": _PUBLIC,
                           "sealing_keys": [{"id": "k", "public": _PUBLIC}], "api_bases": [], "server_time": "2025-01-25T02:00:00Z"}),
            b"\1" + _json({"nonce": "AAAA", "server_time": "2025-01-25T02:00:00Z"}),
            b"\2" + _json({"access_token": "t", "expires_in": 3600, "scope": "full"}),
            b"\3" + _json({"service": "kiosk-central", "n": "0", "server_time": "2025-01-25T02:00:00Z"}),
        ),
    ),
    Target(
        "contract: headers and problems", _headers,
        (b"120\nx\n0\n5000\nmax-append-size=100\n?1\napplication/problem+json",
         b"Sat, 25 Jan 2025 02:00:00 GMT\nSat, 25 Jan 2025 01:59:00 GMT\n5\n5000\n\n?0\n"),
        patched(outcomes, "_http_date", parsedate_to_datetime),
        Form.TEXT, words=(b"99999999999999999999", b"-5", b"Fri, 31 Dec 9999 23:59:59 -2359", b"\xb2"), expected=(CallError,), longest=600,
    ),
    Target(
        "contract: a booth's batch", _batch, (_json(_BATCH),),
        patched(messages.SyncRequest, "model_validate_json", lambda data: SyncRequest.model_construct(**json.loads(data))),
        Form.JSON, expected=(ValidationError,),
    ),
    Target(
        "signed configuration", _signed_content, (canonical_bytes(_CONTENT), canonical_bytes(_SHORT)),
        patched(configs, "_check", _careless_check),
        Form.JSON, expected=(KioskError,), longest=20_000, slow=True,
    ),
    Target(
        "officers' hashes", _officer_hash, (_HASH.encode(), _HASH.replace("argon2id", "argon2i").encode()),
        patched(pins, "_FORM", re.compile(".*", re.DOTALL)),
        Form.TEXT, words=(b"$m=", b"t=0", b"m=4294967296", b"v=", b",", b"$", b"p=\xc2\xb2"), longest=700,
    ),
)  # fmt: skip
