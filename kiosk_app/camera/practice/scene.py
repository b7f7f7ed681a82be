"""What the practice camera has in front of it, and what is known to be true of a frame that shows it."""

from dataclasses import dataclass, field, fields
from typing import Literal

from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.wall import WALLS, WallName

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


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The room, its light and the camera. The defaults are a good booth's.

    light: 1 is the booth's, 0 night, 2 burnt out. side_light: -1 lights only the left of the frame, 1 only the right.
    back_light: 1 is a window behind the person. cast: 1 is the yellow of bulbs, -1 the blue of a cloudy sky, as a camera
    shows it whose white balance is wrong. motion: how far the camera moves in an exposure, pixels, along `motion_deg`
    (0 level, 90 upright). defocus: radius of the disc that a point becomes, pixels. noise: times the usual noise.
    """

    wall: WallName = "white"
    light: float = 1.0
    side_light: float = 0.0
    back_light: float = 0.0
    cast: float = 0.0
    motion: float = 0.0
    motion_deg: float = 0.0
    defocus: float = 0.0
    noise: float = 1.0

    def __post_init__(self) -> None:
        if self.wall not in WALLS:
            raise ValueError(f"wall is {self.wall}, not one of {', '.join(WALLS)}")
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} is {value}, not {low:g} to {high:g}")


_BOUNDS = {
    "light": (0.0, 2.0),
    "side_light": (-1.0, 1.0),
    "back_light": (0.0, 1.0),
    "cast": (-1.0, 1.0),
    "motion": (0.0, 100.0),
    "motion_deg": (-180.0, 180.0),
    "defocus": (0.0, 40.0),
    "noise": (0.0, 12.0),
}


@dataclass(frozen=True)
class Scene(Conditions):
    """Everything in view. sitters: from back to front."""

    sitters: tuple[Sitter, ...] = ()
    code: HeldCode | None = None


@dataclass(frozen=True)
class FaceTruth:
    """One face of a frame: pixels of the frame, degrees; angles as the portrait wing measures them.

    right_eye is the person's own right, which lies left in the frame. inter_eye_px: distance of the irises in the frame.
    lid_gap and lip_gap: how far lids and lips are apart, as shares of the height from the eye line to the chin.
    """

    right_eye: tuple[float, float]
    left_eye: tuple[float, float]
    chin: tuple[float, float]
    inter_eye_px: float
    lid_gap: float
    lip_gap: float
    sitter: Sitter


@dataclass(frozen=True)
class Truth(Conditions):
    """What one frame shows. number: 1 for the first frame that was read. faces: nearest person first."""

    number: int
    faces: tuple[FaceTruth, ...]
    code: str | None = field(repr=False)
    fault: FaultName | None = None

    @classmethod
    def of(cls, scene: Scene, faces: tuple[FaceTruth, ...], number: int) -> "Truth":
        """The truth of frame `number` of a scene with these faces."""
        conditions = {each.name: getattr(scene, each.name) for each in fields(Conditions)}
        return cls(number, faces, None if scene.code is None else scene.code.text, **conditions)
