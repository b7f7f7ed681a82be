"""Hair: a shell over the skull that grows out of a hairline; behind the neck a curtain where it is long."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np

from kiosk_app.camera.practice.atlas import Part
from kiosk_app.camera.practice.mesh import FACE_SCALE, FACE_SIZE, face_pixels, grid_surface
from kiosk_app.camera.practice.paint import Brush, grain, spline
from kiosk_app.camera.practice.person import HairStyle, Looks
from kiosk_app.camera.practice.raster import Floats, Surface

HAIR_DARK = (0.42, 0.4, 0.42)
# Where hair and skin are equally deep, the hair lies above on the forehead and below at the ears.
_LIFT_FRONT, _LIFT_SIDE = 0.8, -0.6
_SIZE = (720, 260)
_COLUMNS, _ROWS = 29, 9
_CURTAIN = (320, 300)

# Right half of the hairline, from the ear to the middle of the forehead; the other half is its mirror image.
_HAIRLINES: dict[HairStyle, tuple[tuple[float, float, float], ...]] = {
    "short": (
        *((7.5, -0.4, -2.2), (7.5, 1.4, -2.0), (7.35, 3.4, -0.7), (6.75, 5.2, 0.9)),
        *((5.9, 6.8, 2.1), (4.5, 8.2, 3.2), (2.4, 8.95, 4.1), (0, 9.0, 4.5)),
    ),
    "tied": (
        *((7.75, 2.2, -2.9), (7.7, 3.0, -2.2), (7.5, 4.4, -0.8), (6.95, 6.0, 0.7)),
        *((5.8, 7.6, 2.2), (4.0, 8.7, 3.4), (2.0, 9.3, 4.1), (0, 9.5, 4.3)),
    ),
    "long": (
        *((7.8, 0.4, -2.6), (7.65, 2.4, -1.9), (7.4, 4.2, -0.6), (6.8, 5.9, 0.9)),
        *((5.6, 7.4, 2.4), (3.8, 8.6, 3.5), (1.9, 9.1, 4.2), (0, 9.3, 4.4)),
    ),
}
# Half width and height of the outline that the front of the head shows, where its middle lies, how far round it goes.
Volume = tuple[float, float, float, float]
_VOLUMES: dict[HairStyle, Volume] = {
    "short": (8.35, 11.0, 3.6, 122.0),
    "tied": (8.3, 10.4, 3.6, 118.0),
    "long": (9.0, 10.9, 3.4, 112.0),
}
# What a hat leaves of width and height.
_PRESSED = (0.95, 0.86)


def hair(looks: Looks) -> Part:
    """The shell from the hairline to the back of the head."""
    style = looks.hair_style
    width, height, middle, reach = _VOLUMES[style]
    if looks.hat is not None:
        width, height = width * _PRESSED[0], height * _PRESSED[1]
    points = shell(_hairline(style), (width, height, middle, reach), 0.15 if style == "short" else 0.05)
    surface = grid_surface(points, 0, 0, _SIZE[0] - 1, _SIZE[1] - 1)
    # From the side one sees under the hair of the forehead: its last rows have an inner face too.
    front = (surface.triangles >= (_ROWS - 3) * _COLUMNS).all(axis=1)
    inner = surface.triangles[front][:, [0, 2, 1]]
    surface = replace(surface, triangles=np.concatenate([surface.triangles, inner]))
    frontal = np.cos(np.linspace(-np.pi / 2, np.pi / 2, _COLUMNS)).astype(np.float32)
    lift = np.tile(_LIFT_SIDE + (_LIFT_FRONT - _LIFT_SIDE) * np.clip(1.6 * frontal, 0, 1), _ROWS)
    return Part(surface, _colour(looks), HAIR_DARK, rows=_ROWS, gloss=0.75, lift=lift.astype(np.float32))


def skull(looks: Looks) -> Part:
    """A dark disc behind face and ears: without it the wall would shine through every gap between hair and skin."""
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = np.stack([7.5 * np.sin(angle), 3.2 + 7.5 * np.cos(angle), np.full(24, -4.0)], 1)
    vertices = np.concatenate([[[0, 3.2, -4.0]], ring]).astype(np.float32)
    around = np.arange(1, 25, dtype=np.int32)
    fan = np.stack([np.zeros(24, np.int32), np.roll(around, -1), around], 1)
    colour = np.full((8, 8, 3), np.asarray(looks.hair, np.float32) * 0.7, np.float32)
    ahead = np.broadcast_to(np.array([0, 0, 1], np.float32), (2, 2, 3))
    return Part(Surface(vertices, fan, np.full((25, 2), 4, np.float32)), colour, HAIR_DARK, normals=ahead, lift=-4.0)


def paint_roots(colour: Floats, looks: Looks) -> None:
    """The first hairs, on the skin of the face texture [735, 600, 3]: single strands that run into the shell."""
    rng = np.random.default_rng(looks.seed + 3)
    distance = _distance_inside(looks.hair_style)
    strands = grain(FACE_SIZE, (1.5, 26), rng)
    slope = 3.2 if looks.hair_style == "short" else 2.4
    ragged = 0.05 + 0.09 * strands + 0.06 * grain(FACE_SIZE, (30, 30), rng)
    cover = np.clip(0.5 - (distance - ragged) * slope, 0, 1).astype(np.float32)
    tone = np.asarray(looks.hair, np.float32) * (1.05 + 0.2 * strands)[..., None]
    cover = cv2.GaussianBlur(cover * cover * (3 - 2 * cover), (0, 0), 0.9).astype(np.float32)
    shadow = np.clip(1 - distance / 0.9, 0, 1).astype(np.float32)
    Brush((shadow * shadow * 0.45).astype(np.float32), 0, 0).shade(colour, (0.6, 0.64, 0.72))
    Brush(cover, 0, 0).lay(colour, tone.astype(np.float32))


@cache
def _hairline(style: HairStyle) -> Floats:
    """[N, 3] along the hairline, from the ear left in the picture over the forehead to the other one."""
    right = np.asarray(_HAIRLINES[style], np.float32)
    return spline(np.concatenate([right[:-1] * np.array([-1, 1, 1], np.float32), right[::-1]]), steps=8)


@cache
def _distance_inside(style: HairStyle) -> Floats:
    """[735, 600] centimetres from the hairline, positive on the face."""
    line = face_pixels(_hairline(style))
    below = np.array([[line[-1, 0], FACE_SIZE[1]], [line[0, 0], FACE_SIZE[1]]], np.float32)
    mask = np.zeros((FACE_SIZE[1], FACE_SIZE[0]), np.uint8)
    cv2.fillPoly(mask, [np.round(np.concatenate([line, below])).astype(np.int32)], 255)
    inside = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(255 - mask, cv2.DIST_L2, 5)
    return ((inside - outside) / FACE_SCALE).astype(np.float32)


def shell(line: Floats, volume: Volume, tight: float) -> Floats:
    """[9, 29, 3], first row behind the head, last row at the `line` [N, 3]; columns from ear to ear.

    tight: how much closer than its volume it lies at the sides.
    """
    # Even steps along the line keep the strands evenly thick.
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    even = np.linspace(0, length[-1], _COLUMNS)
    start = np.stack([np.interp(even, length, line[:, axis]) for axis in range(3)], 1)
    width, height, middle, reach = volume
    angle = np.radians(np.linspace(-reach, reach, _COLUMNS))
    # Fuller than an ellipse: a skull is broad above the temples.
    circle = np.stack([np.sin(angle), np.cos(angle)], 1)
    ring = circle / (np.abs(circle) ** 2.4).sum(axis=1, keepdims=True) ** (1 / 2.4)

    def hoop(scale_x: float, scale_y: float, z: float) -> Floats:
        close = 1 - tight * ((1 - circle[:, 1]) / 1.5) ** 2
        x, y = ring[:, 0] * width * scale_x * close, middle + ring[:, 1] * height * scale_y
        return np.stack([x, y, np.full(_COLUMNS, z)], 1).astype(np.float32)

    front = np.clip(np.cos(angle / 1.3), 0, 1)[:, None] ** 2
    rise = start * 0.62 + hoop(0.97, 0.97, -0.5) * 0.38 + front * np.array([0, 0.9, 0.7])
    knots = [start, rise, hoop(0.985, 0.98, -1.8), hoop(1.0, 1.0, -5.5), hoop(0.9, 0.86, -10.0), hoop(0.5, 0.4, -13.0)]
    rows = spline(np.stack(knots).reshape(len(knots), -1), steps=8).reshape(-1, _COLUMNS, 3)
    chosen = np.round(np.concatenate([[0, 4, 8, 12, 17, 22, 27], np.linspace(33, len(rows) - 1, _ROWS - 7)])).astype(
        int
    )
    return np.ascontiguousarray(rows[chosen][::-1]).astype(np.float32)


def _colour(looks: Looks) -> Floats:
    """Strands from the hairline backwards."""
    rng = np.random.default_rng(looks.seed + 2)
    base = np.full((_SIZE[1], _SIZE[0], 3), looks.hair, np.float32)
    strands = 0.15 * grain(_SIZE, (2.2, 150), rng) + 0.12 * grain(_SIZE, (6, 200), rng)
    strands += 0.08 * grain(_SIZE, (24, 240), rng)
    base *= np.clip(1.02 + strands, 0.35, 1.8)[..., None]
    base += 6 * np.clip(grain(_SIZE, (3, 120), rng), 0, 2)[..., None]
    if looks.hair_style == "short":
        base = _swept(base)
    if looks.hair_style != "short":
        parting = np.exp(-0.5 * ((np.arange(_SIZE[0]) - _SIZE[0] * 0.47) / 2.0) ** 2).astype(np.float32)
        along = np.clip((np.linspace(0, 1, _SIZE[1], dtype=np.float32) - 0.5) / 0.2, 0, 1)
        scalp = np.asarray(looks.skin, np.float32) * np.float32(0.45)
        Brush(along[:, None] * parting[None], 0, 0).lay(base, scalp, 0.6)
    return base


def _swept(strands: Floats) -> Floats:
    """Short hair combed to one side: strands lean the more the farther they are from the hairline."""
    rows, columns = strands.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    from_line = 1 - y / rows
    lean = 150 * from_line * np.sin(np.pi * x / columns) + 10 * np.sin(from_line * 14 + x / 60)
    return cv2.remap(strands, x + lean.astype(np.float32), y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(
        np.float32
    )


def curtain(looks: Looks) -> Part:
    """Long hair behind the neck, down to the shoulders."""
    rows, columns = 8, 9
    down = np.linspace(0, 1, rows)[:, None]
    across = np.linspace(-1, 1, columns)[None]
    half = 8.7 + 0.7 * np.sin(np.clip(down * 2.6, 0, np.pi)) - 0.9 * down**3
    points = np.empty((rows, columns, 3), np.float32)
    points[..., 0] = half * across
    points[..., 1] = 4.0 - 23.0 * down + 1.2 * across**2 * down
    points[..., 2] = -7.5 + 1.5 * (1 - across**2)
    surface = grid_surface(points, 0, 0, _CURTAIN[0] - 1, _CURTAIN[1] - 1)
    rng = np.random.default_rng(looks.seed + 4)
    colour = np.full((_CURTAIN[1], _CURTAIN[0], 3), looks.hair, np.float32) * np.float32(0.9)
    strands = 0.17 * grain(_CURTAIN, (2.4, 220), rng) + 0.14 * grain(_CURTAIN, (9, 260), rng)
    colour *= np.clip(1 + strands, 0.4, 1.7)[..., None]
    neckward = np.exp(-0.5 * (np.linspace(-1, 1, _CURTAIN[0]) / 0.5) ** 2).astype(np.float32)
    colour *= 1 - 0.5 * neckward[None, :, None]
    held = np.repeat(np.linspace(0, 0.9, rows), columns).astype(np.float32)
    soft = cv2.GaussianBlur(colour, (0, 0), 0.7).astype(np.float32)
    return Part(surface, soft, HAIR_DARK, rows=rows, gloss=0.4, held=held)
