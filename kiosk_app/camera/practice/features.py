"""Brows, nose and lips, painted into the face texture. Coordinates are centimetres of the canonical face."""

import cv2
import numpy as np

from kiosk_app.camera.practice.mesh import FACE_SCALE, FACE_SIZE, face_pixels, face_surface
from kiosk_app.camera.practice.paint import Brush, area, grain, spline, spot, stroke
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats, Numbers

Points = list[tuple[float, float]]
UPPER_LIP = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
LOWER_LIP = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
# Where the lips meet when the mouth is shut; the canonical model leaves half a centimetre between them.
MEETING_LINE = -4.24


def curve(points: Points | Numbers, closed: bool = False) -> Floats:
    """A smooth curve through points given in centimetres, in pixels of the face texture."""
    return spline(face_pixels(np.asarray(points, np.float32)), closed)


def face_spot(x: float, y: float, radius_x: float, radius_y: float, turn: float = 0.0) -> Brush:
    """A Gaussian spot on the face texture, everything in centimetres of the face."""
    centre = face_pixels(np.array([[x, y]], np.float32))[0]
    return spot(centre, (radius_x * FACE_SCALE, radius_y * FACE_SCALE), turn)


def meeting_line() -> Points:
    """The line between closed lips, from the right corner to the left one: a flat cupid's bow, its ends kindly."""
    y = MEETING_LINE
    half = [(-2.36, y + 0.05), (-1.75, y + 0.01), (-1.0, y + 0.02), (-0.45, y + 0.05), (0.0, y - 0.02)]
    return half + [(-x, v) for x, v in reversed(half[:-1])]


def lip_colour(looks: Looks) -> Floats:
    """Lips: skin with more blood; the deeper the skin, the closer to its own tone."""
    skin = np.asarray(looks.skin, np.float32)
    depth = 1 - skin[1] / 255
    rose = np.array([104, 92, 178], np.float32) * (1.05 - 0.5 * depth)
    amount = 0.1 + 0.38 * looks.lips
    return np.asarray(skin * np.array([0.82, 0.78, 0.9]) * (1 - amount) + rose * amount, np.float32)


def paint_lips(colour: Floats, looks: Looks, rng: np.random.Generator) -> None:
    """Closed lips; an open mouth is laid over them later."""
    vertices = face_surface().vertices
    line = np.asarray(meeting_line(), np.float32)
    upper = np.concatenate([vertices[list(UPPER_LIP), :2], line[::-1]])
    lower = np.concatenate([vertices[list(LOWER_LIP), :2], line[::-1]])
    tone = lip_colour(looks) * (1 + 0.03 * grain(FACE_SIZE, (4, 26), rng)[..., None])
    for outline, factor in ((upper, 0.87), (lower, 1.0)):
        area(spline(face_pixels(outline), closed=True, steps=4), 2.0).lay(colour, tone * np.float32(factor), 0.92)
    face_spot(0, -4.85, 1.0, 0.2).shade(colour, 1.09)
    below = curve([(-1.3, -5.4), (-0.6, -5.7), (0, -5.76), (0.6, -5.7), (1.3, -5.4)])
    stroke(below, 9, 5).shade(colour, (0.78, 0.8, 0.85))
    meeting = spline(face_pixels(line))
    stroke(meeting, 11, 3.5).shade(colour, (0.72, 0.72, 0.78))
    width = 1.4 + 2.2 * np.sin(np.linspace(0, np.pi, len(meeting), dtype=np.float32))
    stroke(meeting, width, 1.0).shade(colour, (0.36, 0.34, 0.42))
    crease = (0.88 - 0.08 * looks.age, 0.88 - 0.08 * looks.age, 0.93 - 0.06 * looks.age)
    for side in (-1, 1):
        face_spot(2.38 * side, -4.3, 0.22, 0.16).shade(colour, (0.7, 0.7, 0.76))
        fold = curve([(1.9 * side, -1.2), (2.5 * side, -2.2), (3.0 * side, -3.3), (3.1 * side, -4.3)])
        stroke(fold, 5, 6).shade(colour, crease)
        ridge = curve([(0.28 * side, -2.4), (0.34 * side, -2.9), (0.42 * side, -3.3)])
        stroke(ridge, 4, 3).shade(colour, 1.04)
    stroke(curve([(0, -2.4), (0, -2.8), (0, -3.25)]), 7, 3.5).shade(colour, (0.91, 0.91, 0.94))


