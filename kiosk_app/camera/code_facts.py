"""What can be measured of a code that was found and not read, and what of it stands in the way."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.code_advice import CodeAdvice
from kiosk_app.camera.code_decode import Seen
from kiosk_app.camera.code_finders import finders
from kiosk_app.camera.code_motion import LARGEST_PX, smear
from kiosk_app.camera.code_pictures import scaled
from kiosk_app.camera.code_places import TEXTURE_BLOCK_PX, Place
from kiosk_app.camera.frames import Image

_EVIDENT_UP_TO_PX = 640
_EDGE_PX = 4
_MARGIN = 0.1
_ENLARGE, _ENLARGE_BELOW_PX = 3.0, 300
_SINGLE_RUNS = 40  # percentile
_USUAL_MODULE_PX = 5.0
_SATURATED = 250
_SMALL_MODULE_PX = 2.5
_GLARE_RADIUS = 0.07
_GLARE_SHARE = 0.6
_SMEAR_MODULES = 1.2
_SOFT, _SHARP = 1.1, 1.35
_STRIPES = 2.4  # no edge of a module is as steep: a screen's pixels show
_FAINT = 48.0
_SLANT = 1.5


@dataclass(frozen=True, slots=True)
class Facts:
    """`module_px`: width of a module. `contrast`: grey levels between the dark and the light modules. `glare`: radius
    of the largest saturated spot as a share of the longer side, 0 where most of the light modules are saturated: that
    is exposure. `smear`: length of a movement in modules. `slope`: the steepest changes of grey, as a share of the
    contrast, over the width of a module; 2 when sharp. `slant`: the longest side as a multiple of the shortest. `cut`:
    whether the frame's edge cuts the code."""

    module_px: float
    contrast: float
    glare: float
    smear: float
    slope: float
    slant: float
    cut: bool


def obstacle(gray: Image, place: Place, seen: list[Seen]) -> CodeAdvice | None:
    """The fact that most likely keeps the code at `place` from being read; None when all are as they should be."""
    facts = measure(gray, place, seen)
    if facts.cut:
        return CodeAdvice.BACK
    if facts.glare > _GLARE_RADIUS:
        return CodeAdvice.TILT
    if facts.module_px < _SMALL_MODULE_PX:
        return CodeAdvice.CLOSER
    if facts.contrast < _FAINT:
        return CodeAdvice.BRIGHT
    if facts.slope < _SOFT or (facts.smear > _SMEAR_MODULES and facts.slope < _SHARP):
        return CodeAdvice.STILL
    return CodeAdvice.TILT if facts.slant > _SLANT or facts.slope > _STRIPES else None


def measure(gray: Image, place: Place, seen: list[Seen]) -> Facts:
    """The facts of the code in `gray` uint8[H, W] at `place`, of which the decoder has `seen` the corners or not."""
    cut = place.cut(gray)
    threshold, _bright = cv2.threshold(cut, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark_level, light_level = (float(value) for value in np.percentile(cut, (5, 95)))
    contrast = max(light_level - dark_level, 1.0)
    module, certain = _module(cut)
    saturated = (cut >= _SATURATED).astype(np.uint8)
    exposed = float(saturated.sum()) / max(1.0, float((cut > threshold).sum()))
    spot = float(cv2.distanceTransform(saturated, cv2.DIST_L2, 3).max()) / max(*cut.shape)
    share = min(1.0, LARGEST_PX / (max(cut.shape) + 1))
    moved = smear(scaled(cut, share))
    steps = np.abs(np.diff(cut.astype(np.int16), axis=1))
    return Facts(
        module_px=module,
        contrast=contrast,
        glare=spot if exposed < _GLARE_SHARE else 0.0,
        smear=0.0 if moved is None else moved.length / share / module,
        slope=float(np.percentile(steps, 98)) / contrast * (module if certain else min(module, _USUAL_MODULE_PX)),
        slant=_slant(seen),
        cut=not seen and touches_edge(gray, place),
    )


def evident(gray: Image, place: Place) -> bool:
    """Whether corner patterns show that a code is at `place` although the decoder found none: two of them, or one
    where the frame's edge cuts it."""
    cut = place.cut(gray, _MARGIN)
    if max(cut.shape) > _EVIDENT_UP_TO_PX:
        cut = scaled(cut, 0.5)  # of foliage at full size the outlines alone would take longer than a frame
    count = len(finders(cut))
    return count >= 2 or (count == 1 and touches_edge(gray, place))


def touches_edge(gray: Image, place: Place) -> bool:
    height, width = gray.shape
    gap = min(place.left, place.top, width - place.right, height - place.bottom)
    return bool(gap < _EDGE_PX + TEXTURE_BLOCK_PX)


def _module(cut: Image) -> tuple[float, bool]:
    """Width of a module, and whether it is certain: a seventh of a corner pattern, else the usual length of what is
    alike along a row or a column, since half of a code's runs are one module long unless blur has swallowed them."""
    factor = _ENLARGE if max(*cut.shape) < _ENLARGE_BELOW_PX else 1.0
    large = scaled(cut, factor)
    widths = finders(large)
    if widths:
        return float(np.median(widths)) / factor, True
    calm = cv2.GaussianBlur(large, (0, 0), 0.8)
    bright = cv2.threshold(calm, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1].astype(np.int8)
    runs = np.concatenate([np.diff(np.flatnonzero(np.diff(picture.ravel()))) for picture in (bright, bright.T)])
    return (float(np.percentile(runs, _SINGLE_RUNS)) / factor if runs.size else float(max(*cut.shape))), False


def _slant(seen: list[Seen]) -> float:
    if not seen:
        return 1.0
    corners: NDArray[np.float32] = max((code.corners for code in seen), key=lambda four: float(cv2.contourArea(four)))
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float(sides.max() / max(float(sides.min()), 1.0))
