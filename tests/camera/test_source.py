"""Which camera a word means, and recordings as cameras: real files, really decoded."""

import logging
import socket
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.files import ImageFolder, Pace, VideoFile
from kiosk_app.camera.frames import CameraFault, Image, Source
from kiosk_app.camera.mjpeg import MjpegStream
from kiosk_app.camera.source import open_source
from kiosk_app.camera.webcam import Webcam
from tests.camera.pictures import code, colour, hall, placed


def write_video(file: Path, pictures: list[Image], fps: float = 25.0) -> Path:
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    assert writer.isOpened()
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return file


def flat(level: int, width: int = 64, height: int = 48) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def levels(source: Source, count: int) -> list[int]:
    """The brightness of the next pictures, to the nearest ten: what the codec leaves of a flat picture."""
    return [round(float(source.read().mean()) / 10) * 10 for _ in range(count)]


def test_a_word_means_a_kind_of_camera(tmp_path: Path) -> None:
    video = write_video(tmp_path / "hall.mp4", [flat(100)])
    cv2.imwrite(str(tmp_path / "one.png"), flat(100))
    meant = {spec: type(open_source(spec)) for spec in ("0", "12", str(video), str(tmp_path), "http://127.0.0.1:1/v")}
    assert list(meant.values()) == [Webcam, Webcam, VideoFile, ImageFolder, MjpegStream]
    assert isinstance(open_source(str(tmp_path / "one.png")), ImageFolder)


@pytest.mark.parametrize("spec", ["", " ", "no/such/file.mp4", "123", "-1", "²", "practic"])
def test_a_word_that_means_nothing_is_refused(spec: str) -> None:
    with pytest.raises(CameraFault, match="Give a webcam's number") as caught:
        open_source(spec)
    assert caught.value.code == "camera-missing"


@pytest.mark.parametrize(
    "spec", ["http:/kiosk:s3cret!@camera/v", "kiosk:s3cret!@camera", "rtsp//kiosk:s3cret!@camera/v"]
)
def test_the_password_in_an_address_with_a_slip_of_a_key_is_not_repeated(spec: str) -> None:
    with pytest.raises(CameraFault) as caught:
        open_source(spec)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("spec", ["https://camera/v", "rtsp://camera/v", "ftp://camera/v", "file:///etc/hostname"])
def test_other_addresses_never_reach_opencv(spec: str) -> None:
    with pytest.raises(CameraFault) as caught:
        open_source(spec)
    assert caught.value.code == "camera-format"


def test_a_video_plays_in_order_and_again(tmp_path: Path) -> None:
    source = open_source(str(write_video(tmp_path / "steps.mp4", [flat(50), flat(120), flat(200)], fps=100)))
    source.open()
    assert levels(source, 7) == [50, 120, 200, 50, 120, 200, 50]
    assert not source.live
    source.close()


def test_a_video_that_is_not_repeated_ends(tmp_path: Path) -> None:
    source = VideoFile(write_video(tmp_path / "short.mp4", [flat(50), flat(120)], fps=100), loop=False)
    source.open()
    assert levels(source, 2) == [50, 120]
    with pytest.raises(CameraFault) as caught:
        source.read()
    assert caught.value.code == "camera-ended"
    source.close()


def test_a_video_is_read_at_its_own_speed(tmp_path: Path) -> None:
    source = VideoFile(write_video(tmp_path / "slow.mp4", [flat(50)] * 4, fps=20))
    source.open()
    start = time.monotonic()
    levels(source, 5)
    assert time.monotonic() - start >= 4 / 20 - 0.01  # never faster; how much slower depends on the machine
    source.close()


def test_the_pace_does_not_catch_up_after_a_pause() -> None:
    times = iter([0.0] + [100.0] * 6)
    pace = Pace(10.0, lambda: next(times))
    pace.wait()
    assert pace._due == pytest.approx(100.0)


def test_a_code_in_a_video_is_read(tmp_path: Path) -> None:
    pictures = [colour(placed(code("DARI VIDEO"), (300 + 5 * step, 240), hall(640, 480, step))) for step in range(3)]
    source = VideoFile(write_video(tmp_path / "code.mp4", pictures))
    source.open()
    gray = cv2.cvtColor(source.read(), cv2.COLOR_BGR2GRAY)
    assert CodeReader().read(np.asarray(gray, np.uint8)) == ["DARI VIDEO"]
    source.close()


