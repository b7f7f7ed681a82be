"""The labelled faces of the shared data, each assessed once for all tests that ask."""

from functools import cache

import pytest

from bench.labelled import ABSENT, FACES, Labelled, here, labels, padded, picture
from kiosk_app.camera.portrait import Assessment, PortraitAssessor

__all__ = ["FACES", "Labelled", "assessed", "assessor", "labels", "needs_faces", "padded", "picture"]

needs_faces = pytest.mark.skipif(not here(), reason=ABSENT)


@cache
def assessor() -> PortraitAssessor:
    return PortraitAssessor()


@cache
def assessed(file: str) -> Assessment:
    return assessor().assess(picture(file))
