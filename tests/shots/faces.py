"""People for the pictures: the practice person, drawn by the camera's own renderer; each picture is made once."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.portrait import PortraitAssessor
from kiosk_app.camera.practice.camera import PracticeCamera
from kiosk_app.camera.practice.person import Person

Picture = NDArray[np.uint8]
_SHE = Person(skin=3, hijab=True, seed=4)
_HE = Person(skin=5, seed=11)


@cache
def scene(what: str) -> Picture:
    """A camera frame, BGR: somebody who sits "straight" or "turned", or a "phone" that is held up."""
    camera = PracticeCamera()
    if what == "phone":
        camera.stage.hold_code("1671000000000042")
    elif what == "turned":
        camera.stage.sit(_HE, yaw=22)
    else:
        camera.stage.sit(_SHE)
    return camera.render(camera.stage.snapshot())


@cache
def portrait(what: str) -> Picture:
    """The passport photo of a frame, BGR, as the booth crops it."""
    return PortraitAssessor().assess(scene(what)).crop()


def jpeg(picture: Picture) -> bytes:
    """A picture as it is shown and sealed."""
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
