"""From measures to words: for each thing that makes a good booth picture, pass, look or act, and what to move.

Gates are those of the portrait where it has one, since what they refuse there is refused here for the same reason; where
there is a reference, what counts is the change since then.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.doctor_look import Look
from kiosk_app.camera.doctor_measures import Cause, colour_shift
from kiosk_app.camera.doctor_move import LEAST_MATCH, Move
from kiosk_app.camera.doctor_reference import Reference
from kiosk_app.errors import KioskError

State: TypeAlias = Literal["pass", "look", "act"]
Measures: TypeAlias = Mapping[str, float]

_GOOD_SIZE, _LEAST_SIZE = (1280, 720), (640, 480)
_GOOD_FPS, _LEAST_FPS = 15.0, 8.0
_SLOW_OPENING_S = 5.0
_NEXT_TO_NOTHING = 1e-3
NO_LIGHT_L = 8.0
_DARKER = (7.0, 15.0)  # L* below the reference, from which to look and to act
_UNEVEN = (0.8, 0.65)  # light of the darker side over the lighter one
_SOFT_PX = (1.8, 2.6)  # blur of edges at 1280 px width
_SOFTER = (1.2, 2.0)  # blur that came to that of the reference: the squares add up
_ONLY_SHADOWS_PX = 5.0  # no lens in use is as far off; so soft are the edges of shadows
COLOUR = (6.0, 10.0)  # a*b* from the reference
_TURNED_DEG = (1.0, 2.5)
_CLOSER = (0.03, 0.08)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at. `action` is empty where there is nothing to do."""

    name: str
    state: State
    finding: str
    action: str = ""
    measured: dict[str, float] = field(default_factory=dict)


def worst(items: list[Item]) -> State:
    """The state of the whole."""
    states = {item.state for item in items}
    return "act" if "act" in states else "look" if "look" in states else "pass"


def camera_item(seen: Look, reference: Reference | None) -> Item:
    """Opening, size and pace."""
    if seen.fault is not None:
        return Item("camera", "act", seen.fault.message, seen.fault.action)
    width, height = seen.size
    measured = {
        "width": float(width),
        "height": float(height),
        "fps": round(seen.fps, 1),
        "open_s": round(seen.opened_s, 2),
    }
    pace = f"{seen.fps:.0f} pictures a second" if seen.live else "a recording"
    finding = f"{width} x {height}, {pace}, open after {seen.opened_s:.1f} s"
    faults: list[tuple[State, str]] = []
    if width < _LEAST_SIZE[0] or height < _LEAST_SIZE[1]:
        faults.append(("act", "Choose a camera of 1280 x 720 or more."))
    elif width < _GOOD_SIZE[0] or height < _GOOD_SIZE[1]:
        faults.append(("look", "A camera of 1280 x 720 or more reads smaller codes."))
    if seen.live and seen.fps < _GOOD_FPS:
        state: State = "act" if seen.fps < _LEAST_FPS else "look"
        faults.append((state, "Plug the camera straight into the PC, close other programs, give it more light."))
    if seen.opened_s > _SLOW_OPENING_S:
        faults.append(("look", "It opens slowly: try another USB socket."))
    if reference is not None and (reference.camera, reference.size) != (seen.name, seen.size):
        faults.append(("look", f"The reference is of {reference.camera} at {_size(reference.size)}: make a new one."))
    state = "act" if any(one[0] == "act" for one in faults) else "look" if faults else "pass"
    return Item("camera", state, finding, " ".join(text for _, text in faults), measured)


def reference_item(damage: KioskError) -> Item:
    """Why there is nothing to compare with, though there was."""
    return Item("reference", "act", damage.message, damage.action)


def focus_item(seen: Look, m: Measures, before: Measures | None) -> Item:
    """Sharpness of the booth's edges."""
    if "blur_px" not in m:
        return Item(
            "focus", "look", "nothing in the picture has an edge that would tell",
            "Hold a printed page where the face will be and run this again.", {"edges": m["edges"]},
        )  # fmt: skip
    blur = m["blur_px"] * _GOOD_SIZE[0] / max(1, seen.size[0])
    measured = {"blur_px": round(blur, 2)}
    finding = f"edges are {blur:.1f} px soft"
    if before is not None and "blur_px" in before:
        was = before["blur_px"] * _GOOD_SIZE[0] / max(1, seen.size[0])
        state = _graded(math.sqrt(max(0.0, blur * blur - was * was)), *_SOFTER)
        finding += f", {was:.1f} px at the reference"
    elif blur > _ONLY_SHADOWS_PX:
        return Item(
            "focus", "look", f"{finding}: unsharp, or nothing but shadows in the picture",
            "Hold a printed page where the face will be and run this again.", measured,
        )  # fmt: skip
    else:
        state = _graded(blur, *_SOFT_PX)
    action = "" if state == "pass" else "Clean the lens with a dry cloth; if that is not enough, focus on the seat."
    return Item("focus", state, finding, action, measured)


