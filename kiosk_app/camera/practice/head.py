"""A head in any pose: layers of textured triangles, lit and blended into a frame."""

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.atlas import Layer
from kiosk_app.camera.practice.optics import Lens, Pose, rotation, turned
from kiosk_app.camera.practice.raster import Floats, Window, texture_map
from kiosk_app.camera.practice.skin import LIGHT_STEP

# Light reaches 1.25 times the painted colour at most; a byte holds it in 200ths.
_FULL = 200.0
_KEY = np.array([-0.3, 0.42, 0.86], np.float32)
_FILL = np.array([0.55, 0.05, 0.83], np.float32)


@dataclass(frozen=True)
class Patch:
    """A lit part of the frame: bgr [h, w, 3] with the alpha [h, w] multiplied in."""

    window: Window
    bgr: Image
    alpha: Image


def blend(frame: Image, patch: Patch) -> None:
    """The patch over the frame, in place."""
    if patch.window.width <= 0 or patch.window.height <= 0:
        return
    rows = slice(patch.window.y, patch.window.y + patch.window.height)
    columns = slice(patch.window.x, patch.window.x + patch.window.width)
    under = cv2.merge([255 - patch.alpha] * 3)
    shown = cv2.multiply(frame[rows, columns], under, scale=1 / 255)
    frame[rows, columns] = cv2.add(shown, patch.bgr)


def draw(layer: Layer, vertices: Floats, pose: Pose, lens: Lens, side_light: float) -> Patch:
    """One layer with its (perhaps morphed) vertices [N, 3]; side_light -1 lights the left of the frame only, 1 the right."""
    placed = turned(vertices, pose, layer.held)
    screen, nearness = lens.project(placed, pose)
    window = _window(screen, lens)
    if window.width <= 0 or window.height <= 0:
        empty = np.zeros((0, 0, 3), np.uint8)
        return Patch(Window(0, 0, 0, 0), empty, empty[..., 0])
    map_x, map_y = texture_map(layer.surface, screen, nearness + layer.lift, window)
    colour = cv2.remap(layer.colour, map_x, map_y, cv2.INTER_LINEAR)
    light = _light(layer, pose, side_light)
    offset = np.float32(0.5 / LIGHT_STEP - 0.5)
    small_x, small_y = map_x * np.float32(1 / LIGHT_STEP) + offset, map_y * np.float32(1 / LIGHT_STEP) + offset
    lit = cv2.remap(light, small_x, small_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    bgr, alpha = colour[..., :3], colour[..., 3]
    bgr = cv2.multiply(bgr, lit[..., :3], scale=1 / _FULL)
    shine = cv2.multiply(lit[..., 3], alpha, scale=1 / 255)
    bgr = cv2.add(bgr, cv2.merge([shine] * 3))
    return Patch(window, *_smooth_edge(_image(cv2.GaussianBlur(bgr, (3, 3), 0.55)), _image(alpha)))


def _smooth_edge(bgr: Image, alpha: Image) -> tuple[Image, Image]:
    """The outline of the triangles is a staircase: along it, and only there, the picture is softened by a pixel."""
    soft_alpha = _image(cv2.GaussianBlur(alpha, (5, 5), 1.1))
    edge = cv2.inRange(soft_alpha, 1, 252)
    cv2.copyTo(cv2.GaussianBlur(bgr, (5, 5), 1.1), edge, bgr)
    return bgr, soft_alpha


def _image(picture: MatLike) -> Image:
    return np.asarray(picture, np.uint8)


def _window(screen: Floats, lens: Lens) -> Window:
    """What the layer covers, with two pixels for the blur, cut to the frame."""
    low, high = np.floor(screen.min(axis=0)).astype(int) - 2, np.ceil(screen.max(axis=0)).astype(int) + 3
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    return Window(left, top, min(lens.width, int(high[0])) - left, min(lens.height, int(high[1])) - top)


def _light(layer: Layer, pose: Pose, side_light: float) -> Image:
    """[h, w, 4]: how much of blue, green and red is left, in 200ths, and the shine to add."""
    turn = rotation(pose)
    key, fill, half = (_unit(direction) @ turn for direction in (_KEY, _FILL, _KEY + np.array([0, 0, 1], np.float32)))
    falls_key = layer.normals @ key
    amount = 0.66 * np.clip(0.22 + 0.78 * falls_key, 0, 1) + 0.36 * np.clip(0.3 + 0.7 * (layer.normals @ fill), 0, 1)
    if side_light:
        across = layer.normals @ (np.array([1, 0, 0], np.float32) @ turn)
        amount = amount * np.clip(1 + side_light * (0.9 * across - 0.1 * abs(side_light)), 0.06, 1.25)
    lit = np.empty((*amount.shape, 4), np.float32)
    lit[..., :3] = (layer.dark + (1 - layer.dark) * np.clip(amount, 0, 1.2)[..., None]) * _FULL
    lit[..., 3] = 46 * layer.gloss * np.clip(layer.normals @ _unit(half), 0, 1) ** 22
    return np.clip(lit, 0, 255).astype(np.uint8)


def _unit(vector: Floats) -> Floats:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
