"""Frame -> contents of the QR codes in it, cheapest attempt first; advice where one is seen and cannot be read."""

import itertools
from collections.abc import Iterator

import numpy as np

from kiosk_app.camera.code_advice import Adviser, CodeAdvice
from kiosk_app.camera.code_decode import GLOBAL, Seen, contents, decode
from kiosk_app.camera.code_facts import evident, obstacle
from kiosk_app.camera.code_pictures import scaled
from kiosk_app.camera.code_places import SMALLEST_PX, Place, joined, textured
from kiosk_app.camera.code_rescue import Rescue, jobs
from kiosk_app.camera.frames import Image

_HALVE_FROM_PX = 480  # shorter side; below it the half-size attempt costs more than it saves
_FRAME_S = 0.1  # between two frames whose times are not told
_WHOLE_FRAME_EVERY = 4
_MOST_AROUND = 2
_SMALL_PX = 100_000  # of a frame that costs less as a whole than the search for a place in it


class CodeReader:
    """Reads the codes of a running stream.

    Half size (a third of the time, and enough from 5 px a module), then the full frame. Where neither reads anything,
    small pieces of the frame in which a code was found, or in which it looks like one, are enlarged, sharpened, freed
    of stripes, of their surroundings or of a movement's smear, as much of it as a frame can afford; what was left out
    comes in the next frame. One reader belongs to one stream and one thread.
    """

    def __init__(self) -> None:
        self._turns: Iterator[int] = itertools.count()
        self._rescue = Rescue()
        self._adviser = Adviser()
        self._at = 0.0

    @property
    def advice(self) -> CodeAdvice | None:
        """What would help to read the code that has been in view for a second and was not read; None when there is
        none, when it was read, or when nothing measured stands in the way."""
        return self._adviser.advice

    def read(self, gray: Image, at: float | None = None) -> list[str]:
        """The contents found in `gray` uint8[H, W], nearest the centre first, each once; empty when there are none.

        `at` is the frame's monotonic second; without it ten frames are a second. Raises ValueError for any other
        array. Whether a content is ours, or too long to be, is asked by `booth.codes`, so that whoever shows a
        foreign code gets an answer.
        """
        if gray.ndim != 2 or gray.dtype != np.uint8:
            raise ValueError(f"A code is read from uint8[H, W], not from {gray.dtype}{list(gray.shape)}.")
        self._at = self._at + _FRAME_S if at is None else at
        if gray.size == 0:
            return []
        found, place, seen = self._look(np.ascontiguousarray(gray))
        if found:
            self._rescue.forget()
            self._adviser.read()
        elif place is None:
            self._adviser.nothing(self._at)
        else:
            self._adviser.unread(self._at, obstacle(gray, place, seen))
        return found

    def _look(self, gray: Image) -> tuple[list[str], Place | None, list[Seen]]:
        """The contents; else where an unread code is, and what the decoder saw of it."""
        height, width = gray.shape
        if min(gray.shape) >= _HALVE_FROM_PX:
            found = contents(decode(scaled(gray, 0.5)), width / 4, height / 4)
            if found:
                return found, None, []
        seen = decode(gray, unread=True)
        found = contents(seen, width / 2, height / 2)
        if found:
            return found, None, []
        textures = textured(gray)
        around = [Place.around(code.corners, gray) for code in seen]
        around = [place for place in around if place.shorter_side >= SMALLEST_PX]
        known = joined(around + [place for place in textures if any(place.meets(code) for code in around)])
        known = known[:_MOST_AROUND]
        alike = [place for place in textures if not any(place.meets(code) for code in known)]
        if not alike and gray.size <= _SMALL_PX:
            alike = [Place(0, 0, width, height)]
        found, place = self._rescue.run(gray, jobs(known, alike), found_one=bool(known))
        if not found and next(self._turns) % _WHOLE_FRAME_EVERY == 0:
            found = contents(decode(gray, GLOBAL), width / 2, height / 2)
        if known:
            place = known[0]
        elif place is None and not found:
            place = next((likely for likely in alike[:1] if evident(gray, likely)), None)
        return found, place, seen