def light_item(m: Measures, before: Measures | None, profile: PortraitProfile, cause: Cause | None) -> Item:
    """How much light there is."""
    measured = {"wall_l": round(m["wall_l"], 1), "clipped": round(m["clipped"], 3)}
    finding = f"the wall's lightness is {m['wall_l']:.0f} of 100"
    if m["darkest"] < NO_LIGHT_L:
        return Item(
            "light",
            "act",
            "next to no light, so nothing else was judged",
            "Take the cover off the lens; switch the booth's lamps on.",
            measured,
        )
    if m["clipped"] > profile.max_clipped:
        action = "Turn lamps away from camera and wall, or take some out; no window behind the seat."
        return Item("light", "act", f"{m['clipped']:.0%} of the picture is burnt out", action, measured)
    if before is not None:
        finding += f", {before['wall_l']:.0f} at the reference"
        state = _graded(before["wall_l"] - m["wall_l"], *_DARKER)
        action = "Switch all lamps of the booth on; replace those that fail."
        if cause == "wall" and state != "pass":
            state, action = "look", "See to the wall first: it has another colour."
    else:
        low = m["wall_l"] < profile.min_frame_l
        state = "act" if low else "look" if m["wall_l"] < profile.min_background_l else "pass"
        action = "More light on wall and face; if the wall is not white, hang a white one."
    return Item("light", state, finding, "" if state == "pass" else action, measured)


def evenness_item(m: Measures, before: Measures | None) -> Item:
    """Whether the light comes from all sides alike."""
    sides = {"left": max(m["light_left_right"], _NEXT_TO_NOTHING), "top": max(m["light_top_bottom"], _NEXT_TO_NOTHING)}
    if before is not None:
        sides = {"left": sides["left"] / before["light_left_right"], "top": sides["top"] / before["light_top_bottom"]}
    opposite = {"left": "right", "top": "bottom"}
    side, ratio = min(sides.items(), key=lambda one: min(one[1], 1 / one[1]))
    darker, share = (side, ratio) if ratio < 1 else (opposite[side], 1 / ratio)
    state = _graded(1 - share, 1 - _UNEVEN[0], 1 - _UNEVEN[1])
    measured = {name: round(m[name], 3) for name in ("light_left_right", "light_top_bottom")}
    if state == "pass":
        return Item("evenness", state, f"even to {share:.0%}", "", measured)
    since = " of what it was at the reference" if before is not None else " of the light opposite"
    return Item(
        "evenness", state, f"the {darker} of the picture has {share:.0%}{since}",
        f"More light on the {darker}{_WHOSE.get(darker, '')}, or less on the other side.", measured,
    )  # fmt: skip


_WHOSE = {"left": " (as the camera sees it)", "right": " (as the camera sees it)"}


def wall_item(m: Measures, profile: PortraitProfile, cause: Cause | None, moved: bool) -> Item:
    """Whether the wall is white and plain. A new colour whose `cause` is the light is not the wall's; a camera
    that was `moved` may see something else instead."""
    measured = {name: round(m[name], 2) for name in ("wall_l", "wall_chroma", "wall_pattern", "wall_marks")}
    faults: list[str] = []
    actions: list[str] = []
    if m["wall_chroma"] > profile.max_background_chroma and cause != "light":
        faults.append(f"it looks {hue(m['wall_a'], m['wall_b'])} (chroma {m['wall_chroma']:.0f})")
        actions.append("Hang a white one; if it is white, use lamps of one white.")
    if m["wall_pattern"] > profile.max_background_spread or m["wall_marks"] > profile.max_background_marks:
        faults.append(f"it has marks, lines or shadows ({m['wall_marks']:.0f} darker than around them)")
        actions.append("Clear the wall, smooth its folds, move lamps so that nothing throws a shadow.")
    if faults and moved:
        return Item("wall", "look", " and ".join(faults), "Turn the camera back first, then run this again.", measured)
    if faults:
        return Item("wall", "act", " and ".join(faults), " ".join(actions), measured)
    return Item("wall", "pass", f"plain, chroma {m['wall_chroma']:.0f}", "", measured)


