"""Glasses, clear or dark, drawn over a finished head."""

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.morph import shaped
from kiosk_app.camera.practice.optics import Lens, turned
from kiosk_app.camera.practice.paint import spline
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats
from kiosk_app.camera.practice.scene import Sitter

_FRAME = (34, 30, 34)
_TINT = (38, 34, 32)
_SHIFT = 4
# The lens at the person's left eye, centimetres; the other one is its mirror image.
_RIM = (
    *((1.15, 3.1, 5.9), (1.6, 3.75, 5.8), (3.2, 3.95, 5.5), (4.9, 3.7, 4.6), (5.35, 2.9, 4.2)),
    *((5.0, 1.5, 4.5), (3.4, 0.9, 5.3), (1.7, 1.3, 5.7)),
)
_BRIDGE = ((-1.15, 3.0, 5.9), (-0.6, 3.3, 6.3), (0.6, 3.3, 6.3), (1.15, 3.0, 5.9))
_ARM = ((5.3, 3.3, 4.2), (6.9, 3.2, 1.6), (7.7, 2.9, -1.6))
# An arm is seen until the head has turned it behind the cheek.
_ARM_HIDDEN_DEG = 7.0


def draw_glasses(frame: Image, looks: Looks, sitter: Sitter, lens: Lens) -> None:
    """Rims, bridge, arms and lenses over the frame, in place; dark lenses where the person wears such."""

    def place(points: tuple[tuple[float, float, float], ...], side: int, closed: bool) -> Floats:
        line = spline(np.asarray(points, np.float32) * np.array([side, 1, 1], np.float32), closed, steps=6)
        line = shaped(line, looks, sitter.person.age_size)
        return lens.project(turned(line, sitter.pose), sitter.pose)[0]

    rims = [place(_RIM, side, True) for side in (-1, 1)]
    thick = max(1, round(0.26 * lens.body_scale(sitter.pose)))
    _tint(frame, rims, 0.93 if sitter.person.dark_glasses else 0.07)
    for side in (-1, 1):
        if sitter.pose.yaw * side < _ARM_HIDDEN_DEG:
            _line(frame, place(_ARM, side, False), max(1, thick - 1), False)
    for rim in rims:
        _line(frame, rim, thick, True)
    _line(frame, place(_BRIDGE, 1, False), thick, False)


def _fixed(line: Floats) -> list[np.ndarray]:
    return [np.round(line * (1 << _SHIFT)).astype(np.int32)]


def _line(frame: Image, line: Floats, thick: int, closed: bool) -> None:
    cv2.polylines(frame, _fixed(line), closed, _FRAME, thick, cv2.LINE_AA, _SHIFT)
    # Metal and plastic shine along their upper edge.
    upper = line - np.array([0, thick * 0.3], np.float32)
    cv2.polylines(frame, _fixed(upper), closed, (78, 74, 78), 1, cv2.LINE_AA, _SHIFT)


def _tint(frame: Image, rims: list[Floats], strength: float) -> None:
    for rim in rims:
        low, high = np.floor(rim.min(axis=0)).astype(int), np.ceil(rim.max(axis=0)).astype(int) + 1
        left, top = max(0, int(low[0])), max(0, int(low[1]))
        right, bottom = min(frame.shape[1], int(high[0])), min(frame.shape[0], int(high[1]))
        if right <= left or bottom <= top:
            continue
        part = frame[top:bottom, left:right]
        mask = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(mask, _fixed(rim - np.array([left, top], np.float32)), 255, cv2.LINE_AA, _SHIFT)
        weight = mask.astype(np.float32)[..., None] * np.float32(strength / 255)
        tint = np.asarray(_TINT, np.float32) + np.linspace(22, 0, len(part), dtype=np.float32)[:, None, None]
        part[:] = np.round(part + (tint - part) * weight).astype(np.uint8)
