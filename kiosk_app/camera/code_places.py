"""Where in a frame something like a code is, without reading it."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image

SMALLEST_PX = 20  # a code has at least 21 modules
TEXTURE_BLOCK_PX = 8
_STEP_PX = 2
_DIRECTIONS = ((0, _STEP_PX), (_STEP_PX, 0), (_STEP_PX, _STEP_PX), (_STEP_PX, -_STEP_PX))
_ABOVE_NOISE = 2.5  # grey levels; the frame's own median is its noise
_ABOVE_NOISE_SHARE = 0.5
_SMALLEST_BLOCKS = 4
_MOST_OBLONG = 3.2


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle of a frame, in pixels; `right` and `bottom` are outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, corners: NDArray[np.float32], gray: Image) -> Self:
        """The part of `gray` that has the four `corners` in it; a decoder may guess the fourth far outside."""
        height, width = gray.shape
        x, y = np.clip(corners[:, 0], 0, width - 1), np.clip(corners[:, 1], 0, height - 1)
        return cls(int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1)

    @property
    def side(self) -> int:
        return max(self.right - self.left, self.bottom - self.top)

    @property
    def shorter_side(self) -> int:
        return min(self.right - self.left, self.bottom - self.top)

    def cut(self, gray: Image, margin: float = 0.0) -> Image:
        """What `gray` shows there and round about: `margin` times the size on each side, for the quiet zone."""
        x, y = int((self.right - self.left) * margin), int((self.bottom - self.top) * margin)
        rows = slice(max(0, self.top - y), max(0, self.bottom + y))
        return np.ascontiguousarray(gray[rows, max(0, self.left - x) : max(0, self.right + x)])

    def meets(self, other: "Place") -> bool:
        """Whether most of the smaller of the two lies in the larger."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width > 0 and height > 0 and 2 * width * height > min(_area(self), _area(other))

    def joined(self, other: "Place") -> "Place":
        return Place(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def textured(gray: Image) -> list[Place]:
    """Compact patches in which the grey changes in every direction, the most code-like first.

    An edge, a blind or a tiled floor does not change along itself; a code, writing and woven cloth do.
    """
    height, width = gray.shape
    if min(height, width) < (_SMALLEST_BLOCKS + 2) * TEXTURE_BLOCK_PX:
        return []
    texture = cv2.blur(_texture(gray).astype(np.float32), (3, 3))
    noise = float(np.median(texture))
    mask = (texture > noise + max(_ABOVE_NOISE, _ABOVE_NOISE_SHARE * noise)).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(mask, connectivity=4)
    sums = np.bincount(labels.ravel(), weights=texture.ravel(), minlength=count)
    places: list[tuple[float, Place]] = []
    for label in range(1, count):
        x, y, blocks_x, blocks_y, area = (int(value) for value in stats[label])
        shorter, longer = sorted((blocks_x, blocks_y))
        if shorter < _SMALLEST_BLOCKS or longer > _MOST_OBLONG * shorter:
            continue
        strength = (sums[label] / area - noise) * area / (blocks_x * blocks_y) * shorter**0.5
        left, top = x * TEXTURE_BLOCK_PX + _STEP_PX, y * TEXTURE_BLOCK_PX + _STEP_PX
        places.append(
            (strength, Place(left, top, left + blocks_x * TEXTURE_BLOCK_PX, top + blocks_y * TEXTURE_BLOCK_PX))
        )
    places.sort(key=lambda item: item[0], reverse=True)
    return [place for _strength, place in places]


def joined(places: list[Place]) -> list[Place]:
    """`places` with those that meet made one, in the order of the first of each."""
    apart: list[Place] = []
    for place in places:
        for known in [known for known in apart if known.meets(place)]:
            place = known.joined(place)
        apart = [place if known.meets(place) else known for known in apart]
        apart = list(dict.fromkeys(apart)) if place in apart else [*apart, place]
    return apart


def _texture(gray: Image) -> Image:
    """For each block the smallest of the mean differences along four directions."""
    rows = (gray.shape[0] - 2 * _STEP_PX) // TEXTURE_BLOCK_PX * TEXTURE_BLOCK_PX
    columns = (gray.shape[1] - 2 * _STEP_PX) // TEXTURE_BLOCK_PX * TEXTURE_BLOCK_PX
    here = gray[_STEP_PX : _STEP_PX + rows, _STEP_PX : _STEP_PX + columns]
    least = np.full((rows // TEXTURE_BLOCK_PX, columns // TEXTURE_BLOCK_PX), 255, np.uint8)
    for down, right in _DIRECTIONS:
        top, left = _STEP_PX + down, _STEP_PX + right
        change = cv2.absdiff(here, gray[top : top + rows, left : left + columns])
        for divisor in (2, 4, 8):  # halves thrice: one step of eight takes five times as long
            change = cv2.resize(change, (columns // divisor, rows // divisor), interpolation=cv2.INTER_AREA)
        least = np.asarray(cv2.min(least, change), np.uint8)
    return least


def _area(place: Place) -> int:
    return max(1, place.right - place.left) * max(1, place.bottom - place.top)
