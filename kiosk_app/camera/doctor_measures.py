"""What the doctor measures in the picture of an empty booth: light, wall, colour, sharpness. Lightness is CIE L* 0..100."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.frames import Image

Floats = NDArray[np.float32]

# The part of the frame that a portrait shows, above the chair: shares of width and height.
WALL = (0.28, 0.05, 0.72, 0.75)
_SMALL_WIDTH = 320
_GRID = 3
_CLIPPED = 250
_FINE, _COARSE = 1.0, 4.0  # sigmas in pixels, at which an edge is compared with itself
_DERIVATIVE = 1 / 3  # what the central difference adds to the square of a sigma
_EDGE = 2.5  # grey values a pixel at the coarse sigma: a step of about 30
_LEAST_EDGES = 150
Cause: TypeAlias = Literal["light", "wall"]
_NEW_COLOUR = 6.0  # a*b*
_NOT_WALL = 20.0  # from the wall's colour, L*a*b*
_DARK = 20  # below it a channel is noise
_LEAST_THINGS = 0.01


def measure(bgr: Image) -> dict[str, float]:
    """All measures of a [H, W, 3] picture.

    `wall_l`, `wall_a`, `wall_b`: medians where the portrait's wall is; `wall_chroma` distance from grey. `wall_pattern`:
    sum of the standard deviations of L*, a*, b* once slow changes of light are taken out; `wall_marks`: how much darker
    than its surroundings the darkest hundredth is. `light_left_right`, `light_top_bottom`: light of one edge of the
    wall over that of the other. `clipped`: share of blown pixels. `darkest`: the 99th percentile of L*, small where
    there is no light at all. `blur_px`: sigma by which edges are softened, of the sharpest quarter of them; left out
    where fewer than `edges` would tell.
    """
    small = small_picture(bgr)
    lab = lab_of(small)
    left, top, right, bottom = part_of(small, WALL)
    wall = lab[top:bottom, left:right]
    lightness, a, b = (float(value) for value in np.median(wall.reshape(-1, 3), axis=0))
    smooth = _without_slow(wall)
    least = small.min(axis=2)
    measured = {
        "wall_l": lightness, "wall_a": a, "wall_b": b,
        "wall_chroma": float(np.hypot(a, b)),
        "wall_pattern": float(smooth.std(axis=(0, 1)).sum()),
        "wall_marks": float(-np.percentile(smooth[..., 0], 1)),
        "light_left_right": _ratio(wall[:, : wall.shape[1] // 4], wall[:, -(wall.shape[1] // 4) :]),
        "light_top_bottom": _ratio(wall[: wall.shape[0] // 4], wall[-(wall.shape[0] // 4) :]),
        "clipped": float((least >= _CLIPPED).mean()),
        "darkest": float(np.percentile(lab[..., 0], 99)),
    }  # fmt: skip
    return measured | edge_blur(bgr)


def small_picture(bgr: Image) -> Image:
    """The picture at 320 pixels width, without noise."""
    height = max(2, round(bgr.shape[0] * _SMALL_WIDTH / bgr.shape[1]))
    return np.asarray(cv2.resize(bgr, (_SMALL_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)


def lab_of(bgr: Image) -> Floats:
    """The picture in CIE Lab, float32 [H, W, 3]."""
    return np.asarray(cv2.cvtColor(bgr.astype(np.float32) / 255, cv2.COLOR_BGR2Lab), np.float32)


def lightness_grid(bgr: Image) -> list[list[float]]:
    """Median L* in 3 x 3 fields of the picture, rows first."""
    lab = lab_of(small_picture(bgr))[..., 0]
    return [
        [round(float(np.median(field)), 1) for field in np.array_split(row, _GRID, axis=1)]
        for row in np.array_split(lab, _GRID, axis=0)
    ]


def edge_blur(bgr: Image) -> dict[str, float]:
    """`edges`: how many pixels lie on plain edges; `blur_px`: sigma of the softness of the sharpest quarter of them.

    An edge's slope after smoothing with sigma s is as 1 / sqrt(s^2 + blur^2): its slopes at two sigmas tell the blur,
    whatever the edge's contrast. So a dim picture is not an unsharp one.
    """
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    fine, coarse = _slope(grey, _FINE), _slope(grey, _COARSE)
    ridge = (coarse > _EDGE) & (coarse >= 0.98 * cv2.dilate(coarse, np.ones((9, 9), np.uint8)))
    count = int(ridge.sum())
    if count < _LEAST_EDGES:
        return {"edges": float(count)}
    ratio = np.square(fine[ridge] / coarse[ridge])
    small, large = _FINE**2 + _DERIVATIVE, _COARSE**2 + _DERIVATIVE
    blur = np.sqrt(np.maximum(large - ratio * small, 0) / np.maximum(ratio - 1, 1e-3))
    return {"edges": float(count), "blur_px": float(np.percentile(blur, 25))}


def colour_shift(now: Mapping[str, float], before: Mapping[str, float]) -> float:
    """How far the wall's colour has moved in a*b*."""
    return float(np.hypot(now["wall_a"] - before["wall_a"], now["wall_b"] - before["wall_b"]))


def colour_cause(before: Image, now: Image) -> Cause | None:
    """Why the wall's colour changed between two pictures of one size: another light colours all things by the same
    factors, another wall leaves the rest as it was. None where it did not change, or nothing but wall is in view.
    """
    first, second = lab_of(before), lab_of(now)
    left, top, right, bottom = part_of(before, WALL)
    walls = [np.median(lab[top:bottom, left:right].reshape(-1, 3), axis=0) for lab in (first, second)]
    if np.hypot(*(walls[1] - walls[0])[1:]) < _NEW_COLOUR:
        return None
    bright = (before.min(axis=2) > _DARK) & (now.min(axis=2) > _DARK)
    things = bright & (np.linalg.norm(first - walls[0], axis=2) > _NOT_WALL)
    if things.mean() < _LEAST_THINGS:
        return None
    gain = np.log((now.astype(np.float32) + 1) / (before.astype(np.float32) + 1))
    tint = gain[..., (0, 2)] - gain[..., 1:2]
    of_wall = np.median(tint[top:bottom, left:right].reshape(-1, 2), axis=0)
    of_things = np.median(tint[things], axis=0)
    return "light" if np.hypot(*(of_things - of_wall)) < 0.5 * np.hypot(*of_wall) else "wall"


def part_of(picture: Image, shares: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels of a part given in shares."""
    height, width = picture.shape[:2]
    return round(shares[0] * width), round(shares[1] * height), round(shares[2] * width), round(shares[3] * height)


def _slope(grey: Floats, sigma: float) -> Floats:
    soft = cv2.GaussianBlur(grey, (0, 0), sigma)
    across, down = (cv2.Scharr(soft, cv2.CV_32F, *way) / 32 for way in ((1, 0), (0, 1)))
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _ratio(first: Floats, second: Floats) -> float:
    """Light of one part over that of the other, linear, not L*."""
    light = [float(((np.median(part[..., 0]) + 16) / 116) ** 3) for part in (first, second)]
    return light[0] / max(light[1], 1e-4)


def _without_slow(wall: Floats) -> Floats:
    """What is left of L*a*b* [H, W, 3] after a smooth surface of second degree: lamps are slow, marks are not."""
    height, width = wall.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    values = wall.reshape(-1, 3).astype(np.float64)
    fitted = terms @ np.linalg.lstsq(terms, values, rcond=None)[0]
    return np.asarray((values - fitted).reshape(wall.shape), np.float32)
