"""The calls that a booth makes to the office: one method each, whose failures are all CallError."""

import gzip
import secrets
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote

from pydantic import BaseModel

from kiosk_app import __version__
from kiosk_app.clock import Clock
from kiosk_app.contract.messages import (
    API_HEADER,
    API_VERSION,
    ChallengeRequest,
    ChallengeResponse,
    ChangesResponse,
    ClaimRequest,
    ClaimResponse,
    ConfigResponse,
    PingResponse,
    Scope,
    SnapshotResponse,
    SyncRequest,
    SyncResponse,
    TokenRequest,
    TokenResponse,
)
from kiosk_app.contract.signatures import b64, token_input
from kiosk_app.sync.clocks import ClockReading, read_clock
from kiosk_app.sync.outcomes import JSON_TYPE, CallError, Fault, check_sender, failure, read_message
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.tokens import TokenBox
from kiosk_app.sync.transport import NoAnswerError, Reply, Request, RequestsTransport, Transport

SERVICE = "kiosk-central"
CHANGES_PAGE = 500
_OTHERS_TOKEN = "wrong-device"  # noqa: S105 - the office's word for a token that is good for another booth
_PACK_FROM = 1024  # smaller bodies gain nothing
_PAGE_BYTES, _CONFIG_BYTES, _SNAPSHOT_BYTES = 4 << 20, 2 << 20, 16 << 20


class Signer(Protocol):
    """Holds the device key."""

    def sign(self, message: bytes) -> bytes: ...


