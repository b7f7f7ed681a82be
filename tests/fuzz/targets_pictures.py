"""What a camera sends, and what the encoder made."""

from collections.abc import Hashable

import cv2
import numpy as np

from kiosk_app.camera import encode, mjpeg
from kiosk_app.camera.multipart import Parts
from kiosk_app.errors import KioskError
from tests.fuzz.driver import NotAsPromised, Target, patched
from tests.fuzz.mutate import Form

_LARGEST = 60  # so small that inputs of a few kB go over it
_PICTURE = np.arange(96 * 64 * 3, dtype=np.uint32).astype(np.uint8).reshape(96, 64, 3)
_JPEG = cv2.imencode(".jpg", _PICTURE)[1].tobytes()
_JP2 = cv2.imencode(".jp2", _PICTURE)[1].tobytes()
_STREAM = (
    b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 4\r\n\r\nabcd\r\n--frame\r\n\r\nno length\r\n--frame\r\n"
    b"Content-Length: 2\r\n\r\nxx\r\n--frame\r\n\r\n" + b"y" * 50 + b"\r\n--frame--\r\n"
)


def _multipart(data: bytes) -> Hashable:
    position = 0

    def receive(most: int) -> bytes:
        nonlocal position
        block = data[position : position + min(most, 97)]
        position += len(block)
        return block

    parts = Parts(receive, _LARGEST)
    found = 0
    while found < 200:
        part = parts.next()
        if len(part) > _LARGEST:
            raise NotAsPromised("a part that is too large")
        found += 1
    return found


def _size(data: bytes) -> Hashable:
    size = mjpeg.jpeg_size(data)
    if size is not None and not (0 < size[0] <= 65535 and 0 < size[1] <= 65535):
        raise NotAsPromised("a picture without a size")
    return None if size is None else (size[0].bit_length(), size[1].bit_length())


def _boxes(data: bytes) -> Hashable:
    boxes = encode._boxes(data)
    if b"".join(encode._box(name, content) for name, content in boxes) != data and not _to_the_end(data):
        raise NotAsPromised("boxes that are not the file")
    kept = [len(encode._without_comments(content)) for name, content in boxes if name == b"jp2c"]
    return len(boxes), len(kept)


def _to_the_end(data: bytes) -> bool:
    """Whether some box says that it goes on to the end: its length is written anew then."""
    return b"\0\0\0\0" in data


def _unbounded(parts: Parts) -> bytes:
    """Forgets that the delimiter may already be there, far behind."""
    mark = b"\n" + parts._delimiter
    while (end := parts._buffer.find(mark)) < 0:
        parts._fill()
    part = bytes(parts._buffer[:end])
    del parts._buffer[: end + 1]
    return part


MULTIPART = Target(
    "MJPEG multipart",
    _multipart,
    (_STREAM, _STREAM.replace(b"\r\n", b"\n"), _STREAM.replace(b"--frame", b"----x")),
    patched(Parts, "_until_delimiter", _unbounded),
    Form.TEXT,
    words=(b"Content-Length: ", b"\r\n\r\n", b"--frame", b"--frame--", b"99999999999", b"-1", b"\n" * 70),
    expected=(EOFError, ValueError),
)
JPEG = Target(
    "image header",
    _size,
    (_JPEG, _JPEG[:2] + b"\xff\xff\xff" + _JPEG[2:]),
    patched(mjpeg, "jpeg_size", lambda data: (data[164], 1 + data.index(b"\xff\xc0"))),
    words=(b"\xff\xe0\x00\x00", b"\xff\xc2\x00\x11\x08"),
)
JP2 = Target(
    "JP2 boxes",
    _boxes,
    (_JP2, b"\0\0\0\x0cjP  \r\n\x87\n"),
    patched(encode, "_unpacked", lambda form, data, at: form.unpack_from(data, at)),
    expected=(KioskError,),
)
TARGETS = (MULTIPART, JPEG, JP2)
