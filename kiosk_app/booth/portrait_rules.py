"""What makes a passport photo: measurements -> pass, advice or officer decides, and the one thing to say now.

Nothing here looks at pixels. No gate is on the brightness or the colour of skin, and nothing about a head covering can
stop a photo: what a measure cannot tell fairly is left to the officer.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias

from kiosk_app.booth.codec import decode, encode

Verdict: TypeAlias = Literal["pass", "advice", "officer"]
Measurements: TypeAlias = Mapping[str, float]

# Rules whose measures are weak (colours of lips and forehead): they point something out, they never hold a photo back.
_ALWAYS_OFFICER: Final = frozenset({"mouth_visible", "head_covering"})


@dataclass(frozen=True, slots=True)
class PortraitProfile:
    """The office's rules for the picture and the gates of the checks. Angles in degrees; L* and chroma are CIE Lab."""

    width_mm: float = 35.0
    height_mm: float = 45.0
    width_px: int = 413
    height_px: int = 531
    head_share: float = 0.75
    jpeg_quality: int = 92
    min_inter_eye_px: float = 90.0
    max_crop_share: float = 1.0
    max_off_centre: float = 0.15
    max_yaw_deg: float = 10.0
    pitch_zero_deg: float = 4.0
    max_pitch_deg: float = 14.0
    max_roll_deg: float = 8.0
    min_eyes_open: float = 0.045
    max_mouth_open: float = 0.05
    max_jaw_open: float = 0.1
    max_smile: float = 0.6
    min_dark_glasses: float = 0.45
    max_glasses: float = 100.0
    max_over_exposed: float = 0.01
    min_frame_l: float = 55.0
    min_left_right: float = 0.6
    min_sharpness: float = 0.0075
    min_background_l: float = 85.0
    max_background_spread: float = 8.0
    max_background_chroma: float = 8.0
    min_mouth_visible: float = 0.0
    max_forehead_colour: float = 17.0
    second_face_share: float = 0.02
    white_background: bool = True
    glasses_allowed: bool = False
    officer_decides: tuple[str, ...] = ("background", "glasses")

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be from {low:g} to {high:g}")
        unknown = sorted(set(self.officer_decides) - set(RULES))
        if unknown:
            raise ValueError(f"officer_decides names {unknown[0]}, which is no rule")

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> "PortraitProfile":
        """The profile of `values`; what is not given has its default. Raises DecodeError, which names the wrong key."""
        return decode(cls, values, "portrait")

    def to_dict(self) -> dict[str, object]:
        """All fields as plain values: `from_dict` gives the same profile back."""
        return {field.name: encode(getattr(self, field.name)) for field in fields(self)}


_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "width_mm": (20, 70),
    "height_mm": (25, 90),
    "width_px": (200, 2000),
    "height_px": (250, 2600),
    "head_share": (0.5, 0.85),
    "jpeg_quality": (75, 100),
    "min_inter_eye_px": (30, 400),
    "max_crop_share": (0.5, 1),
    "max_off_centre": (0.02, 0.5),
    "max_yaw_deg": (2, 30),
    "pitch_zero_deg": (-20, 20),
    "max_pitch_deg": (2, 30),
    "max_roll_deg": (2, 30),
    "min_eyes_open": (0, 0.1),
    "max_mouth_open": (0.01, 0.5),
    "max_jaw_open": (0.02, 1),
    "max_smile": (0.1, 1),
    "min_dark_glasses": (0, 1),
    "max_glasses": (0, 1000),
    "max_over_exposed": (0, 1),
    "min_frame_l": (0, 100),
    "min_left_right": (0, 1),
    "min_sharpness": (0, 1),
    "min_background_l": (0, 100),
    "max_background_spread": (1, 100),
    "max_background_chroma": (1, 100),
    "min_mouth_visible": (-100, 100),
    "max_forehead_colour": (1, 200),
    "second_face_share": (0, 1),
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """`needs` names the measures without which the rule cannot be told; `fault` gives the advice key, or "" when all is
    well. `untold` is the advice when a face is there but cannot be measured."""

    needs: tuple[str, ...]
    fault: Callable[[Measurements, PortraitProfile], str]
    untold: str = ""


