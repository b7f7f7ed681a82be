"""Named scripts: what happens before the practice camera when nobody drives its stage. Each is a function of the time."""

from collections.abc import Callable
from dataclasses import replace

from kiosk_app.camera.practice.faults import FAULTS
from kiosk_app.camera.practice.motion import alive
from kiosk_app.camera.practice.optics import Pose
from kiosk_app.camera.practice.person import Person
from kiosk_app.camera.practice.scene import Scene, Sitter
from kiosk_app.camera.practice.stage import holding

Script = Callable[[float], Scene]

# Plainly nobody's booking.
DEMO_CODE = "https://example.org/menu/meja-7"
VISIT_S = 26.0
DARK = 0.22


def _empty(_: float) -> Scene:
    return Scene()


def _empty_dark(_: float) -> Scene:
    """Nobody, and most of the lamps are off."""
    return Scene(light=DARK)


def _empty_blue(_: float) -> Scene:
    """Nobody, and something blue hangs on the wall."""
    return Scene(wall="blue")


def _portrait(seconds: float) -> Scene:
    """Somebody sits straight, breathes and blinks."""
    return Scene((alive(Sitter(Person(seed=2)), seconds),))


def _dark(seconds: float) -> Scene:
    """The same, in too little light."""
    return replace(_portrait(seconds), light=DARK)


def _visit(seconds: float) -> Scene:
    """Nobody; somebody steps in with a code, sits, turns to and fro, sits straight, leaves. Then the next person."""
    person, now = Person.random(int(seconds // VISIT_S)), seconds % VISIT_S
    if now < 2 or now >= 25:
        return Scene()
    if 4 <= now < 8:
        scene = holding(DEMO_CODE, person)
        return replace(scene, sitters=tuple(alive(sitter, now) for sitter in scene.sitters))
    return Scene((alive(Sitter(person, _visit_pose(now)), now),))


# Second, then yaw, pitch, distance and dx: between two rows the person moves smoothly from one to the next.
_VISIT_ROWS = (
    (2.0, 35.0, 4.0, 1.6, -62.0),
    (3.6, 0.0, 0.0, 1.25, -13.0),
    (8.0, 0.0, 0.0, 1.25, -13.0),
    (9.4, 0.0, 8.0, 1.0, 0.0),
    (11.0, 0.0, 4.0, 1.0, 0.0),
    (12.2, 22.0, 0.0, 1.0, 0.0),
    (13.8, -18.0, 0.0, 1.0, 0.0),
    (15.0, 0.0, 0.0, 1.0, 0.0),
    (23.0, 0.0, 0.0, 1.0, 0.0),
    (25.0, 30.0, 2.0, 1.3, 66.0),
)


def _visit_pose(now: float) -> Pose:
    later = next(row for row in _VISIT_ROWS if row[0] >= now)
    earlier = _VISIT_ROWS[max(0, _VISIT_ROWS.index(later) - 1)]
    share = 0.0 if later is earlier else (now - earlier[0]) / (later[0] - earlier[0])
    share = share * share * (3 - 2 * share)
    yaw, pitch, distance, dx = (a + (b - a) * share for a, b in zip(earlier[1:], later[1:], strict=True))
    return Pose(yaw=yaw, pitch=pitch, distance=distance, dx=dx)


SCRIPTS: dict[str, Script] = {
    "visit": _visit,
    "empty": _empty,
    "empty-dark": _empty_dark,
    "empty-blue": _empty_blue,
    "portrait": _portrait,
    "dark": _dark,
    **FAULTS,
}
