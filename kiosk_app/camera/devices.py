"""The cameras of this machine by name: numbers change with every plug, names do not."""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.camera.devices_windows import system_video_inputs
from kiosk_app.camera.frames import CameraFault

_NODE = re.compile(r"video([0-9]{1,3})")
_SYSFS = Path("/sys/class/video4linux")
_BY_ID = Path("/dev/v4l/by-id")


@dataclass(frozen=True, slots=True, order=True)
class CameraDevice:
    """A camera that is plugged in now: its number, what its maker calls it, and an id with the serial number in it.

    `id` is "" where the system has none; it tells two cameras of one model apart.
    """

    number: int
    name: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.id})" if self.id else self.name


def list_devices(sysfs: Path = _SYSFS, by_id: Path = _BY_ID) -> list[CameraDevice]:
    """The cameras that are there, by number. Raises CameraFault "camera-format" on a system that cannot be asked."""
    if sys.platform == "linux":
        return linux_devices(sysfs, by_id)
    try:
        inputs = system_video_inputs()
    except OSError as error:
        raise _nameless() from error
    return [CameraDevice(number, *told) for number, told in enumerate(inputs)]


def _nameless() -> CameraFault:
    return CameraFault(
        "camera-format",
        "On this system a camera cannot be chosen by its name.",
        "Give its number: 0 is the first camera, 1 the second.",
    )


def linux_devices(sysfs: Path, by_id: Path) -> list[CameraDevice]:
    """The cameras under `sysfs` (/sys/class/video4linux), with the link names under `by_id` (/dev/v4l/by-id).

    A camera has a node for each thing that it sends, and only the first, whose `index` is 0, gives pictures: the others
    give metadata (Linux, Documentation/driver-api/media/v4l2-dev). A node that goes away meanwhile is left out.
    """
    ids = _ids(by_id)
    found: list[CameraDevice] = []
    for node in _entries(sysfs):
        numbered = _NODE.fullmatch(node.name)
        try:
            if numbered is None or (node / "index").read_text(encoding="ascii").strip() != "0":
                continue
            name = " ".join((node / "name").read_text(encoding="utf-8", errors="replace").split())
        except (OSError, UnicodeDecodeError):
            continue
        found.append(CameraDevice(int(numbered[1]), name, ids.get(node.name, "")))
    return sorted(found)


def find_device(wanted: str, devices: Callable[[], Iterable[CameraDevice]] = list_devices) -> CameraDevice:
    """The one camera called `wanted`: its whole name or id, else a part of either; letter case does not matter.

    Raises CameraFault "camera-missing", which says what there is, when no camera or more than one is meant.
    """
    there = sorted(devices())
    key = _key(wanted)
    for matches in (_is, _has):
        meant = [device for device in there if matches(device, key)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise CameraFault(
                "camera-missing",
                f'{len(meant)} cameras are called "{wanted}": {_listed(meant)}.',
                "Unplug all but one, or choose one by the longer name in brackets.",
            )
    raise CameraFault(
        "camera-missing",
        f'There is no camera "{wanted}"; {f"there is: {_listed(there)}" if there else "none is plugged in"}.',
        "Plug it in, or choose a camera that is there.",
    )


def _is(device: CameraDevice, key: str) -> bool:
    return key in (_key(device.name), _key(device.id)) and key != ""


def _has(device: CameraDevice, key: str) -> bool:
    return key != "" and (key in _key(device.name) or key in _key(device.id))


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _listed(devices: Iterable[CameraDevice]) -> str:
    return ", ".join(map(str, devices))


def _ids(by_id: Path) -> dict[str, str]:
    """Node name ("video0") to the name of the link that udev made from maker, model and serial number."""
    found: dict[str, str] = {}
    for link in _entries(by_id):
        try:
            found.setdefault(link.readlink().name, link.name)
        except OSError:
            continue
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