def _single_face(m: Measurements, p: PortraitProfile) -> str:
    if m["faces"] < 1:
        return "cam.none"
    return "cam.many" if m["faces"] > 1 else ""


def _centred(m: Measurements, p: PortraitProfile) -> str:
    off = abs(m["off_centre"]) > p.max_off_centre
    outside = m["crop_overhang"] > 0 and m["crop_share"] <= p.max_crop_share
    return "cam.center" if off or outside else ""


def _size(m: Measurements, p: PortraitProfile) -> str:
    if m["inter_eye_px"] < p.min_inter_eye_px:
        return "cam.closer"
    return "cam.back" if m["crop_share"] > p.max_crop_share else ""


def _pose(m: Measurements, p: PortraitProfile) -> str:
    straight = (
        abs(m["yaw_deg"]) <= p.max_yaw_deg
        and abs(m["pitch_deg"] - p.pitch_zero_deg) <= p.max_pitch_deg
        and abs(m["roll_deg"]) <= p.max_roll_deg
    )
    return "" if straight else "cam.level"


def _eyes_open(m: Measurements, p: PortraitProfile) -> str:
    return "cam.eyes" if m["eyes_open"] < p.min_eyes_open else ""


def _mouth_closed(m: Measurements, p: PortraitProfile) -> str:
    return "cam.neutral" if m["mouth_open"] > p.max_mouth_open or m["jaw_open"] > p.max_jaw_open else ""


def _expression(m: Measurements, p: PortraitProfile) -> str:
    return "cam.neutral" if m["smile"] > p.max_smile else ""


def _dark_glasses(m: Measurements, p: PortraitProfile) -> str:
    return "cam.glasses" if m["dark_glasses"] < p.min_dark_glasses else ""


def _glasses(m: Measurements, p: PortraitProfile) -> str:
    return "cam.glasses" if m["glasses"] > p.max_glasses and not p.glasses_allowed else ""


def _light(m: Measurements, p: PortraitProfile) -> str:
    if m["frame_l"] < p.min_frame_l:
        return "cam.dark"
    if m["over_exposed"] > p.max_over_exposed:
        return "cam.bright"
    return "cam.uneven" if m["left_right"] < p.min_left_right else ""


def _sharpness(m: Measurements, p: PortraitProfile) -> str:
    return "cam.blur" if m["sharpness"] < p.min_sharpness else ""


def _background(m: Measurements, p: PortraitProfile) -> str:
    white = m["background_l"] >= p.min_background_l and m["background_chroma"] <= p.max_background_chroma
    even = m["background_spread"] <= p.max_background_spread
    return "" if even and (white or not p.white_background) else "cam.background"


def _mouth_visible(m: Measurements, p: PortraitProfile) -> str:
    return "cam.hat" if m["mouth_visible"] < p.min_mouth_visible else ""


def _head_covering(m: Measurements, p: PortraitProfile) -> str:
    return "cam.hijab" if m["forehead_colour"] > p.max_forehead_colour else ""


# In the order in which advice helps most: where to be, then how to sit, then what only the room can change.
_RULES: Final[dict[str, _Rule]] = {
    "single_face": _Rule(("faces",), _single_face),
    "centred": _Rule(("off_centre", "crop_overhang", "crop_share"), _centred),
    "size": _Rule(("inter_eye_px", "crop_share"), _size),
    "pose": _Rule(("yaw_deg", "pitch_deg", "roll_deg"), _pose, untold="cam.level"),
    "eyes_open": _Rule(("eyes_open",), _eyes_open),
    "mouth_closed": _Rule(("mouth_open", "jaw_open"), _mouth_closed),
    "expression": _Rule(("smile",), _expression),
    "dark_glasses": _Rule(("dark_glasses",), _dark_glasses),
    "glasses": _Rule(("glasses",), _glasses),
    "light": _Rule(("frame_l", "over_exposed", "left_right"), _light),
    "sharpness": _Rule(("sharpness",), _sharpness),
    "background": _Rule(("background_l", "background_spread", "background_chroma"), _background),
    "mouth_visible": _Rule(("mouth_visible",), _mouth_visible),
    "head_covering": _Rule(("forehead_colour",), _head_covering),
}
RULES: Final = tuple(_RULES)


