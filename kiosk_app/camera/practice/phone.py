"""A hand that holds up a phone with a booking code on its screen."""

from functools import lru_cache

import cv2
import numpy as np
import qrcode

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.blend import blend, patch_of
from kiosk_app.camera.practice.paint import area, spline, stroke
from kiosk_app.camera.practice.person import Looks, looks_of
from kiosk_app.camera.practice.raster import Floats, Window
from kiosk_app.camera.practice.scene import HeldCode

# The painted picture in pixels of a 720-row frame: a phone of 7.3 cm some 25 cm before a webcam is 300 pixels wide.
_SIZE = (620, 800)
_PHONE = (150, 40, 454, 668)
_BEZEL = 11
_CARD_SIDE = 268
_QUIET = 4


def draw_phone(frame: Image, held: HeldCode) -> None:
    """Phone and hand over the frame, in place, a little turned away from the camera as a hand holds it."""
    scale = frame.shape[0] / 720
    picture = _picture(held.text, looks_of(held.person))
    left, top, right, bottom = _PHONE
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)
    middle = corners.mean(axis=0)
    turn = np.radians(held.tilt)
    rotate = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]], np.float32)
    # The upper edge leans away: a few per cent narrower than the lower one.
    lean = np.array([(0.965, 0.975), (0.965, 0.975), (1.01, 1.0), (1.01, 1.0)], np.float32)
    place = ((corners - middle) * lean) @ rotate.T * scale
    place += np.array([frame.shape[1] / 2 + held.dx * scale, (372 + held.dy) * scale], np.float32)
    move = cv2.getPerspectiveTransform(corners, place.astype(np.float32))
    outline = np.array([[(0, 0), (_SIZE[0], 0), (_SIZE[0], _SIZE[1]), (0, _SIZE[1])]], np.float32)
    reach = cv2.perspectiveTransform(outline, move)[0]
    x0, y0 = (max(0, int(v)) for v in reach.min(axis=0))
    x1, y1 = int(min(frame.shape[1], reach[:, 0].max() + 1)), int(min(frame.shape[0], reach[:, 1].max() + 1))
    if x1 <= x0 or y1 <= y0:
        return
    shift = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1]], np.float64)
    warped = cv2.warpPerspective(picture, shift @ move, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
    shown = np.asarray(cv2.GaussianBlur(warped, (3, 3), 0.5), np.uint8)
    blend(frame, patch_of(shown, Window(x0, y0, x1 - x0, y1 - y0)))


@lru_cache(maxsize=8)
def _picture(text: str, looks: Looks) -> Image:
    """[800, 620, 4] BGRA with the alpha multiplied in."""
    colour = np.zeros((_SIZE[1], _SIZE[0], 3), np.float32)
    alpha = np.zeros((_SIZE[1], _SIZE[0]), np.float32)
    _hand(colour, alpha, looks)
    _phone(colour, alpha, text)
    _thumb(colour, alpha, looks)
    return np.dstack([np.clip(colour, 0, 255) * alpha[..., None], alpha * 255]).astype(np.uint8)


def _shape(colour: Floats, alpha: Floats, outline: Floats, tone: Floats) -> None:
    """An area of one colour with a rounded look: darker towards its edge."""
    brush = area(outline, 0.8)
    brush.lay(colour, tone)
    brush.add(alpha, 1.0)
    np.clip(alpha, 0, 1, out=alpha)
    inner = area(outline, 9)
    rim = np.zeros_like(alpha)
    inner.add(rim, 1.0)
    brush.shade(colour, (0.58, 0.62, 0.72), (1 - np.clip(rim * 1.5 - 0.5, 0, 1)).astype(np.float32))


def _hand(colour: Floats, alpha: Floats, looks: Looks) -> None:
    """What is behind the phone: palm, wrist, sleeve, and the fingertips round the far edge."""
    skin = np.asarray(looks.skin, np.float32)
    sleeve = spline(np.array([(330, 806), (318, 742), (420, 716), (520, 734), (560, 806)]), closed=True)
    arm = spline(
        np.array([(352, 800), (336, 690), (300, 600), (330, 500), (440, 470), (496, 540), (514, 640), (510, 800)]),
        closed=True,
    )
    _shape(colour, alpha, arm, skin * np.float32(0.94))
    _shape(colour, alpha, sleeve, np.asarray(looks.shirt, np.float32))
    cuff = spline(np.array([(318, 752), (420, 726), (524, 744)]))
    stroke(cuff, 3, 1.5).shade(colour, 1.25)
    for number in range(4):
        y = 372 + 62 * number
        tip = [(176, y - 22), (140, y - 24), (122, y - 8), (122, y + 10), (140, y + 24), (176, y + 26)]
        _shape(colour, alpha, spline(np.array(tip, np.float32), closed=True), skin * np.float32(0.97 - 0.02 * number))


def _thumb(colour: Floats, alpha: Floats, looks: Looks) -> None:
    skin = np.asarray(looks.skin, np.float32)
    thumb = [(500, 640), (462, 600), (438, 540), (428, 490), (434, 456), (452, 446), (470, 462), (482, 510), (506, 560)]
    outline = spline(np.array(thumb, np.float32), closed=True)
    stroke(outline + np.array([-7, 5], np.float32), 12, 7).shade(colour, 0.72)
    _shape(colour, alpha, outline, skin)
    nail = [(441, 486), (440, 464), (450, 456), (461, 464), (464, 486), (452, 492)]
    shape = area(spline(np.array(nail, np.float32), closed=True), 1.2)
    shape.lay(colour, skin * np.array([1.02, 1.0, 1.02], np.float32) * 0.6 + np.array([90, 88, 100], np.float32), 0.75)


def _rounded(box: tuple[int, int, int, int], radius: float) -> Floats:
    left, top, right, bottom = box
    turn = np.radians(np.arange(0, 91, 9))
    arcs = []
    for x, y, start in (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    ):
        angle = np.radians(start) + turn
        arcs.append(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], 1))
    return np.concatenate(arcs).astype(np.float32)


