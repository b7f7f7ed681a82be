"""Hats: a baseball cap with its peak, and a peci, the stiff black cap of Indonesian men."""

import numpy as np

from kiosk_app.camera.practice.atlas import Part
from kiosk_app.camera.practice.features import face_spot
from kiosk_app.camera.practice.hair import shell
from kiosk_app.camera.practice.hijab import CLOTH_DARK
from kiosk_app.camera.practice.mesh import FACE_SIZE, grid_surface
from kiosk_app.camera.practice.paint import Brush, grain, smoothstep, spline, stroke
from kiosk_app.camera.practice.person import Bgr, Hat, Looks
from kiosk_app.camera.practice.raster import Floats

_CAPS: tuple[Bgr, ...] = ((88, 52, 30), (48, 44, 132), (52, 50, 50), (76, 92, 60))
_PECI: Bgr = (30, 28, 30)
_SIZE = (640, 240)
# Counts as nearer than the hair under it; the peak lies over everything.
_LIFT, _PEAK_LIFT = 3.0, 6.0
_RIM = (
    *((8.3, 4.7, -3.2), (8.15, 5.0, -1.6), (7.75, 5.5, 0.4), (7.0, 6.0, 2.4)),
    *((5.6, 6.4, 4.0), (3.8, 6.6, 5.0), (1.9, 6.7, 5.6), (0, 6.75, 5.8)),
)
_CROWN = (9.2, 11.4, 3.2, 84.0)


def hat(looks: Looks) -> list[Part]:
    """The parts of the hat that somebody wears, none for a bare head."""
    if looks.hat == "cap":
        return [_crown(looks), _peak(looks)]
    return [_peci(looks)] if looks.hat == "peci" else []


def shade_forehead(skin: Floats, worn: Hat) -> None:
    """What a hat throws on the face texture: a peak shades down to the eyes."""
    reach = 4.0 if worn == "cap" else 1.6
    y = (6.8 - np.linspace(12.0, 12.0 - FACE_SIZE[1] / 30, FACE_SIZE[1], dtype=np.float32)) / reach
    shadow = (1 - smoothstep(y, 0.35, 1.0)) * np.float32(0.5)
    Brush(np.repeat(shadow[:, None], FACE_SIZE[0], axis=1), 0, 0).shade(skin, (0.62, 0.66, 0.74))
    face_spot(0, 6.2, 5.5, 0.5).shade(skin, 0.8)


def _line() -> Floats:
    right = np.asarray(_RIM, np.float32)
    return spline(np.concatenate([right[:-1] * np.array([-1, 1, 1], np.float32), right[::-1]]), steps=8)


def _cloth(tone: Bgr, seed: int) -> Floats:
    rng = np.random.default_rng(seed + 9)
    colour = np.full((_SIZE[1], _SIZE[0], 3), tone, np.float32)
    colour *= 1 + 0.03 * grain(_SIZE, (1.6, 1.6), rng)[..., None] + 0.03 * grain(_SIZE, (60, 60), rng)[..., None]
    return colour


def _crown(looks: Looks) -> Part:
    """Six panels from the rim over the head."""
    points = shell(_line(), _CROWN, 0.02)
    surface = grid_surface(points, 0, 0, _SIZE[0] - 1, _SIZE[1] - 1)
    colour = _cloth(_CAPS[looks.seed % len(_CAPS)], looks.seed)
    for place in (0.2, 0.5, 0.8):
        seam = np.array([[_SIZE[0] * place, 0], [_SIZE[0] * place, _SIZE[1]]], np.float32)
        stroke(seam, 2.5, 1.2).shade(colour, 0.68)
        for side in (-6, 6):
            stroke(seam + np.array([side, 0], np.float32), 1.4, 0.8).shade(colour, 1.15)
    rim = np.array([[0, _SIZE[1] - 26], [_SIZE[0], _SIZE[1] - 26]], np.float32)
    stroke(rim, 2, 1.0).shade(colour, 0.75)
    return Part(surface, colour, CLOTH_DARK, rows=points.shape[0], gloss=0.1, lift=_LIFT)


def _peak(looks: Looks) -> Part:
    """From the rim forwards and down, curved like a roof tile."""
    rows, columns = 6, 15
    turn = np.linspace(-1, 1, columns, dtype=np.float32)
    out = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    points = np.empty((rows, columns, 3), np.float32)
    points[..., 0] = 6.9 * np.sin(turn * np.pi / 2) * (1 - 0.04 * out)
    round_front = np.clip(np.cos(turn * np.pi / 2), 0, 1)
    points[..., 1] = 6.75 - 0.75 * np.square(points[..., 0] / 6.9) - 2.6 * out * np.sqrt(round_front) - 0.25 * out**2
    points[..., 2] = 2.6 + 3.3 * round_front + 6.4 * out * np.sqrt(round_front)
    surface = grid_surface(points, 0, 0, 399, 119)
    rng = np.random.default_rng(looks.seed + 10)
    colour = np.full((120, 400, 3), _CAPS[looks.seed % len(_CAPS)], np.float32)
    colour *= 1 + 0.03 * grain((400, 120), (1.6, 1.6), rng)[..., None]
    for row in (30, 54, 78, 100):
        stroke(np.array([[0, row], [400, row]], np.float32), 1.6, 0.8).shade(colour, 1.14)
    stroke(np.array([[0, 116], [400, 116]], np.float32), 7, 2).shade(colour, 0.62)
    return Part(surface, colour, CLOTH_DARK, rows=rows, gloss=0.15, lift=_PEAK_LIFT)


def _peci(looks: Looks) -> Part:
    """A stiff oval band, a little narrower above; from the height of the eyes its flat top is not seen."""
    rows, columns = 7, 29
    up = np.linspace(1, 0, rows, dtype=np.float32)[:, None]
    turn = np.radians(np.linspace(-112, 112, columns, dtype=np.float32))[None]
    narrow = 1 - 0.07 * up
    points = np.empty((rows, columns, 3), np.float32)
    points[..., 0] = 8.55 * np.sin(turn) * narrow
    points[..., 1] = 6.6 + 8.3 * up - 0.9 * (1 - np.cos(turn)) * (1 - up)
    points[..., 2] = -3.4 + 9.2 * np.cos(turn) * narrow
    surface = grid_surface(points, 0, 0, _SIZE[0] - 1, _SIZE[1] - 1)
    colour = _cloth(_PECI, looks.seed)
    stroke(np.array([[0, 5], [_SIZE[0], 5]], np.float32), 10, 3).shade(colour, 1.5)
    return Part(surface, colour, CLOTH_DARK, rows=rows, gloss=0.25, lift=_LIFT)
