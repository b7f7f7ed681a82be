"""The head as triangles: MediaPipe's canonical face, with what it lacks (jaw and forehead turned back, neck, ears) added.

Units are the canonical model's centimetres; x right in the picture, y up, z to the camera. The frontal picture of the face
is its own texture: texture pixels are (x, y) times a scale, so that features are painted where they lie.
"""

from functools import cache

import numpy as np

from kiosk_app.camera.face_points import FACE_OVAL
from kiosk_app.camera.landmarks import canonical_mesh
from kiosk_app.camera.practice.raster import Floats, Ints, Surface

# The texture of the face: pixels a centimetre, and the frontal rectangle that it shows.
FACE_SCALE = 30.0
FACE_LEFT, FACE_TOP = -10.0, 12.0
FACE_SIZE = (600, 735)

NECK_RINGS = 7
EAR_CENTRE = (7.45, 1.1, -3.2)


def face_pixels(points: Floats) -> Floats:
    """[N, 2 or 3] centimetres -> [N, 2] pixels of the face texture."""
    return np.stack([(points[:, 0] - FACE_LEFT) * FACE_SCALE, (FACE_TOP - points[:, 1]) * FACE_SCALE], axis=1).astype(
        np.float32
    )


@cache
def face_surface() -> Surface:
    """Canonical vertices 0..467, then two rings of 36 that carry the skin round the edge of the face."""
    mesh = canonical_mesh()
    base = mesh.vertices.astype(np.float32)
    oval = base[list(FACE_OVAL)]
    outward = oval[:, :2] - np.array([0.0, -0.5], np.float32)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    upper = np.clip((oval[:, 1] - 1.0) / 5.0, 0, 1)[:, None]
    top = np.clip((oval[:, 1] - 5.5) / 2.5, 0, 1)[:, None]
    rings = []
    for out_top, out_temple, out_jaw, back in ((1.1, 0.25, 0.25, 1.6), (1.9, 0.2, -0.35, 4.6)):
        ring = oval.copy()
        ring[:, :2] += outward * (upper * (out_temple + top * (out_top - out_temple)) + (1 - upper) * out_jaw)
        ring[:, 2:] -= back * (1 - 0.45 * upper)
        rings.append(ring)
    count = len(oval)
    triangles = [mesh.triangles.astype(np.int32)]
    edge = np.array(FACE_OVAL, np.int32)
    for number in range(2):
        outer = np.arange(len(base) + number * count, len(base) + (number + 1) * count, dtype=np.int32)
        triangles.append(_band(edge, outer))
        edge = outer
    vertices = np.concatenate([base, *rings])
    # Behind the edge the frontal picture would fold over itself: there the texture goes on outwards.
    place = vertices[:, :2].copy()
    place[468 : 468 + count] = oval[:, :2] + outward * 0.7
    place[468 + count :] = oval[:, :2] + outward * 1.5
    return Surface(vertices, np.concatenate(triangles), face_pixels(place))


@cache
def covered_face() -> Surface:
    """The face without its outer rings: under a cloth that frames it they would only poke through."""
    surface = face_surface()
    inner = (surface.triangles < len(canonical_mesh().vertices)).all(axis=1)
    return Surface(surface.vertices, surface.triangles[inner], surface.texture)


def _band(inner: Ints, outer: Ints) -> Ints:
    """Triangles between two closed rings of the same length, facing outwards for a ring that runs clockwise."""
    inner_next, outer_next = np.roll(inner, -1), np.roll(outer, -1)
    return np.concatenate(
        [np.stack([inner, inner_next, outer], 1), np.stack([inner_next, outer_next, outer], 1)]
    ).astype(np.int32)


def grid_surface(points: Floats, left: float, top: float, width: float, height: float) -> Surface:
    """A sheet [rows, columns, 3] as a surface; its texture is the rectangle given, in pixels, but for a margin.

    Columns run to the right and rows down as seen from its front. Pixels at a triangle's edge reach a little beyond it:
    the margin gives them something to show.
    """
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    triangles = np.concatenate([np.stack([a, c, b], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)])
    u, v = np.meshgrid(np.linspace(left + 3, left + width - 3, columns), np.linspace(top + 3, top + height - 3, rows))
    return Surface(
        points.reshape(-1, 3).astype(np.float32),
        triangles.astype(np.int32),
        np.stack([u, v], -1).reshape(-1, 2).astype(np.float32),
    )


def joined(surfaces: list[Surface]) -> Surface:
    """Several surfaces of one texture as one."""
    offset, triangles = 0, []
    for surface in surfaces:
        triangles.append(surface.triangles + offset)
        offset += len(surface.vertices)
    return Surface(
        np.concatenate([surface.vertices for surface in surfaces]),
        np.concatenate(triangles),
        np.concatenate([surface.texture for surface in surfaces]),
    )
