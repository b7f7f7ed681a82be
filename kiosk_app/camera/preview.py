"""The camera's picture as the screen wants it, so that the screen has nothing left to compute."""

from dataclasses import dataclass

import cv2

from kiosk_app.camera.frames import Image
from kiosk_app.camera.pool import PicturePool

LARGEST_SIDE_PX = 4096
_HELD = 4  # previews that the screen may hold at once: the one that is shown, those on their way


@dataclass(frozen=True, slots=True)
class PreviewSize:
    """Device pixels of the widget; mirrored for who looks into it as into a mirror."""

    width: int
    height: int
    mirrored: bool

    def __post_init__(self) -> None:
        if not (1 <= self.width <= LARGEST_SIDE_PX and 1 <= self.height <= LARGEST_SIDE_PX):
            raise ValueError(f"A preview has sides from 1 to {LARGEST_SIDE_PX} px, not {self.width}x{self.height}.")


class Previews:
    """Makes previews one after the other, in memory that is used again; for one thread."""

    def __init__(self) -> None:
        self._made = PicturePool(_HELD)
        self._between: dict[str, PicturePool] = {}

    def make(self, bgr: Image, size: PreviewSize) -> Image:
        """`bgr` uint8[H, W, 3] scaled to cover `size`, what stands over cut off evenly; BGRA uint8[h, w, 4], opaque.

        An array of its own, contiguous, so that a QImage (Format_RGB32) may stand on it as long as the array is kept.
        """
        cut = _covering(bgr, size)
        # Linear sampling below half the size skips pixels, so that the picture flickers; halving averages, and is cheap.
        halvings = 0
        while cut.shape[1] >= 2 * size.width and cut.shape[0] >= 2 * size.height:
            halvings += 1
            half = PreviewSize(cut.shape[1] // 2, cut.shape[0] // 2, mirrored=False)
            cut = self._resized(f"half {halvings}", cut, half, cv2.INTER_AREA)
        shrinks = cut.shape[1] > size.width
        if size.mirrored and not shrinks:
            cut = self._flipped(cut)
        scaled = self._resized("scaled", cut, size, cv2.INTER_LINEAR)
        if size.mirrored and shrinks:
            scaled = self._flipped(scaled)
        made = self._made.take((size.height, size.width, 4))
        cv2.cvtColor(scaled, cv2.COLOR_BGR2BGRA, dst=made)
        return made

    def _resized(self, step: str, bgr: Image, size: PreviewSize, way: int) -> Image:
        room = self._room(step, (size.height, size.width, 3))
        cv2.resize(bgr, (size.width, size.height), dst=room, interpolation=way)
        return room

    def _flipped(self, bgr: Image) -> Image:
        room = self._room("flipped", bgr.shape)
        cv2.flip(bgr, 1, dst=room)
        return room

    def _room(self, step: str, shape: tuple[int, ...]) -> Image:
        return self._between.setdefault(step, PicturePool(1)).take(shape)


def _covering(bgr: Image, size: PreviewSize) -> Image:
    """The largest middle part of `bgr` with the proportions of `size`."""
    height, width = bgr.shape[:2]
    wanted_width = min(width, max(1, round(height * size.width / size.height)))
    wanted_height = min(height, max(1, round(width * size.height / size.width)))
    x, y = (width - wanted_width) // 2, (height - wanted_height) // 2
    return bgr[y : y + wanted_height, x : x + wanted_width]
