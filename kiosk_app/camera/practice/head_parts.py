"""Neck and ears: what a face needs round it to be a head."""

import cv2
import numpy as np

from kiosk_app.camera.practice.atlas import Part
from kiosk_app.camera.practice.mesh import grid_surface
from kiosk_app.camera.practice.paint import area, grain, spline, spot, stroke
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats, Surface

SKIN_DARK = (0.24, 0.3, 0.42)
NECK_TOP, NECK_BOTTOM = -3.5, -19.0
_NECK_SIZE = (240, 200)
_EAR_SIZE = (96, 184)
_EAR_SCALE = 26.0
# All of an ear is sorted by this depth, so that it lies over the hair behind it and under the cheek before it.
_EAR_DEPTH = -2.2
_EAR_OUTLINE = (
    *((-0.1, 2.0), (0.3, 2.9), (1.0, 3.4), (1.9, 3.3), (2.6, 2.6), (2.85, 1.5), (2.7, 0.3), (2.25, -0.9)),
    *((1.75, -1.9), (1.35, -2.75), (0.8, -3.1), (0.25, -2.8), (-0.1, -2.0), (-0.2, 0.0)),
)


def neck(looks: Looks) -> Part:
    """A tube from the jaw to the collar: its top turns with the head, its foot stays with the body."""
    rows, columns = 7, 9
    y = np.linspace(NECK_TOP, NECK_BOTTOM, rows)
    down = np.linspace(0, 1, rows)
    radius = (5.35 if looks.masculine else 4.75) + 0.25 * down + 3.2 * np.clip(down - 0.62, 0, 1) ** 1.5 * 4
    angle = np.radians(np.linspace(-105, 105, columns))
    points = np.empty((rows, columns, 3), np.float32)
    points[..., 0] = radius[:, None] * np.sin(angle)
    points[..., 1] = y[:, None]
    points[..., 2] = -5.0 - 0.6 * down[:, None] + 0.95 * radius[:, None] * np.cos(angle)
    surface = grid_surface(points, 0, 0, _NECK_SIZE[0] - 1, _NECK_SIZE[1] - 1)
    held = np.repeat(np.clip((down - 0.1) / 0.7, 0, 1), columns).astype(np.float32)
    rng = np.random.default_rng(looks.seed + 1)
    colour = np.full((_NECK_SIZE[1], _NECK_SIZE[0], 3), looks.skin, np.float32) * np.float32(0.97)
    colour *= 1 + 0.012 * grain(_NECK_SIZE, (2.5, 2.5), rng)[..., None]
    # The head keeps the light off the neck: darkest under the jaw, gone at the collar.
    height = np.linspace(0, 1, _NECK_SIZE[1], dtype=np.float32)[:, None]
    cover = np.clip(1.3 - 1.5 * height, 0, 1)[..., None] * np.ones((1, _NECK_SIZE[0], 1), np.float32)
    colour *= 1 - cover * np.array([0.6, 0.54, 0.44], np.float32)
    middle = _NECK_SIZE[0] / 2
    for side in (-1, 1):
        muscle = spline(np.array([(middle + side * 66, 20), (middle + side * 44, 90), (middle + side * 12, 168)]))
        stroke(muscle, 10, 9).shade(colour, (0.9, 0.91, 0.94))
    if looks.masculine:
        spot(np.array([middle, 112]), (13, 14)).shade(colour, 1.06)
        spot(np.array([middle, 130]), (16, 7)).shade(colour, (0.86, 0.87, 0.91))
    return Part(surface, colour, SKIN_DARK, rows=rows, held=held)


def ear(looks: Looks, side: int) -> Part:
    """One ear, a flat shell that stands off the head; its relief is painted."""
    outline = spline(np.asarray(_EAR_OUTLINE, np.float32), closed=True, steps=3)
    inner = np.array([[1.2, 0.4]], np.float32)
    flat = np.concatenate([inner, outline])
    count = len(outline)
    ring = np.arange(1, count + 1, dtype=np.int32)
    fan = np.stack([np.zeros(count, np.int32), ring, np.roll(ring, -1)], 1)
    vertices = np.empty((count + 1, 3), np.float32)
    vertices[:, 0] = side * (7.2 + 0.56 * flat[:, 0])
    vertices[:, 1] = 0.75 + flat[:, 1] * 0.95
    vertices[:, 2] = -2.5 - 0.83 * flat[:, 0]
    # The outline runs clockwise on the person's left ear as the camera sees it; mirrored it runs the other way.
    triangles = fan[:, [0, 2, 1]] if side > 0 else fan
    place = _ear_pixels(flat)
    if side < 0:
        place[:, 0] = _EAR_SIZE[0] - 1 - place[:, 0]
    colour = _ear_colour(looks)
    normal = np.array([0.62 * side, 0.05, 0.78], np.float32)
    normals = np.broadcast_to(normal, (-(-_EAR_SIZE[1] // 4), -(-_EAR_SIZE[0] // 4), 3))
    picture = colour if side > 0 else np.ascontiguousarray(colour[:, ::-1])
    return Part(
        Surface(vertices, triangles, place),
        picture,
        SKIN_DARK,
        normals=normals,
        gloss=0.2,
        lift=_EAR_DEPTH - vertices[:, 2],
    )


def _ear_pixels(flat: Floats | list[tuple[float, float]]) -> Floats:
    flat = np.asarray(flat, np.float32)
    return np.stack([(flat[:, 0] + 0.4) * _EAR_SCALE, (3.55 - flat[:, 1]) * _EAR_SCALE], 1).astype(np.float32)


def _ear_colour(looks: Looks) -> Floats:
    colour = np.full((_EAR_SIZE[1], _EAR_SIZE[0], 3), looks.skin, np.float32)
    colour *= np.array([0.76, 0.78, 0.86], np.float32)
    bowl = spline(_ear_pixels([(0.5, 1.0), (1.2, 1.4), (1.7, 0.6), (1.5, -0.6), (0.9, -1.3), (0.4, -0.6)]), closed=True)
    area(bowl, 4).shade(colour, (0.5, 0.52, 0.62))
    groove = spline(_ear_pixels([(0.5, 2.3), (1.2, 2.75), (1.9, 2.5), (2.25, 1.6), (2.15, 0.4), (1.8, -0.7)]))
    stroke(groove, 6, 3).shade(colour, (0.66, 0.68, 0.76))
    rim = spline(_ear_pixels([(0.2, 2.4), (1.0, 3.15), (1.9, 3.0), (2.55, 2.0), (2.5, 0.5), (2.0, -1.0)]))
    stroke(rim, 7, 3.5).shade(colour, 1.08)
    stroke(spline(_ear_pixels([(-0.2, 2.4), (0.05, 0.5), (-0.05, -2.2)])), 16, 6).shade(colour, (0.7, 0.72, 0.8))
    return cv2.GaussianBlur(colour, (0, 0), 1.0).astype(np.float32)
