"""The picture as a file: fixed settings, the resolution at which it prints, and nothing else in it."""

import struct
from typing import Any, Final

import cv2

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.frames import Image
from kiosk_app.errors import KioskError

_MM_PER_INCH = 25.4
# Start of image, APP0 marker, its length, "JFIF\0", version; then one byte unit and the two densities.
_DENSITY_AT = 13
_DOTS_PER_INCH = 1
# The whole of the picture's bits and no fewer: OpenCV then takes the reversible transform.
_LOSSLESS = 1000
# JPEG 2000: a box is its length, its name and its content; a codestream begins with SOC, ends its head with SOT.
_BOX = struct.Struct(">I4s")
_CODESTREAM_START: Final = b"\xff\x4f"
_CODESTREAM_END: Final = b"\xff\xd9"
_SEGMENT = struct.Struct(">HH")  # marker, length of what follows it, its own two bytes included
_LEAST_MARKER = 0xFF00
_TILE, _COMMENT = 0xFF90, 0xFF64


def encode_picture(bgr: Image, profile: PortraitProfile) -> bytes:
    """The picture [H, W, 3] in the profile's format (`profile.media_type`). Raises KioskError `encode-failed`."""
    return encode_jp2(bgr, profile) if profile.picture_format == "jp2" else encode_jpeg(bgr, profile)


def encode_jpeg(bgr: Image, profile: PortraitProfile) -> bytes:
    """JPEG of a [H, W, 3] picture: the profile's quality, and the resolution that prints it at the profile's size.

    The encoder writes no metadata: no time, no place, no device. Raises KioskError `encode-failed`.
    """
    jpeg = _encoded(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, profile.jpeg_quality])
    if jpeg[6:11] != b"JFIF\0":
        raise _failed()
    density = round(profile.width_px / profile.width_mm * _MM_PER_INCH)
    header = struct.pack(">BHH", _DOTS_PER_INCH, density, density)
    return jpeg[:_DENSITY_AT] + header + jpeg[_DENSITY_AT + len(header) :]


def encode_jp2(bgr: Image, profile: PortraitProfile) -> bytes:
    """JPEG 2000 of a [H, W, 3] picture, lossless, with the resolution that prints it at the profile's size.

    The encoder's own name and version are taken out, so that a file tells nothing but the picture. Raises KioskError
    `encode-failed`.
    """
    parts: list[bytes] = []
    for name, content in _boxes(_encoded(".jp2", bgr, [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, _LOSSLESS])):
        if name == b"jp2h":
            parts.append(_box(name, content + _resolution(profile)))
        else:
            parts.append(_box(name, _without_comments(content) if name == b"jp2c" else content))
    return b"".join(parts)


def _encoded(suffix: str, bgr: Image, settings: list[int]) -> bytes:
    try:
        done, data = cv2.imencode(suffix, bgr, settings)
    except cv2.error as error:
        raise _failed() from error
    if not done:
        raise _failed()
    return data.tobytes()


def _failed() -> KioskError:
    return KioskError("encode-failed", "The picture could not be made into a file.", "Take another photo.")


def _box(name: bytes, content: bytes) -> bytes:
    return _BOX.pack(_BOX.size + len(content), name) + content


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    boxes: list[tuple[bytes, bytes]] = []
    position = 0
    while position < len(data):
        length, name = _unpacked(_BOX, data, position)
        end = position + length if length else len(data)  # 0: the last box, to the end of the file
        if not position + _BOX.size <= end <= len(data):
            raise _failed()
        boxes.append((name, data[position + _BOX.size : end]))
        position = end
    return boxes


def _resolution(profile: PortraitProfile) -> bytes:
    """Both resolutions that the format knows, of capture and of display: readers look at one or the other."""
    down, across = (
        round(pixels / mm * 1000)
        for pixels, mm in ((profile.height_px, profile.height_mm), (profile.width_px, profile.width_mm))
    )
    per_metre = struct.pack(">HHHHbb", down, 1, across, 1, 0, 0)
    return _box(b"res ", _box(b"resc", per_metre) + _box(b"resd", per_metre))


def _without_comments(codestream: bytes) -> bytes:
    """The codestream without the comments of its head; nothing in the rest of it counts bytes across the head.

    Raises KioskError `encode-failed` for one that is not whole.
    """
    if not (codestream.startswith(_CODESTREAM_START) and codestream.endswith(_CODESTREAM_END)):
        raise _failed()
    kept, position = [_CODESTREAM_START], len(_CODESTREAM_START)
    while True:
        marker, length = _unpacked(_SEGMENT, codestream, position)
        if marker == _TILE:
            return b"".join(kept) + codestream[position:]
        if marker < _LEAST_MARKER:
            raise _failed()
        if marker != _COMMENT:
            kept.append(codestream[position : position + 2 + length])
        position += 2 + length


def _unpacked(form: struct.Struct, data: bytes, position: int) -> tuple[Any, ...]:
    try:
        return form.unpack_from(data, position)
    except struct.error as error:
        raise _failed() from error