def judge(measurements: Measurements, profile: PortraitProfile) -> dict[str, Verdict]:
    """Rule -> verdict for every rule. What cannot be told from `measurements` is the officer's, except that a face which
    is there but cannot be measured has to be shown better."""
    return {name: _verdict(name, measurements, profile) for name in RULES}


def _verdict(name: str, measurements: Measurements, profile: PortraitProfile) -> Verdict:
    fault = _fault(name, measurements, profile)
    if fault == "":
        return "pass"
    return "officer" if fault is None or name in _ALWAYS_OFFICER or name in profile.officer_decides else "advice"


def _fault(name: str, measurements: Measurements, profile: PortraitProfile) -> str | None:
    """Advice key of a rule that is broken, "" when it holds, None when it cannot be told."""
    rule = _RULES[name]
    if all(need in measurements for need in rule.needs):
        return rule.fault(measurements, profile)
    return rule.untold if rule.untold and measurements.get("faces", 0) >= 1 else None


def acceptable(verdicts: Mapping[str, Verdict]) -> bool:
    """Whether nothing is left that the person could change."""
    return "advice" not in verdicts.values()


class AdviceChooser:
    """Says one thing at a time, the most useful one first, and does not flicker.

    A new advice (or none) is said only after it was due without a break for `settle_s`, and what is said stays for at
    least `dwell_s`, long enough to be read.
    """

    def __init__(self, profile: PortraitProfile, settle_s: float = 0.3, dwell_s: float = 1.0) -> None:
        self._profile = profile
        self._settle_s = settle_s
        self._dwell_s = dwell_s
        self.reset()

    def reset(self) -> None:
        """Forgets the last person."""
        self._said: str | None = None
        self._said_at = float("-inf")
        self._due_since: float | None = None

    def update(self, verdicts: Mapping[str, Verdict], measurements: Measurements, at_s: float) -> str | None:
        """The catalogue key to show now, None when nothing needs to be said. `at_s` are seconds of any steady clock."""
        due = self._most_useful(verdicts, measurements)
        if due == self._said:
            self._due_since = None
            return self._said
        if self._due_since is None:
            self._due_since = at_s
        if at_s - self._due_since >= self._settle_s and at_s - self._said_at >= self._dwell_s:
            self._said, self._said_at, self._due_since = due, at_s, None
        return self._said

    def _most_useful(self, verdicts: Mapping[str, Verdict], measurements: Measurements) -> str | None:
        broken: Collection[str] = [name for name in RULES if verdicts.get(name) == "advice"]
        return next((_fault(name, measurements, self._profile) for name in broken), None)


class HoldTimer:
    """Fires once when all rules have held without a break for `hold_s`; a broken rule or `reset` arms it again."""

    def __init__(self, hold_s: float = 0.5) -> None:
        self._hold_s = hold_s
        self.reset()

    def reset(self) -> None:
        """Arms it anew: the next photo needs its own calm."""
        self._since: float | None = None
        self._fired = False

    def update(self, holds: bool, at_s: float) -> bool:
        """True on the one frame at which the photo is due. `at_s` are seconds of any steady clock."""
        if not holds:
            self.reset()
            return False
        if self._since is None:
            self._since = at_s
        due = not self._fired and at_s - self._since >= self._hold_s
        self._fired = self._fired or due
        return due
