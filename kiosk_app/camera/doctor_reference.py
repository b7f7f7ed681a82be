"""What the empty booth looked like when all was well: measures and a small picture, in the booth's data folder."""

import hashlib
import json
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.errors import KioskError
from kiosk_app.files import write_whole

_FORMAT = 1
_COMPARED = {"wall_l", "wall_a", "wall_b", "light_left_right", "light_top_bottom"}
_AGAIN = "Empty the booth and make a new one: kiosk-app doctor camera --reference"
_DISK = "Look after the data folder: who may write there, and how full its disk is."


@dataclass(frozen=True, eq=False)
class Reference:
    """`small` uint8 [h, 320, 3] BGR; `size` of the camera's own picture; `measures` as of `doctor_measures.measure`."""

    camera: str
    taken_at: datetime
    size: tuple[int, int]
    measures: dict[str, float]
    small: Image


class ReferenceShelf:
    """The one reference of a booth, below its data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "camera"
        self._facts = self._folder / "reference.json"
        self._picture = self._folder / "reference.png"

    def load(self) -> Reference | None:
        """The reference, None before the first. Raises KioskError "reference-damaged" for what is not whole."""
        if not self._facts.exists():
            return None
        try:
            facts = json.loads(self._facts.read_text(encoding="utf-8"))
            png = self._picture.read_bytes()
        except (OSError, ValueError) as error:
            raise KioskError("reference-damaged", "The camera's reference cannot be read.", _AGAIN) from error
        try:
            return _decoded(facts, png)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, cv2.error) as error:
            raise KioskError("reference-damaged", "The camera's reference is damaged.", _AGAIN) from error

    def keep(self, reference: Reference) -> None:
        """Puts it in the place of the one before; the facts last, so that both files belong together or are refused."""
        png = encoded(reference.small, ".png")
        facts = {
            "format": _FORMAT,
            "camera": reference.camera,
            "taken_at": reference.taken_at.isoformat(),
            "size": list(reference.size),
            "measures": {name: round(value, 4) for name, value in reference.measures.items()},
            "picture_sha256": hashlib.sha256(png).hexdigest(),
        }
        _make_private(self._folder)
        write_whole(self._picture, png, _DISK)
        write_whole(self._facts, json.dumps(facts, indent=2).encode(), _DISK)


def _decoded(facts: dict[str, object], png: bytes) -> Reference:
    if facts["format"] != _FORMAT or facts["picture_sha256"] != hashlib.sha256(png).hexdigest():
        raise ValueError("format")
    size, measures = facts["size"], facts["measures"]
    if not isinstance(size, list) or not isinstance(measures, dict):
        raise TypeError("size or measures")
    small = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if small is None or not all(math.isfinite(value) for value in measures.values()):
        raise ValueError("picture")
    if not measures.keys() >= _COMPARED:
        raise ValueError("a measure is lacking")
    if measures["light_left_right"] <= 0 or measures["light_top_bottom"] <= 0:
        raise ValueError("a ratio that cannot be")
    return Reference(
        str(facts["camera"]),
        datetime.fromisoformat(str(facts["taken_at"])),
        (int(size[0]), int(size[1])),
        {str(name): float(value) for name, value in measures.items()},
        np.asarray(small, np.uint8),
    )


def encoded(bgr: Image, suffix: str) -> bytes:
    """The picture as the content of a file of that kind."""
    done, content = cv2.imencode(suffix, bgr)
    if not done:
        raise KioskError("encode-failed", f"A {suffix} picture cannot be made.", "Name a .png or .jpg file.")
    return content.tobytes()


def _make_private(folder: Path) -> None:
    """Each folder on the way for itself: of a whole way mkdir would keep only the last to its owner."""
    try:
        for one in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
            one.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise KioskError("file-unwritable", f"{folder} cannot be made ({error.strerror}).", _DISK) from error
