"""Shoulders in a plain shirt with a collar, or under the fall of a hijab: painted once, scaled into the frame."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.blend import Patch, patch_of
from kiosk_app.camera.practice.hijab import CLOTH_DARK
from kiosk_app.camera.practice.optics import EYE_LINE, EYES, FOCAL, SEAT, Lens, Pose
from kiosk_app.camera.practice.paint import area, grain, spline, stroke
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats, Window

# Pixels a centimetre, and the rectangle that is painted: centimetres from the middle of the face.
SCALE = 16.0
LEFT, TOP, RIGHT, BOTTOM = -27.0, -8.0, 27.0, -52.0
_SIZE = (round((RIGHT - LEFT) * SCALE), round((TOP - BOTTOM) * SCALE))
Line = list[tuple[float, float]]

_SHOULDER: Line = [
    *((5.3, -12.4), (7.4, -14.2), (10.8, -15.9), (15.5, -17.6), (19.3, -19.6), (21.9, -23.0)),
    *((23.6, -29.0), (24.8, -38.0), (25.8, -60.5)),
]
_DRAPE: Line = [
    *((7.5, -12.6), (11.4, -15.6), (15.6, -17.5), (18.6, -19.6), (19.4, -23.0), (16.4, -28.0), (10.4, -32.0)),
    *((4.4, -34.0), (0, -34.4)),
]


@dataclass(frozen=True)
class Body:
    """colour: [H, W, 4] BGRA, 0 to 255, the alpha multiplied in."""

    colour: Image

    def patch(self, lens: Lens, pose: Pose, size: float) -> Patch | None:
        """The body where it sits in the frame, None outside it; `size` is the person's against an average adult."""
        scale = lens.body_scale(pose) * size
        eye_scale = FOCAL * lens.height / (SEAT * pose.distance - EYES[2])
        x = lens.width / 2 + pose.dx * lens.body_scale(pose)
        y = EYE_LINE * lens.height + EYES[1] * eye_scale * size + pose.dy * lens.body_scale(pose)
        left, top = x + LEFT * scale, y - TOP * scale
        window = Window(
            x := max(0, int(left)),
            y := max(0, int(top)),
            min(lens.width, int(left + (RIGHT - LEFT) * scale)) - x,
            min(lens.height, int(top + (TOP - BOTTOM) * scale)) - y,
        )
        if window.width <= 0 or window.height <= 0:
            return None
        ratio = scale / SCALE
        move = np.array([[ratio, 0, left - window.x], [0, ratio, top - window.y]])
        shown = cv2.warpAffine(self.colour, move, (window.width, window.height), flags=cv2.INTER_LINEAR)
        return patch_of(np.asarray(shown, np.uint8), window)


def paint_body(looks: Looks) -> Body:
    """Everything below the chin that does not turn with the head."""
    rng = np.random.default_rng(looks.seed + 6)
    colour = np.full((_SIZE[1], _SIZE[0], 3), looks.shirt, np.float32)
    colour *= 1 + 0.02 * grain(_SIZE, (1.6, 1.6), rng)[..., None] + 0.012 * grain(_SIZE, (40, 60), rng)[..., None]
    outline = np.concatenate([_curve(_SHOULDER), _curve(_mirrored(_SHOULDER)[::-1])])
    alpha = np.zeros((_SIZE[1], _SIZE[0]), np.float32)
    area(outline, 0.7).add(alpha, 1.0)
    _creases(colour, rng)
    _form(colour)
    if looks.hijab is None:
        _collar(colour, alpha, looks)
    else:
        _drape(colour, alpha, looks, rng)
    premultiplied = np.dstack([np.clip(colour, 0, 255) * alpha[..., None], alpha * 255])
    return Body(premultiplied.astype(np.uint8))


def _curve(points: Line, closed: bool = False) -> Floats:
    place = np.asarray(points, np.float32)
    return spline(np.stack([(place[:, 0] - LEFT) * SCALE, (TOP - place[:, 1]) * SCALE], 1), closed)


def _mirrored(points: Line) -> Line:
    return [(-x, y) for x, y in points]


def _form(colour: Floats) -> None:
    """Light on a round chest and on shoulders that slope away."""
    x = np.linspace(LEFT, RIGHT, _SIZE[0], dtype=np.float32)[None]
    y = np.linspace(TOP, BOTTOM, _SIZE[1], dtype=np.float32)[:, None]
    right = np.asarray(_SHOULDER, np.float32)
    shoulder = np.interp(np.abs(x), right[:, 0], right[:, 1]).astype(np.float32)
    facing_x = np.clip(x / 27, -1, 1) * 0.85
    facing_y = 0.72 * np.exp(-np.clip(shoulder - y, 0, None) / 3.6)
    facing_z = np.sqrt(np.clip(1 - facing_x**2 - facing_y**2, 0.05, 1))
    key = np.clip(0.22 + 0.78 * (-0.3 * facing_x + 0.42 * facing_y + 0.86 * facing_z), 0, 1)
    fill = np.clip(0.3 + 0.7 * (0.55 * facing_x + 0.83 * facing_z), 0, 1)
    dark = np.asarray(CLOTH_DARK, np.float32)
    amount = np.clip(0.64 * key + 0.34 * fill, 0, 1.15)[..., None]
    colour *= dark + (1 - dark) * amount


