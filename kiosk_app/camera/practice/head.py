"""A head in any pose: layers of textured triangles, lit and blended into a frame."""

import cv2
import numpy as np
from cv2.typing import MatLike

from kiosk_app.camera.frames import Image
from kiosk_app.camera.practice.atlas import Layer
from kiosk_app.camera.practice.blend import Patch, patch_of
from kiosk_app.camera.practice.optics import Lens, Pose, rotation, turned
from kiosk_app.camera.practice.raster import Floats, Window, texture_map
from kiosk_app.camera.practice.skin import LIGHT_STEP

# Light reaches 1.25 times the painted colour at most; a byte holds it in 200ths.
_FULL = 200.0
_KEY = np.array([-0.3, 0.42, 0.86], np.float32)
_FILL = np.array([0.55, 0.05, 0.83], np.float32)
# Grey values that a shine adds at most, and how often the cosine is squared to make it narrow.
_SHINE = 46.0
_SHARP = 4


def draw(layer: Layer, vertices: Floats, pose: Pose, lens: Lens, side_light: float) -> Patch | None:
    """One layer with its (perhaps morphed) vertices [N, 3], None outside the frame; side_light -1 lights only the left."""
    placed = turned(vertices, pose, layer.held)
    screen, nearness = lens.project(placed, pose)
    window = _window(screen, lens)
    if window.width <= 0 or window.height <= 0:
        return None
    map_x, map_y = texture_map(layer.surface, screen, nearness + layer.lift, window)
    painted = patch_of(_image(cv2.remap(layer.colour, map_x, map_y, cv2.INTER_LINEAR)), window)
    step, offset = np.float32(1 / LIGHT_STEP), np.float32(0.5 / LIGHT_STEP - 0.5)
    small_x, small_y = map_x * step + offset, map_y * step + offset
    light = _light(layer, pose, side_light)
    lit = patch_of(
        _image(cv2.remap(light, small_x, small_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)), window
    )
    bgr = cv2.multiply(painted.bgr, lit.bgr, scale=1 / _FULL)
    shine = cv2.multiply(lit.alpha, painted.alpha, scale=1 / 255)
    bgr = cv2.GaussianBlur(cv2.add(bgr, cv2.merge([shine] * 3)), (3, 3), 0.55)
    return Patch(window, *_smooth_edge(_image(bgr), painted.alpha))


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
    half = _KEY + np.array([0, 0, 1], np.float32)
    ways = np.stack([_unit(_KEY), _unit(_FILL), _unit(half), np.array([1, 0, 0], np.float32)])
    # OpenCV does this in one thread; a matrix product of this shape would wake a whole pool of them.
    falls = cv2.transform(layer.normals[:, None], ways @ turn)[:, 0]
    key, fill, shine, across = (np.ascontiguousarray(falls[:, number]) for number in range(4))
    amount = 0.66 * np.clip(0.22 + 0.78 * key, 0, 1) + 0.36 * np.clip(0.3 + 0.7 * fill, 0, 1)
    if side_light:
        amount = amount * np.clip(1 + side_light * (0.9 * across - 0.1 * abs(side_light)), 0.06, 1.25)
    lit = np.empty((len(amount), 4), np.float32)
    lit[:, :3] = layer.dark + (1 - layer.dark) * np.minimum(amount, 1.2)[:, None]
    lit[:, :3] *= _FULL
    for _ in range(_SHARP):
        shine = np.square(np.maximum(shine, 0))
    lit[:, 3] = _SHINE * layer.gloss * shine
    lit = np.clip(lit, 0, 255).astype(np.uint8)
    light = np.zeros((*layer.light_size, 4), np.uint8)
    done = 0
    for rows, columns in layer.boxes:
        part = light[rows, columns]
        count = part.shape[0] * part.shape[1]
        part[:] = lit[done : done + count].reshape(part.shape)
        done += count
    return light


def _unit(vector: Floats) -> Floats:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
