"""How often: which pictures of a camera are read, and which of them are shown."""

# A picture that comes this soon after the last one that was read is let pass, as part of the interval at which somebody looks:
# one that follows it is newer when the next look is due.
_SHARE = 0.8


class Spare:
    """Whether the camera's next picture may pass unread because a later one comes in time for whoever looks.

    The camera's own interval is measured: of one that gives 15 a second nothing may be lost for somebody who looks 20
    times a second.
    """

    def __init__(self) -> None:
        self._read_at: float | None = None
        self._passed = 0
        self._interval_s = 0.0

    def may_pass(self, now: float, wanted_every_s: float) -> bool:
        """Asked before each picture, at the monotonic second `now`; `wanted_every_s`: how often somebody looks."""
        return self._read_at is not None and now + self._interval_s < self._read_at + _SHARE * wanted_every_s

    def passed(self) -> None:
        """A picture went by unread."""
        self._passed += 1

    def was_read(self, now: float) -> None:
        """A picture was read just now."""
        if self._read_at is not None:
            self._interval_s = (now - self._read_at) / (self._passed + 1)
        self._read_at, self._passed = now, 0


class Rate:
    """At most so many a second in the mean.

    A least time from one to the next would lose every third picture of a camera at that very rate: some come a
    millisecond early, some late.
    """

    def __init__(self, per_s: float) -> None:
        self._interval_s = 1 / per_s
        self._due = float("-inf")

    def lets(self, at: float) -> bool:
        """Whether the one of the monotonic second `at` is let through."""
        if at < self._due:
            return False
        self._due = max(self._due, at - self._interval_s) + self._interval_s
        return True
