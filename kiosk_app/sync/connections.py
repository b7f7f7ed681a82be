"""The connection below `requests`: one a session, with a deadline for the answer's head and a handle to cut it."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Wire:
    """The socket in use, for whoever must cut it: the deadline, or a stop from another thread."""

    def __init__(self) -> None:
        self.allow_s = 0.0
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._cut_for_good = False

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def opened(self, connected: socket.socket | None) -> None:
        with self._lock:
            self._socket = connected
            if self._cut_for_good:
                self._shut()

    def closed(self) -> None:
        with self._lock:
            self._socket = None

    def cut(self, for_good: bool = False) -> None:
        """Ends whatever waits on the socket; with `for_good` every later connection too."""
        with self._lock:
            self._cut_for_good = self._cut_for_good or for_good
            self._shut()

    @contextmanager
    def deadline(self) -> Iterator[None]:
        """Cuts the socket when the block takes longer than `allow_s`: a socket's time-out starts anew with every byte."""
        late = threading.Event()

        def expire() -> None:
            late.set()
            self.cut()

        timer = threading.Timer(self.allow_s, expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, ValueError, http.client.HTTPException) as error:
            if late.is_set():
                raise TimeoutError("The answer's head took too long.") from error
            raise
        finally:
            timer.cancel()

    def _shut(self) -> None:
        if self._socket is None:
            return
        try:
            # The plain socket's shutdown: SSLSocket's own would take the TLS object away under the reading thread.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            return  # already gone, which is what was wanted


class _StrictHead:
    """Reads lines of an answer's head; `http.client` alone takes the end of the connection for the end of the head."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def readline(self, limit: int) -> bytes:
        line: bytes = self._inner.readline(limit)
        if not line.endswith(b"\n") and len(line) < limit:
            raise ConnectionResetError("The answer's head was cut off.")
        return line

    def close(self) -> None:
        self._inner.close()


class _WholeResponse(http.client.HTTPResponse):
    """An answer whose head came whole and is well formed: half a head of the office must not pass for its word."""

    def begin(self) -> None:
        whole = self.fp
        self.fp: Any = _StrictHead(whole)
        try:
            super().begin()
        finally:
            if self.fp is not None:  # else it was closed over a first line that is not HTTP
                self.fp = whole
        if getattr(self.headers, "defects", None):
            raise http.client.HTTPException("The answer's head is malformed.")


def bear_loss(connected: socket.socket) -> bool:
    """Asks the kernel for the congestion control that does not take a lost packet for a full link; whether it has one.

    Four uploads over 5 Mbit/s, 200 ms and 1 % loss fill the link with it, and a good half of it without (`bench catch_up`).
    """
    if not hasattr(socket, "TCP_CONGESTION"):
        return False
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"bbr")
    except OSError:
        return False  # this kernel has none: its own choice stays
    return True


class _PlainConnection(HTTPConnection):
    response_class = _WholeResponse
    wire: ClassVar[Wire]

    def connect(self) -> None:
        super().connect()
        bear_loss(self.sock)
        self.wire.opened(self.sock)

    def close(self) -> None:
        self.wire.closed()
        super().close()

    def getresponse(self) -> Any:  # urllib3 answers with another class than http.client, against its supertype
        with self.wire.deadline():
            return super().getresponse()


class _TlsConnection(_PlainConnection, HTTPSConnection):
    """The same over TLS: `super()` above leads to HTTPSConnection here."""


class OneConnectionAdapter(HTTPAdapter):
    """Keeps one connection alive and knows it. `pinned` demands TLS 1.3: who names an own CA has a current server."""

    def __init__(self, pinned: bool) -> None:
        self.wire = Wire()
        self._pinned = pinned
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        if self._pinned:
            pool_kwargs["ssl_minimum_version"] = ssl.TLSVersion.TLSv1_3
        super().init_poolmanager(connections, maxsize, block=block, **pool_kwargs)
        fields = {"wire": self.wire}
        plain = type("PlainConnection", (_PlainConnection,), fields)
        tls = type("TlsConnection", (_TlsConnection,), fields)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }
