"""The worker from end to end: real video files and streams, and cameras that fail in the ways that cameras do."""

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.files import VideoFile
from kiosk_app.camera.frames import CameraFault, Image, Source
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.reading import FrameReader
from kiosk_app.camera.sink import FaultBoard
from kiosk_app.camera.slot import LatestFrame
from kiosk_app.camera.source import open_source
from kiosk_app.camera.worker import CameraWorker, Watch
from tests.camera.camera_server import CameraServer, multipart
from tests.camera.pictures import SIGNED_TEXT, code, colour, hall, placed
from tests.camera.worker_rig import PATIENCE_S, QUICK, Listener, Script, noise, running, unplugged


def hall_with_code(step: int = 0) -> Image:
    return colour(placed(code(SIGNED_TEXT), (640 + step, 360), hall(seed=step)))


def written(file: Path, pictures: list[Image]) -> Path:
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), 25, pictures[0].shape[1::-1])
    assert writer.isOpened()
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return file


def worker_of(
    source: Source, listener: Listener, limits: Limits = QUICK, reader: CodeReader | None = None
) -> CameraWorker:
    return CameraWorker(lambda: source, listener, None, reader or CodeReader(), limits)


@pytest.mark.parametrize("watch", [Watch.IDLE, Watch.CODES])
def test_a_code_in_a_video_file_is_read_and_the_picture_shown(tmp_path: Path, watch: Watch) -> None:
    file = written(tmp_path / "visit.mp4", [*(colour(hall(seed=9)) for _ in range(5)), *map(hall_with_code, range(5))])
    listener = Listener()
    worker = CameraWorker(lambda: open_source(str(file)), listener, None, CodeReader(), QUICK)
    worker.watch(watch)
    worker.set_preview(400, 300, mirrored=True)
    with running(worker):
        listener.wait_for(lambda: len(listener.contents) >= 2 and len(listener.previews) >= 12)
    assert set(listener.contents) == {(SIGNED_TEXT,)}
    assert {picture.shape for picture in listener.previews} == {(300, 400, 4)}
    assert listener.faults == []


class Looks(CodeReader):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def read(self, gray: Image, at: float | None = None) -> list[str]:
        self.count += 1
        return []


def walking(_opening: int) -> Iterator[Image]:
    """A white square that is somewhere else in every picture."""
    for step in itertools.count():
        picture = np.full((90, 160, 3), 90, np.uint8)
        picture[20:60, 30 * (step % 4) : 30 * (step % 4) + 40] = 255
        yield picture


def test_the_attract_screen_looks_as_often_as_the_scan_screen_once_something_moves() -> None:
    source, listener, reader = Script(walking), Listener(), Looks()
    worker = CameraWorker(lambda: source, listener, None, reader, replace(QUICK, idle_per_s=1 / 60, codes_per_s=200.0))
    with running(worker, source):
        deadline = time.monotonic() + PATIENCE_S
        while reader.count < 10 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert reader.count >= 10


def test_no_preview_is_made_unless_asked_for() -> None:
    source, listener = Script(noise), Listener()
    worker = worker_of(source, listener)
    with running(worker, source):
        worker.set_preview(32, 18, mirrored=False)
        listener.wait_for(lambda: len(listener.previews) >= 2)
        worker.set_preview(0, 0, mirrored=False)
        with pytest.raises(ValueError, match="sides"):
            worker.set_preview(-5, 10, mirrored=False)


def freezing(opening: int) -> Iterator[Image]:
    """Freezes in the first run, sees again in the second."""
    if opening > 1:
        yield from noise(opening)
    yield from itertools.islice(noise(opening), 5)
    last = next(noise(77))
    while True:
        yield last.copy()


def blackening(opening: int) -> Iterator[Image]:
    """The cover stays on for the second run too."""
    if opening > 2:
        yield from noise(opening)
    yield from itertools.islice(noise(opening), 5 if opening == 1 else 0)
    random = np.random.default_rng(opening)
    while True:
        yield random.integers(0, 6, (90, 160, 3), dtype=np.uint8)


