"""The labelled faces of the shared data: what is true of each picture, and what counts as a check being right.

The tests hold these counts fast; the benchmark prints them.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment

SHARED_DATA: Final = Path(os.environ.get("KIOSK_APP_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
FACES: Final = SHARED_DATA / "faces"
ABSENT: Final = "the shared face pictures are not here"


@dataclass(frozen=True)
class Labelled:
    """One picture and what its label says that a checker should find."""

    file: str
    kind: str
    expect: dict[str, Any]

    @property
    def generated(self) -> bool:
        """An untouched picture of a person who does not exist: only these have all labels."""
        return self.file.startswith("ai_")


Truth = Callable[[Labelled], bool | None]


@dataclass(frozen=True, slots=True)
class Check:
    """`rules` should object exactly where `truth` says so; None where a label does not tell. `reached`: how many a
    prototype got right of `total`, with one threshold a check that was chosen on these very pictures."""

    name: str
    rules: tuple[str, ...]
    truth: Truth
    total: int
    positives: int
    reached: int


def here() -> bool:
    """Whether there are labelled faces on this machine."""
    return (FACES / "labels.json").exists()


@cache
def labels() -> tuple[Labelled, ...]:
    """All labels, in the order of their file."""
    entries = json.loads((FACES / "labels.json").read_text(encoding="utf-8"))
    return tuple(Labelled(entry["file"], entry["kind"], entry["expect"]) for entry in entries)


def picture(file: str) -> Image:
    """uint8 [H, W, 3] BGR."""
    return np.asarray(cv2.imread(str(FACES / file)), dtype=np.uint8)


def padded(file: str) -> Image:
    """A tight portrait made into a frame with room around it: its edges are repeated."""
    image = picture(file)
    height, width = image.shape[0] // 2, image.shape[1] // 2
    return np.asarray(cv2.copyMakeBorder(image, height, height, width, width, cv2.BORDER_REPLICATE), dtype=np.uint8)


def measured(assessment: Assessment) -> bool:
    """Whether landmarks were found, without which most rules have nothing to go by."""
    return "yaw_deg" in assessment.measurements


def flagged(assessment: Assessment, rules: tuple[str, ...]) -> bool:
    """Whether one of the rules objects. A face that is not measured says nothing about its glasses: false, and a count
    of what is right has to ask `measured` too."""
    return measured(assessment) and any(assessment.verdicts[rule] != "pass" for rule in rules)


def _only(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _wall_is_wrong(face: Labelled) -> bool | None:
    return face.expect["background_ok"] is not True if "background_ok" in face.expect else None


def _eyes_are_shut(face: Labelled) -> bool | None:
    open_ = _only(face.expect.get("eyes_open"))
    return None if open_ is None or face.file.startswith("real_") else not open_


def _glasses_are_dark(face: Labelled) -> bool | None:
    dark = bool(face.expect.get("sunglasses")) or face.expect.get("eyes_visible") is False
    return dark if face.kind == "base" or dark else None


def _glasses_are_worn(face: Labelled) -> bool | None:
    dark = _glasses_are_dark(face)
    return None if dark is None else dark or bool(face.expect.get("glasses"))


def _smiles(face: Labelled) -> bool | None:
    neutral = _only(face.expect.get("neutral"))
    return None if neutral is None else not neutral


def _is_turned(face: Labelled) -> bool | None:
    frontal = _only(face.expect.get("frontal")) if face.generated else None
    return None if frontal is None else not frontal


def _is_blurred(face: Labelled) -> bool | None:
    return False if face.generated else (not face.expect["sharp"] if "sharp" in face.expect else None)


def _mouth_is_covered(face: Labelled) -> bool | None:
    return True if face.expect.get("mouth_visible") is False else (False if face.generated else None)


def _forehead_is_covered(face: Labelled) -> bool | None:
    return bool(face.expect["head_covered"]) if face.generated else None


def _others_are_there(face: Labelled) -> bool | None:
    return face.expect["single_face"] is False if "single_face" in face.expect else None


CHECKS: Final = (
    Check("background", ("background",), _wall_is_wrong, 10, 8, 10),
    Check("eyes closed", ("eyes_open",), _eyes_are_shut, 26, 2, 26),
    Check("dark glasses", ("dark_glasses",), _glasses_are_dark, 36, 4, 35),
    Check("any glasses", ("dark_glasses", "glasses"), _glasses_are_worn, 36, 7, 33),
    Check("smile", ("expression",), _smiles, 23, 4, 23),
    Check("frontal", ("pose",), _is_turned, 23, 3, 22),
    Check("blurred", ("sharpness",), _is_blurred, 32, 6, 28),
    Check("mouth covered", ("mouth_visible",), _mouth_is_covered, 28, 4, 25),
    Check("head covering", ("head_covering",), _forehead_is_covered, 24, 7, 19),
    Check("second face", ("single_face",), _others_are_there, 4, 4, 4),
)
