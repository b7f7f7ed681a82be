"""A camera on 127.0.0.1 that answers whatever a test lets it answer."""

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Answer = Callable[[socket.socket], None]


class CameraServer:
    """Takes connections one after the other, keeps each request, and lets `answer` write to the socket."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[str] = []
        self.leaving = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/video?size=720"

    def __enter__(self) -> Self:
        self._socket.settimeout(0.05)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leaving.set()
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while not self.leaving.is_set():
            try:
                connection, _address = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(2)
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        try:
            request = b""
            while b"\r\n\r\n" not in request:
                block = connection.recv(4096)
                if not block:
                    return
                request += block
            self.requests.append(request.decode("ascii"))
            self.answer(connection)
        except OSError:
            return  # the client has left, which is its right


def multipart(boundary: str = "frame", version: str = "HTTP/1.0", extra: str = "") -> bytes:
    """The head of a stream's answer."""
    kind = f"Content-Type: multipart/x-mixed-replace; boundary={boundary}"
    return f"{version} 200 OK\r\n{kind}\r\n{extra}\r\n".encode()
