"""Following one face through a stream: looking for faces is needed only now and then."""

from kiosk_app.camera.face import FaceBox, FaceFinder, FaceMesh
from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import FaceFrame, face_frame

# Of the stream: in every fifth frame somebody may have come or gone.
DETECT_EVERY = 5


def count_faces(boxes: list[FaceBox], second_face_share: float) -> int:
    """How many of `boxes`, largest first, count as a person before the camera: those behind are much smaller."""
    return sum(box.area >= second_face_share * boxes[0].area for box in boxes)


class FaceFollower:
    """Keeps the mesh of the largest face. `changed`: the last frame showed another face than the one before."""

    def __init__(self, finder: FaceFinder, second_face_share: float) -> None:
        self._finder = finder
        self._second_face_share = second_face_share
        self._face: FaceFrame | None = None
        self._until_detection = 0
        self.mesh: FaceMesh | None = None
        self.faces = 0
        self.changed = False

    def update(self, bgr: Image) -> None:
        """Looks at the next frame [H, W, 3]."""
        previous = self._face
        mesh = self._finder.mesh_of_previous(bgr, self.mesh) if self.mesh is not None else None
        if mesh is None or self._until_detection == 0:
            mesh = self._detect(bgr, mesh)
        self._until_detection = self._until_detection - 1 if mesh is not None else 0
        self.mesh = mesh
        self._face = face_frame(mesh.points) if mesh is not None else None
        self.changed = previous is None or self._face is None or _jumped(previous, self._face)

    def _detect(self, bgr: Image, followed: FaceMesh | None) -> FaceMesh | None:
        boxes = self._finder.detect(bgr)
        self.faces = count_faces(boxes, self._second_face_share)
        self._until_detection = DETECT_EVERY
        if not boxes:
            return None
        if followed is not None and _belongs(followed, boxes[0]):
            return followed
        return self._finder.mesh_of_box(bgr, boxes[0])


def _belongs(mesh: FaceMesh, box: FaceBox) -> bool:
    x, y = mesh.points[:, :2].mean(axis=0)
    return bool(box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height)


def _jumped(before: FaceFrame, now: FaceFrame) -> bool:
    x, y = now.eyes - before.eyes
    return float(max(abs(x), abs(y))) > before.eye_distance