def unplugging(opening: int) -> Iterator[Image | Exception]:
    yield from itertools.islice(noise(opening), 5)
    if opening == 1:
        yield unplugged()
    yield from noise(opening)


def crashing(opening: int) -> Iterator[Image | Exception]:
    yield from itertools.islice(noise(opening), 5)
    if opening == 1:
        yield RuntimeError("a driver's own error")
    yield from noise(opening)


@pytest.mark.parametrize(
    ("play", "code_told", "openings"),
    [(freezing, "camera-frozen", 2), (blackening, "camera-black", 3), (unplugging, "camera-missing", 2), (crashing, "camera-missing", 2)],
)  # fmt: skip
def test_a_fault_is_named_the_camera_reopened_and_service_goes_on(play: object, code_told: str, openings: int) -> None:
    source, listener = Script(play), Listener()  # type: ignore[arg-type] # the four differ in what they may yield
    with running(worker_of(source, listener), source):
        listener.wait_for(lambda: "recovered" in listener.faults)
    assert listener.faults == [code_told, "recovered"]
    assert source.opened == openings
    assert source.closed == openings


def test_a_camera_that_is_missing_at_the_start_is_found_later() -> None:
    source, listener = Script(noise, openings={1: unplugged(), 2: unplugged(), 3: OSError("no device")}), Listener()
    with running(worker_of(source, listener), source):
        listener.wait_for(lambda: "recovered" in listener.faults)
    assert listener.faults == ["camera-missing", "recovered"]
    assert source.opened == 4


def test_a_word_that_is_no_camera_is_a_fault_too() -> None:
    listener = Listener()
    worker = CameraWorker(lambda: open_source("no/such/thing"), listener, None, CodeReader(), QUICK)
    with running(worker):
        listener.wait_for(lambda: bool(listener.faults))
    assert listener.faults == ["camera-missing"]


def test_a_driver_that_hangs_is_named_by_the_other_thread() -> None:
    def hanging(opening: int) -> Iterator[Image]:
        yield from itertools.islice(noise(opening), 5)

    source, listener = Script(hanging), Listener()
    with running(worker_of(source, listener, replace(QUICK, silence_s=0.3)), source):
        listener.wait_for(lambda: bool(listener.faults))
        assert listener.faults == ["camera-frozen"]


def test_a_driver_that_never_opens_is_named_and_does_not_hold_up_the_end(caplog: pytest.LogCaptureFixture) -> None:
    class Stuck(Script):
        def open(self) -> None:
            self.leaving.wait()

    source, listener = Stuck(noise), Listener()
    worker = worker_of(source, listener, replace(QUICK, silence_s=0.1))
    with running(worker, source):
        listener.wait_for(lambda: bool(listener.faults))
        worker.stop(deadline_s=0.05)
        assert [
            record.__dict__["fields"]["part"] for record in caplog.records if record.message == "camera-thread-late"
        ] == ["camera-read"]
    assert listener.faults == ["camera-slow"]


def test_a_still_recording_is_no_fault(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "code.png"), hall_with_code())
    listener = Listener()
    worker = CameraWorker(lambda: open_source(str(tmp_path)), listener, None, CodeReader(), QUICK)
    worker.watch(Watch.CODES)
    with running(worker):
        listener.wait_for(lambda: len(listener.contents) >= 6)
    assert listener.faults == []


def test_a_recording_that_is_not_repeated_ends_once(tmp_path: Path) -> None:
    file = written(tmp_path / "short.mp4", [colour(hall(160, 96))] * 2)
    opened: list[Source] = []

    def once() -> Source:
        opened.append(VideoFile(file, loop=False))
        return opened[-1]

    listener = Listener()
    with running(CameraWorker(once, listener, None, CodeReader(), QUICK)):
        listener.wait_for(lambda: bool(listener.faults))
        time.sleep(5 * QUICK.longest_delay_s)  # long enough for the reopening that must not come
    assert listener.faults == ["camera-ended"]
    assert len(opened) == 1


