"""What the practice camera has in front of it, and what is known to be true of a frame that shows it."""

from dataclasses import dataclass, field
from typing import Literal

from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import Person

FaultName = Literal["unplug", "freeze", "black"]


@dataclass(frozen=True)
class Sitter:
    """One person in view. eyes_open and mouth run from 0 (shut) to 1 (wide open), smile from 0 to 1."""

    person: Person
    pose: Pose = field(default_factory=Pose)
    eyes_open: float = 1.0
    mouth: float = 0.0
    smile: float = 0.0

    def __post_init__(self) -> None:
        for name in ("eyes_open", "mouth", "smile"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}, not 0 to 1")
        if not 0.4 <= self.pose.distance <= 4:
            raise ValueError(f"distance is {self.pose.distance}, not 0.4 to 4 seats")


@dataclass(frozen=True)
class HeldCode:
    """A phone that somebody holds up, with a code on its screen. dx, dy: pixels of a 720-row frame; tilt in degrees."""

    text: str = field(repr=False)
    person: Person = field(default_factory=Person)
    dx: float = 0.0
    dy: float = 0.0
    tilt: float = 0.0


@dataclass(frozen=True)
class Scene:
    """Everything in view. sitters: from back to front. light 1 is the booth's; side_light -1 lights only the left."""

    sitters: tuple[Sitter, ...] = ()
    code: HeldCode | None = None
    light: float = 1.0
    side_light: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.light <= 2:
            raise ValueError(f"light is {self.light}, not 0 to 2")
        if not -1 <= self.side_light <= 1:
            raise ValueError(f"side_light is {self.side_light}, not -1 to 1")


@dataclass(frozen=True)
class FaceTruth:
    """One face of a frame: pixels of the frame, degrees; angles as the portrait wing measures them.

    right_eye is the person's own right, which lies left in the frame. inter_eye_px: distance of the irises in the frame.
    """

    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    chin: tuple[float, float]
    inter_eye_px: float
    sitter: Sitter


@dataclass(frozen=True)
class Truth:
    """What one frame shows. number: 1 for the first frame that was read. faces: nearest person first."""

    number: int
    faces: tuple[FaceTruth, ...]
    code: str | None = field(repr=False)
    light: float = 1.0
    side_light: float = 0.0
    fault: FaultName | None = None
