"""Brushes: soft spots, strokes and areas, laid onto a picture. Pictures are float32 [H, W, 3], 0 to 255, BGR.

A brush knows the small window that it touches, so that a face of a hundred strokes is painted in a tenth of a second.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from kiosk_app.camera.practice.raster import Floats, Numbers

Size = tuple[int, int]
Colour = tuple[float, float, float] | Floats
_SHIFT = 4


@dataclass(frozen=True)
class Brush:
    """What is touched, 0..1 [h, w], and where its upper left pixel lies in the picture."""

    mask: Floats
    x: int
    y: int

    def lay(self, picture: Floats, colour: Colour, strength: float = 1.0) -> None:
        """Colour over the picture, in place; the colour may itself be a picture of the same size."""
        rows, columns, mask = self._window(picture)
        part = picture[rows, columns]
        tone = np.asarray(colour, np.float32)
        if tone.ndim == 3:
            tone = tone[rows, columns]
        part += (tone - part) * (mask * strength)[..., None]

    def shade(self, picture: Floats, factor: Colour | float, texture: Floats | None = None) -> None:
        """The picture times a factor, in place: shadow below 1, light above; `texture` [H, W] makes it uneven."""
        rows, columns, mask = self._window(picture)
        if texture is not None:
            mask = mask * texture[rows, columns]
        picture[rows, columns] *= 1 + mask[..., None] * (np.asarray(factor, np.float32) - 1)

    def times(self, strength: float) -> Self:
        return type(self)(self.mask * np.float32(strength), self.x, self.y)

    def add(self, field: Floats, amount: float) -> None:
        """Onto a [H, W] field, in place."""
        rows, columns, mask = self._window(field)
        field[rows, columns] += mask * amount

    def _window(self, picture: Floats) -> tuple[slice, slice, Floats]:
        height, width = picture.shape[:2]
        left, top = max(0, self.x), max(0, self.y)
        right, bottom = min(width, self.x + self.mask.shape[1]), min(height, self.y + self.mask.shape[0])
        right, bottom = max(left, right), max(top, bottom)
        inner = self.mask[top - self.y : bottom - self.y, left - self.x : right - self.x]
        return slice(top, bottom), slice(left, right), inner


def spline(points: Floats, closed: bool = False, steps: int = 8) -> Floats:
    """A smooth curve [M, D] through the points [N, D] (Catmull-Rom)."""
    points = np.asarray(points, np.float32)
    if closed:
        ring = np.concatenate([points[-1:], points, points[:2]])
    else:
        ring = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    p0, p1, p2, p3 = (p[:, None] for p in (ring[:-3], ring[1:-2], ring[2:-1], ring[3:]))
    t = (np.arange(steps, dtype=np.float32) / steps)[None, :, None]
    curve = 0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
    curve = curve.reshape(-1, points.shape[1]).astype(np.float32)
    return curve if closed else np.concatenate([curve, points[-1:]])


def area(polygon: Floats, blur: float = 0.0) -> Brush:
    """The inside of a closed polygon [N, 2] in pixels, its edge softened by a Gaussian of `blur` pixels."""
    margin = int(3 * blur) + 2
    low = np.floor(polygon.min(axis=0)).astype(int) - margin
    high = np.ceil(polygon.max(axis=0)).astype(int) + margin
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    corners = np.round((polygon - low) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, _SHIFT)
    soft = np.asarray(mask / np.float32(255), np.float32)
    if blur > 0:
        soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), blur), np.float32)
    return Brush(soft, int(low[0]), int(low[1]))


def stroke(curve: Floats, widths: float | Numbers, blur: float = 0.0) -> Brush:
    """A line along a curve [M, 2]; its width in pixels may change from point to point."""
    half = np.broadcast_to(np.asarray(widths, np.float32) / 2, (len(curve),))[:, None]
    along = np.gradient(curve, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    return area(np.concatenate([curve + normal * half, (curve - normal * half)[::-1]]), blur)


def spot(centre: Floats, radii: tuple[float, float], turn: float = 0.0) -> Brush:
    """A Gaussian spot; centre [2] and radii (standard deviations) in pixels, `turn` in degrees."""
    reach = int(3.2 * max(radii)) + 1
    x0, y0 = round(float(centre[0])) - reach, round(float(centre[1])) - reach
    x = np.arange(2 * reach + 1, dtype=np.float32) + np.float32(x0 - centre[0])
    y = (np.arange(2 * reach + 1, dtype=np.float32) + np.float32(y0 - centre[1]))[:, None]
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    along, across = (x * cos + y * sin) / radii[0], (y * cos - x * sin) / radii[1]
    return Brush(np.exp(-0.5 * (along**2 + across**2)).astype(np.float32), x0, y0)


def grain(size: Size, cell: tuple[float, float], rng: np.random.Generator) -> Floats:
    """Smooth noise [H, W] of standard deviation 1; a cell is (x, y) pixels, so unequal sides give strands."""
    rows, columns = max(2, round(size[1] / cell[1]) + 1), max(2, round(size[0] / cell[0]) + 1)
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    fine = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return (fine / max(float(fine.std()), 1e-6)).astype(np.float32)


def smoothstep(value: Numbers, low: float, high: float) -> Floats:
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
