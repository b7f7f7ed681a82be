"""One texture for several parts of a head, with what the light needs to know about each pixel."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.mesh import joined
from kiosk_app.camera.practice.raster import Floats, Surface, vertex_normals
from kiosk_app.camera.practice.skin import LIGHT_STEP

# Texture pixels round each part; the first part begins at (MARGIN, MARGIN).
MARGIN = 16


@dataclass(frozen=True)
class Part:
    """A surface with its picture; the surface's texture coordinates count from the picture's upper left pixel.

    colour: [H, W, 3] BGR 0..255; alpha: [H, W] 0..1 or None for opaque; normals [H/4, W/4, 3], None for those of the mesh
    of a sheet with `rows` rows; gloss: 0..1; dark: share of each colour that is left in shadow;
    held: [N] 0 where a vertex follows the head, 1 where it stays with the body; lift: centimetres that it counts as nearer
    than it is when parts are sorted.
    """

    surface: Surface
    colour: Floats
    dark: tuple[float, float, float]
    alpha: Floats | None = None
    normals: Floats | None = None
    gloss: float | Floats = 0.0
    rows: int = 0
    held: Floats | None = None
    lift: float | Floats = 0.0


@dataclass(frozen=True)
class Layer:
    """Parts that are drawn together, sorted by depth.

    colour: [H, W, 4] BGRA with the alpha multiplied in. Of the light's pixels, a quarter as many each way, only those in
    `boxes` (rows and columns of a picture of `light_size`) belong to a part: normals [n, 3], dark [n, 3] and gloss [n] are
    theirs, box after box. held and lift: [N], one for each vertex.
    """

    surface: Surface
    colour: Image
    light_size: tuple[int, int]
    boxes: tuple[tuple[slice, slice], ...]
    normals: Floats
    gloss: Floats
    dark: Floats
    held: Floats
    lift: Floats


def pack(parts: list[Part]) -> Layer:
    """The pictures of all parts side by side, each with its edge drawn out into a margin.

    Pixels at the edge of a steep triangle reach several texture pixels beyond it: the margin gives them its colour.
    """
    sizes = [(_up(part.colour.shape[1]), _up(part.colour.shape[0])) for part in parts]
    height, width = max(size[1] for size in sizes) + 2 * MARGIN, sum(size[0] + 2 * MARGIN for size in sizes)
    colour = np.zeros((height, width, 4), np.uint8)
    surfaces, boxes, fields, left = [], [], [], 0
    for part, size in zip(parts, sizes, strict=True):
        block = _bordered(_premultiplied(part), size, MARGIN)
        colour[: block.shape[0], left : left + block.shape[1]] = block
        field = _light_field(part, (size[0] // LIGHT_STEP, size[1] // LIGHT_STEP))
        start = left // LIGHT_STEP
        boxes.append((slice(0, field.shape[0]), slice(start, start + field.shape[1])))
        fields.append(field.reshape(-1, field.shape[2]))
        place = part.surface.texture + np.array([left + MARGIN, MARGIN], np.float32)
        surfaces.append(Surface(part.surface.vertices, part.surface.triangles, place))
        left += size[0] + 2 * MARGIN
    held = [np.zeros(len(p.surface.vertices), np.float32) if p.held is None else p.held for p in parts]
    lift = np.concatenate([np.zeros(len(part.surface.vertices), np.float32) + part.lift for part in parts])
    light = np.concatenate(fields)
    return Layer(
        joined(surfaces),
        colour,
        (height // LIGHT_STEP, width // LIGHT_STEP),
        tuple(boxes),
        normals=np.ascontiguousarray(light[:, :3]),
        gloss=np.ascontiguousarray(light[:, 6]),
        dark=np.ascontiguousarray(light[:, 3:6]),
        held=np.concatenate(held),
        lift=lift,
    )


def _light_field(part: Part, size: tuple[int, int]) -> Floats:
    """[h, w, 7] normals, dark and gloss of a part at the light's resolution, (width, height) `size` and a margin."""
    field = np.empty((size[1], size[0], 7), np.float32)
    normals = sheet_normals(part.surface, part.rows, size) if part.normals is None else part.normals
    field[..., :3] = cv2.resize(np.ascontiguousarray(normals), size, interpolation=cv2.INTER_LINEAR)
    field[..., 3:6] = part.dark
    field[..., 6] = part.gloss if isinstance(part.gloss, float) else cv2.resize(part.gloss, size)
    return np.pad(field, ((MARGIN // LIGHT_STEP,) * 2, (MARGIN // LIGHT_STEP,) * 2, (0, 0)), mode="edge")


def _up(length: int) -> int:
    return -(-length // LIGHT_STEP) * LIGHT_STEP


def _premultiplied(part: Part) -> Image:
    shape = part.colour.shape[:2]
    alpha = np.ones(shape, np.float32) if part.alpha is None else part.alpha
    return np.dstack([np.clip(part.colour, 0, 255) * alpha[..., None], alpha * 255]).astype(np.uint8)


def _bordered(picture: Image, size: tuple[int, int], margin: int) -> Image:
    """The picture filled up to (width, height) `size` and given a margin, both by repeating its edge."""
    down, right = size[1] - picture.shape[0] + margin, size[0] - picture.shape[1] + margin
    return np.pad(picture, ((margin, down), (margin, right), (0, 0)), mode="edge")


def sheet_normals(surface: Surface, rows: int, size: tuple[int, int]) -> Floats:
    """Normals of a sheet [rows, columns] of vertices as a smooth picture of (width, height) `size`."""
    columns = len(surface.vertices) // rows
    outer = 2 * (rows - 1) * (columns - 1)
    grid = vertex_normals(surface.vertices, surface.triangles[:outer]).reshape(rows, columns, 3)
    field = cv2.resize(grid, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(field / np.maximum(np.linalg.norm(field, axis=2, keepdims=True), 1e-6), np.float32)
