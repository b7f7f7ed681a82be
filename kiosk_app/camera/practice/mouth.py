"""An open mouth, painted as a patch of the face texture between the lips."""

import numpy as np

from kiosk_app.camera.practice.features import MEETING_LINE, curve
from kiosk_app.camera.practice.mesh import FACE_LEFT, FACE_SCALE, FACE_TOP
from kiosk_app.camera.practice.morph import MOUTH_GAP, PAINTED_GAP
from kiosk_app.camera.practice.paint import area, stroke
from kiosk_app.camera.practice.raster import Floats

# Left, top, right and bottom of the patch, centimetres of the face.
_PATCH = (-3.0, -3.3, 3.0, -5.6)


def patch_window() -> tuple[slice, slice]:
    """Rows and columns of the patch in the face texture."""
    rows = slice(round((FACE_TOP - _PATCH[1]) * FACE_SCALE), round((FACE_TOP - _PATCH[3]) * FACE_SCALE))
    return rows, slice(round((_PATCH[0] - FACE_LEFT) * FACE_SCALE), round((_PATCH[2] - FACE_LEFT) * FACE_SCALE))


def paint_mouth(ground: Floats, mouth: float) -> Floats:
    """The patch [h, w, 3] with the lips `mouth` (0..1) apart; `ground` shows them closed."""
    picture = ground.copy()
    gap = min(MOUTH_GAP * mouth, PAINTED_GAP)
    if gap <= 0:
        return picture
    rows, columns = patch_window()
    corner = np.array([columns.start, rows.start], np.float32)
    x = np.linspace(-2.2, 2.2, 9)
    rise = np.clip(1 - (x / 2.3) ** 2, 0, 1) ** 0.8
    upper = np.stack([x, MEETING_LINE + 0.35 * gap * rise], 1)
    lower = np.stack([x, MEETING_LINE - 0.65 * gap * rise], 1)
    opening = np.concatenate([curve(upper.astype(np.float32)), curve(lower.astype(np.float32))[::-1]]) - corner
    area(opening, 1.0).lay(picture, (34, 26, 54))
    if MOUTH_GAP * mouth > 0.35:
        teeth = np.stack([x, MEETING_LINE + (0.35 - 0.18) * gap * rise], 1)
        band = np.concatenate([curve(upper.astype(np.float32)), curve(teeth.astype(np.float32))[::-1]]) - corner
        area(band, 1.2).lay(picture, (186, 200, 208), 0.9)
    stroke(curve(upper.astype(np.float32)) - corner, 2.5, 1.2).shade(picture, 0.6)
    return picture
