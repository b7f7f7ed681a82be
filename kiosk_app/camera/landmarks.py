"""The canonical face that landmarks are measured against, read from the vendored geometry file."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kiosk_app.camera.model_files import FACE_GEOMETRY, read_model

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class CanonicalMesh:
    """MediaPipe's average face, looking along +z, centred between the ears.

    vertices: [468, 3] float, centimetres; x to the person's left (right in a picture of them), y up, z to the camera.
    triangles: [898, 3] int, vertex numbers. texture: [468, 2] float 0..1, a flattened face with y up.
    pose_points: [33] int, vertices that bones hold rather than expression; pose_weights: [33] float, their weight.
    """

    vertices: FloatArray
    triangles: IntArray
    texture: FloatArray
    pose_points: IntArray
    pose_weights: FloatArray


@cache
def canonical_mesh() -> CanonicalMesh:
    """The canonical face of the vendored geometry file; the arrays are read-only, since all share them.

    Shapes: vertices [468, 3] (cm), triangles [898, 3], texture [468, 2], pose_points [33], pose_weights [33].
    Raises KioskError `models-damaged` when the file is not the one that was vendored.
    """
    mesh: bytes = b""
    pose: list[tuple[int, float]] = []
    for number, value in _fields(read_model(FACE_GEOMETRY)):
        if number == 1 and isinstance(value, bytes):
            mesh = value
        elif number == 2 and isinstance(value, bytes):
            entry = dict(_fields(value))
            pose.append((int(_number(entry[1])), _number(entry[2])))
    floats = [_number(value) for number, value in _fields(mesh) if number == 3]
    indices = [int(_number(value)) for number, value in _fields(mesh) if number == 4]
    vertex_rows = np.array(floats, dtype=np.float64).reshape(-1, 5)
    result = CanonicalMesh(
        vertices=vertex_rows[:, :3].copy(),
        triangles=np.array(indices, dtype=np.int64).reshape(-1, 3),
        texture=vertex_rows[:, 3:].copy(),
        pose_points=np.array([index for index, _ in pose], dtype=np.int64),
        pose_weights=np.array([weight for _, weight in pose], dtype=np.float64),
    )
    for array in (result.vertices, result.triangles, result.texture, result.pose_points, result.pose_weights):
        array.setflags(write=False)
    return result


def _fields(message: bytes) -> Iterator[tuple[int, float | bytes]]:
    """(field number, value) of one protobuf message: the four wire types, without a protobuf dependency."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        wire_type = key & 7
        if wire_type == 0:
            number, position = _varint(message, position)
            yield key >> 3, number
        elif wire_type == 2:
            length, position = _varint(message, position)
            yield key >> 3, message[position : position + length]
            position += length
        elif wire_type == 5:
            yield key >> 3, float(struct.unpack_from("<f", message, position)[0])
            position += 4
        else:
            raise ValueError(f"wire type {wire_type} does not occur in the geometry file")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, position


def _number(value: float | bytes) -> float:
    if isinstance(value, bytes):
        raise TypeError("a number was expected in the geometry file")
    return float(value)
