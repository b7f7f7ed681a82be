"""The doctor's visit to a camera: look, measure, compare with the reference, say what to do.

What is kept on disk shows the empty booth only: with a face or a body in the picture neither a reference nor a picture is
written.
"""

from dataclasses import dataclass, field
from datetime import datetime

import cv2

from kiosk_app.booth.portrait_rules import PortraitProfile
from kiosk_app.camera import doctor_rules as rules
from kiosk_app.camera.doctor_look import LOOK_S, Look, look
from kiosk_app.camera.doctor_measures import colour_cause, measure, small_picture
from kiosk_app.camera.doctor_move import displacement
from kiosk_app.camera.doctor_people import people_items
from kiosk_app.camera.doctor_picture import annotated
from kiosk_app.camera.doctor_reference import Reference, ReferenceShelf, encoded
from kiosk_app.camera.doctor_rules import Item, State
from kiosk_app.camera.frames import Image, Source
from kiosk_app.errors import KioskError

_EMPTY = "Empty the booth: nobody before the camera, nobody passing behind the seat; then run this again."
_MEND = "Do what the findings say, then run this again."


@dataclass(frozen=True, eq=False)
class CameraReport:
    """What was found. `measures` is empty where the camera gave no picture."""

    seen: Look
    items: list[Item]
    reference: Reference | None
    measures: dict[str, float] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """The worst of all items."""
        return rules.worst(self.items)

    def picture(self, suffix: str = ".png") -> bytes:
        """The annotated picture as a file of that kind. Raises KioskError when there is none to show, or somebody is in it."""
        return encoded(annotated(self._empty_booth(), self.items), suffix)

    def new_reference(self, taken_at: datetime) -> Reference:
        """What later visits compare with. Raises KioskError when there is no picture, when somebody is in it, or when
        there is something to act on: what is wrong now would pass from then on."""
        picture = self._empty_booth()
        if self.state == "act":
            raise KioskError("reference-poor", "There is something to act on, so this is no reference.", _MEND)
        return Reference(self.seen.name, taken_at, self.seen.size, self.measures, small_picture(picture))

    def _empty_booth(self) -> Image:
        if self.seen.fault is not None:
            raise self.seen.fault
        if self.seen.people:
            raise KioskError("booth-not-empty", "Somebody is in the picture, so nothing was kept.", _EMPTY)
        return self.seen.picture


def examine(
    source: Source, shelf: ReferenceShelf, fresh: bool = False, profile: PortraitProfile | None = None
) -> CameraReport:
    """Looks at `source` for two seconds. `fresh`: without the kept reference, to make another one.

    A camera that gives no picture, and a reference that is damaged, are findings, not errors.
    """
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # its warnings repeat what the findings say
    reference, damage = None, None
    if not fresh:
        try:
            reference = shelf.load()
        except KioskError as error:
            damage = error
    return judged(look(source, LOOK_S), reference, profile or PortraitProfile(), fresh, damage)


def judged(
    seen: Look,
    reference: Reference | None,
    profile: PortraitProfile,
    fresh: bool = False,
    damage: KioskError | None = None,
) -> CameraReport:
    """All items of what was seen. `damage`: why the reference that there was cannot be compared with."""
    items = [rules.camera_item(seen, reference)]
    if damage is not None:
        items.append(rules.reference_item(damage))
    if seen.fault is not None:
        return CameraReport(seen, items, reference)
    m = measure(seen.picture)
    before = None if reference is None else reference.measures
    if m["darkest"] < rules.NO_LIGHT_L:
        return CameraReport(seen, [*items, rules.light_item(m, before, profile, None)], reference, m)
    if seen.people:
        return CameraReport(seen, [*items, *people_items(seen, profile)], reference, m)
    small = small_picture(seen.picture)
    same_shape = reference is not None and reference.small.shape == small.shape
    move = displacement(reference.small, small) if reference is not None and same_shape else None
    cause = colour_cause(reference.small, small) if reference is not None and same_shape else None
    place = rules.place_item(move, reference, same_shape)
    items += [
        rules.focus_item(seen, m, before),
        rules.light_item(m, before, profile, cause),
        rules.evenness_item(m, before),
        rules.wall_item(m, profile, cause, place.state == "act"),
        rules.colour_item(m, before, cause),
    ]
    if not fresh and damage is None:
        items.append(place)
    return CameraReport(seen, items, reference, m)
