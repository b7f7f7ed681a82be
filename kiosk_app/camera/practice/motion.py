"""Life in a scene: eyes that blink, a head and a hand that are never quite still. All follows from the time alone."""

from dataclasses import replace
from math import pi, sin

from kiosk_app.camera.practice.scene import HeldCode, Scene, Sitter

# People blink every few seconds, for about a quarter of one.
_BLINK_EVERY_S = 3.4
_BLINK_S = 0.26


def blink(seconds: float) -> float:
    """How far the lids are open, 0 to 1."""
    since = (seconds + 0.7 * sin(seconds / 5.3)) % _BLINK_EVERY_S
    return 1.0 if since >= _BLINK_S else 1 - sin(pi * since / _BLINK_S)


def alive(sitter: Sitter, seconds: float) -> Sitter:
    """The sitter as somebody who breathes and blinks: within a third of a degree of where they sit.

    The sway goes by tenths of a degree, a fifth of a pixel: a head that has not moved need not be drawn again.
    """
    pose = replace(
        sitter.pose,
        yaw=sitter.pose.yaw + round(0.3 * sin(seconds * 0.83), 1),
        pitch=sitter.pose.pitch + round(0.3 * sin(seconds * 1.27 + 1), 1),
        roll=sitter.pose.roll + round(0.2 * sin(seconds * 0.61 + 2), 1),
    )
    return replace(sitter, pose=pose, eyes_open=sitter.eyes_open * blink(seconds))


def in_hand(code: HeldCode, seconds: float) -> HeldCode:
    """The phone as a hand holds it: a slow drift, and a tremor of a pixel."""
    return replace(
        code,
        dx=code.dx + 5 * sin(seconds * 1.1) + 0.8 * sin(seconds * 51),
        dy=code.dy + 6 * sin(seconds * 0.9 + 1) + 0.9 * sin(seconds * 57 + 2),
        tilt=code.tilt + 2.5 + 1.2 * sin(seconds * 0.7),
    )


def moved(scene: Scene, seconds: float) -> Scene:
    """The scene with the hand that holds the phone; who sits, sits as still as the stage says."""
    return scene if scene.code is None else replace(scene, code=in_hand(scene.code, seconds))
