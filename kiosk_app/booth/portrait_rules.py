"""What makes a passport photo: measurements -> pass, advice or officer decides, and the one thing to say now.

Nothing here looks at pixels. No gate is on the brightness or the colour of skin, and nothing about a head covering can
stop a photo: what a measure cannot tell fairly is left to the officer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal, NamedTuple, TypeAlias

from kiosk_app.booth.codec import decode, encode

Verdict: TypeAlias = Literal["pass", "advice", "officer"]
Measurements: TypeAlias = Mapping[str, float]

# Format of the picture -> its media type.
PICTURE_FORMATS: Final = {"jpeg": "image/jpeg", "jp2": "image/jp2"}


@dataclass(frozen=True, slots=True)
class PortraitProfile:
    """The office's rules for the picture and the gates of the checks. Angles in degrees; L* and chroma are CIE Lab.

    picture_format: the file that is sealed, "jpeg" of `jpeg_quality` or "jp2" (JPEG 2000, lossless).
    """

    width_mm: float = 35.0
    height_mm: float = 45.0
    width_px: int = 413
    height_px: int = 531
    head_share: float = 0.75
    picture_format: str = "jpeg"
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
    doubtful_dark_glasses: float = 0.75
    min_eye_white: float = 0.25
    max_glasses: float = 2.35
    sure_glasses: float = 3.2
    min_frame_l: float = 65.0
    max_clipped: float = 0.5
    max_over_exposed: float = 0.01
    min_left_right: float = 0.65
    min_sharpness: float = 0.0007
    min_background_l: float = 85.0
    max_background_spread: float = 8.0
    max_background_chroma: float = 9.0
    max_background_marks: float = 12.0
    max_lower_face_colour: float = 15.0
    max_forehead_colour: float = 20.0
    second_face_share: float = 0.02
    white_background: bool = True
    glasses_allowed: bool = False
    officer_decides: tuple[str, ...] = ("background",)

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be from {low:g} to {high:g}")
        if self.picture_format not in PICTURE_FORMATS:
            raise ValueError(f"picture_format must be one of {', '.join(PICTURE_FORMATS)}")
        unknown = sorted(set(self.officer_decides) - set(RULES))
        if unknown:
            raise ValueError(f"officer_decides names {unknown[0]}, which is no rule")

    @property
    def media_type(self) -> str:
        """Of the picture's file."""
        return PICTURE_FORMATS[self.picture_format]

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
    "doubtful_dark_glasses": (0, 1),
    "min_eye_white": (0, 1),
    "max_glasses": (0, 20),
    "sure_glasses": (0, 20),
    "min_frame_l": (0, 100),
    "max_clipped": (0, 1),
    "max_over_exposed": (0, 1),
    "min_left_right": (0, 1),
    "min_sharpness": (0, 1),
    "min_background_l": (0, 100),
    "max_background_spread": (1, 100),
    "max_background_chroma": (1, 100),
    "max_background_marks": (1, 100),
    "max_lower_face_colour": (1, 200),
    "max_forehead_colour": (1, 200),
    "second_face_share": (0, 1),
}


class _Fault(NamedTuple):
    """What is wrong, as a catalogue key; not `sure` where the measure is known to err and an officer should look."""

    advice: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Rule:
    """`needs` names the measures without which the rule cannot be told; `fault` gives None when all is well. `untold`
    is the advice when a face is there but cannot be measured."""

    needs: tuple[str, ...]
    fault: Callable[[Measurements, PortraitProfile], _Fault | None]
    untold: str = ""


def _when(broken: bool, advice: str, sure: bool = True) -> _Fault | None:
    return _Fault(advice, sure) if broken else None


def _single_face(m: Measurements, _: PortraitProfile) -> _Fault | None:
    return _when(m["faces"] < 1, "cam.none") or _when(m["faces"] > 1, "cam.many")


def _centred(m: Measurements, p: PortraitProfile) -> _Fault | None:
    fits = m["crop_share"] <= p.max_crop_share
    return _when(abs(m["off_centre"]) > p.max_off_centre or (fits and m["crop_overhang"] > 0), "cam.center")


def _size(m: Measurements, p: PortraitProfile) -> _Fault | None:
    too_far = m["inter_eye_px"] < p.min_inter_eye_px
    return _when(too_far, "cam.closer") or _when(m["crop_share"] > p.max_crop_share, "cam.back")


def _pose(m: Measurements, p: PortraitProfile) -> _Fault | None:
    nods = abs(m["pitch_deg"] - p.pitch_zero_deg) > p.max_pitch_deg
    turned = abs(m["yaw_deg"]) > p.max_yaw_deg
    return _when(turned, "cam.turn") or _when(nods or abs(m["roll_deg"]) > p.max_roll_deg, "cam.level")


def _eyes_open(m: Measurements, p: PortraitProfile) -> _Fault | None:
    return _when(m["eyes_open"] < p.min_eyes_open, "cam.eyes")


def _mouth_closed(m: Measurements, p: PortraitProfile) -> _Fault | None:
    return _when(m["mouth_open"] > p.max_mouth_open or m["jaw_open"] > p.max_jaw_open, "cam.mouth")


def _expression(m: Measurements, p: PortraitProfile) -> _Fault | None:
    return _when(m["smile"] > p.max_smile, "cam.neutral")


def _dark_glasses(m: Measurements, p: PortraitProfile) -> _Fault | None:
    """On deep skin a dark lens is hardly darker than the cheek: there the white of the eye is missed, as a share of the
    lightness of the room, and an officer looks."""
    no_white = m.get("eye_white", 100.0) < p.min_eye_white * m.get("frame_l", 0.0)
    hidden = no_white and m["dark_glasses"] < p.doubtful_dark_glasses
    return _when(m["dark_glasses"] < p.min_dark_glasses, "cam.dark_glasses") or _when(
        hidden, "cam.dark_glasses", sure=False
    )


