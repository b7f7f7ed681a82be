"""UUIDv7 (RFC 9562, 5.7): record ids that sort by the time of capture and never repeat."""

import secrets
import threading
import uuid

from kiosk_app.clock import Clock

_RANDOM_BITS = 74
_HEADROOM_BIT = 1 << (_RANDOM_BITS - 1)
_VARIANT = 0b10
_VERSION = 7


class Uuid7Generator:
    """Strictly rising ids within one generator, even when the wall clock stands still or jumps back (6.2, method 2).

    The 74 random bits of one millisecond are counted up by a random step; a clock that jumped back is ignored until it
    has caught up, so order survives while the id's time may run ahead of the clock. Safe to share between threads.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._millisecond = -1
        self._random = 0

    def next(self) -> str:
        """A new id in its text form, lower case with hyphens."""
        with self._lock:
            now = int(self._clock.now().timestamp() * 1000)
            if now > self._millisecond:
                self._restart(now)
            else:
                self._random += 1 + secrets.randbits(32)
                if self._random >> _RANDOM_BITS:
                    self._restart(self._millisecond + 1)
            return _compose(self._millisecond, self._random)

    def _restart(self, millisecond: int) -> None:
        self._millisecond = millisecond
        # The top bit starts at 0, so that a millisecond has room for 2^41 steps at least.
        self._random = secrets.randbits(_RANDOM_BITS) & ~_HEADROOM_BIT


def _compose(millisecond: int, random: int) -> str:
    high, low = random >> 62, random & ((1 << 62) - 1)
    value = (millisecond & ((1 << 48) - 1)) << 80 | _VERSION << 76 | high << 64 | _VARIANT << 62 | low
    return str(uuid.UUID(int=value))
