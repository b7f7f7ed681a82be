"""Frame -> faces: YuNet finds them, Face Landmarker puts 478 points on one, its blendshapes tell the expression."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk_app.camera import face_points
from kiosk_app.camera.frames import Image
from kiosk_app.camera.landmarks import FloatArray
from kiosk_app.camera.model_files import FACE_BLENDSHAPES, FACE_DETECTOR, FACE_LANDMARKS, load_tflite, read_model

# YuNet knows faces of 10 to 300 px (its own model card), so it is given a picture whose faces have that size.
DETECT_LONG_SIDE = 320
DETECT_MIN_SIDE = 16
DETECT_SCORE = 0.6
DETECT_OVERLAP = 0.3
MESH_SIDE = 256
# The landmark network was trained on squares of 1.5 times the face; presence 0.5 is its own cut.
MESH_MARGIN = 1.5
PRESENCE = 0.5


@dataclass(frozen=True)
class FaceBox:
    """One detected face, pixels of the frame; `eyes` are (x, y) of the person's right and left eye."""

    x: float
    y: float
    width: float
    height: float
    score: float
    eyes: tuple[tuple[float, float], tuple[float, float]]

    @property
    def area(self) -> float:
        return self.width * self.height


@dataclass(frozen=True)
class FaceMesh:
    """478 points of one face: [478, 3] float, x and y in pixels of the frame, z in the same scale, smaller nearer."""

    points: FloatArray
    presence: float


@dataclass(frozen=True)
class _Square:
    """The part of a frame that the landmark network looks at: turned so that the eyes lie level."""

    x: float
    y: float
    side: float
    angle: float

    def to_frame(self) -> FloatArray:
        """[2, 3] affine map from the network's 256 px square to the frame."""
        scale = self.side / MESH_SIDE
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        half = MESH_SIDE / 2
        return np.array([[cos, -sin, self.x - (cos - sin) * half], [sin, cos, self.y - (sin + cos) * half]])


class FaceFinder:
    """The three networks of the portrait wing. One object belongs to one thread: OpenCV networks keep their inputs."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._detector = _detector()
        self._mesh = load_tflite(FACE_LANDMARKS)
        self._blendshapes = load_tflite(FACE_BLENDSHAPES)

    def detect(self, bgr: Image) -> list[FaceBox]:
        """All faces in a [H, W, 3] frame, largest first; a frame too small or too narrow for a face gives none."""
        height, width = bgr.shape[:2]
        scale = min(1.0, DETECT_LONG_SIDE / max(height, width, 1))
        size = (round(width * scale), round(height * scale))
        if min(size) < DETECT_MIN_SIDE:
            return []
        small = bgr if scale == 1.0 else cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
        self._detector.setInputSize(size)
        rows = self._detector.detect(small)[1]
        if rows is None:
            return []
        boxes = [_box(row / scale, float(row[14])) for row in np.asarray(rows, dtype=np.float64)]
        return sorted(boxes, key=lambda box: box.area, reverse=True)

    def mesh_of_box(self, bgr: Image, box: FaceBox, passes: int = 2) -> FaceMesh | None:
        """The points of a newly detected face; the second pass looks where the first one found the face to lie."""
        (right_x, right_y), (left_x, left_y) = box.eyes
        square = _Square(
            box.x + box.width / 2,
            box.y + box.height / 2,
            MESH_MARGIN * max(box.width, box.height),
            math.atan2(left_y - right_y, left_x - right_x),
        )
        mesh = self._mesh_in(bgr, square)
        for _ in range(passes - 1):
            if mesh.presence < PRESENCE:
                break
            mesh = self._mesh_in(bgr, _square_around(mesh.points))
        return mesh if mesh.presence >= PRESENCE else None

    def mesh_of_previous(self, bgr: Image, previous: FaceMesh) -> FaceMesh | None:
        """The points of a face that was in the frame before, without a new detection; None when it is gone."""
        mesh = self._mesh_in(bgr, _square_around(previous.points))
        return mesh if mesh.presence >= PRESENCE else None

    def blendshapes(self, mesh: FaceMesh) -> FloatArray:
        """[52] expression weights 0..1, in the network's order."""
        points = mesh.points[list(face_points.BLENDSHAPE_POINTS), :2].astype(np.float32)
        self._blendshapes.setInput(points[np.newaxis])
        return np.asarray(self._blendshapes.forward(), dtype=np.float64).reshape(-1)

    def _mesh_in(self, bgr: Image, square: _Square) -> FaceMesh:
        to_frame = square.to_frame()
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        patch = cv2.warpAffine(bgr, to_frame, (MESH_SIDE, MESH_SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        self._mesh.setInput(cv2.dnn.blobFromImage(patch, 1 / 255, swapRB=True))
        raw, presence = self._mesh.forward(["Identity", "Identity_1"])
        local = np.asarray(raw, dtype=np.float64).reshape(face_points.POINT_COUNT, 3)
        points = np.empty_like(local)
        points[:, :2] = local[:, :2] @ to_frame[:, :2].T + to_frame[:, 2]
        points[:, 2] = local[:, 2] * (square.side / MESH_SIDE)
        return FaceMesh(points, 1 / (1 + math.exp(-float(np.ravel(presence)[0]))))


def _detector() -> cv2.FaceDetectorYN:
    """YuNet; OpenCV warns at each start that its engine ignores a choice of hardware, which nobody made."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        return cv2.FaceDetectorYN.create(
            "onnx",
            np.frombuffer(read_model(FACE_DETECTOR), dtype=np.uint8),
            np.empty(0, dtype=np.uint8),
            (DETECT_LONG_SIDE, DETECT_LONG_SIDE),
            DETECT_SCORE,
            DETECT_OVERLAP,
        )
    finally:
        cv2.utils.logging.setLogLevel(level)


def _box(row: FloatArray, score: float) -> FaceBox:
    x, y, width, height, right_x, right_y, left_x, left_y = (float(value) for value in row[:8])
    return FaceBox(x, y, width, height, score, ((right_x, right_y), (left_x, left_y)))


def _square_around(points: FloatArray) -> _Square:
    right = points[face_points.RIGHT_EYE_CORNERS[0], :2]
    left = points[face_points.LEFT_EYE_CORNERS[1], :2]
    angle = math.atan2(left[1] - right[1], left[0] - right[0])
    cos, sin = math.cos(angle), math.sin(angle)
    level = points[:, :2] @ np.array([[cos, -sin], [sin, cos]])
    low, high = level.min(axis=0), level.max(axis=0)
    middle = (low + high) / 2
    side = MESH_MARGIN * float((high - low).max())
    return _Square(cos * middle[0] - sin * middle[1], sin * middle[0] + cos * middle[1], side, angle)