def _creases(colour: Floats, rng: np.random.Generator) -> None:
    lines: list[Line] = [
        [(18.5, -21), (16.5, -27), (15.8, -35), (16.5, -46)],
        [(12.0, -17.5), (10.5, -23), (8.8, -30)],
        [(20.5, -24), (20.0, -31), (20.8, -40)],
        [(15.5, -30), (11.5, -36), (6.5, -41)],
    ]
    for side in (-1, 1):
        for line in lines:
            moved = [(side * (x + float(rng.normal(0, 0.5))), y + float(rng.normal(0, 0.6))) for x, y in line]
            stroke(_curve(moved), 12, 9).shade(colour, 0.84)
            stroke(_curve([(x + 0.9 * side, y) for x, y in moved]), 9, 7).shade(colour, 1.09)


def _collar(colour: Floats, alpha: Floats, looks: Looks) -> None:
    """Two flaps, the open neck between them, a button band below."""
    depth = -17.6 if looks.masculine else -19.0
    notch: Line = [(-5.4, -11.0), (-4.6, -13.2), (-2.6, -15.8), (0, depth), (2.6, -15.8), (4.6, -13.2), (5.4, -11.0)]
    hole = area(_curve(notch), 0.7)
    hole.add(alpha, -1.0)
    np.clip(alpha, 0, 1, out=alpha)
    band = [(0.0, depth), (0.0, -60.5)]
    for offset, factor in ((-1.5, 0.78), (1.5, 0.7)):
        edge = _curve([(x + offset, y) for x, y in band])
        stroke(edge, 2.2, 1.2).shade(colour, factor)
        stroke(edge + np.array([3, 0], np.float32), 3, 1.6).shade(colour, 1.08)
    for number in range(5):
        centre = _curve([(0.0, depth - 3.6 - 7.6 * number), (0.0, depth - 3.7 - 7.6 * number)])[0]
        button = np.array([(np.cos(a), np.sin(a)) for a in np.linspace(0, 6.2, 20)], np.float32) * 0.55 * SCALE + centre
        area(button + np.array([1, 2], np.float32), 2).shade(colour, 0.6)
        area(button, 0.8).lay(colour, np.asarray(looks.shirt, np.float32) * 0.55 + 96)
        area(centre + (button - centre) * np.float32(0.45), 1.0).shade(colour, 0.8)
    for side in (-1, 1):
        flap = [(5.5, -11.9), (6.6, -13.4), (7.7, -15.6), (6.2, -20.6), (5.2, -21.6), (3.0, -19.6), (0.5, depth - 0.5)]
        inner = [(0.25, depth + 0.1), (2.6, -15.9), (4.5, -13.3), (5.0, -11.9)]
        shape = _curve([(x * side, y) for x, y in flap + inner], closed=True)
        shadow = area(shape + np.array([3, 9], np.float32), 8)
        shadow.shade(colour, 0.62)
        area(shape, 0.7).add(alpha, 1.0)
        np.clip(alpha, 0, 1, out=alpha)
        tone = np.asarray(looks.shirt, np.float32) * np.float32(1.02 if side < 0 else 0.93)
        area(shape, 0.7).lay(colour, tone)
        stroke(_curve([(x * side, y) for x, y in flap[1:]]), 2.4, 1.4).shade(colour, 1.14)
        stroke(_curve([(x * side * 0.97, y + 0.45) for x, y in flap[2:]]), 1.4, 0.8).shade(colour, 0.86)
        stroke(_curve([(x * side, y) for x, y in inner]), 5, 3).shade(colour, 0.76)


def _drape(colour: Floats, alpha: Floats, looks: Looks, rng: np.random.Generator) -> None:
    """The lower part of a hijab, over chest and shoulders."""
    shape = _curve(_DRAPE + _mirrored(_DRAPE)[-2::-1])
    top = np.concatenate([shape, _curve([(-7.6, -12.6), (-6.4, -10.4), (0, -9.6), (6.4, -10.4), (7.6, -12.6)])])
    tone = np.full(colour.shape, np.asarray(looks.hijab, np.float32), np.float32)
    tone *= 1 + 0.015 * grain(_SIZE, (2, 2), rng)[..., None]
    for side in (-1, 1):
        lines: list[Line] = [
            [(12.5, -16.5), (9.5, -21), (4.0, -24.6), (0, -25.4)],
            [(15.5, -18.5), (12.0, -24), (5.0, -27.8), (0, -28.6)],
            [(18.0, -21), (14.0, -27), (6.4, -31), (0, -31.9)],
        ]
        for line in lines:
            moved = [(side * (x + float(rng.normal(0, 0.3))), y + float(rng.normal(0, 0.4))) for x, y in line]
            stroke(_curve(moved), 14, 9).shade(tone, 1.1)
            stroke(_curve([(x, y - 1.1) for x, y in moved]), 11, 8).shade(tone, 0.8)
    _form(tone)
    area(top + np.array([2, 12], np.float32), 10).shade(colour, 0.6)
    area(top, 0.8).lay(colour, tone)
    area(top, 0.8).add(alpha, 1.0)
    np.clip(alpha, 0, 1, out=alpha)
    hem = _curve([(x, y + 0.35) for x, y in _DRAPE[2:] + _mirrored(_DRAPE[2:])[-2::-1]])
    stroke(hem, 1.6, 1.0).shade(colour, 0.8)