def colour_item(m: Measures, before: Measures | None, cause: Cause | None) -> Item:
    """The colour of the light, as the white wall shows it."""
    if before is None:
        plain = m["wall_chroma"] <= COLOUR[1]
        finding = f"chroma {m['wall_chroma']:.0f}" if plain else "a coloured wall and coloured light look the same"
        action = "" if plain else "See to the wall, then make a reference: kiosk-app doctor camera --reference"
        return Item("colour", "pass" if plain else "look", finding, action, {"wall_chroma": round(m["wall_chroma"], 1)})
    shift = colour_shift(m, before)
    state = _graded(shift, *COLOUR)
    measured = {"shift": round(shift, 1)}
    if state == "pass":
        return Item("colour", state, "as at the reference", "", measured)
    towards = hue(m["wall_a"] - before["wall_a"], m["wall_b"] - before["wall_b"])
    found, action = _NEW_COLOURS[cause]
    return Item("colour", state, f"{found} become more {towards} by {shift:.0f}", action, measured)


_NEW_COLOURS: Mapping[Cause | None, tuple[str, str]] = {
    "light": (
        "everything has",
        "Use lamps of one white, keep daylight and signs out; unplug the camera and plug it in again.",
    ),
    "wall": ("the wall has", "Take off what hangs there, or clean it; then make a new reference."),
    None: ("the wall, or the light on it, has", "See whether something new hangs there; then use lamps of one white."),
}


def place_item(move: Move | None, reference: Reference | None, same_size: bool) -> Item:
    """Whether the camera looks where it looked, and how to turn it back."""
    if reference is None:
        return Item("place", "look", "there is no reference", "Empty the booth: kiosk-app doctor camera --reference")
    if not same_size:
        return Item(
            "place", "look", "the reference has another shape", "Make a new one: kiosk-app doctor camera --reference"
        )
    if move is None:
        return Item("place", "look", "the booth shows too little to tell", "Compare with a photo of the booth by eye.")
    measured = {
        "right_deg": round(move.right, 2), "up_deg": round(move.up, 2), "clockwise_deg": round(move.clockwise, 2),
        "closer": round(move.closer, 3), "match": round(move.match, 2),
    }  # fmt: skip
    if move.match < LEAST_MATCH:
        return Item(
            "place", "act", "the picture is not the one of the reference",
            "Turn the camera back to the seat; if the booth was changed, make a new reference.", measured,
        )  # fmt: skip
    turns = [
        (abs(move.right), f"turn the camera {_degrees(move.right)} to the {'left' if move.right > 0 else 'right'}"),
        (abs(move.up), f"tilt it {_degrees(move.up)} {'down' if move.up > 0 else 'up'}"),
        (
            abs(move.clockwise),
            f"level it {_degrees(move.clockwise)} {'counter-' if move.clockwise > 0 else ''}clockwise",
        ),
    ]
    state = _graded(max(amount for amount, _ in turns), *_TURNED_DEG)
    away = abs(move.closer - 1)
    if _graded(away, *_CLOSER) != "pass":
        turns.append(
            (_TURNED_DEG[0], f"move it {'back' if move.closer > 1 else 'closer'}: things are {away:.0%} off in size")
        )
        state = "act" if "act" in (state, _graded(away, *_CLOSER)) else "look"
    if state == "pass":
        return Item("place", state, "as at the reference", "", measured)
    said = ", ".join(text for amount, text in turns if amount >= _TURNED_DEG[0])
    return Item("place", state, "the camera was moved", f"{said[0].upper()}{said[1:]} (about).", measured)


def hue(a: float, b: float) -> str:
    """The plain name of a direction in a*b*."""
    if abs(b) >= abs(a):
        return "yellow" if b > 0 else "blue"
    return "pink" if a > 0 else "green"


def _graded(value: float, look: float, act: float) -> State:
    return "act" if value > act else "look" if value > look else "pass"


def _degrees(value: float) -> str:
    whole = max(1, round(abs(value)))
    return f"{whole} degree{'s' if whole > 1 else ''}"


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"
