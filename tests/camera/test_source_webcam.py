"""The order in which a webcam is asked for its format, and what becomes of its refusals.

There is no camera on a build machine: a device that answers as drivers do stands in for cv2.VideoCapture. That a
missing camera is told is tried on the real one.
"""

import sys

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from kiosk_app.camera.devices import CameraDevice
from kiosk_app.camera.frames import CameraFault
from kiosk_app.camera.webcam import Webcam

MJPG = cv2.VideoWriter.fourcc(*"MJPG")
YUYV = cv2.VideoWriter.fourcc(*"YUYV")


class Device:
    """A driver: takes the formats it has, keeps silent about the others, numbers its pictures."""

    def __init__(
        self, compressed: bool = True, opens: bool = True, pictures: int = 100, size: tuple[int, int] = (480, 640)
    ) -> None:
        self.asked: list[tuple[int, float]] = []
        self.values: dict[int, float] = {cv2.CAP_PROP_FOURCC: YUYV}
        self._compressed = compressed
        self._opens = opens
        self._pictures = pictures
        self._size = size
        self.number = 0
        self.grabbed = 0
        self.released = 0

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's own name
        return self._opens

    def set(self, key: int, value: float, /) -> bool:
        self.asked.append((key, value))
        if key != cv2.CAP_PROP_FOURCC or self._compressed:
            self.values[key] = value
        return True  # as V4L2 does, whatever became of it

    def get(self, key: int, /) -> float:
        return self.values.get(key, 0.0)

    def read(self) -> tuple[bool, MatLike | None]:
        if self.number >= self._pictures:
            return False, None
        self.number += 1
        return True, np.full((*self._size, 3), self.number, np.uint8)

    def grab(self) -> bool:
        self.grabbed += 1
        return self.read()[0]

    def release(self) -> None:
        self.released += 1


def test_compression_is_asked_for_before_the_size_and_the_speed() -> None:
    device = Device()
    Webcam(0, lambda _index: device).open()
    keys = [key for key, _value in device.asked]
    assert keys[:4] == [
        cv2.CAP_PROP_FOURCC,
        cv2.CAP_PROP_FRAME_WIDTH,
        cv2.CAP_PROP_FRAME_HEIGHT,
        cv2.CAP_PROP_FPS,
    ]
    assert device.values[cv2.CAP_PROP_FOURCC] == MJPG
    assert (device.values[cv2.CAP_PROP_FRAME_WIDTH], device.values[cv2.CAP_PROP_FRAME_HEIGHT]) == (1920, 1080)


def test_without_compression_a_size_is_asked_that_the_cable_can_carry() -> None:
    device = Device(compressed=False)
    Webcam(0, lambda _index: device).open()
    assert (device.values[cv2.CAP_PROP_FRAME_WIDTH], device.values[cv2.CAP_PROP_FRAME_HEIGHT]) == (1280, 720)


def test_the_first_pictures_are_thrown_away() -> None:
    camera = Webcam(0, lambda _index: Device())
    camera.open()
    assert int(camera.read()[0, 0, 0]) == 6
    assert camera.live


def test_a_camera_without_pictures_is_busy_and_given_free() -> None:
    device = Device(pictures=2)
    with pytest.raises(CameraFault) as caught:
        Webcam(0, lambda _index: device).open()
    assert caught.value.code == "camera-busy"
    assert device.released == 1


def test_a_camera_that_stops_is_missing() -> None:
    camera = Webcam(0, lambda _index: Device(pictures=6))
    camera.open()
    camera.read()
    with pytest.raises(CameraFault, match="stopped giving pictures") as caught:
        camera.read()
    assert caught.value.code == "camera-missing"


def test_a_picture_of_another_kind_is_named() -> None:
    device = Device()
    camera = Webcam(0, lambda _index: device)
    camera.open()
    device.read = lambda: (True, np.zeros((480, 640, 2), np.uint8))  # type: ignore[method-assign] # one odd answer
    with pytest.raises(CameraFault) as caught:
        camera.read()
    assert caught.value.code == "camera-format"


def test_closing_gives_the_device_free_once() -> None:
    device = Device()
    camera = Webcam(0, lambda _index: device)
    camera.open()
    camera.close()
    camera.close()
    assert device.released == 1
    for use in (camera.read, camera.skip):
        with pytest.raises(CameraFault, match="is not open"):
            use()


@pytest.mark.parametrize(
    ("size", "says"), [((340, 340), "340 x 340"), ((480, 600), "600 x 480"), ((400, 640), "640 x 400")]
)
def test_a_camera_that_gives_small_pictures_is_no_webcam(size: tuple[int, int], says: str) -> None:
    device = Device(size=size)
    with pytest.raises(CameraFault, match=f"only {says}") as caught:
        Webcam(0, lambda _index: device).open()
    assert caught.value.code == "camera-format"
    assert device.released == 1


def test_a_skipped_picture_is_not_seen_and_a_camera_that_stopped_is_named() -> None:
    device = Device(pictures=7)
    camera = Webcam(0, lambda _index: device)
    camera.open()
    camera.skip()
    assert int(camera.read()[0, 0, 0]) == 7
    assert device.grabbed == (1 if sys.platform == "linux" else 0)
    with pytest.raises(CameraFault, match="stopped giving pictures"):
        camera.skip()


def automatics(device: Device) -> tuple[bool, bool]:
    """Whether exposure and white balance are the camera's own affair; the fake device takes V4L2's and DirectShow's words."""
    return device.values[cv2.CAP_PROP_AUTO_EXPOSURE] in (3.0, 0.75), device.values[cv2.CAP_PROP_AUTO_WB] == 1.0


def test_the_light_is_held_and_given_back_at_the_latest_with_the_camera() -> None:
    device = Device()
    device.values |= {
        cv2.CAP_PROP_AUTO_EXPOSURE: 1.0,
        cv2.CAP_PROP_AUTO_WB: 0.0,
    }  # left so by a program that was killed
    camera = Webcam(0, lambda _index: device)
    camera.lock(True)  # harmless before there is a picture
    camera.open()
    assert automatics(device) == (True, True)
    camera.read()
    camera.lock(True)
    assert automatics(device) == (False, False)
    camera.lock(False)
    assert automatics(device) == (True, True)
    camera.lock(True)
    camera.close()
    assert automatics(device) == (True, True)


def test_a_camera_whose_picture_jumps_when_it_is_held_is_let_go_by_the_next_reading() -> None:
    device = Device()
    camera = Webcam(0, lambda _index: device)
    camera.open()
    camera.read()
    camera.lock(True)
    device.read = lambda: (True, np.full((480, 640, 3), 200, np.uint8))  # type: ignore[method-assign] # the jump
    camera.read()
    assert automatics(device) == (True, False)


def test_a_camera_with_a_name_is_looked_up_at_each_opening() -> None:
    numbers = iter([0, 2])
    opened: list[int] = []

    def device(number: int) -> Device:
        opened.append(number)
        return Device(pictures=6)

    camera = Webcam("BRIO", device, lambda name: CameraDevice(next(numbers), name))
    camera.open()
    camera.read()
    with pytest.raises(CameraFault, match="Camera BRIO stopped"):
        camera.read()
    camera.open()
    camera.read()
    assert opened == [0, 2]
    assert camera.name == "webcam BRIO"


def test_a_camera_that_is_not_there_is_missing_on_the_real_system() -> None:
    camera = Webcam(97)
    with pytest.raises(CameraFault, match="There is no camera 97") as caught:
        camera.open()
    assert caught.value.code == "camera-missing"
    assert "Plug the camera in" in caught.value.action