def _glasses(m: Measurements, p: PortraitProfile) -> _Fault | None:
    seen = not p.glasses_allowed and m["glasses"] > p.max_glasses
    return _when(seen, "cam.glasses", sure=m["glasses"] > p.sure_glasses)


def _light(m: Measurements, p: PortraitProfile) -> _Fault | None:
    too_bright = m["clipped"] > p.max_clipped or m["over_exposed"] > p.max_over_exposed
    return (
        _when(m["frame_l"] < p.min_frame_l, "cam.dark")
        or _when(too_bright, "cam.bright")
        or _when(m["left_right"] < p.min_left_right, "cam.uneven")
    )


def _sharpness(m: Measurements, p: PortraitProfile) -> _Fault | None:
    return _when(m["sharpness"] < p.min_sharpness, "cam.blur")


def _background(m: Measurements, p: PortraitProfile) -> _Fault | None:
    white = m["background_l"] >= p.min_background_l and m["background_chroma"] <= p.max_background_chroma
    even = m["background_spread"] <= p.max_background_spread and m["background_marks"] <= p.max_background_marks
    return _when(not even or (p.white_background and not white), "cam.background")


def _mouth_visible(m: Measurements, p: PortraitProfile) -> _Fault | None:
    return _when(m["lower_face_colour"] > p.max_lower_face_colour, "cam.hat", sure=False)


def _head_covering(m: Measurements, p: PortraitProfile) -> _Fault | None:
    return _when(m["forehead_colour"] > p.max_forehead_colour, "cam.hijab", sure=False)


# In the order in which advice helps most: where to be, then how to sit, then what only the room can change.
_RULES: Final[dict[str, _Rule]] = {
    "single_face": _Rule(("faces",), _single_face),
    "centred": _Rule(("off_centre", "crop_overhang", "crop_share"), _centred),
    "size": _Rule(("inter_eye_px", "crop_share"), _size),
    "pose": _Rule(("yaw_deg", "pitch_deg", "roll_deg"), _pose, untold="cam.turn"),
    "eyes_open": _Rule(("eyes_open",), _eyes_open),
    "mouth_closed": _Rule(("mouth_open", "jaw_open"), _mouth_closed),
    "expression": _Rule(("smile",), _expression),
    "dark_glasses": _Rule(("dark_glasses",), _dark_glasses),
    "glasses": _Rule(("glasses",), _glasses),
    "light": _Rule(("frame_l", "clipped", "over_exposed", "left_right"), _light),
    "sharpness": _Rule(("sharpness",), _sharpness),
    "background": _Rule(("background_l", "background_spread", "background_chroma", "background_marks"), _background),
    "mouth_visible": _Rule(("lower_face_colour",), _mouth_visible),
    "head_covering": _Rule(("forehead_colour",), _head_covering),
}
RULES: Final = tuple(_RULES)


def judge(measurements: Measurements, profile: PortraitProfile) -> dict[str, Verdict]:
    """Rule -> verdict for every rule. What cannot be told from `measurements` is for the officer, but a face which
    is there but cannot be measured has to be shown better."""
    return {name: _verdict(name, measurements, profile) for name in RULES}


def _verdict(name: str, measurements: Measurements, profile: PortraitProfile) -> Verdict:
    if not _told(name, measurements) and not _untold(name, measurements):
        return "officer"
    fault = _fault(name, measurements, profile)
    if fault is None:
        return "pass"
    return "advice" if fault.sure and name not in profile.officer_decides else "officer"


def _told(name: str, measurements: Measurements) -> bool:
    return all(need in measurements for need in _RULES[name].needs)


def _untold(name: str, measurements: Measurements) -> str:
    return _RULES[name].untold if measurements.get("faces", 0) >= 1 else ""


def _fault(name: str, measurements: Measurements, profile: PortraitProfile) -> _Fault | None:
    if _told(name, measurements):
        return _RULES[name].fault(measurements, profile)
    return _Fault(_untold(name, measurements))


def acceptable(verdicts: Mapping[str, Verdict]) -> bool:
    """Whether nothing is left that the person could change."""
    return "advice" not in verdicts.values()


class AdviceChooser:
    """Says one thing at a time, the most useful one first, and does not flicker.

    A new advice (or none) is said only after it was due without a break for `settle_s`, so that a blink or a measure
    that trembles on its gate changes nothing. What is said stays for at least `dwell_s`, long enough to be read; what is
    no longer due leaves after twice that even when nothing else settles.
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
        self._due: str | None = None
        self._due_since = float("-inf")
        self._valid_at = float("inf")

    def update(self, verdicts: Mapping[str, Verdict], measurements: Measurements, at_s: float) -> str | None:
        """The catalogue key to show now, None when nothing needs to be said. `at_s` are seconds of any steady clock."""
        due = self._most_useful(verdicts, measurements)
        if due != self._due:
            self._due, self._due_since = due, at_s
        if due == self._said:
            self._valid_at = at_s
            return self._said
        self._valid_at = min(self._valid_at, at_s)
        settled = at_s - self._due_since >= self._settle_s or at_s - self._valid_at >= 2 * self._dwell_s
        if settled and at_s - self._said_at >= self._dwell_s:
            self._said, self._said_at, self._valid_at = due, at_s, at_s
        return self._said

    def _most_useful(self, verdicts: Mapping[str, Verdict], measurements: Measurements) -> str | None:
        for name in RULES:
            fault = _fault(name, measurements, self._profile) if verdicts.get(name) == "advice" else None
            if fault is not None:
                return fault.advice
        return None


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
