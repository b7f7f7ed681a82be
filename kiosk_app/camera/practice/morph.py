"""How one face differs from another, and what an open mouth or a smile does to it: vertices moved."""

import numpy as np

from kiosk_app.camera.practice.optics import EYES
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats

# Centimetres between the lips at mouth = 1, and how much of it is painted before the jaw has to drop.
MOUTH_GAP = 2.4
PAINTED_GAP = 0.5


def shaped(vertices: Floats, looks: Looks, size: float) -> Floats:
    """The head [N, 3] of one person; `size` against an average adult. The point between the eyes stays where it is."""
    shape = vertices.copy()
    x, y = shape[:, 0].copy(), shape[:, 1].copy()
    face = np.clip((shape[:, 2] + 4) / 4, 0, 1)
    jaw = np.clip((-1.0 - y) / 6.0, 0, 1) * np.clip((y + 12.0) / 2.0, 0, 1)
    shape[:, 0] *= 1 + 0.07 * looks.jaw * jaw * face
    for side in (-1, 1):
        wing = _near(vertices, 1.5 * side, -1.2, 0.8)
        shape[:, 0] += side * 0.16 * looks.nose * wing
    shape[:, 2] -= 0.35 * np.clip(looks.nose, 0, 1) * _near(vertices, 0, -0.4, 1.1)
    shape[:, 0] += np.sign(x) * 0.14 * (looks.lips - 0.5) * _near(np.abs(vertices), 2.4, 4.34, 0.7)
    scale = np.array([looks.face_width, looks.face_height, 1.0], np.float32) * size
    centre = np.array(EYES, np.float32)
    return ((shape - centre) * scale + centre).astype(np.float32)


def expressed(vertices: Floats, mouth: float, smile: float) -> Floats:
    """The face [N, 3] in the canonical model's place with the mouth `mouth` open (0..1) and smiling `smile` (0..1)."""
    if mouth <= 0 and smile <= 0:
        return vertices
    face = vertices.copy()
    x, y = vertices[:, 0], vertices[:, 1]
    if mouth > 0:
        drop = max(0.0, MOUTH_GAP * mouth - PAINTED_GAP)
        lip = np.clip(1 - (x / 2.4) ** 2, 0, 1) ** 0.7 * ((y < -4.3) & (y > -6.5))
        chin = np.clip(1 - (x / 6.8) ** 2, 0, 1) * np.clip((-4.6 - y) / 1.6, 0, 1) * np.clip((y + 14) / 3, 0, 1)
        face[:, 1] -= drop * np.maximum(lip, chin)
        face[:, 2] -= 0.25 * drop * chin
    if smile > 0:
        for side in (-1, 1):
            corner = smile * _near(vertices, 2.4 * side, -4.3, 1.0)
            cheek = smile * _near(vertices, 4.0 * side, -1.4, 1.6)
            face[:, 0] += side * 0.55 * corner
            face[:, 1] += 0.6 * corner + 0.25 * cheek
            face[:, 2] += 0.25 * cheek - 0.4 * corner
    return face


def _near(vertices: Floats, x: float, y: float, radius: float) -> Floats:
    """1 at (x, y) on the front of the face, falling off as a Gaussian; 0 behind the face."""
    away = (vertices[:, 0] - x) ** 2 + (vertices[:, 1] - y) ** 2
    return (np.exp(-0.5 * away / radius**2) * (vertices[:, 2] > 0)).astype(np.float32)
