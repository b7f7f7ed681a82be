"""Triangles -> picture: which texture pixel every screen pixel shows.

OpenCV fills the triangles from back to front with their numbers; from a pixel's number follows the affine map of its
triangle, and one `cv2.remap` fetches all texture pixels. That costs the same for a hundred triangles and for a thousand.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.floating[Any]]
Ints = NDArray[np.int32]

# Sub-pixel bits of cv2.fillConvexPoly.
_SHIFT = 4
_OUTSIDE = -64.0
SLIVER = 0.1


@dataclass(frozen=True)
class Surface:
    """A textured mesh: vertices [N, 3], triangles [M, 3], texture [N, 2] in pixels of its texture."""

    vertices: Floats
    triangles: Ints
    texture: Floats


@dataclass(frozen=True)
class Window:
    """A rectangle of the screen, pixels."""

    x: int
    y: int
    width: int
    height: int


def texture_map(
    surface: Surface, screen: Floats, depth: Floats, window: Window, sliver: float = SLIVER
) -> tuple[Floats, Floats]:
    """Texture x and y, each [height, width] float32, of every pixel of the window; far outside where nothing is.

    screen: [N, 2] pixels; depth: [N], larger is nearer. Triangles that face away are left out, and those seen so nearly
    edge-on that they show less than `sliver` of the usual share of their texture.
    """
    triangles = surface.triangles
    corners = screen[triangles] - np.array([window.x, window.y], np.float32)
    first, second, third = corners[:, 0], corners[:, 1], corners[:, 2]
    a, b = second - first, third - first
    twice_area = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    place = surface.texture[triangles]
    c, d = place[:, 1] - place[:, 0], place[:, 2] - place[:, 0]
    # Seen edge-on, one pixel beyond a triangle would already be far away in the texture.
    shown = -twice_area / (np.abs(c[:, 0] * d[:, 1] - c[:, 1] * d[:, 0]) + 1e-3)
    facing = np.flatnonzero((twice_area < -1e-3) & (shown > sliver * np.median(np.abs(shown))))
    order = facing[np.argsort(depth[triangles[facing]].mean(axis=1), kind="stable")]
    numbers = np.zeros((window.height, window.width), np.float32)
    for number, corner in enumerate(np.round(corners[order] * (1 << _SHIFT)).astype(np.int32), start=1):
        cv2.fillConvexPoly(numbers, corner, number, cv2.LINE_8, _SHIFT)
    a, b, origin, inverse = a[order], b[order], first[order], 1 / twice_area[order]
    place = place[order]
    maps = []
    row, column = np.arange(window.height, dtype=np.float32)[:, None], np.arange(window.width, dtype=np.float32)
    zero = np.zeros_like(numbers)
    for axis in (0, 1):
        along_a, along_b = place[:, 1, axis] - place[:, 0, axis], place[:, 2, axis] - place[:, 0, axis]
        table = np.empty((1, len(order) + 1, 3), np.float32)
        table[0, 0] = (0, 0, _OUTSIDE)
        table[0, 1:, 0] = (along_a * b[:, 1] - along_b * a[:, 1]) * inverse
        table[0, 1:, 1] = (along_b * a[:, 0] - along_a * b[:, 0]) * inverse
        table[0, 1:, 2] = place[:, 0, axis] - table[0, 1:, 0] * origin[:, 0] - table[0, 1:, 1] * origin[:, 1]
        slope = cv2.remap(table, numbers, zero, cv2.INTER_NEAREST)
        maps.append(np.asarray(slope[..., 0] * column + slope[..., 1] * row + slope[..., 2], np.float32))
    return maps[0], maps[1]


def vertex_normals(vertices: Floats, triangles: Ints) -> Floats:
    """Unit normals [N, 3] of the vertices, area weighted."""
    corners = vertices[triangles]
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], face)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / np.maximum(length, 1e-6), np.float32)
