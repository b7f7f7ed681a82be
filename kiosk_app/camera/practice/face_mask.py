"""A surgical mask: a pleated sheet over nose, mouth and chin, with loops to the ears."""

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.atlas import Part, sheet_normals
from kiosk_app.camera.practice.hijab import CLOTH_DARK
from kiosk_app.camera.practice.mesh import face_surface, grid_surface
from kiosk_app.camera.practice.morph import shaped
from kiosk_app.camera.practice.optics import Lens, turned
from kiosk_app.camera.practice.paint import grain, spline, stroke
from kiosk_app.camera.practice.person import Bgr, Looks
from kiosk_app.camera.practice.raster import Floats
from kiosk_app.camera.practice.scene import Sitter

_ROWS, _COLUMNS = 13, 21
_SIZE = (400, 320)
# Counts as nearer than the face that it covers and than the rim of a hijab under the chin.
_LIFT = 2.4
# The edges from the middle to the right: x, and y above and below.
_TOP = ((0.0, 1.15), (0.9, 0.95), (2.0, 0.1), (3.8, -0.5), (6.3, -1.0))
_LOW = ((0.0, -9.5), (1.6, -9.35), (3.2, -8.7), (4.8, -7.4), (5.9, -5.6))
_LOOPS = (
    ((6.2, -1.1, 1.6), (7.0, -0.2, 0.0), (7.7, 1.6, -2.4)),
    ((5.9, -5.3, 1.2), (6.9, -4.2, -0.4), (7.6, -1.6, -2.6)),
)
_LOOP_HIDDEN_DEG = 12.0


def face_mask(tone: Bgr, looks: Looks) -> Part:
    """The sheet, a little before the face and like a tent over its hollows."""
    points = _sheet()
    surface = grid_surface(points, 0, 0, _SIZE[0] - 1, _SIZE[1] - 1)
    colour, relief = _cloth(tone, looks)
    normals = sheet_normals(surface, _ROWS, (_SIZE[0] // 4, _SIZE[1] // 4))
    slope = cv2.Sobel(cv2.resize(relief, (normals.shape[1], normals.shape[0])), cv2.CV_32F, 0, 1, ksize=3)
    normals[..., 1] += 0.5 * slope
    normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-6)
    return Part(surface, colour, CLOTH_DARK, normals=normals, gloss=0.1, lift=_LIFT)


def _sheet() -> Floats:
    """[rows, columns, 3], from the bridge of the nose to under the chin."""
    x = np.linspace(-1, 1, _COLUMNS, dtype=np.float32)
    top, low = (_edge(np.asarray(line, np.float32), np.abs(x)) for line in (_TOP, _LOW))
    down = np.linspace(0, 1, _ROWS, dtype=np.float32)[:, None, None]
    flat = top * (1 - down) + low * down
    flat[..., 0] *= np.sign(x) * (1 + 0.04 * np.sin(np.pi * down[..., 0]))
    return np.concatenate([flat, _before_face(flat)[..., None]], -1).astype(np.float32)


def _edge(line: Floats, share: Floats) -> Floats:
    """[columns, 2]: points of the edge at shares of its length."""
    curve = spline(line)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    return np.stack([np.interp(share * length[-1], length, curve[:, axis]) for axis in (0, 1)], 1).astype(np.float32)


def _before_face(flat: Floats) -> Floats:
    """z [rows, columns] of a stretched cloth over the face at (x, y): it touches nose, cheeks and chin."""
    face = face_surface().vertices[:468]
    away = np.square(flat[..., None, 0] - face[:, 0]) + np.square(flat[..., None, 1] - face[:, 1])
    weight = np.exp(-0.5 * away / 0.8**2) + 1e-9
    depth = (weight * face[:, 2]).sum(axis=-1) / weight.sum(axis=-1)
    # Between nose and chin the cloth spans the hollow of the mouth.
    stretched = cv2.GaussianBlur(depth.astype(np.float32), (0, 0), 1.6, borderType=cv2.BORDER_REPLICATE)
    edge = np.sin(np.pi * np.linspace(0, 1, _ROWS))[:, None] * np.sin(np.pi * np.linspace(0, 1, _COLUMNS))[None]
    return np.asarray(np.maximum(depth, stretched) + 0.25 + 0.75 * np.sqrt(np.clip(edge, 0, 1)), np.float32)


def _cloth(tone: Bgr, looks: Looks) -> tuple[Floats, Floats]:
    """Colour [H, W, 3] and the height of its pleats [H, W]."""
    rng = np.random.default_rng(looks.seed + 8)
    colour = np.full((_SIZE[1], _SIZE[0], 3), tone, np.float32)
    colour *= 1 + 0.02 * grain(_SIZE, (2.5, 2.5), rng)[..., None] + 0.015 * grain(_SIZE, (50, 20), rng)[..., None]
    relief = np.zeros((_SIZE[1], _SIZE[0]), np.float32)
    across = np.linspace(0, _SIZE[0], 9)
    for place in (0.34, 0.52, 0.7):
        y = _SIZE[1] * (place + 0.02 * np.sin(np.linspace(0, np.pi, 9))) + rng.normal(0, 1.0, 9)
        pleat = spline(np.stack([across, y], 1).astype(np.float32))
        stroke(pleat, 10, 5).add(relief, 0.8)
        stroke(pleat + np.array([0, 5], np.float32), 5, 2.5).shade(colour, 0.8)
        stroke(pleat - np.array([0, 4], np.float32), 4, 2.5).shade(colour, 1.05)
    for hem in (7.0, _SIZE[1] - 8.0):
        seam = np.stack([across, np.full(9, hem)], 1).astype(np.float32)
        stroke(seam, 8, 1.5).shade(colour, 0.94)
        stroke(seam + np.array([0, 5], np.float32), 1.6, 0.8).shade(colour, 0.82)
    return colour, relief


def draw_loops(frame: Image, tone: Bgr, looks: Looks, sitter: Sitter, lens: Lens) -> None:
    """The elastic bands from the sheet to the ears, over the frame, in place; a turned cheek hides its own."""
    thick = max(1, round(0.16 * lens.body_scale(sitter.pose)))
    for side in (-1, 1):
        if sitter.pose.yaw * side >= _LOOP_HIDDEN_DEG:
            continue
        for loop in _LOOPS:
            line = spline(np.asarray(loop, np.float32) * np.array([side, 1, 1], np.float32), steps=6)
            line = shaped(line, looks, sitter.person.age_size)
            place = np.round(lens.project(turned(line, sitter.pose), sitter.pose)[0] * 16).astype(np.int32)
            shade = tuple(0.86 * channel for channel in tone)
            cv2.polylines(frame, [place], False, shade, thick, cv2.LINE_AA, 4)
