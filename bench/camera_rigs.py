"""Cameras whose other end does what a benchmark says: a webcam's driver, an MJPEG server, a practice stage."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Literal

import cv2
import numpy as np
from cv2.typing import MatLike

from kiosk_app.camera.files import Pace
from kiosk_app.camera.frames import Image, Source
from kiosk_app.camera.mjpeg import MjpegStream
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.stage import Stage
from kiosk_app.camera.webcam import Webcam

WEBCAM, STREAM, PRACTICE = "webcam", "MJPEG stream", "practice camera"
PATIENCE_S = 20.0
_FPS = 25.0
_SHAPE = (720, 1280, 3)

Trouble = Literal["", "gone", "busy", "same", "black", "silent", "grey", "small", "slow"]


class Rig:
    """What a camera's other end is doing now; every kind of camera below looks at it."""

    def __init__(self) -> None:
        self.trouble: Trouble = ""
        self.mended = threading.Event()

    def set(self, trouble: Trouble) -> None:
        self.trouble = trouble
        if trouble:
            self.mended.clear()
        else:
            self.mended.set()


class Driver:
    """Stands in for cv2.VideoCapture, for the one thing that a build machine has not: it fails as drivers do.

    Tests of the worker use it too; those of the order of a webcam's settings have one that notes what it is asked.
    """

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._pace = Pace(_FPS)
        self._pictures = _Pictures()
        self._values: dict[int, float] = {}
        if rig.trouble == "slow":
            rig.mended.wait(PATIENCE_S)

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's own name
        return self._rig.trouble != "gone"

    def set(self, key: int, value: float, /) -> bool:
        self._values[key] = value
        return True

    def get(self, key: int, /) -> float:
        return self._values.get(key, -1.0)

    def grab(self) -> bool:
        return self.read()[0]

    def read(self) -> tuple[bool, MatLike | None]:
        if self._rig.trouble == "silent":
            self._rig.mended.wait(PATIENCE_S)
        self._pace.wait()
        if self._rig.trouble in ("gone", "busy"):
            return False, None
        if self._rig.trouble == "grey":
            return True, np.zeros((720, 1280, 2), np.uint8)
        if self._rig.trouble == "small":
            return True, np.zeros((340, 340), np.uint8)
        return True, self._pictures.next(self._rig.trouble)

    def release(self) -> None:
        self._values.clear()


class _Pictures:
    """A sensor's noise, the same picture again, or the dark."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(5)
        self._last = self._noise(90)

    def next(self, trouble: Trouble) -> Image:
        if trouble != "same":
            self._last = self._noise(0 if trouble == "black" else 90)
        return self._last.copy()

    def _noise(self, level: int) -> Image:
        strip = self._random.integers(level, level + 8, (_SHAPE[0] // 8, *_SHAPE[1:]), dtype=np.uint8)
        return np.tile(strip, (8, 1, 1))


class Server:
    """An MJPEG camera on 127.0.0.1."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/video"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._rig.set("")
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        # The client that leaves ends the conversation; that is what is measured.
        with connection, contextlib.suppress(OSError):
            connection.recv(4096)
            if self._rig.trouble == "slow":
                self._rig.mended.wait(PATIENCE_S)
            if self._rig.trouble == "gone":
                return
            if self._rig.trouble == "grey":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>log in</html>")
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n\r\n")
            pictures, pace = _Pictures(), Pace(_FPS)
            while self._rig.trouble not in ("gone", "grey"):
                if self._rig.trouble == "silent":
                    self._rig.mended.wait(PATIENCE_S)
                pace.wait()
                data = cv2.imencode(".jpg", pictures.next(self._rig.trouble))[1].tobytes()
                connection.sendall(b"--f\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(data), data))


@contextlib.contextmanager
def camera(kind: str, rig: Rig) -> Iterator[Source]:
    """A camera of one of the three kinds, whose other end follows `rig`."""
    if kind == WEBCAM:
        yield Webcam(0, lambda _: Driver(rig))
    elif kind == STREAM:
        server = Server(rig)
        yield MjpegStream(server.url)
        server.close()
    else:
        yield _Practice(rig)


class _Practice(PracticeCamera):
    """Its stage does what the rig says."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(Stage())
        self._rig = rig

    def open(self) -> None:
        self._follow()
        super().open()

    def read(self) -> Image:
        self._follow()
        return super().read()

    def _follow(self) -> None:
        trouble = self._rig.trouble
        self.stage.fail(
            "unplug"
            if trouble == "gone"
            else "freeze"
            if trouble == "same"
            else "black"
            if trouble == "black"
            else None
        )
