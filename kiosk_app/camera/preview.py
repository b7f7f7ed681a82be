"""The camera's picture as the screen wants it, so that the screen has nothing left to compute."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk_app.camera.frames import Image

LARGEST_SIDE_PX = 4096


@dataclass(frozen=True, slots=True)
class PreviewSize:
    """Device pixels of the widget; mirrored for who looks into it as into a mirror."""

    width: int
    height: int
    mirrored: bool

    def __post_init__(self) -> None:
        if not (1 <= self.width <= LARGEST_SIDE_PX and 1 <= self.height <= LARGEST_SIDE_PX):
            raise ValueError(f"A preview has sides from 1 to {LARGEST_SIDE_PX} px, not {self.width}x{self.height}.")


def preview(bgr: Image, size: PreviewSize) -> Image:
    """`bgr` uint8[H, W, 3] scaled to cover `size`, what stands over cut off evenly; BGRA uint8[h, w, 4], opaque.

    An array of its own, contiguous, so that a QImage (Format_RGB32) may stand on it as long as the array is kept.
    """
    cut = _covering(bgr, size)
    # Linear sampling below half the size skips pixels, so that the picture flickers; halving averages, and is cheap.
    while cut.shape[1] >= 2 * size.width and cut.shape[0] >= 2 * size.height:
        cut = _resized(cut, cut.shape[1] // 2, cut.shape[0] // 2, cv2.INTER_AREA)
    shrinks = cut.shape[1] > size.width
    if size.mirrored and not shrinks:
        cut = np.asarray(cv2.flip(cut, 1), dtype=np.uint8)
    scaled = _resized(cut, size.width, size.height, cv2.INTER_LINEAR)
    if size.mirrored and shrinks:
        scaled = np.asarray(cv2.flip(scaled, 1), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_BGR2BGRA), dtype=np.uint8)


def _resized(bgr: Image, width: int, height: int, way: int) -> Image:
    return np.asarray(cv2.resize(bgr, (width, height), interpolation=way), dtype=np.uint8)


def _covering(bgr: Image, size: PreviewSize) -> Image:
    """The largest middle part of `bgr` with the proportions of `size`."""
    height, width = bgr.shape[:2]
    wanted_width = min(width, max(1, round(height * size.width / size.height)))
    wanted_height = min(height, max(1, round(width * size.height / size.width)))
    x, y = (width - wanted_width) // 2, (height - wanted_height) // 2
    return bgr[y : y + wanted_height, x : x + wanted_width]
