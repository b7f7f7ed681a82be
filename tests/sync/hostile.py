"""A hostile front before the real office: a real HTTP server that passes requests on, unless it was told to misbehave.

A misdeed gets the connection and the request and may do anything a bad network, a portal or a broken server does.
"""

import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

OURS = {"Kiosk-Api": "1"}
JSON = {**OURS, "Content-Type": "application/json"}
PROBLEM = {**OURS, "Content-Type": "application/problem+json"}
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "date", "server", "host"})


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is sent back; header names as given."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


class Connection:
    """What a misdeed works with."""

    def __init__(self, handler: BaseHTTPRequestHandler, upstream: str) -> None:
        self._handler = handler
        self._upstream = upstream
        self.stopping: threading.Event = handler.server.stopping  # type: ignore[attr-defined]

    def forward(self, seen: Seen) -> Answer:
        """Asks the real office."""
        place = urlsplit(self._upstream)
        line = http.client.HTTPConnection(place.hostname or "", place.port or 0, timeout=10)
        try:
            kept = {k: v for k, v in seen.headers.items() if k.lower() not in _HOP}
            line.request(seen.method, seen.path, seen.body or None, kept)
            answer = line.getresponse()
            headers = {k: v for k, v in answer.getheaders() if k.lower() not in _HOP}
            return Answer(answer.status, headers, answer.read())
        except (OSError, http.client.HTTPException):
            return Answer(502, {"Content-Type": "text/html"}, b"<h1>Bad gateway</h1>")
        finally:
            line.close()

    def send(self, answer: Answer) -> None:
        """Sends an answer in good form."""
        length = None if answer.status in (204, 304) else len(answer.body)
        head = f"HTTP/1.1 {answer.status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in answer.headers.items())
        head += "" if length is None else f"Content-Length: {length}\r\n"
        body = b"" if self._handler.command == "HEAD" else answer.body
        self.raw(head.encode() + b"\r\n" + body)

    def raw(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def hang_up(self) -> None:
        """Closes in good order, in the middle of whatever it is."""
        self._handler.close_connection = True
        self._handler.connection.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Closes with a RST."""
        self._handler.close_connection = True
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.connection.close()


Misdeed = Callable[[Connection, Seen], None]


@dataclass
class _Rule:
    misdeed: Misdeed
    method: str
    path: str
    times: int


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    front: "Front"
    stopping: threading.Event

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are this server's trade."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = Seen(self.command, self.path, dict(self.headers.items()), body)
        connection = Connection(self, self.server.front.upstream)
        self.server.front.choose(seen)(connection, seen)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815  the names that http.server looks for

    def log_message(self, *_args: Any) -> None:
        """Nothing to read here."""


@dataclass
class Front:
    """`seen` is every request in order; `misbehave` puts a misdeed in the way of the next ones that fit."""

    upstream: str
    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def misbehave(self, misdeed: Misdeed, method: str = "", path: str = "", times: int = 1) -> None:
        with self._lock:
            self._rules.append(_Rule(misdeed, method, path, times))

    def behave(self) -> None:
        with self._lock:
            self._rules.clear()

    def choose(self, seen: Seen) -> Misdeed:
        with self._lock:
            self.seen.append(seen)
            for rule in self._rules:
                if rule.times > 0 and seen.method.startswith(rule.method) and seen.path.startswith(rule.path):
                    rule.times -= 1
                    return rule.misdeed
        return honest

    def paths(self, path: str = "") -> list[Seen]:
        with self._lock:
            return [one for one in self.seen if one.path.startswith(path)]


@contextmanager
def serve(upstream: str) -> Iterator[Front]:
    """A front on a free port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    front = Front(upstream, f"http://127.0.0.1:{server.server_address[1]}")
    server.front, server.stopping = front, threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield front
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def honest(connection: Connection, seen: Seen) -> None:
    connection.send(connection.forward(seen))


def answer(status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Misdeed:
    """Any answer at all, without asking the office."""
    return lambda connection, _seen: connection.send(Answer(status, headers or {}, body))


def problem(status: int, slug: str, headers: dict[str, str] | None = None) -> Misdeed:
    """An error in the office's own form."""
    body = json.dumps({"type": slug, "status": status, "detail": "x", "retry": False}).encode()
    return answer(status, {**PROBLEM, **(headers or {})}, body)


def tampered(change: Callable[[Any], Any]) -> Misdeed:
    """The office's own JSON, changed on the way."""

    def misdeed(connection: Connection, seen: Seen) -> None:
        real = connection.forward(
            Seen(seen.method, seen.path, {**seen.headers, "Accept-Encoding": "identity"}, seen.body)
        )
        connection.send(Answer(real.status, real.headers, json.dumps(change(json.loads(real.body))).encode()))

    return misdeed


def lost_answer(connection: Connection, seen: Seen) -> None:
    """The office does its work, but nobody hears of it."""
    connection.forward(seen)
    connection.reset()


def twice(connection: Connection, seen: Seen) -> None:
    """The request arrives twice, as a proxy that tries again would send it."""
    connection.forward(seen)
    connection.send(connection.forward(seen))


def truncated(connection: Connection, seen: Seen) -> None:
    real = connection.forward(seen)
    head = f"HTTP/1.1 {real.status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in real.headers.items())
    connection.raw(head.encode() + b"Content-Length: %d\r\n\r\n" % len(real.body) + real.body[: len(real.body) // 2])
    connection.hang_up()


def half_head(connection: Connection, _seen: Seen) -> None:
    """Cut off after a whole line of the head: looks like a finished head to a careless reader."""
    connection.raw(b"HTTP/1.1 201 Created\r\nKiosk-Api: 1\r\n")
    connection.hang_up()


def broken_head(connection: Connection, _seen: Seen) -> None:
    connection.raw(b"HTTP/1.1 200 OK\r\nKiosk-Api: 1\r\nno colon here\r\nContent-Length: 2\r\n\r\n{}")


def not_http(connection: Connection, _seen: Seen) -> None:
    connection.raw(b"SSH-2.0-OpenSSH_9.2\r\n")
    connection.hang_up()


def stall(connection: Connection, _seen: Seen) -> None:
    """Says nothing at all until the test is over."""
    connection.stopping.wait(30)


def drip_head(connection: Connection, _seen: Seen) -> None:
    """A good answer whose head comes a byte at a time: every byte starts a naive time-out anew, and patience is rewarded."""
    head = b"HTTP/1.1 200 OK\r\nKiosk-Api: 1\r\nX-Filler: " + b"x" * 100 + b"\r\nContent-Length: 2\r\n\r\n{}"
    for byte in head:
        if connection.stopping.wait(0.02):
            return
        connection.raw(bytes([byte]))


def drip_body(connection: Connection, _seen: Seen) -> None:
    connection.raw(b"HTTP/1.1 200 OK\r\nKiosk-Api: 1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n")
    for _ in range(500):
        if connection.stopping.wait(0.02):
            return
        connection.raw(b" ")


def huge(connection: Connection, _seen: Seen) -> None:
    """A body without end."""
    connection.raw(b"HTTP/1.1 200 OK\r\nKiosk-Api: 1\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n")
    chunk = b"[" * 65536
    while not connection.stopping.is_set():
        connection.raw(chunk)


def reset(connection: Connection, _seen: Seen) -> None:
    connection.reset()


def hang_up(connection: Connection, _seen: Seen) -> None:
    connection.hang_up()


PORTAL_PAGE = answer(200, {"Content-Type": "text/html"}, b"<html>Log in to Mall WiFi</html>")
PORTAL_REDIRECT = answer(302, {"Location": "http://127.0.0.1:1/login", "Content-Type": "text/html"})
NETWORK_LOGIN = answer(511, {"Content-Type": "text/html"}, b"<html>Log in</html>")
SERVER_ERROR = problem(500, "internal")
BAD_GATEWAY = answer(502, {"Content-Type": "text/html"}, b"<h1>502</h1>")
DEEP_JSON = answer(200, JSON, b"[" * 200_000)
NOT_JSON = answer(200, JSON, b"{'no': json}")
WRONG_JSON = answer(200, JSON, b'{"server_time": 3}')
NO_HEADER = answer(200, {"Content-Type": "application/json"}, b'{"results": []}')
HTML_OF_OURS = answer(200, {**OURS, "Content-Type": "text/html"}, b"<html></html>")
