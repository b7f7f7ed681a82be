"""One eye, more or less open, painted as a patch of the face texture."""

import cv2
import numpy as np

from kiosk_app.camera.practice.mesh import FACE_LEFT, FACE_SCALE, FACE_TOP
from kiosk_app.camera.practice.paint import Brush, area, spline, spot, stroke
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats, Numbers

# Centre of the opening and of the iris, centimetres from the middle of the face; an iris is a little over 1 cm wide.
EYE_CENTRE = (3.15, 2.63)
IRIS_RADIUS = 0.54
PATCH = (4.4, 3.0)
# Painted finer than the texture, then averaged: lashes are thinner than a pixel.
FINE = 2
SCALE = FACE_SCALE * FINE
# Widths of strokes are given in 90ths of a centimetre.
_LINE = SCALE / 90

_UPPER = ((4.5, 2.6), (4.22, 2.85), (3.75, 3.03), (3.2, 3.1), (2.65, 3.02), (2.2, 2.82), (1.84, 2.52))
_LOWER = ((4.5, 2.6), (4.2, 2.46), (3.72, 2.31), (3.2, 2.25), (2.66, 2.29), (2.2, 2.4), (1.84, 2.52))
_FOLD = ((4.85, 2.75), (4.3, 3.2), (3.7, 3.42), (3.1, 3.48), (2.5, 3.38), (2.05, 3.1), (1.8, 2.75))
_BAG = ((4.3, 2.1), (3.7, 1.82), (3.1, 1.72), (2.5, 1.82), (2.0, 2.1))
# Where the lids meet, in parts of the opening from below, and what is painted as shut.
_MEETING = 0.22
_SHUT = 0.02


def patch_corner(side: int) -> tuple[int, int]:
    """Upper left pixel of the patch in the face texture; `side` -1 is the eye left in the picture."""
    x = EYE_CENTRE[0] * side - PATCH[0] / 2
    return round((x - FACE_LEFT) * FACE_SCALE), round((FACE_TOP - EYE_CENTRE[1] - PATCH[1] / 2) * FACE_SCALE)


def patch_size() -> tuple[int, int]:
    return round(PATCH[0] * FACE_SCALE), round(PATCH[1] * FACE_SCALE)


def lid_gap(eyes_open: float) -> float:
    """Centimetres between the edges of the lids where they are widest apart; eyes_open 0 shut to 1 open."""
    widest = max(upper[1] - lower[1] for upper, lower in zip(_UPPER, _LOWER, strict=True))
    return widest * ((1 - _MEETING) * eyes_open + _MEETING * _lower_lid(eyes_open)) if eyes_open > _SHUT else 0.0


def _lower_lid(eyes_open: float) -> float:
    """How much of its share of the opening the lower lid leaves."""
    return min(1.0, eyes_open + 0.15)


def paint_eye(ground: Floats, looks: Looks, side: int, eyes_open: float) -> Floats:
    """The patch with an eye: `ground` is the skin there, [patch height, patch width, 3]; eyes_open 0 shut to 1 open."""
    width, height = patch_size()
    picture = cv2.resize(ground, (width * FINE, height * FINE), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    upper, lower = _lids(side, looks, eyes_open)
    _socket(picture, side, upper, lower)
    if eyes_open > _SHUT:
        _ball(picture, side, upper, lower)
    _lashes(picture, looks, upper, lower, eyes_open)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)


def _pixels(points: tuple[tuple[float, float], ...] | Floats, side: int) -> Floats:
    points = np.asarray(points, np.float32)
    x = (points[:, 0] - EYE_CENTRE[0]) * side * SCALE + PATCH[0] * SCALE / 2
    y = (EYE_CENTRE[1] - points[:, 1]) * SCALE + PATCH[1] * SCALE / 2
    return np.stack([x, y], 1).astype(np.float32)


def _lids(side: int, looks: Looks, eyes_open: float) -> tuple[Floats, Floats]:
    """Edges of the upper and lower lid, from the outer to the inner corner. The upper lid does most of the closing."""
    upper, lower = np.array(_UPPER, np.float32), np.array(_LOWER, np.float32)
    turn = np.linspace(0.07 * looks.eye_turn, -0.02 * looks.eye_turn, len(upper), dtype=np.float32)
    upper[:, 1] += turn
    lower[:, 1] += turn
    meeting = lower + _MEETING * (upper - lower)
    upper = meeting + (upper - meeting) * eyes_open
    lower = meeting + (lower - meeting) * _lower_lid(eyes_open)
    return spline(_pixels(upper, side)), spline(_pixels(lower, side))


