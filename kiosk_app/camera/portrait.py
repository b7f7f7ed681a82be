"""Is this a passport photo? Frame -> measurements, verdicts and the picture."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kiosk_app.booth.portrait_rules import PortraitProfile, Verdict, acceptable, judge
from kiosk_app.camera.components import Component
from kiosk_app.camera.crop import cut_out, head_misplaced
from kiosk_app.camera.face import FaceFinder
from kiosk_app.camera.follow import FaceFollower, count_faces
from kiosk_app.camera.frames import Image
from kiosk_app.camera.geometry import face_frame
from kiosk_app.camera.measures import TURNS, Measured, PortraitMeter, Scene
from kiosk_app.camera.pixels import frame_light
from kiosk_app.errors import KioskError

_PAUSE_S = 1.0


@dataclass(frozen=True, eq=False)
class Assessment:
    """What one frame is worth as a passport photo.

    measurements: only those that could be taken; what they mean is said where they are taken (modules `measures`,
    `pixels`, `background`). verdicts: every rule -> pass, advice (the person can change it) or officer. acceptable: no
    rule is left to the person. components: OFIQ-compatible values, of a full assessment only (module `components`).
    """

    faces: int
    measurements: Measured
    verdicts: dict[str, Verdict]
    acceptable: bool
    _cut: Callable[[], Image] = field(repr=False)
    components: Mapping[str, Component] = field(default_factory=dict)

    def crop(self) -> Image:
        """The picture by the profile, uint8 [height_px, width_px, 3] BGR, looked at once more as a picture of its own.

        Raises KioskError: `crop-outside` when it would leave the frame, `crop-no-face` when no face was measured,
        `crop-unsure` when the second look does not find the head where it belongs.
        """
        return self._cut()


class PortraitAssessor:
    """Measures portraits and judges them by a profile. Threads may share it; it measures one frame at a time."""

    def __init__(self, profile: PortraitProfile | None = None) -> None:
        self._profile = profile or PortraitProfile()
        self._finder = FaceFinder()
        self._meter = PortraitMeter(self._finder, self._profile)
        self._lock = threading.Lock()
        self._live_at = float("-inf")
        self._forget()

    @property
    def profile(self) -> PortraitProfile:
        """The rules that it judges by."""
        return self._profile

    def _forget(self) -> None:
        self._follower = FaceFollower(self._finder, self._profile.second_face_share)
        self._slow: Measured = {}
        self._turn = 0

    def assess(self, bgr: Image) -> Assessment:
        """Everything that there is to measure in one frame uint8 [H, W, 3] of any size."""
        with self._lock:
            boxes = self._finder.detect(bgr)
            faces = count_faces(boxes, self._profile.second_face_share)
            mesh = self._finder.mesh_of_box(bgr, boxes[0]) if boxes else None
            if mesh is None:
                return self._without_mesh(bgr, faces)
            scene = self._meter.scene(bgr, mesh)
            second_face = boxes[1].area / boxes[0].area if len(boxes) > 1 else 0.0
            measured, components = self._meter.in_full(scene, second_face)
            return self._of_scene(scene, faces, measured, components)

    def assess_live(self, bgr: Image) -> Assessment:
        """The same for the next frame of a stream, at a fraction of the cost: the face is followed from frame to frame,
        and measures that change slowly may be some frames old. The frame that becomes the photo deserves `assess`.

        After a pause of the stream somebody else may sit there, so that nothing is carried over it.
        """
        with self._lock:
            now = time.monotonic()
            if now - self._live_at > _PAUSE_S:
                self._forget()
            self._live_at = now
            self._follower.update(bgr)
            mesh = self._follower.mesh
            if mesh is None:
                self._slow = {}
                return self._without_mesh(bgr, self._follower.faces)
            scene = self._meter.scene(bgr, mesh)
            if self._follower.changed or not self._slow:
                self._slow = self._meter.all_turns(scene)
                self._turn = 0  # all are fresh; where the turns stood for the face before says nothing about this one
            else:
                self._slow = self._slow | self._meter.in_turn(scene, TURNS[self._turn])
                self._turn = (self._turn + 1) % len(TURNS)
            return self._of_scene(scene, self._follower.faces, self._meter.every_frame(scene) | self._slow)

    def _of_scene(
        self, scene: Scene, faces: int, measured: Measured, components: Mapping[str, Component] | None = None
    ) -> Assessment:
        told = {"faces": float(faces), **measured}
        return self._judged(faces, told, lambda: self._cut_and_check(scene), components)

    def _without_mesh(self, bgr: Image, faces: int) -> Assessment:
        return self._judged(faces, {"faces": float(faces), **frame_light(bgr)}, _no_face)

    def _judged(
        self,
        faces: int,
        measured: Measured,
        cut: Callable[[], Image],
        components: Mapping[str, Component] | None = None,
    ) -> Assessment:
        verdicts = judge(measured, self._profile)
        return Assessment(faces, measured, verdicts, acceptable(verdicts), cut, components or {})

    def _cut_and_check(self, scene: Scene) -> Image:
        picture = cut_out(scene.bgr, scene.plan)
        with self._lock:
            boxes = self._finder.detect(picture)
            mesh = self._finder.mesh_of_box(picture, boxes[0]) if boxes else None
        if mesh is None or head_misplaced(face_frame(mesh.points), self._profile):
            raise KioskError("crop-unsure", "The head is not where it belongs in the picture.", "Take another photo.")
        return picture


def _no_face() -> Image:
    raise KioskError("crop-no-face", "No face could be measured in the picture.", "Look straight into the camera.")
