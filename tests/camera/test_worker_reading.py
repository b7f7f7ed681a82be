"""The reading thread with webcams: frames that nobody needs are let pass, and a camera is found again by its name."""

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

from bench.camera_rigs import Driver, Rig
from kiosk_app.camera.codes import CodeReader
from kiosk_app.camera.devices import CameraDevice, find_device, linux_devices
from kiosk_app.camera.frames import Image
from kiosk_app.camera.limits import Limits
from kiosk_app.camera.preview import PreviewSize
from kiosk_app.camera.reading import FrameReader
from kiosk_app.camera.sink import FaultBoard
from kiosk_app.camera.slot import LatestFrame
from kiosk_app.camera.webcam import Webcam
from kiosk_app.camera.worker import CameraWorker
from tests.camera.worker_rig import QUICK, Listener, Script, noise, running


class Skippable(Script):
    """Gives and lets pass; the reader's end comes after twenty of either."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(self._twenty)
        self.stop = stop
        self.given = 0
        self.passed = 0

    def _twenty(self, opening: int) -> Iterator[Image]:
        yield from itertools.islice(noise(opening), 19)
        self.stop.set()
        yield next(noise(77))

    def read(self) -> Image:
        self.given += 1
        return super().read()

    def skip(self) -> None:
        self.passed += 1
        super().read()


def read_twenty(size: PreviewSize | None) -> tuple[Skippable, LatestFrame]:
    stop, listener, slot = threading.Event(), Listener(), LatestFrame()
    source = Skippable(stop)
    slot.wanted_every_s = 60.0
    reader = FrameReader(lambda: source, listener, FaultBoard(listener), slot, stop, Limits())
    reader.preview_size = size
    reader.run()
    return source, slot


def test_what_is_neither_shown_nor_analysed_is_not_read() -> None:
    source, slot = read_twenty(None)
    assert (source.given, source.passed) == (1, 19)
    assert slot.newer(0, 0.0, 0.0) is not None


def test_whoever_looks_at_the_preview_gets_every_frame() -> None:
    source, _slot = read_twenty(PreviewSize(32, 18, mirrored=False))
    assert (source.given, source.passed) == (20, 0)


def test_a_camera_that_is_plugged_in_elsewhere_is_found_by_its_name_and_service_goes_on(tmp_path: Path) -> None:
    opened: list[int] = []
    rigs = {0: Rig(), 4: Rig()}

    def plug(number: int) -> Path:
        node = tmp_path / f"video{number}"
        node.mkdir()
        (node / "index").write_text("0\n", encoding="ascii")
        (node / "name").write_text("Logitech BRIO\n", encoding="utf-8")
        return node

    def device(number: int) -> Driver:
        opened.append(number)
        return Driver(rigs[number])

    def find(wanted: str) -> CameraDevice:
        return find_device(wanted, lambda: linux_devices(tmp_path, tmp_path / "by-id"))

    first, listener = plug(0), Listener()
    worker = CameraWorker(lambda: Webcam("BRIO", device, find), listener, None, CodeReader(), QUICK)
    worker.set_preview(32, 18, mirrored=False)
    with running(worker):
        listener.wait_for(lambda: bool(listener.previews))
        first.rename(tmp_path / "pulled")
        rigs[0].set("gone")
        listener.wait_for(lambda: bool(listener.faults))
        plug(4)
        listener.wait_for(lambda: "recovered" in listener.faults)
    assert listener.faults == ["camera-missing", "recovered"]
    assert set(opened) == {0, 4}
