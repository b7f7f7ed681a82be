"""One HTTP call, bounded in every direction: time, size, redirects, trust. The only place that touches the network.

`requests` alone leaves four holes that a mall network falls into: its read time-out starts anew with every byte, a
redirected POST becomes a GET, a pooled connection that a NAT box forgot fails the next call, and the environment may
name proxies and trust.
"""

import io
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import requests
from urllib3.exceptions import HTTPError

from kiosk_app.errors import KioskError
from kiosk_app.sync.connections import OneConnectionAdapter
from kiosk_app.sync.reachability import Step, causes, step_of

CONNECT_S = 10.0
READ_S = 15.0
SLOWEST_BYTES_S = 20_000.0  # the slowest link that still counts as one
MAX_IDLE_S = 50.0  # NAT boxes forget a silent connection after about a minute
SMALL_BODY = 1 << 20
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A call to the office. `path` and `query` hold no personal data; `max_answer` caps the decoded answer's bytes."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    max_answer: int = SMALL_BODY


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that came whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswerError(Exception):
    """No whole answer came back; whether the call had its effect is unknown."""

    def __init__(self, step: Step, timed_out: bool = False) -> None:
        super().__init__(step.value)
        self.step = step
        self.timed_out = timed_out


class StoppedError(Exception):
    """The booth itself ended the call: says nothing about the way or the office, and counts as nothing."""


class Transport(Protocol):
    """Carries a call to the office and its answer back. One caller at a time; `abort` may come from any thread."""

    def send(self, request: Request) -> Reply:
        """Raises NoAnswerError where no whole answer came back, StoppedError after `abort`."""
        ...

    def abort(self) -> None:
        """Ends a call under way, and every later one, with StoppedError."""
        ...

    def close(self) -> None: ...


class RequestsTransport:
    """One kept-alive connection to one office. With `ca_file` that file alone is trusted, and TLS 1.3 is demanded.

    `connect_s` and `read_s` are the time-outs of office_api.md; tests shorten them.
    """

    def __init__(
        self, base_url: str, ca_file: str | None = None, connect_s: float = CONNECT_S, read_s: float = READ_S
    ) -> None:
        if ca_file is not None and not Path(ca_file).is_file():
            raise KioskError("ca-missing", "The office's CA file is not there.", "Correct ca_file in booth.toml.")
        self._base = base_url.rstrip("/")
        self._connect_s, self._read_s = connect_s, read_s
        self._adapter = OneConnectionAdapter(pinned=ca_file is not None)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca_file if ca_file is not None else True
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._adapter)
        self._used_at = time.monotonic()
        self._aborted = threading.Event()

    def send(self, request: Request) -> Reply:
        """See Transport. A call that dies on a reused connection is sent once more on a fresh one: all are idempotent."""
        if time.monotonic() - self._used_at > MAX_IDLE_S:
            self._session.close()
        reused = self._adapter.wire.is_open
        try:
            return self._send_once(request)
        except NoAnswerError as failure:
            if failure.timed_out or not reused:
                raise
        return self._send_once(request)

    def abort(self) -> None:
        self._aborted.set()
        self._adapter.wire.cut(for_good=True)

    def close(self) -> None:
        self._session.close()

    def _send_once(self, request: Request) -> Reply:
        if self._aborted.is_set():
            raise StoppedError
        try:
            return self._exchange(request)
        except NoAnswerError as error:
            self._session.close()
            if self._aborted.is_set():
                raise StoppedError from error
            raise

    def _exchange(self, request: Request) -> Reply:
        allowed = self._read_s + len(request.body or b"") / SLOWEST_BYTES_S
        self._adapter.wire.allow_s = allowed
        with _sorted_errors(), self._session.request(
            request.method, self._base + request.path, params=dict(request.query), headers=dict(request.headers),
            data=_Body(request.body, self._connect_s + allowed) if request.body else None,
            timeout=(self._connect_s, allowed), allow_redirects=False, stream=True,
        ) as response:  # fmt: skip
            received = self._read(response, request.max_answer)
            self._used_at = time.monotonic()
            return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, received)

    def _read(self, response: requests.Response, cap: int) -> bytes:
        """The decoded body; a peer slower than the floor or longer than the cap is as good as none."""
        started = time.monotonic()
        received = bytearray()
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            received += chunk
            if len(received) > cap:
                raise NoAnswerError(Step.NONSENSE)
            if time.monotonic() - started > self._read_s + len(received) / SLOWEST_BYTES_S:
                raise NoAnswerError(Step.OFFICE, timed_out=True)
        return bytes(received)


class _Body(io.BytesIO):
    """A request body that refuses to be read after its time: a peer that takes it drop by drop must not hold a lane."""

    def __init__(self, content: bytes, allow_s: float) -> None:
        super().__init__(content)
        self._until = time.monotonic() + allow_s

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self._until:
            raise TimeoutError("Sending took too long.")
        return super().read(size)


@contextmanager
def _sorted_errors() -> Iterator[None]:
    try:
        yield
    except (requests.RequestException, HTTPError, OSError) as error:
        late = any(isinstance(cause, TimeoutError) for cause in causes(error))
        connecting = isinstance(error, requests.ConnectTimeout)
        raise NoAnswerError(step_of(error), timed_out=late and not connecting) from error
