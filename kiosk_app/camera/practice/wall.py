"""The white wall behind the person, and what a sensor adds to every picture."""

import cv2
import numpy as np

from kiosk_app.camera.frames import Image

_WHITE = (234, 236, 237)
_TILES = 2
_PAD = 64


def paint_wall(width: int, height: int) -> Image:
    """[height, width, 3]: nearly white, a little brighter where the lamps are, a little darker in the corners."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    falloff = 1.015 - 0.022 * ((x + 0.15) ** 2 + 0.8 * (y + 0.2) ** 2)
    wall = falloff[..., None] * np.asarray(_WHITE, np.float32)
    # A gradient this slow would show as bands of whole grey values; noise below one value hides them.
    wall += np.random.default_rng(7).uniform(-0.5, 0.5, wall.shape).astype(np.float32)
    return np.clip(np.round(wall), 0, 255).astype(np.uint8)


class Sensor:
    """Noise from a few prebuilt tiles, laid at another place in each frame: cheap, and never the same twice in a row."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        rng = np.random.default_rng(11)
        self._tiles: list[tuple[Image, Image]] = []
        for _ in range(_TILES):
            shape = (height + _PAD, width + _PAD)
            grey = rng.standard_normal(shape, dtype=np.float32) * 1.3
            noise = grey[..., None] + rng.standard_normal((*shape, 3), dtype=np.float32) * 0.9
            rounded = np.round(noise)
            self._tiles.append((np.clip(rounded, 0, 255).astype(np.uint8), np.clip(-rounded, 0, 255).astype(np.uint8)))

    def expose(self, picture: Image, light: float, number: int) -> Image:
        """The picture as a sensor gives it: darker with less light, then noisier too. Depends on nothing but its input."""
        if light != 1.0:
            picture = np.asarray(cv2.convertScaleAbs(picture, alpha=light), np.uint8)
        x, y = number * 37 % _PAD, number * 23 % _PAD
        width, height = self._size
        brighter, darker = self._tiles[number % _TILES]
        window = (slice(y, y + height), slice(x, x + width))
        noisy = cv2.subtract(cv2.add(picture, brighter[window]), darker[window])
        if light < 0.6:
            other = self._tiles[(number + 1) % _TILES]
            noisy = cv2.subtract(cv2.add(noisy, other[0][window]), other[1][window])
        return np.asarray(noisy, np.uint8)
