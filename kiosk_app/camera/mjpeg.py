"""A network camera that sends a series of JPEG pictures (multipart/x-mixed-replace), read by our own client.

OpenCV's own reader is never given an address: it brings an old TLS library, knows no limits and may wait for ever.
"""

import base64
import http.client
import io
import re
import socket
import time
from typing import cast
from urllib.parse import unquote, urlsplit

import cv2
import numpy as np

from kiosk_app.camera.frames import CameraFault, Image, as_bgr
from kiosk_app.camera.multipart import Parts

LARGEST_PART_BYTES = 8_000_000
_LARGEST_PICTURE_PX = 40_000_000
_OPEN_S = 2.0
_READ_S = 1.5
_BAD_PICTURES = 5


class MjpegStream:
    """The camera at `url` (http only; "user:password@" is sent as basic authentication)."""

    live = True

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            self._port = parts.port or 80
        except ValueError as error:
            raise _bad_address() from error
        self._host = parts.hostname or ""
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.scheme != "http" or not re.fullmatch(r"[!-~]+", self._host + self._target) or not self._host:
            raise _bad_address()
        self._login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
        self._socket: socket.socket | None = None
        self._incoming: _Incoming | None = None
        self._parts: Parts | None = None

    @property
    def name(self) -> str:
        return f"stream {self._host}:{self._port}"

    def open(self) -> None:
        self.close()
        deadline = time.monotonic() + _OPEN_S
        try:
            self._socket = socket.create_connection((self._host, self._port), timeout=_OPEN_S)
            self._incoming = _Incoming(self._socket, deadline)
            self._socket.sendall(self._request())
            answer = http.client.HTTPResponse(cast(socket.socket, self._incoming), method="GET")
            answer.begin()
            self._check(answer)
            self._parts = Parts(answer.read1, LARGEST_PART_BYTES)
        except OSError as error:
            self.close()
            raise self._unreachable() from error
        except http.client.HTTPException as error:
            self.close()
            raise self._other_kind("something that is not HTTP") from error
        except CameraFault:
            self.close()
            raise

    def _request(self) -> bytes:
        host = f"[{self._host}]" if ":" in self._host else self._host
        lines = [f"GET {self._target} HTTP/1.1", f"Host: {host}:{self._port}", "Accept: multipart/x-mixed-replace"]
        if self._login is not None:
            lines.append(f"Authorization: Basic {base64.b64encode(self._login.encode()).decode()}")
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("ascii")

    def _check(self, answer: http.client.HTTPResponse) -> None:
        if answer.status in (401, 403):
            raise CameraFault(
                "camera-missing",
                f"The camera at {self._host} asks for a user name and a password, or refuses the ones it got.",
                "Write them into its address: http://user:password@host/path.",
            )
        if answer.status != 200:
            raise CameraFault(
                "camera-missing",
                f"The camera at {self._host} answers {answer.status} instead of a picture stream.",
                "Check the path of its address; the camera's manual names it.",
            )
        kind = answer.headers.get_content_type()
        if kind != "multipart/x-mixed-replace":
            raise self._other_kind(kind[:60])

    def read(self) -> Image:
        if self._parts is None or self._incoming is None:
            raise self._unreachable()
        self._incoming.deadline = time.monotonic() + _READ_S
        try:
            for _ in range(_BAD_PICTURES):
                picture = _decoded(self._parts.next())
                if picture is not None:
                    return picture
        except TimeoutError as error:
            raise CameraFault(
                "camera-frozen",
                f"The camera at {self._host} sent no picture for {_READ_S} s.",
                "Check the network to the camera; it is tried again by itself.",
            ) from error
        except (OSError, http.client.HTTPException, EOFError) as error:
            raise self._unreachable() from error
        except ValueError as error:
            raise self._nonsense() from error
        raise self._nonsense()

    def close(self) -> None:
        self._parts = self._incoming = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _other_kind(self, kind: str) -> CameraFault:
        return CameraFault(
            "camera-format",
            f"{self._host} answers with {kind}, not with a stream of JPEG pictures.",
            "Check the path of its address, and that no log-in page of the network is in the way.",
        )

    def _unreachable(self) -> CameraFault:
        return CameraFault(
            "camera-missing",
            f"The camera at {self._host}:{self._port} cannot be reached, or ended its stream.",
            "Check its power, its address and the network; it is tried again by itself.",
        )

    def _nonsense(self) -> CameraFault:
        return CameraFault(
            "camera-format",
            f"The camera at {self._host} sends parts that are no JPEG pictures of a usable size.",
            "Set the camera to MJPEG at 1920x1080 or less.",
        )


class _Incoming(io.RawIOBase):
    """The receiving half of a socket, all of whose reads together end at `deadline` (monotonic seconds).

    A time-out of the socket alone would start anew with every byte that drips in.
    """

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        super().__init__()
        self._connection = connection
        self.deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The camera stream is late.")
        self._connection.settimeout(left)
        return self._connection.recv_into(cast(memoryview, buffer))

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client asks a socket for."""
        return io.BufferedReader(self, 65536)


def _decoded(part: bytes) -> Image | None:
    """The picture in `part`; None when there is none. Its size is read first: 8 MB of JPEG may unfold to gigabytes."""
    size = jpeg_size(part)
    if size is None or size[0] * size[1] > _LARGEST_PICTURE_PX:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(part, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if picture is None else as_bgr(picture)


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """(width, height) in px from the frame header of a JPEG (ITU-T T.81, B.2.2); None when `data` is no JPEG."""
    if data[:2] != b"\xff\xd8":
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = int.from_bytes(data[at + 5 : at + 7]), int.from_bytes(data[at + 7 : at + 9])
            return (width, height) if width and height else None
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _bad_address() -> CameraFault:
    return CameraFault(
        "camera-format",
        "The camera's address cannot be used.",
        "Give it as http://host:port/path or http://user:password@host/path.",
    )