@pytest.mark.parametrize("content", [b"", b"this is no video", b"\x00\x00\x00\x20ftypisom" + bytes(400), bytes(5000)])
def test_a_file_that_is_no_video_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.mp4"
    file.write_bytes(content)
    source = open_source(str(file))
    with pytest.raises(CameraFault, match="no video") as caught:
        first_picture(source)
    assert caught.value.code == "camera-format"
    source.close()


def first_picture(source: Source) -> Image:
    source.open()
    return source.read()


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4", "list.sdp"])
def test_a_file_that_names_an_address_does_not_reach_it(tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/part.ts"
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n"
        (tmp_path / name).write_text(playlist)
        source = VideoFile(tmp_path / name)
        with pytest.raises(CameraFault, match="no video"):
            first_picture(source)
        source.close()
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_video_that_went_away_is_missing(tmp_path: Path) -> None:
    file = write_video(tmp_path / "gone.mp4", [flat(50)])
    source = open_source(str(file))
    file.unlink()
    with pytest.raises(CameraFault) as caught:
        source.open()
    assert caught.value.code == "camera-missing"


def test_images_come_by_name_each_for_half_a_second(tmp_path: Path) -> None:
    for name, level in (("b.png", 120), ("a.jpg", 50), ("c.bmp", 200)):
        cv2.imwrite(str(tmp_path / name), flat(level))
    (tmp_path / "notes.txt").write_text("not an image, and not meant to be one")
    source = ImageFolder(tmp_path)
    source._pace = Pace(1000.0)
    source.open()
    source._pace = Pace(1000.0)
    assert levels(source, 20) == [50] * 5 + [120] * 5 + [200] * 5 + [50] * 5
    assert not source.live
    source.close()


def test_pictures_of_a_folder_are_the_callers(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), flat(50))
    source = ImageFolder(tmp_path)
    source.open()
    source.read()[:] = 0
    assert levels(source, 1) == [50]
    source.close()


def test_unreadable_images_are_named_once_and_skipped(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cv2.imwrite(str(tmp_path / "b.png"), flat(120))
    (tmp_path / "a.png").write_bytes(b"no picture")
    (tmp_path / "c.jpg").write_bytes(b"")
    (tmp_path / "d.png").mkdir()
    source = ImageFolder(tmp_path)
    source.open()
    source._pace = Pace(1000.0)
    with caplog.at_level(logging.WARNING):
        assert levels(source, 18) == [120] * 18
    said = [record.__dict__["fields"] for record in caplog.records if record.getMessage() == "images-skipped"]
    assert said == [{"count": 3, "reason": "unreadable: a.png, c.jpg, d.png"}]
    source.close()


def test_grey_and_transparent_images_become_colour(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((20, 30), 50, np.uint8))
    cv2.imwrite(str(tmp_path / "b.png"), np.full((20, 30, 4), 120, np.uint8))
    source = ImageFolder(tmp_path)
    source.open()
    source._pace = Pace(1000.0)
    assert {source.read().shape for _ in range(10)} == {(20, 30, 3)}
    source.close()


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CameraFault, match="holds no images") as caught:
        ImageFolder(tmp_path).open()
    assert caught.value.code == "camera-format"


def test_a_folder_of_broken_images_is_refused(tmp_path: Path) -> None:
    for name in ("a.png", "b.jpg"):
        (tmp_path / name).write_bytes(b"no picture")
    with pytest.raises(CameraFault, match="None of the 2 files") as caught:
        ImageFolder(tmp_path).open()
    assert caught.value.code == "camera-format"


def test_a_closed_recording_is_not_read(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), flat(50))
    for source in (ImageFolder(tmp_path), VideoFile(write_video(tmp_path / "v.mp4", [flat(50)]))):
        source.open()
        source.close()
        source.close()
        with pytest.raises(CameraFault, match="is not open"):
            source.read()
        source.open()
        assert levels(source, 1) == [50]
        source.close()
