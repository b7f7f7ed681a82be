"""Scripts with one thing each that a passport photo must not have, or must not mind; the rest is as it should be.

Each is a function of the time: the sitter breathes and blinks, and the fault is there from the first frame.
"""

from collections.abc import Callable
from dataclasses import replace
from math import sin
from typing import Any

from kiosk_app.camera.practice.motion import alive
from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import SKIN_TONES, Person
from kiosk_app.camera.practice.scene import Scene, Sitter
from kiosk_app.camera.practice.stage import BEHIND

_SITS = Person(seed=2)
_MAN = Person(seed=1)
# How long each of the sixteen people of `tones` sits there.
_TURN_S = 4.0


def _scene(seconds: float, sitter: Sitter | None = None, **conditions: Any) -> Scene:
    return Scene((alive(sitter or Sitter(_SITS), seconds),), **conditions)


def _worn(**worn: Any) -> Callable[[float], Scene]:
    person = replace(_MAN if worn.get("hat") else _SITS, **worn)
    return lambda seconds: _scene(seconds, Sitter(person))


def _face(pose: Pose | None = None, **face: float) -> Callable[[float], Scene]:
    sitter = Sitter(_SITS, pose or Pose(), **face)
    return lambda seconds: _scene(seconds, sitter)


def _room(**conditions: Any) -> Callable[[float], Scene]:
    return lambda seconds: _scene(seconds, **conditions)


def _second(seconds: float) -> Scene:
    """Somebody waits behind the seat."""
    scene = _scene(seconds)
    return replace(scene, sitters=(alive(Sitter(_MAN, BEHIND), seconds + 1.7), *scene.sitters))


def _poses(seconds: float) -> Scene:
    """Turns, nods and leans slowly, each at its own pace."""
    pose = Pose(yaw=22 * sin(seconds * 0.9), pitch=14 * sin(seconds * 0.67), roll=11 * sin(seconds * 0.53))
    return _scene(seconds, Sitter(_SITS, pose))


def _tones(seconds: float) -> Scene:
    """Eight tones of skin, each without and with a hijab, one after the other: none of them is a fault."""
    number = int(seconds / _TURN_S) % (2 * SKIN_TONES)
    skin, hijab = divmod(number, 2)
    return _scene(seconds, Sitter(Person(skin=skin, hijab=hijab == 1, seed=40 + skin)))


FAULTS: dict[str, Callable[[float], Scene]] = {
    "mask": _worn(mask=True),
    "glasses": _worn(glasses=True),
    "dark-glasses": _worn(dark_glasses=True),
    "cap": _worn(hat="cap"),
    "peci": _worn(hat="peci"),
    "hijab": _worn(hijab=True),
    "white-hijab": _worn(white_hijab=True),
    "child": _worn(age_size=0.78),
    "second": _second,
    "tones": _tones,
    "poses": _poses,
    "turned": _face(Pose(yaw=18.0)),
    "lowered": _face(Pose(pitch=22.0)),
    "leaning": _face(Pose(roll=12.0)),
    "far": _face(Pose(distance=1.7)),
    "near": _face(Pose(distance=0.6)),
    "aside": _face(Pose(dx=15.0)),
    "eyes-shut": _face(eyes_open=0.0),
    "eyes-half": _face(eyes_open=0.4),
    "mouth-open": _face(mouth=0.6),
    "smile": _face(smile=1.0),
    "bright": _room(light=1.8),
    "side-light": _room(side_light=0.9),
    "back-light": _room(back_light=1.0),
    "warm": _room(cast=0.8),
    "cold": _room(cast=-0.8),
    "noisy": _room(noise=5.0),
    "motion": _room(motion=14.0, motion_deg=20.0),
    "defocus": _room(defocus=4.0),
    "wall-cream": _room(wall="cream"),
    "wall-grey": _room(wall="grey"),
    "wall-blue": _room(wall="blue"),
    "wall-patterned": _room(wall="patterned"),
    "wall-shadowed": _room(wall="shadowed"),
    "wall-corner": _room(wall="corner"),
}

# The rule of the portrait that has to speak of a fault; what is not here is none.
TOLD_BY: dict[str, str] = {
    "mask": "mouth_visible",
    "glasses": "glasses",
    "dark-glasses": "dark_glasses",
    "cap": "head_covering",
    "peci": "head_covering",
    "child": "size",
    "second": "single_face",
    "turned": "pose",
    "lowered": "pose",
    "leaning": "pose",
    "far": "size",
    "near": "size",
    "aside": "centred",
    "eyes-shut": "eyes_open",
    "eyes-half": "eyes_open",
    "mouth-open": "mouth_closed",
    "smile": "expression",
    "dark": "light",
    "bright": "light",
    "side-light": "light",
    "back-light": "light",
    "warm": "background",
    "cold": "background",
    "motion": "sharpness",
    "defocus": "sharpness",
    "wall-cream": "background",
    "wall-grey": "background",
    "wall-blue": "background",
    "wall-patterned": "background",
    "wall-shadowed": "background",
    "wall-corner": "background",
}
