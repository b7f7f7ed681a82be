"""Attempts at pieces of a frame, as many as one frame can afford, the rest on the next."""

from collections.abc import Callable, Sequence

import zxingcpp

from kiosk_app.camera.code_decode import contents, decode
from kiosk_app.camera.code_pictures import (
    enlarged,
    evened,
    held_still,
    parted,
    parted_inverted,
    sharpened,
    sharpened_more,
    smoothed,
)
from kiosk_app.camera.code_places import SMALLEST_PX, Place
from kiosk_app.camera.frames import Image

_MARGIN = 0.15
# Pixels that are prepared and decoded for one frame: about 10 ms where it may be a code, twice that where it is one.
_BUDGET_PX = 1_500_000
_FOUND_BUDGET_PX = 3_000_000

Attempt = Callable[[Image], tuple[Image, zxingcpp.Binarizer] | None]
Job = tuple[Place, Attempt]

# Ordered by what each read that no earlier one did, over frames with one fault each.
_FOUND: tuple[Attempt, ...] = (sharpened, sharpened_more, held_still, smoothed, enlarged, evened, parted)
_LOOKS_LIKE_ONE: tuple[Attempt, ...] = (parted, sharpened_more, held_still, smoothed, sharpened, parted_inverted)
_SECOND: tuple[Attempt, ...] = (parted, held_still)


def jobs(found: Sequence[Place], alike: Sequence[Place]) -> list[Job]:
    """What to try where a code was found, else where it looks like one, the most promising first."""
    if found:
        return [(place, attempt) for place in found for attempt in _FOUND]
    first = [(place, attempt) for place in alike[:1] for attempt in _LOOKS_LIKE_ONE]
    return first + [(place, attempt) for place in alike[1:2] for attempt in _SECOND]


class Rescue:
    """Goes through the jobs; goes on in the next frame where this one's budget ended, if the code is still there."""

    def __init__(self) -> None:
        self._place: Place | None = None
        self._next = 0

    def forget(self) -> None:
        self._place, self._next = None, 0

    def run(self, gray: Image, todo: Sequence[Job], *, found_one: bool) -> tuple[list[str], Place | None]:
        """The contents of the first attempt that reads one; else where an attempt found a code and did not read it.

        `found_one`: the decoder itself has found a code, which is worth more time.
        """
        if not todo:
            self.forget()
            return [], None
        if self._place is None or not todo[0][0].meets(self._place):
            self._next = 0
        self._place = todo[0][0]
        seen: Place | None = None
        spent = 0
        start = self._next % len(todo)
        for step in range(len(todo)):
            place, attempt = todo[(start + step) % len(todo)]
            cut = place.cut(gray, _MARGIN)
            made = attempt(cut) if min(cut.shape) >= SMALLEST_PX else None
            self._next = start + step + 1
            if made is None:
                continue
            codes = decode(*made, unread=True)
            found = contents(codes, made[0].shape[1] / 2, made[0].shape[0] / 2)
            if found:
                return found, place
            if codes and seen is None:
                seen = place
            spent += made[0].size
            if spent > (_FOUND_BUDGET_PX if found_one else _BUDGET_PX):
                break
        return [], seen