def paint_nose(colour: Floats) -> None:
    """Nostrils, wings and the shadow under the tip; the form itself comes from the mesh."""
    under = curve([(-1.5, -1.75), (0, -1.75), (1.5, -1.75), (1.1, -2.25), (0, -2.5), (-1.1, -2.25)], closed=True)
    area(under, 7).shade(colour, (0.76, 0.76, 0.83))
    for side in (-1, 1):
        hole = [(0.42, -1.86), (0.8, -1.68), (1.16, -1.74), (1.06, -1.9), (0.7, -1.97)]
        area(curve(_mirrored(hole, side), closed=True), 2.6).shade(colour, (0.34, 0.32, 0.4))
        wing = [(1.5, -0.5), (1.78, -0.95), (1.74, -1.4), (1.4, -1.72)]
        stroke(curve(_mirrored(wing, side)), 3.4, 2.6).shade(colour, (0.7, 0.7, 0.78))
        flank = [(0.85, 2.6), (0.95, 1.2), (1.2, 0.0)]
        stroke(curve(_mirrored(flank, side)), 9, 9).shade(colour, (0.91, 0.92, 0.95))
        inner = [(1.25, 4.2), (1.25, 3.4), (1.5, 2.7)]
        stroke(curve(_mirrored(inner, side)), 14, 11).shade(colour, (0.8, 0.82, 0.87))
    stroke(curve([(0, 3.0), (0, 1.5), (0, 0.0), (0, -0.6)]), 9, 8).shade(colour, 1.05)


def _mirrored(points: Points, side: int) -> Points:
    return [(x * side, y) for x, y in points]


def paint_brow(colour: Floats, looks: Looks, side: int, rng: np.random.Generator) -> None:
    """One brow, hair by hair over a soft ground; `side` -1 lies left in the picture."""
    top = np.array([(1.4, 4.66), (2.7, 5.0), (3.95, 5.08), (5.0, 4.74), (5.8, 4.12)], np.float32)
    low = np.array([(1.34, 4.2), (2.65, 4.46), (3.8, 4.58), (4.8, 4.42), (5.7, 4.06)], np.float32)
    middle = (top + low) / 2
    flip = np.array([side, 1], np.float32)
    upper = curve((middle + (top - middle) * looks.brow) * flip)
    lower = curve((middle + (low - middle) * looks.brow) * flip)
    hair = np.asarray(looks.hair, np.float32) * 0.85 + np.asarray(looks.skin, np.float32) * 0.06
    area(np.concatenate([upper, lower[::-1]]), 3.6).lay(colour, hair, 0.5)
    strands = np.zeros((FACE_SIZE[1], FACE_SIZE[0]), np.uint8)
    for _ in range(260):
        along = float(rng.random() ** 0.9)
        place = min(int(along * (len(upper) - 1)), len(upper) - 2)
        across = float(rng.random())
        root = lower[place] * (1 - across) + upper[place] * across + rng.normal(0, 0.9, 2)
        rise = np.radians(64 - 60 * along - 38 * across + rng.normal(0, 8))
        length = FACE_SCALE * (0.32 + 0.12 * rng.random()) * (0.55 + 0.4 * looks.brow)
        drop = (upper[place + 1] - upper[place]) / max(1.0, abs(float(upper[place + 1, 0] - upper[place, 0])))
        tip = root + length * np.array([side * np.cos(rise), -np.sin(rise) + 0.8 * along * drop[1]])
        ends = np.round(np.array([root, tip]) * 16).astype(np.int32)
        shade = int(150 * min(1.0, 0.45 + 3 * along) * (1.1 - 0.35 * along))
        cv2.line(strands, ends[0].tolist(), ends[1].tolist(), shade, 1, cv2.LINE_AA, 4)
    mask = cv2.GaussianBlur(strands.astype(np.float32) / 255, (0, 0), 0.8).astype(np.float32)
    Brush(mask, 0, 0).lay(colour, hair * np.float32(0.8), 0.9)