def _phone(colour: Floats, alpha: Floats, text: str) -> None:
    """A dark frame, a white page with a coloured head and grey lines, and the code on its own white card."""
    left, top, right, bottom = _PHONE
    body = area(_rounded(_PHONE, 38), 0.8)
    body.add(alpha, 1.0)
    np.clip(alpha, 0, 1, out=alpha)
    body.lay(colour, (34, 30, 28))
    stroke(_rounded((left + 2, top + 2, right - 2, bottom - 2), 36), 2.2, 0.8).lay(colour, (96, 92, 90), 0.8)
    screen = (left + _BEZEL, top + _BEZEL, right - _BEZEL, bottom - _BEZEL)
    area(_rounded(screen, 28), 0.8).lay(colour, (246, 243, 240))
    area(_rounded((screen[0], screen[1], screen[2], screen[1] + 84), 28), 0.8).lay(colour, (142, 92, 34))
    area(np.array([(screen[0], 110), (screen[2], 110), (screen[2], 134), (screen[0], 134)]), 0.5).lay(
        colour, (142, 92, 34)
    )
    area(_rounded((246, 62, 358, 74), 6), 0.8).lay(colour, (20, 18, 18))
    area(_rounded((236, 98, 368, 110), 6), 0.8).lay(colour, (240, 228, 214))
    code = _code(text)
    side = code.shape[0]
    x, y = (left + right) // 2 - side // 2, 292 - side // 2
    card = (x - 6, y - 6, x + side + 6, y + side + 6)
    area(_rounded((card[0], card[1] + 4, card[2], card[3] + 6), 14), 5).shade(colour, 0.86)
    area(_rounded(card, 14), 0.8).lay(colour, (253, 253, 253))
    colour[y : y + side, x : x + side] = code[..., None].astype(np.float32) * np.float32(0.93) + 14
    for row, (width, tone) in enumerate(((190, 120), (236, 176), (150, 176), (210, 196))):
        middle = (left + right) // 2
        line = (middle - width // 2, 470 + 30 * row, middle + width // 2, 481 + 30 * row)
        area(_rounded(line, 5), 0.8).lay(colour, (float(tone), float(tone), float(tone)))
    area(_rounded((212, 596, 392, 632), 17), 0.8).lay(colour, (142, 92, 34))
    area(_rounded((262, 611, 342, 618), 3), 0.8).lay(colour, (240, 228, 214))


@lru_cache(maxsize=8)
def _code(text: str) -> Image:
    """The code with its quiet zone, whole pixels a module, 0 and 255."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=_QUIET)
    code.add_data(text)
    code.make(fit=True)
    modules = np.array(code.get_matrix(), bool)
    pixels = max(3, _CARD_SIDE // len(modules))
    return np.kron(np.where(modules, 0, 255), np.ones((pixels, pixels))).astype(np.uint8)
