"""The camera that a word of the command line or the settings file means."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk_app.camera.files import IMAGE_SUFFIXES, ImageFolder, VideoFile
from kiosk_app.camera.frames import CameraFault, Source
from kiosk_app.camera.mjpeg import MjpegStream
from kiosk_app.camera.webcam import Webcam

if TYPE_CHECKING:
    from kiosk_app.camera.practice.stage import Stage

_NAME = "name:"
_NUMBER = re.compile(r"[0-9]{1,2}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://.*")


def open_source(spec: str, stage: "Stage | None" = None) -> Source:
    """The camera meant by `spec`, not opened yet: "0", "1" ... or "name:Logitech BRIO" a webcam; a video file; an image or
    a folder of images; "http://..." a stream; "practice" (driven through `stage`) or "practice:SCRIPT".

    Raises CameraFault for what can be no camera; whether it answers shows when it is opened.
    """
    if _NUMBER.fullmatch(spec):
        return Webcam(int(spec))
    if spec.startswith(_NAME) and spec.removeprefix(_NAME).strip():
        return Webcam(spec.removeprefix(_NAME).strip())
    if spec == "practice" or spec.startswith("practice:"):
        return _practice(spec.removeprefix("practice").removeprefix(":"), stage)
    if _ADDRESS.fullmatch(spec):
        return MjpegStream(spec)
    path = Path(spec)
    if spec.strip() == "":
        raise _nothing(spec)
    if path.is_dir() or path.suffix.lower() in IMAGE_SUFFIXES:
        return ImageFolder(path)
    if path.exists():
        return VideoFile(path)
    raise _nothing(spec)


def _nothing(spec: str) -> CameraFault:
    said = "of this name" if "@" in spec else f'"{spec}"'  # an address with a slip of a key may have a password in it
    return CameraFault(
        "camera-missing",
        f"There is no camera, file or folder {said}.",
        "Give a webcam's number, name:NAME, a video file, a folder of images, http://... or practice.",
    )


def _practice(script: str, stage: "Stage | None") -> Source:
    # Only who practises pays for the renderer and its meshes.
    from kiosk_app.camera.practice.camera import PracticeCamera

    return PracticeCamera(stage, script or None)
