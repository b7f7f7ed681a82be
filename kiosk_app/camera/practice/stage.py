"""What the practice camera shows now: set by whoever runs the rehearsal, read by the camera's thread."""

import threading
from dataclasses import replace

from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.scene import FaultName, HeldCode, Scene, Sitter

# Who holds up a phone stands a little back and aside, so that the phone does not hide the face.
_STANDS = Pose(distance=1.25, dx=-13.0)
_PHONE_ASIDE = 70.0
# Who waits stands behind the seat, over the sitter's left shoulder.
BEHIND = Pose(distance=1.75, dx=27.0, dy=-4.0)


class Stage:
    """All methods may be called from any thread; a frame shows the scene as it was before or after a call, never between."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scene = Scene()
        self._fault: FaultName | None = None

    def clear(self) -> None:
        """Nobody is there, nothing is held up, the light is the booth's."""
        self.show(Scene())

    def hold_code(self, text: str, person: Person | None = None, light: float = 1.0) -> None:
        """A hand holds a phone with this code before the camera; its `person`, if given, stands behind it."""
        if person is None:
            self.show(Scene(code=HeldCode(text), light=light))
        else:
            self.show(holding(text, person, light))

    def sit(
        self,
        person: Person,
        yaw: float = 0.0,
        pitch: float = 0.0,
        roll: float = 0.0,
        eyes_open: float = 1.0,
        mouth: float = 0.0,
        distance: float = 1.0,
        dx: float = 0.0,
        light: float = 1.0,
        *,
        smile: float = 0.0,
        side_light: float = 0.0,
    ) -> None:
        """One person on the seat, no phone. Degrees as the portrait wing measures them; distance 1 is the seat's place.

        dx: centimetres to the right of the frame. eyes_open, mouth, smile: 0 to 1. light: 1 is the booth's, 0 is night;
        side_light: -1 lights only the left of the frame, 1 only the right. Raises ValueError for what cannot be.
        """
        sitter = Sitter(person, Pose(yaw, pitch, roll, distance, dx), eyes_open, mouth, smile)
        self.show(Scene((sitter,), light=light, side_light=side_light))

    def second(self, person: Person | None) -> None:
        """Somebody else stands behind the sitter; None sends them away."""
        with self._lock:
            seated = self._scene.sitters[-1:]
            behind = () if person is None else (Sitter(person, BEHIND),)
            self._scene = replace(self._scene, sitters=behind + seated)

    def show(self, scene: Scene) -> None:
        """Any scene."""
        with self._lock:
            self._scene = scene

    def snapshot(self) -> Scene:
        with self._lock:
            return self._scene

    def fail(self, fault: FaultName | None) -> None:
        """The camera is unplugged, repeats its last frame or sees nothing; None mends it."""
        with self._lock:
            self._fault = fault

    @property
    def fault(self) -> FaultName | None:
        with self._lock:
            return self._fault


def holding(text: str, person: Person, light: float = 1.0, pose: Pose = _STANDS) -> Scene:
    """A person who stands behind the phone that they hold up."""
    return Scene((Sitter(person, pose),), HeldCode(text, person, dx=_PHONE_ASIDE), light=light)
