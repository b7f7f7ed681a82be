"""An empty booth for the doctor: the practice camera's wall with a chair, a curtain and a notice before it."""

from pathlib import Path

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.render import studio
from kiosk_app.camera.practice.scene import Scene
from kiosk_app.camera.practice.wall import WallName

SIZE = (1280, 720)


def booth(wall: WallName = "white") -> Image:
    """uint8 [720, 1280, 3], without noise."""
    picture = studio(*SIZE).render(Scene(wall=wall, noise=0), 1).copy()
    cv2.rectangle(picture, (440, 600), (840, 719), (60, 55, 50), -1)
    cv2.rectangle(picture, (0, 0), (90, 719), (120, 90, 60), -1)
    cv2.rectangle(picture, (1130, 180), (1240, 420), (40, 60, 150), -1)
    cv2.line(picture, (0, 690), (1279, 690), (90, 90, 90), 6)
    return picture


def noisy(picture: "MatLike | NDArray[np.floating]", seed: int = 1) -> Image:
    """With a sensor's noise, as uint8."""
    noise = np.random.default_rng(seed).normal(0, 1.5, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def dimmed(picture: Image, factor: float) -> Image:
    return noisy(picture * factor)


def lit_from_the_right(picture: Image, least: float = 0.5) -> Image:
    """Linear from `least` of the light at the left edge to all of it at the right one."""
    return noisy(picture * np.linspace(least, 1, picture.shape[1])[None, :, None])


def cast_yellow(picture: Image) -> Image:
    return noisy(picture * np.array([0.72, 0.95, 1.0]))


def turned(picture: Image, right: float = 0, up: float = 0, clockwise: float = 0, closer: float = 1.0) -> Image:
    """What a camera sees after it was turned: degrees, of a field 65 degrees wide."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), clockwise, closer)
    matrix[:, 2] += np.array([-right, up]) * width / 65
    return noisy(np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)), 2)


def as_folder(folder: Path, picture: Image) -> Path:
    """A folder of this one image, which is a camera."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return folder
