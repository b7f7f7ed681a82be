"""A hijab: a cloth that frames the face, closes under the chin and falls over the shoulders."""

import cv2
import numpy as np

from kiosk_app.camera.face_points import FACE_OVAL
from kiosk_app.camera.practice.atlas import Part, sheet_normals
from kiosk_app.camera.practice.mesh import face_surface, grid_surface
from kiosk_app.camera.practice.paint import Brush, grain, smoothstep, spline, stroke
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats, Surface

Fold = tuple[list[tuple[float, float]], float, float]
CLOTH_DARK = (0.4, 0.38, 0.4)
_SIZE = (960, 300)
_COLUMNS, _ROWS = 49, 11
_LIFT = 1.5

# Right half of the outline seen from the front, from the top of the head down to the middle of the chest.
_OUTLINE = (
    *((0, 14.3, -4), (3.0, 13.85, -4), (5.8, 12.3, -4.2), (8.0, 9.3, -4.5), (9.15, 5.0, -5), (9.35, 0.5, -5)),
    *((9.1, -3.8, -4.5), (8.9, -7.4, -3.8), (9.4, -10.6, -2.4), (11.0, -14.0, -0.4), (12.6, -18.0, 1.6)),
    *((10.0, -21.6, 3.6), (5.4, -23.4, 5.0), (0, -24.0, 6.0)),
)


def opening() -> Floats:
    """[36, 3]: where the cloth ends on the face, from the middle of the forehead clockwise in the picture."""
    oval = face_surface().vertices[list(FACE_OVAL)].copy()
    low = np.clip((-4.0 - oval[:, 1]) / 5.0, 0, 1)[:, None]
    oval[:, :2] *= np.float32(0.965) + np.float32(0.05) * low
    oval[:, 1] -= 0.5 * np.clip((oval[:, 1] - 5.0) / 3.0, 0, 1)
    oval[:, 2] += 0.6
    return oval


