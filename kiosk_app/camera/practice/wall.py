"""The wall behind the person: the white one that a passport photo wants, and others that it does not."""

from typing import Final, Literal, get_args

import cv2
import numpy as np

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.raster import Floats

WallName = Literal["white", "cream", "grey", "blue", "patterned", "shadowed", "corner"]
WALLS: Final[tuple[WallName, ...]] = get_args(WallName)

_WHITE = (234, 236, 237)
_PAINT: dict[WallName, tuple[int, int, int]] = {
    "cream": (176, 218, 236),
    "grey": (152, 153, 154),
    "blue": (196, 132, 62),
    "patterned": (214, 222, 228),
}
# How much light the wall of a window has more, and how much of theirs people before it lose.
_GLARE, _LOSS, _VEIL = 0.5, 0.62, 20.0


def paint_wall(width: int, height: int, name: WallName = "white") -> Image:
    """[height, width, 3]: a little brighter where the lamps are, a little darker in the corners of the frame."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    falloff = 1.015 - 0.022 * ((x + 0.15) ** 2 + 0.8 * (y + 0.2) ** 2)
    wall = falloff[..., None] * np.asarray(_PAINT.get(name, _WHITE), np.float32)
    if name == "patterned":
        wall *= _paper(width, height)[..., None]
    elif name == "shadowed":
        wall *= 1 - _head_shadow(width, height)[..., None] * np.array([0.3, 0.32, 0.34], np.float32)
    elif name == "corner":
        wall *= _corner(width, height)[..., None]
    # A gradient this slow would show as bands of whole grey values; noise below one value hides them.
    wall += np.random.default_rng(7).uniform(-0.5, 0.5, wall.shape).astype(np.float32)
    return np.clip(np.round(wall), 0, 255).astype(np.uint8)


def _paper(width: int, height: int) -> Floats:
    """Striped wallpaper with a small motif, as a factor of its colour [H, W]."""
    period = height / 14
    x = np.arange(width, dtype=np.float32)[None] / period
    y = np.arange(height, dtype=np.float32)[:, None] / period
    stripes = np.clip(np.sin(2 * np.pi * x) * 6 + 0.5, 0, 1)
    motif = np.exp(-0.5 * (((x % 1 - 0.75) / 0.1) ** 2 + ((y % 1 - 0.5) / 0.16) ** 2))
    return np.asarray((1 - 0.13 * stripes) * (1 - 0.35 * motif), np.float32)


def _head_shadow(width: int, height: int) -> Floats:
    """0..1 [H, W]: what a lamp on the left throws on the wall, of somebody who sits on the seat."""
    mask = np.zeros((height, width), np.float32)
    middle = round(width / 2 + 0.14 * height)
    cv2.ellipse(mask, (middle, round(0.43 * height)), (round(0.18 * height), round(0.26 * height)), 0, 0, 360, 1.0, -1)
    cv2.ellipse(mask, (middle, height), (round(0.52 * height), round(0.32 * height)), 0, 0, 360, 1.0, -1)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 0.012 * height), np.float32)


def _corner(width: int, height: int) -> Floats:
    """Two walls meet behind the person: the right one has less light, the line between them least, [H, W]."""
    from_line = (np.arange(width, dtype=np.float32) - (width / 2 + 0.21 * height)) / height
    side = np.clip(from_line * 400, 0, 1) * (0.09 - 0.04 * np.clip(from_line * 3, 0, 1))
    line = 0.16 * np.exp(-0.5 * (from_line / 0.0022) ** 2) + 0.05 * np.exp(-np.abs(from_line) / 0.03)
    return np.broadcast_to(1 - side - line, (height, width)).astype(np.float32)


def bright_wall(wall: Image, back_light: float) -> Image:
    """A copy of the wall; before a window it is one sheet of light."""
    if back_light == 0:
        return wall.copy()
    return np.asarray(cv2.convertScaleAbs(wall, alpha=1 + _GLARE * back_light), np.uint8)


def in_shade(back_light: float) -> float:
    """The share of their light that is left to people before a window, as a camera exposes them."""
    return 1 - _LOSS * back_light


def veiled(picture: Image, back_light: float) -> Image:
    """The picture with the haze that much light from behind lays over everything."""
    if back_light == 0:
        return picture
    glow = cv2.GaussianBlur(picture[::8, ::8], (0, 0), picture.shape[0] / 90)
    glow = cv2.resize(glow, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.addWeighted(picture, 1, glow, _VEIL / 255 * back_light, 0), np.uint8)
