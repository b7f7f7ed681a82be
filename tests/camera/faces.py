"""The labelled faces of the shared data, each assessed once for all tests that ask."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk_app.camera.frames import Image
from kiosk_app.camera.portrait import Assessment, PortraitAssessor
from tests.camera.pictures import SHARED_DATA

FACES = SHARED_DATA / "faces"
needs_faces = pytest.mark.skipif(not (FACES / "labels.json").exists(), reason="the shared face pictures are not here")


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


@cache
def labels() -> tuple[Labelled, ...]:
    entries = json.loads((FACES / "labels.json").read_text(encoding="utf-8"))
    return tuple(Labelled(entry["file"], entry["kind"], entry["expect"]) for entry in entries)


def picture(file: str) -> Image:
    return np.asarray(cv2.imread(str(FACES / file)), dtype=np.uint8)


@cache
def assessor() -> PortraitAssessor:
    return PortraitAssessor()


@cache
def assessed(file: str) -> Assessment:
    return assessor().assess(picture(file))
