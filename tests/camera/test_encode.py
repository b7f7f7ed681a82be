"""The picture as a file."""

import io
import struct
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.encode import encode_jp2, encode_jpeg, encode_picture
from kiosk_app.camera.frames import Image
from kiosk_app.errors import KioskError


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


def test_jpeg_2000_loses_nothing_and_prints_at_the_profiles_size(photo: Image) -> None:
    profile = PortraitProfile(picture_format="jp2")
    file = encode_jp2(photo, profile)
    decoded = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert np.array_equal(decoded, photo)
    assert file == encode_jp2(photo, profile)
    with PillowImage.open(io.BytesIO(file)) as opened:  # another reader of the same format
        assert opened.format == "JPEG2000"
        assert opened.size == (413, 531)
        assert opened.info["dpi"] == pytest.approx((299.72, 299.72))
        assert np.array_equal(np.asarray(opened.convert("RGB"))[..., ::-1], photo)


def test_jpeg_2000_holds_the_picture_and_nothing_else(photo: Image) -> None:
    file = encode_jp2(photo, PortraitProfile())
    position, names = 0, []
    while position < len(file):
        length, name = struct.unpack_from(">I4s", file, position)
        names.append(name)
        position += length
    assert position == len(file)
    assert names == [b"jP  ", b"ftyp", b"jp2h", b"jp2c"]
    assert b"OpenJPEG" not in file


@pytest.mark.parametrize(("form", "start", "kind"), [("jpeg", b"\xff\xd8", "jpeg"), ("jp2", b"\0\0\0\x0cjP  ", "jp2")])
def test_the_profile_says_which_file_it_is(photo: Image, form: str, start: bytes, kind: str) -> None:
    profile = PortraitProfile.from_dict({"picture_format": form})
    assert encode_picture(photo, profile).startswith(start)
    assert profile.media_type == f"image/{kind}"


@pytest.mark.parametrize("form", ["jpeg", "jp2"])
def test_what_cannot_be_a_file_is_said(form: str) -> None:
    with pytest.raises(KioskError) as caught:
        encode_picture(np.empty((0, 0, 3), np.uint8), PortraitProfile(picture_format=form))
    assert caught.value.code == "encode-failed"


def jp2_of(codestream: bytes) -> bytes:
    """A file whose boxes are in order, whatever is in them."""
    return struct.pack(">I4s", 8 + len(codestream), b"jp2c") + codestream


def damages() -> dict[str, bytes]:
    """Files that an encoder which fails half-way could leave; the codestream is a real one."""
    whole = cv2.imencode(".jp2", np.full((64, 48, 3), 90, np.uint8))[1].tobytes()
    stream = whole[whole.index(b"jp2c") + 4 :]
    tile = stream.index(b"\xff\x90")
    return {
        "cut in a box's head": whole[:5],
        "cut in a box": whole[:-9],
        "no codestream": jp2_of(b""),
        "only its start": jp2_of(stream[:2]),
        "cut in a segment's head": jp2_of(stream[:tile] + b"\xff"),
        "cut in a segment": jp2_of(stream[:30]),
        "cut before the tile": jp2_of(stream[:tile]),
        "cut before the tile, with an end": jp2_of(stream[:tile] + b"\xff\xd9"),
        "cut in the tile": jp2_of(stream[: tile + 40]),
        "zeros for a head": jp2_of(stream[:2] + bytes(tile) + stream[-2:]),
    }


@pytest.mark.parametrize("damage", damages())
def test_a_file_that_is_not_whole_is_said(photo: Image, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    left = np.frombuffer(damages()[damage], np.uint8)
    monkeypatch.setattr(cv2, "imencode", lambda *_: (True, left))
    with pytest.raises(KioskError) as caught:
        encode_jp2(photo, PortraitProfile(picture_format="jp2"))
    assert caught.value.code == "encode-failed"