def hijab(looks: Looks) -> list[Part]:
    """The cloth as one sheet round the head, its lower edge held by the body; and the dark inside of it."""
    points = _sheet()
    surface = grid_surface(points, 0, 0, _SIZE[0] - 1, _SIZE[1] - 1)
    colour, relief = _cloth(looks)
    normals = _folded(sheet_normals(surface, _ROWS, (_SIZE[0] // 4, _SIZE[1] // 4)), relief)
    held = np.clip((-7.0 - points[..., 1]) / 9.0, 0, 1).reshape(-1).astype(np.float32)
    sheet = Part(
        surface, colour, CLOTH_DARK, alpha=_melting(points), normals=normals, gloss=0.08, held=held, lift=_LIFT
    )
    return [_inside(looks), sheet]


def _inside(looks: Looks) -> Part:
    """What shows between chin and cloth: a shadowed disc behind the face."""
    ring = opening() * np.array([1.08, 1.08, 1], np.float32) - np.array([0, 0, 2.6], np.float32)
    vertices = np.concatenate([np.array([[0, -1, -3]], np.float32), ring])
    around = np.arange(1, len(ring) + 1, dtype=np.int32)
    fan = np.stack([np.zeros(len(ring), np.int32), np.roll(around, -1), around], 1)
    tone = np.asarray(looks.hijab or looks.shirt, np.float32) * np.float32(0.5)
    colour = np.full((8, 8, 3), tone, np.float32)
    normals = np.broadcast_to(np.array([0, 0, 1], np.float32), (2, 2, 3))
    place = np.full((len(vertices), 2), 4, np.float32)
    return Part(Surface(vertices, fan, place), colour, CLOTH_DARK, normals=normals)


def _spread(curve: Floats, count: int) -> Floats:
    """`count` points along a curve [N, 3], closer together in its first half, which is seen against the wall."""
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    at = np.linspace(0, 1, count)
    at = length[-1] * (0.62 * at + 0.38 * at**2.5)
    return np.stack([np.interp(at, length, curve[:, axis]) for axis in range(3)], 1).astype(np.float32)


def _sheet() -> Floats:
    """[rows, columns, 3]: first row behind, last row at the face; columns from the chin over the top to the chin."""
    flip = np.array([-1, 1, 1], np.float32)
    right = np.asarray(_OUTLINE, np.float32)
    around = spline(np.concatenate([right[:0:-1] * flip, right]), steps=12)
    ring = spline(opening(), closed=True, steps=6)
    half = len(ring) // 2
    inner_right = _spread(ring[: half + 1], _COLUMNS // 2 + 1)
    outer_right = _spread(around[len(around) // 2 :], _COLUMNS // 2 + 1)
    inner = np.concatenate([inner_right[:0:-1] * flip, inner_right])
    outer = np.concatenate([outer_right[:0:-1] * flip, outer_right])
    outward = outer - inner
    outward[:, 2] = 0
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    low = np.clip((-6.0 - inner[:, 1]) / 4.0, 0, 1)[:, None]
    forward = np.array([0, 0, 1], np.float32)
    hem = inner - forward * 0.6 - outward * 0.15
    rim = inner + outward * 0.5 + forward * 0.3
    rise = inner * 0.62 + outer * 0.38 + forward * (1.5 - 1.6 * low) + outward * 0.55 * (1 - low)
    near = inner * 0.2 + outer * 0.8 + forward * (1.1 - 0.8 * low) + outward * 0.5 * (1 - low)
    behind = outer * np.array([0.8, 0.8, 1], np.float32) - forward * 6.5 * (1 - low)
    behind = np.where(outer[:, 1:2] < -10, outer - forward * 2.0, behind)
    knots = np.stack([hem, rim, rise, near, outer, behind])
    rows = spline(knots.reshape(len(knots), -1), steps=8).reshape(-1, _COLUMNS, 3)
    chosen = [0, 5, 9, 13, 17, 21, 25, 29, 32, 36, 40]
    return np.ascontiguousarray(rows[chosen][::-1]).astype(np.float32)


def _cloth(looks: Looks) -> tuple[Floats, Floats]:
    """Colour [H, W, 3], height of the folds [H, W]. x runs from the chin over the top to the chin."""
    rng = np.random.default_rng(looks.seed + 5)
    width, height = _SIZE
    tone = np.asarray(looks.hijab or looks.shirt, np.float32)
    colour = np.full((height, width, 3), tone, np.float32)
    colour *= 1 + 0.015 * grain(_SIZE, (2, 2), rng)[..., None] + 0.015 * grain(_SIZE, (60, 30), rng)[..., None]
    relief = np.zeros((height, width), np.float32)
    for line, breadth, depth in _folds(rng):
        pixels = spline(np.asarray(line, np.float32) * np.array([width, height], np.float32))
        taper = np.sin(np.linspace(0.15, np.pi - 0.15, len(pixels), dtype=np.float32))
        stroke(pixels, breadth * (0.4 + 0.6 * taper), breadth * 0.42).add(relief, depth)
        beside = pixels + np.array([0, breadth * 0.7], np.float32)
        stroke(beside, breadth * 0.5 * taper + 1, breadth * 0.35).times(depth * 1.1).shade(colour, 0.74)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
    # An under-scarf shows as a narrow darker band where the cloth meets the face.
    Brush(smoothstep(down, 0.9, 0.93), 0, 0).shade(colour, 0.76)
    Brush(smoothstep(down, 0.865, 0.9) * (1 - smoothstep(down, 0.9, 0.92)), 0, 0).shade(colour, 1.08)
    return cv2.GaussianBlur(colour, (0, 0), 0.8).astype(np.float32), relief


def _melting(points: Floats) -> Floats:
    """Alpha [H, W]: on the chest the sheet melts into the cloth that is painted with the body."""
    y = np.asarray(cv2.resize(np.ascontiguousarray(points[..., 1]), _SIZE), np.float32)
    down = np.linspace(0, 1, _SIZE[1], dtype=np.float32)[:, None]
    return (1 - smoothstep(-y, 15.5, 19.0) * (1 - smoothstep(down, 0.3, 0.5))).astype(np.float32)


def _folds(rng: np.random.Generator) -> list[Fold]:
    """(line in parts of the texture, breadth in pixels, height): drawn folds, a little different for each person."""
    shapes: list[Fold] = [
        ([(0.0, 0.72), (0.08, 0.73), (0.16, 0.66), (0.24, 0.5), (0.31, 0.3)], 15, 0.5),
        ([(0.0, 0.56), (0.07, 0.57), (0.14, 0.48), (0.2, 0.32)], 17, 0.5),
        ([(0.0, 0.4), (0.06, 0.41), (0.12, 0.32), (0.17, 0.2)], 19, 0.5),
        ([(0.12, 0.82), (0.2, 0.72), (0.28, 0.56), (0.36, 0.34)], 12, 0.35),
        ([(0.3, 0.78), (0.37, 0.62), (0.42, 0.4)], 11, 0.25),
    ]
    folds: list[Fold] = []
    for side in (0, 1):
        for line, breadth, depth in shapes:
            moved = [(x + float(rng.normal(0, 0.006)), y + float(rng.normal(0, 0.01))) for x, y in line]
            folds.append(([(x if side == 0 else 1 - x, y) for x, y in moved], breadth, depth))
    return folds


def _folded(normals: Floats, relief: Floats) -> Floats:
    """Normals [h, w, 3] tilted by the slope of the folds [H, W]."""
    small = cv2.resize(relief, (normals.shape[1], normals.shape[0]), interpolation=cv2.INTER_AREA)
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, ksize=3)[..., None]
    along = cv2.Sobel(small, cv2.CV_32F, 0, 1, ksize=3)[..., None]
    # Columns run clockwise round the opening, rows towards it.
    turn = np.linspace(-np.pi, np.pi, normals.shape[1], dtype=np.float32)
    zero = np.zeros_like(turn)
    tangent = np.stack([np.cos(turn), -np.sin(turn), zero], 1)[None]
    inward = np.stack([-np.sin(turn), -np.cos(turn), zero], 1)[None]
    bent = normals - 0.9 * (across * tangent + along * inward)
    return np.asarray(bent / np.maximum(np.linalg.norm(bent, axis=2, keepdims=True), 1e-6), np.float32)
