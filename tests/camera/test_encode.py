"""The picture as a file."""

import struct
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.encode import encode_jpeg
from kiosk_app.camera.frames import Image


@pytest.fixture
def photo() -> Image:
    """Smooth like a face, with a sensor's noise."""
    noise = np.random.default_rng(3).normal(0, 4, (531, 413, 3))
    ramp = np.linspace(60, 220, 413)[np.newaxis, :, np.newaxis]
    return np.clip(ramp + noise, 0, 255).astype(np.uint8)


def segments(jpeg: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, content) of each segment before the picture data."""
    position = 2
    while jpeg[position + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", jpeg, position + 2)
        yield jpeg[position + 1], jpeg[position + 4 : position + 2 + length]
        position += 2 + length


def test_it_prints_at_the_profiles_size(photo: Image) -> None:
    jpeg = encode_jpeg(photo, PortraitProfile())
    header = next(content for marker, content in segments(jpeg) if marker == 0xE0)
    assert header[:5] == b"JFIF\0"
    assert struct.unpack_from(">BHH", header, 7) == (1, 300, 300)
    twice = encode_jpeg(photo, PortraitProfile(width_px=826, height_px=1062))
    assert struct.unpack_from(">BHH", twice, 13) == (1, 599, 599)


def test_it_holds_the_picture_and_nothing_else(photo: Image) -> None:
    jpeg = encode_jpeg(photo, PortraitProfile())
    assert {marker for marker, _ in segments(jpeg)} <= {0xE0, 0xDB, 0xC0, 0xC4}
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (531, 413, 3)
    assert float(np.abs(decoded.astype(int) - photo).mean()) < 4


def test_the_same_picture_makes_the_same_file_and_quality_is_the_profiles(photo: Image) -> None:
    first, second = (encode_jpeg(photo, PortraitProfile()) for _ in range(2))
    assert first == second
    assert len(encode_jpeg(photo, PortraitProfile(jpeg_quality=98))) > len(first)
    assert len(encode_jpeg(photo, PortraitProfile(jpeg_quality=75))) < len(first)
