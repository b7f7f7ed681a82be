"""The code reader on made pictures, where the truth is known, and on the shared real photos."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.frames import Image
from tests.camera.pictures import SHARED_DATA, SIGNED_TEXT, code, hall, placed

PHOTOS = SHARED_DATA / "qr_photos"
TURNS = 4  # frames in which a code held still gets every attempt


def read_held(picture: Image, reader: CodeReader | None = None) -> list[str]:
    """What a stream that shows the same picture reads in its first frames."""
    reader = reader or CodeReader()
    for _ in range(TURNS):
        found = reader.read(picture)
        if found:
            return found
    return []


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (640, 480)])
@pytest.mark.parametrize("turned", [0, 17, 45, 90, 133, 180, 261])
def test_reads_a_signed_code_at_any_angle(size: tuple[int, int], turned: float) -> None:
    picture = placed(code(SIGNED_TEXT), (size[0] // 2 - 60, size[1] // 2 + 20), hall(*size), turned)
    assert CodeReader().read(picture) == [SIGNED_TEXT]


def test_reads_light_on_dark() -> None:
    picture = placed(255 - code(SIGNED_TEXT), (600, 350), hall())
    assert CodeReader().read(picture) == [SIGNED_TEXT]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("module_px", [2, 3, 5, 8])
def test_reads_small_and_large_modules(size: tuple[int, int], module_px: int) -> None:
    picture = placed(code(SIGNED_TEXT, module_px), (size[0] // 2, size[1] // 2), hall(*size), 5)
    assert read_held(picture) == [SIGNED_TEXT]


def test_the_code_nearest_the_centre_comes_first() -> None:
    room = placed(code("AT THE EDGE"), (150, 150), hall())
    room = placed(code("IN BETWEEN"), (900, 300), room)
    picture = placed(code("IN THE MIDDLE"), (620, 380), room)
    assert CodeReader().read(picture) == ["IN THE MIDDLE", "IN BETWEEN", "AT THE EDGE"]


def test_the_same_content_twice_comes_once() -> None:
    picture = placed(code("TWICE"), (900, 300), placed(code("TWICE"), (300, 300), hall()))
    assert CodeReader().read(picture) == ["TWICE"]


@pytest.mark.parametrize("text", ["nomor\x1d123", "garis\nbaru", "Ørsted 照片", '{"nomor": 1}', "x" * 700])
def test_contents_come_as_they_are(text: str) -> None:
    content = text.encode("utf-8")
    assert CodeReader().read(placed(code(content), (640, 360), hall())) == [text]


def test_an_empty_hall_has_no_codes() -> None:
    reader = CodeReader()
    assert all(reader.read(hall(seed=seed)) == [] for seed in range(TURNS * 2))


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 100), (100, 1), (2, 2), (3, 7), (0, 0), (0, 5), (480, 1), (481, 480), (2160, 3840)]
)
def test_any_size_is_survived(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    reader = CodeReader()
    assert all(reader.read(noise) == [] for _ in range(TURNS))


def test_views_of_other_arrays_are_read() -> None:
    picture = placed(code(SIGNED_TEXT), (640, 360), hall())
    wider = np.dstack([picture, picture, picture])
    assert CodeReader().read(wider[:, :, 1]) == [SIGNED_TEXT]
    assert CodeReader().read(np.flipud(picture)) == [SIGNED_TEXT]


@pytest.mark.parametrize("wrong", [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32), np.zeros(4, np.uint8)])
def test_what_is_no_grey_picture_is_refused(wrong: Image) -> None:
    with pytest.raises(ValueError, match=r"uint8\[H, W\]"):
        CodeReader().read(wrong)


def photos(pattern: str) -> list[tuple[Path, Image]]:
    if not PHOTOS.is_dir():
        pytest.skip("the shared photos are not here")
    pictures = ((file, cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)) for file in sorted(PHOTOS.glob(pattern)))
    return [(file, np.asarray(picture, np.uint8)) for file, picture in pictures if picture is not None]


def same(content: str, truth: bytes) -> bool:
    return content.encode().strip().replace(b"\r\n", b"\n") == truth.strip().replace(b"\r\n", b"\n")


def test_real_photos_are_read_rightly() -> None:
    read, wrong = 0, []
    pictures = [(file, picture) for file, picture in photos("qrcode-*/*") if file.suffix != ".txt"]
    for file, picture in pictures:
        found = read_held(picture)
        truth = file.with_suffix(".txt")
        read += bool(found)
        # Four photos have no truth beside them: parts of one long text.
        if found and truth.exists() and not any(same(content, truth.read_bytes()) for content in found):
            wrong.append(file.name)
    assert len(pictures) == 141
    assert wrong == []
    assert read >= 131


def test_nothing_is_read_where_there_is_nothing() -> None:
    pictures = photos("falsepositives-*/*")
    assert len(pictures) >= 44
    assert [file.name for file, picture in pictures if read_held(picture)] == []
