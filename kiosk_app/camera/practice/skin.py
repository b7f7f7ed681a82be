"""The skin of the face: its own colour before light falls on it, and how it turns to the light, in the face texture."""

from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from kiosk_app.camera.practice.features import face_spot, paint_brow, paint_lips, paint_nose
from kiosk_app.camera.practice.mesh import FACE_SCALE, FACE_SIZE, face_surface
from kiosk_app.camera.practice.paint import Brush, grain
from kiosk_app.camera.practice.person import Looks
from kiosk_app.camera.practice.raster import Floats, Window, texture_map, vertex_normals

# Normals change slowly: they are kept, and light is computed, at a quarter of the texture's resolution.
LIGHT_STEP = 4
_NOTHING = -50.0


@dataclass(frozen=True)
class Relief:
    """normals: [H/4, W/4, 3] unit vectors; gloss: [H/4, W/4] 0..1; hollows: [H, W] 0..1, how deep a pixel lies."""

    normals: Floats
    gloss: Floats
    hollows: Floats


def paint_skin(looks: Looks) -> Floats:
    """A face [735, 600, 3] without eyes: these change too often to be part of it."""
    rng = np.random.default_rng(looks.seed)
    colour = np.full((FACE_SIZE[1], FACE_SIZE[0], 3), looks.skin, np.float32)
    _complexion(colour, looks, rng)
    Brush(relief().hollows, 0, 0).shade(colour, (0.66, 0.7, 0.8))
    paint_nose(colour)
    paint_lips(colour, looks, rng)
    for side in (-1, 1):
        paint_brow(colour, looks, side, rng)
    colour *= 1 + 0.016 * grain(FACE_SIZE, (2.2, 2.2), rng)[..., None]
    return colour


def _complexion(colour: Floats, looks: Looks, rng: np.random.Generator) -> None:
    """Blood under the skin, a shadow of beard, unevenness."""
    ruddy = (0.93, 0.945, 1.01)
    for side in (-1, 1):
        face_spot(4.3 * side, -0.6, 1.7, 1.3).shade(colour, ruddy)
        face_spot(3.1 * side, 1.25, 1.1, 0.4, -12 * side).shade(colour, (0.93, 0.93, 0.95))
    face_spot(0, -0.8, 0.9, 0.8).shade(colour, ruddy)
    face_spot(0, -7.8, 1.6, 0.9).shade(colour, (0.97, 0.97, 1.0))
    face_spot(0, 6.2, 4.0, 1.6).shade(colour, (0.985, 1.0, 1.01))
    if looks.masculine:
        stubble = (1 + 0.25 * grain(FACE_SIZE, (1.6, 1.6), rng)).astype(np.float32)
        face_spot(0, -7.4, 4.0, 1.5).shade(colour, (0.95, 0.92, 0.9), stubble)
        face_spot(0, -2.8, 1.8, 0.4).shade(colour, (0.95, 0.92, 0.9), stubble)
    blotches = grain(FACE_SIZE, (46, 46), rng) + 0.6 * grain(FACE_SIZE, (15, 15), rng)
    colour *= 1 + blotches[..., None] * np.array([0.008, 0.009, 0.006], np.float32)


@cache
def relief() -> Relief:
    """The form of the canonical face as pictures in its texture; the same for everybody."""
    surface = face_surface()
    normals = vertex_normals(surface.vertices, surface.triangles)
    window = Window(0, 0, *FACE_SIZE)
    depth = surface.vertices[:, 2]
    x, y = texture_map(replace(surface, texture=normals[:, :2]), surface.texture, depth, window, sliver=0)
    z_and_height = replace(surface, texture=np.stack([normals[:, 2], depth], 1))
    z, height = texture_map(z_and_height, surface.texture, depth, window, sliver=0)
    covered = height > _NOTHING
    field = np.where(covered[..., None], np.stack([x, y, z], -1), (0, 0, 0.3)).astype(np.float32)
    size = (FACE_SIZE[0] // LIGHT_STEP, -(-FACE_SIZE[1] // LIGHT_STEP))
    small = cv2.resize(cv2.GaussianBlur(field, (0, 0), 5.5), size, interpolation=cv2.INTER_AREA)
    small = small / np.maximum(np.linalg.norm(small, axis=2, keepdims=True), 1e-6)
    height = np.where(covered, height, -5).astype(np.float32)
    hollow = np.clip((cv2.GaussianBlur(height, (0, 0), 22) - cv2.GaussianBlur(height, (0, 0), 5)) / 0.9, 0, 1)
    middle = face_spot(0, 0, 3.2, 3.6)
    inside = np.zeros_like(hollow)
    middle.add(inside, 1.6)
    gloss = cv2.resize(_gloss(), (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
    return Relief(
        small.astype(np.float32), gloss.astype(np.float32), (hollow * np.clip(inside, 0, 1)).astype(np.float32)
    )


def _gloss() -> Floats:
    """Where skin shines: forehead, bridge and tip of the nose, cheekbones, lower lip, chin."""
    gloss = np.full((FACE_SIZE[1], FACE_SIZE[0]), 0.25, np.float32)
    face_spot(0, 6.2, 3.2, 1.2).add(gloss, 0.5)
    face_spot(0, 1.5, 0.5, 2.2).add(gloss, 0.5)
    face_spot(0, -0.7, 0.6, 0.5).add(gloss, 0.6)
    for side in (-1, 1):
        face_spot(4.6 * side, 0.6, 1.3, 0.8).add(gloss, 0.4)
    face_spot(0, -5.0, 1.0, 0.22).add(gloss, 0.5)
    face_spot(0, -8.0, 1.2, 0.6).add(gloss, 0.3)
    return np.clip(gloss, 0, 1).astype(np.float32)


def edge_shadow(colour: Floats, inner: Floats, strength: float) -> None:
    """What hair or cloth round the face throws on it: darker towards the curve `inner` [N, 2] in texture pixels."""
    mask = np.zeros((FACE_SIZE[1], FACE_SIZE[0]), np.float32)
    cv2.fillPoly(mask, [np.round(inner).astype(np.int32)], 1.0)
    inside = cv2.GaussianBlur(mask, (0, 0), 0.5 * FACE_SCALE)
    shadow = 1 - np.clip((inside - 0.1) / 0.8, 0, 1)
    Brush((shadow * strength).astype(np.float32), 0, 0).shade(colour, (0.5, 0.55, 0.66))
