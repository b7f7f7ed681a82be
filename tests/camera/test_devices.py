"""Cameras by name, on a tree of files as Linux makes it: sysfs nodes, and udev's links to them."""

import sys
from pathlib import Path

import pytest

from kiosk_app.camera.devices import CameraDevice, find_device, linux_devices, list_devices
from kiosk_app.camera.frames import CameraFault
from kiosk_app.camera.source import open_source


class Tree:
    """/sys/class/video4linux and /dev/v4l/by-id in a folder of the test."""

    def __init__(self, root: Path) -> None:
        self.sysfs, self.by_id, self.dev = root / "video4linux", root / "dev/v4l/by-id", root / "dev"
        self.sysfs.mkdir()
        self.by_id.mkdir(parents=True)

    def plug(self, number: int, name: str, serial: str = "") -> None:
        """Two nodes, as a USB camera has: the pictures, and their metadata."""
        for index in (0, 1):
            node = self.sysfs / f"video{number + index}"
            node.mkdir()
            (node / "name").write_text(f"{name}\n", encoding="utf-8")
            (node / "index").write_text(f"{index}\n", encoding="ascii")
            if serial:
                link = self.by_id / f"usb-{name.replace(' ', '_')}_{serial}-video-index{index}"
                link.symlink_to(f"../../video{number + index}")

    def pull(self, number: int) -> None:
        for node in (f"video{number}", f"video{number + 1}"):
            for file in (self.sysfs / node).iterdir():
                file.unlink()
            (self.sysfs / node).rmdir()
            for link in self.by_id.iterdir():
                if link.readlink().name == node:
                    link.unlink()

    def devices(self) -> list[CameraDevice]:
        return linux_devices(self.sysfs, self.by_id)

    def find(self, wanted: str) -> CameraDevice:
        return find_device(wanted, self.devices)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_only_nodes_that_give_pictures_are_cameras_and_they_come_in_the_order_of_their_numbers(tree: Tree) -> None:
    tree.plug(10, "USB 2.0 Camera: USB 2.0 Camera")
    tree.plug(2, "Logitech BRIO", "9A1B")
    (tree.sysfs / "v4l-subdev0").mkdir()
    (tree.sysfs / "radio0").mkdir()
    assert tree.devices() == [
        CameraDevice(2, "Logitech BRIO", "usb-Logitech_BRIO_9A1B-video-index0"),
        CameraDevice(10, "USB 2.0 Camera: USB 2.0 Camera", ""),
    ]


def test_a_node_that_goes_away_meanwhile_is_left_out(tree: Tree) -> None:
    tree.plug(0, "Logitech BRIO")
    tree.plug(2, "HD Pro Webcam C920")
    (tree.sysfs / "video0/name").unlink()
    assert [device.name for device in tree.devices()] == ["HD Pro Webcam C920"]


def test_a_machine_without_cameras_has_no_such_folders(tmp_path: Path) -> None:
    assert linux_devices(tmp_path / "no", tmp_path / "none") == []


@pytest.mark.parametrize(
    "wanted",
    ["Logitech BRIO", "logitech  brio ", "BRIO", "usb-Logitech_BRIO_9A1B-video-index0", "9a1b"],
)
def test_a_camera_is_found_by_name_by_id_and_by_part_of_either(tree: Tree, wanted: str) -> None:
    tree.plug(0, "HD Pro Webcam C920", "77F0")
    tree.plug(2, "Logitech BRIO", "9A1B")
    assert tree.find(wanted).number == 2


def test_a_camera_is_found_again_when_it_comes_back_under_another_number(tree: Tree) -> None:
    tree.plug(0, "Logitech BRIO", "9A1B")
    tree.plug(2, "HD Pro Webcam C920", "77F0")
    assert tree.find("Logitech BRIO").number == 0
    tree.pull(0)
    with pytest.raises(CameraFault, match="C920"):
        tree.find("Logitech BRIO")
    tree.plug(4, "Logitech BRIO", "9A1B")
    assert tree.find("Logitech BRIO").number == 4


def test_a_camera_that_is_not_there_is_missing_and_those_that_are_there_are_told(tree: Tree) -> None:
    with pytest.raises(CameraFault, match="none is plugged in"):
        tree.find("Logitech BRIO")
    tree.plug(0, "HD Pro Webcam C920", "77F0")
    tree.plug(2, "Integrated Camera")
    with pytest.raises(CameraFault) as caught:
        tree.find("Logitech BRIO")
    assert caught.value.code == "camera-missing"
    assert caught.value.message == (
        'There is no camera "Logitech BRIO"; there is: HD Pro Webcam C920 (usb-HD_Pro_Webcam_C920_77F0-video-index0),'
        " Integrated Camera."
    )


def test_a_name_of_two_cameras_chooses_neither_and_their_ids_are_told(tree: Tree) -> None:
    tree.plug(0, "Logitech BRIO", "9A1B")
    tree.plug(2, "Logitech BRIO", "9A1C")
    with pytest.raises(CameraFault, match="2 cameras are called") as caught:
        tree.find("Logitech BRIO")
    assert "9A1B" in caught.value.message
    assert "9A1C" in caught.value.message
    assert tree.find("9A1C").number == 2


def test_the_whole_name_goes_before_a_part_of_another(tree: Tree) -> None:
    tree.plug(0, "Webcam Pro")
    tree.plug(2, "Webcam")
    assert tree.find("webcam").number == 2


@pytest.mark.parametrize("wanted", ["", "  "])
def test_no_name_is_no_camera(tree: Tree, wanted: str) -> None:
    tree.plug(0, "Logitech BRIO")
    with pytest.raises(CameraFault):
        tree.find(wanted)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked for names")
def test_a_named_camera_of_the_command_line_is_looked_up_on_the_real_system() -> None:
    assert all(device.name for device in list_devices())
    camera = open_source("name:No Such Camera 4711")
    with pytest.raises(CameraFault, match='no camera "No Such Camera 4711"') as caught:
        camera.open()
    assert caught.value.code == "camera-missing"


@pytest.mark.skipif(sys.platform in ("linux", "win32"), reason="Linux and Windows can be asked for names")
def test_elsewhere_a_name_is_refused_with_what_to_do() -> None:
    with pytest.raises(CameraFault, match="Give its number"):
        list_devices()
