"""Pictures that are used again: a stream of megabytes a frame would tear the heap into pieces.

Frames live for a moment or for a second (the photo is chosen among the newest), in one thread and the other, with smaller
things allocated in between: freed frames left holes that the next did not fit, and the booth grew by steps of tens of
megabytes. Copying a 720p frame takes 0.2 ms; memory fresh from the system for it takes seven times that.
"""

import sys

import numpy as np

from kiosk_app.camera.frames import Image


def _references(buffers: list[Image], place: int) -> int:
    return sys.getrefcount(buffers[place])


# References to a buffer that nobody else holds: the list's and getrefcount's own. Counted, since another Python may lend
# where this one counts.
_UNUSED = _references([np.empty(0, np.uint8)], 0)


class PicturePool:
    """Up to `most` buffers of one shape. One thread takes them; whoever lets the last reference go gives one back."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._shape: tuple[int, ...] = ()
        self._buffers: list[Image] = []

    def __len__(self) -> int:
        return len(self._buffers)

    def take(self, shape: tuple[int, ...]) -> Image:
        """A uint8 array of that shape with anything in it. While it or a view of it is held, nobody else gets it.

        When all are held it is an array of its own. Another shape than before lets the pool's buffers go.
        """
        if shape != self._shape:
            self._shape, self._buffers = shape, []
        for place in range(len(self._buffers)):
            if _references(self._buffers, place) == _UNUSED:
                return self._buffers[place]
        made = np.empty(shape, np.uint8)
        if len(self._buffers) < self._most:
            self._buffers.append(made)
        return made

    def copy(self, picture: Image) -> Image:
        """The same picture in a buffer of the pool."""
        buffer = self.take(picture.shape)
        np.copyto(buffer, picture)
        return buffer