def test_a_network_camera_that_comes_back_is_used_again() -> None:
    picture = cv2.imencode(".jpg", hall_with_code())[1].tobytes()
    part = b"--f\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(picture), picture)
    listener = Listener()
    with CameraServer(lambda connection: connection.sendall(b"HTTP/1.1 503 Busy\r\n\r\n")) as server:
        worker = CameraWorker(lambda: open_source(server.url), listener, None, CodeReader(), QUICK)
        worker.watch(Watch.CODES)
        with running(worker):
            listener.wait_for(lambda: bool(listener.faults))
            server.answer = lambda connection: connection.sendall(multipart("f") + part * 3)
            listener.wait_for(lambda: len(listener.contents) >= 2)
    assert listener.faults[0] == "camera-missing"
    assert set(listener.contents) == {(SIGNED_TEXT,)}


class Faulty(CodeReader):
    """Fails for the first three frames."""

    calls = 0

    def read(self, gray: Image, at: float | None = None) -> list[str]:
        self.calls += 1
        if self.calls <= 3:
            raise ZeroDivisionError
        return super().read(gray)


def test_an_analysis_that_throws_is_counted_told_and_taken_back() -> None:
    source, listener = Script(noise), Listener()
    worker = worker_of(source, listener, replace(QUICK, codes_per_s=100.0), Faulty())
    worker.watch(Watch.CODES)
    with running(worker, source):
        listener.wait_for(lambda: "recovered" in listener.faults)
        assert worker.failures == {"ZeroDivisionError": 3}
    assert listener.faults == ["camera-analysis", "recovered"]


def test_a_slow_analysis_gets_the_newest_frame_and_nothing_queues() -> None:
    newest = [0]
    seen: list[int] = []

    def numbered(_opening: int) -> Iterator[Image]:
        for number in range(250 * 250):
            picture = np.full((8, 8, 3), 100, np.uint8)
            picture[1, :2] = [[number // 250] * 3, [number % 250] * 3]
            newest[0] = number
            yield picture

    class Slow(CodeReader):
        """Takes as long as the camera takes for five more frames."""

        def read(self, gray: Image, at: float | None = None) -> list[str]:
            seen.append(int(gray[1, 0]) * 250 + int(gray[1, 1]))
            start = newest[0]
            while newest[0] <= start + 5 and not source.leaving.wait(0.005):
                pass
            return ["seen"]

    source, listener = Script(numbered), Listener()
    worker = worker_of(source, listener, replace(QUICK, codes_per_s=1000.0), Slow())
    worker.watch(Watch.CODES)
    with running(worker, source):
        listener.wait_for(lambda: len(listener.contents) >= 10)
    assert min(after - before for before, after in itertools.pairwise(seen)) >= 5


def test_the_wait_before_opening_again_doubles_up_to_ten_seconds() -> None:
    class Waits(threading.Event):
        """Notes the waits instead of waiting."""

        def __init__(self) -> None:
            super().__init__()
            self.asked: list[float | None] = []

        def wait(self, timeout: float | None = None) -> bool:
            self.asked.append(timeout)
            if len(self.asked) == 9:
                self.set()
            return self.is_set()

    def sees_once(opening: int) -> Iterator[Image | Exception]:
        yield from itertools.islice(noise(opening), 3)
        yield unplugged()

    stop, listener = Waits(), Listener()
    source = Script(sees_once, openings={opening: unplugged() for opening in (1, 2, 3, 4, 5, 6, 7, 9)})
    reader = FrameReader(lambda: source, listener, FaultBoard(listener), LatestFrame(), stop, Limits())
    reader.run()
    assert stop.asked == [0.5, 1, 2, 4, 8, 10, 10, 0.5, 1]


def test_portraits_need_an_assessor() -> None:
    with pytest.raises(ValueError, match="without a portrait assessor"):
        worker_of(Script(noise), Listener()).watch(Watch.PORTRAIT)


def test_a_worker_that_never_started_can_be_stopped() -> None:
    worker_of(Script(noise), Listener()).stop()


def test_faults_name_what_to_do() -> None:
    fault = CameraFault("camera-frozen", "It stands still.", "Unplug it.")
    assert (fault.code, str(fault)) == ("camera-frozen", "It stands still. Unplug it.")