def _pen(curve: Floats, widths: float | Numbers, blur: float, down: float = 0.0) -> Brush:
    """A stroke along a curve that is moved down a little; everything in 90ths of a centimetre."""
    moved = curve + np.array([0, down * _LINE], np.float32)
    return stroke(moved, np.asarray(widths, np.float32) * np.float32(_LINE), blur * _LINE)


def _socket(picture: Floats, side: int, upper: Floats, lower: Floats) -> None:
    """The hollow round the eye, the fold of the upper lid and the bag under the lower one."""
    fold = spline(_pixels(_FOLD, side))
    area(np.concatenate([fold, upper[::-1]]), 7 * _LINE).shade(picture, (0.9, 0.9, 0.94))
    _pen(fold, 7, 6).shade(picture, (0.78, 0.78, 0.84))
    thin = 1.2 + 2.2 * np.sin(np.linspace(0.1, np.pi - 0.1, len(fold), dtype=np.float32))
    _pen(fold, thin, 1.6).shade(picture, (0.6, 0.58, 0.66))
    _pen(spline(_pixels(_BAG, side)), 6, 9).shade(picture, (0.9, 0.89, 0.92))
    _pen(lower, 7, 4, down=7).shade(picture, 1.05)


def _ball(picture: Floats, side: int, upper: Floats, lower: Floats) -> None:
    """White, iris, pupil, glint; all inside the opening, and shadowed by the upper lid."""
    eye = np.empty_like(picture)
    eye[:] = (214, 219, 224)
    height, width = picture.shape[:2]
    middle = spot(np.array([width / 2, height / 2]), (0.95 * SCALE, 0.8 * SCALE))
    Brush(1 - middle.mask, middle.x, middle.y).shade(eye, (0.62, 0.62, 0.72))
    caruncle = _pixels(np.array([(1.93, 2.53)], np.float32), side)[0]
    spot(caruncle, (0.13 * SCALE, 0.11 * SCALE)).lay(eye, (120, 128, 196), 0.8)
    centre = _pixels(np.array([(EYE_CENTRE[0] - 0.02, EYE_CENTRE[1] + 0.05)], np.float32), side)[0]
    _iris(eye, centre)
    _pen(upper, 20, 7, down=8).shade(eye, (0.5, 0.5, 0.54))
    glint = spot(centre + np.array([-0.16, -0.2], np.float32) * SCALE, (0.075 * SCALE, 0.085 * SCALE))
    Brush(np.clip(glint.mask * 1.5, 0, 1), glint.x, glint.y).lay(eye, (250, 250, 250), 0.92)
    area(np.concatenate([upper, lower[::-1]]), 1.0 * _LINE).lay(picture, eye)
    _pen(lower, 3.5, 1.6, down=2).lay(picture, (150, 158, 206), 0.3)


def _iris(eye: Floats, centre: Floats) -> None:
    """Brown, lit from above at its lower half, with a dark rim and a pupil."""
    y, x = np.mgrid[0 : eye.shape[0], 0 : eye.shape[1]].astype(np.float32)
    x, y = x - centre[0], y - centre[1]
    radius = np.hypot(x, y) / (IRIS_RADIUS * SCALE)
    spokes = 1 + 0.12 * np.sin(np.arctan2(y, x) * 23) * np.clip(radius, 0, 1)
    light = (0.65 + 0.6 * radius) * spokes * (1 + 0.35 * np.clip(y / (IRIS_RADIUS * SCALE), -1, 1))
    tone = np.array([24, 36, 58], np.float32) * light[..., None].astype(np.float32)
    tone = np.where(radius[..., None] > 0.86, tone * 0.55, tone)
    tone = np.where(radius[..., None] < 0.4, np.float32(10), tone).astype(np.float32)
    Brush(np.clip((1.03 - radius) * IRIS_RADIUS * SCALE / (3.5 * _LINE), 0, 1).astype(np.float32), 0, 0).lay(eye, tone)


def _lashes(picture: Floats, looks: Looks, upper: Floats, lower: Floats, eyes_open: float) -> None:
    dark = np.array([22, 22, 26], np.float32)
    along = np.linspace(0, 1, len(upper), dtype=np.float32)
    made_up = 0.0 if looks.masculine else 1.6
    weight = (3.6 + made_up) * (0.55 + 0.45 * np.cos((along - 0.3) * 2.4))
    _pen(upper, weight + 1.5, 1.4).lay(picture, dark, 0.8)
    wing = upper[:3]
    _pen(np.concatenate([2 * wing[:1] - wing[1:2], wing]), 2.4 + made_up, 1.4, down=-1).lay(picture, dark, 0.5)
    _pen(lower, 1.8, 1.4).lay(picture, dark * np.float32(1.6), 0.3 + 0.3 * (1 - eyes_open))