class Caller:
    """Sends one request and lets nothing through but an answer of the office with an expected status."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def call(self, request: Request, expected: Collection[int]) -> Reply:
        """Raises CallError."""
        ours = {
            API_HEADER: API_VERSION, "User-Agent": f"kiosk-app/{__version__}", "Accept-Encoding": "gzip",
            "X-Request-Id": uuid.uuid4().hex,
        }  # fmt: skip
        try:
            reply = self._transport.send(replace(request, headers={**ours, **request.headers}))
        except NoAnswerError as error:
            raise CallError(_fault_of(error.step), error.step, timed_out=error.timed_out) from error
        if reply.status not in expected:
            raise failure(reply)
        check_sender(reply)
        return reply


def _fault_of(step: Step) -> Fault:
    if step in (Step.TLS, Step.CLOCK):
        return Fault.PORTAL
    return Fault.NONSENSE if step is Step.NONSENSE else Fault.LINK


def json_request(method: str, path: str, message: BaseModel) -> Request:
    """A request whose body is `message`, packed where that pays."""
    body = message.model_dump_json(by_alias=True).encode()
    headers = {"Content-Type": JSON_TYPE, "Accept": JSON_TYPE}
    if len(body) >= _PACK_FROM:
        return Request(method, path, {**headers, "Content-Encoding": "gzip"}, body=gzip.compress(body, 6, mtime=0))
    return Request(method, path, headers, body=body)


@dataclass(frozen=True, slots=True)
class TimedSync:
    """The office's answer to a batch, what it says about the booth's clock, and the newest schema that the office reads."""

    answer: SyncResponse
    clock: ClockReading
    schema_max: str = ""


@dataclass(frozen=True, slots=True)
class TaggedConfig:
    """A configuration with the tag under which the office knows it."""

    message: ConfigResponse
    etag: str


class OfficeClient:
    """One booth's way to the office over one transport. One caller at a time.

    After an answer that was not the office's, the next call asks `ping` first: credentials go to nobody else.
    """

    def __init__(
        self, base_url: str, signer: Signer, device_id: str, clock: Clock, *, ca_file: str | None = None,
        transport: Transport | None = None, tokens: TokenBox | None = None,
    ) -> None:  # fmt: skip
        self._transport = transport if transport is not None else RequestsTransport(base_url, ca_file)
        self._caller = Caller(self._transport)
        self._signer = signer
        self._device_id = device_id
        self._clock = clock
        self._tokens = tokens if tokens is not None else TokenBox(clock.monotonic)
        self._doubtful = False

    @property
    def scope(self) -> Scope | None:
        """FULL, or DRAIN for a booth that may only empty its outbox; None before the first token."""
        return self._tokens.scope

    def abort(self) -> None:
        """Ends a call under way and every later one; may come from any thread."""
        self._transport.abort()

    def close(self) -> None:
        self._transport.close()

    def ping(self) -> PingResponse:
        """Asks without credentials who answers; raises CallError for anybody but the office."""
        nonce = secrets.token_hex(8)
        answer = read_message(PingResponse, self._caller.call(Request("GET", "/v1/ping", query={"n": nonce}), {200}))
        if answer.service != SERVICE or answer.n != nonce:
            raise CallError(Fault.PORTAL, Step.PORTAL)
        return answer

    def sync(self, batch: SyncRequest) -> TimedSync:
        """Tells the office a batch of records and how the booth is."""
        started = self._clock.monotonic()
        reply = self._authorised(json_request("POST", "/v1/sync", batch), {200})
        elapsed = self._clock.monotonic() - started
        answer = read_message(SyncResponse, reply)
        reading = read_clock(answer.server_time, self._clock.now(), elapsed)
        return TimedSync(answer, reading, reply.headers.get(f"{API_HEADER}-max".lower(), ""))

    def changes(self, cursor: str) -> ChangesResponse:
        """A page of what changed after `cursor`; raises CallError GONE where the office has forgotten it."""
        query = {"cursor": cursor, "limit": str(CHANGES_PAGE)}
        request = Request("GET", "/v1/changes", query=query, max_answer=_PAGE_BYTES)
        return read_message(ChangesResponse, self._authorised(request, {200}))

    def snapshot(self) -> SnapshotResponse:
        """All bookings in scope."""
        request = Request("GET", "/v1/snapshot", max_answer=_SNAPSHOT_BYTES)
        return read_message(SnapshotResponse, self._authorised(request, {200}))

    def config(self, etag: str) -> TaggedConfig | None:
        """The configuration, or None where it is still the one that came with `etag` ("" knows none)."""
        headers = {"If-None-Match": etag} if etag else {}
        request = Request("GET", "/v1/config", headers, max_answer=_CONFIG_BYTES)
        reply = self._authorised(request, {200, 304})
        if reply.status == 304:
            return None
        return TaggedConfig(read_message(ConfigResponse, reply), reply.headers.get("etag", ""))

    def claim(self, booking_id: str, record_id: str) -> ClaimResponse:
        """Holds a booking for the arrival that will be `record_id`; raises CallError CONFLICT where another has it."""
        message = ClaimRequest(record_id=record_id, device_id=self._device_id)
        request = json_request("PUT", f"/v1/bookings/{quote(booking_id, safe='')}/claim", message)
        answer = read_message(ClaimResponse, self._authorised(request, {200}))
        if answer.record_id != record_id:
            raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="claim-other", from_office=True)
        return answer

    def blob_call(
        self, method: str, sha256: str, headers: Mapping[str, str], body: bytes | None, expected: Collection[int]
    ) -> Reply:
        """One request about a photo; uploads.py knows their order."""
        return self._authorised(Request(method, f"/v1/blobs/{sha256}", headers, body=body), expected)

    def _authorised(self, request: Request, expected: Collection[int]) -> Reply:
        """The answer to a call with a token; a refused token is renewed once."""
        if self._doubtful:
            self.ping()
            self._doubtful = False
        token = self._tokens.get(self._fetch_token)
        try:
            return self._guarded(_with_token(request, token), expected)
        except CallError as error:
            if error.fault not in (Fault.UNAUTHORISED, Fault.REVOKED) and error.slug != _OTHERS_TOKEN:
                raise
            self._tokens.refuse(token)
        # A booth that was revoked a moment ago gets a token that only drains: with it the outbox can still be emptied.
        return self._guarded(_with_token(request, self._tokens.get(self._fetch_token)), expected)

    def _fetch_token(self) -> TokenResponse:
        challenge = read_message(
            ChallengeResponse,
            self._guarded(
                json_request("POST", "/v1/devices/challenge", ChallengeRequest(device_id=self._device_id)), {200}
            ),
        )
        signature = b64(self._signer.sign(token_input(self._device_id, challenge.nonce)))
        message = TokenRequest(device_id=self._device_id, nonce=challenge.nonce, sig=signature)
        return read_message(TokenResponse, self._guarded(json_request("POST", "/v1/devices/token", message), {200}))

    def _guarded(self, request: Request, expected: Collection[int]) -> Reply:
        try:
            return self._caller.call(request, expected)
        except CallError as error:
            self._doubtful = error.fault is Fault.PORTAL
            raise


def _with_token(request: Request, token: str) -> Request:
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {token}"})
