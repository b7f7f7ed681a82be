"""What the doctor can tell while somebody is in the picture: no wall, no colour, no place, but the face and the room's light.

Judged by the gates of the portrait alone: the reference is of an empty booth.
"""

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera.doctor_look import Look
from kiosk_app.camera.doctor_rules import Item

_NOBODY = "Ask everybody to step out of the picture and run this again."


def people_items(seen: Look, profile: PortraitProfile) -> list[Item]:
    """Focus, light and evenness as far as they show, and what could not be judged."""
    return [_focus(seen, profile), _light(seen, profile), *_evenness(seen, profile), _left_out(seen)]


def _focus(seen: Look, profile: PortraitProfile) -> Item:
    sharpness = seen.face.get("sharpness")
    if sharpness is None:
        return Item("focus", "look", "somebody is in the picture, but no face that would tell", _NOBODY)
    sharp = sharpness >= profile.min_sharpness
    finding = f"the face is {'sharp' if sharp else 'not sharp'}"
    action = "" if sharp else "Hold still and run this again; then clean the lens, focus on the seat, give more light."
    return Item("focus", "pass" if sharp else "act", finding, action, {"sharpness": round(sharpness, 5)})


def _light(seen: Look, profile: PortraitProfile) -> Item:
    bright, burnt = seen.room["frame_l"], seen.room["clipped"]
    measured = {"frame_l": round(bright, 1), "clipped": round(burnt, 3)}
    if burnt > profile.max_clipped:
        action = "Turn lamps away from camera and wall, or take some out; no window behind the seat."
        return Item("light", "act", f"{burnt:.0%} of the picture is burnt out", action, measured)
    if seen.face.get("over_exposed", 0.0) > profile.max_over_exposed:
        return Item("light", "act", "parts of the face are burnt out", "Turn lamps away from the face.", measured)
    finding = f"the bright parts of the picture have a lightness of {bright:.0f} of 100"
    if bright < profile.min_frame_l:
        action = "More light on wall and face; if the wall is not white, hang a white one."
        return Item("light", "act", finding, action, measured)
    return Item("light", "pass", f"enough for a portrait: {finding}", "", measured)


def _evenness(seen: Look, profile: PortraitProfile) -> list[Item]:
    share = seen.face.get("left_right")
    if share is None:
        return []
    measured = {"left_right": round(share, 3)}
    if share >= profile.min_left_right:
        return [Item("evenness", "pass", f"the face is even to {share:.0%}", "", measured)]
    finding = f"one side of the face has {share:.0%} of the light of the other"
    return [Item("evenness", "act", finding, "More light on the darker side, or less on the other one.", measured)]


def _left_out(seen: Look) -> Item:
    """Stands for all that cannot be judged."""
    even = "" if "left_right" in seen.face else "whether the light is even, "
    finding = f"somebody is in the picture. Not judged: {even}wall, colour, place, what changed since the reference"
    return Item("empty", "look", finding, _NOBODY)
