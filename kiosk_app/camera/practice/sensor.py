"""What lens and sensor make of a scene: blur, a wrong white balance, noise."""

from collections.abc import Callable

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.raster import Floats

_TILES = 2
_PAD = 64
# Gains of blue, green and red under bulbs and under a cloudy sky, about those of 3000 and 9000 kelvin for a camera that
# is set to 5000.
_WARM = (0.62, 0.94, 1.06)
_COLD = (1.06, 0.95, 0.76)
# A kernel is drawn so many times as fine and averaged, so that half a pixel of blur is half a pixel. Odd: it has a middle.
_FINE = 9


def blurred(picture: Image, motion: float, motion_deg: float, defocus: float) -> Image:
    """The picture of a camera that moved `motion` pixels during the exposure or sees points as discs of a radius."""
    if motion > 0:
        picture = np.asarray(cv2.filter2D(picture, -1, _streak(motion, motion_deg)), np.uint8)
    if defocus > 0:
        picture = np.asarray(cv2.filter2D(picture, -1, _disc(defocus)), np.uint8)
    return picture


def _streak(length: float, angle: float) -> Floats:
    def draw(fine: Image, middle: float) -> None:
        # The ends of the line are round and add half a pixel each.
        half = max(0.0, length - 1) * _FINE / 2
        way = np.array([np.cos(np.radians(angle)), -np.sin(np.radians(angle))]) * half
        start, end = (np.round(middle + sign * way).astype(int).tolist() for sign in (-1, 1))
        cv2.line(fine, start, end, 255, _FINE)

    return _kernel(length / 2, draw)


def _disc(radius: float) -> Floats:
    def draw(fine: Image, middle: float) -> None:
        cv2.circle(fine, (round(middle), round(middle)), round((radius + 0.5) * _FINE), 255, -1)

    return _kernel(radius, draw)


def _kernel(reach: float, draw: Callable[[Image, float], None]) -> Floats:
    side = 2 * int(np.ceil(reach)) + 3
    fine = np.zeros((side * _FINE, side * _FINE), np.uint8)
    draw(fine, (side * _FINE - 1) / 2)
    kernel = cv2.resize(fine.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum(), np.float32)


def tinted(picture: Image, cast: float) -> Image:
    """The picture under a wrong white balance: 1 yellow as from bulbs, -1 blue as from a cloudy sky."""
    if cast == 0:
        return picture
    full = np.asarray(_WARM if cast > 0 else _COLD, np.float32)
    gains = 1 + abs(cast) * (full - 1)
    table = np.clip(np.arange(256, dtype=np.float32)[:, None] * gains, 0, 255).round().astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table[:, None]), np.uint8)


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

    def expose(self, picture: Image, light: float, number: int, noise: float = 1.0) -> Image:
        """The picture as a sensor gives it: darker with less light, then noisier too; `noise` times the usual noise.

        Depends on nothing but its input.
        """
        if light != 1.0:
            picture = np.asarray(cv2.convertScaleAbs(picture, alpha=light), np.uint8)
        x, y = number * 37 % _PAD, number * 23 % _PAD
        width, height = self._size
        window = (slice(y, y + height), slice(x, x + width))
        noisy = picture
        for offset in range(2 if light < 0.6 else 1):
            brighter, darker = (tile[window] for tile in self._tiles[(number + offset) % _TILES])
            if noise != 1.0:
                brighter, darker = (
                    np.asarray(cv2.convertScaleAbs(tile, alpha=noise), np.uint8) for tile in (brighter, darker)
                )
            noisy = np.asarray(cv2.subtract(cv2.add(noisy, brighter), darker), np.uint8)
        return noisy
