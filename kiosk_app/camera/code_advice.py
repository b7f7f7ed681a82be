"""What would help the camera to read a code that it sees, said only when it is seen for long and not read."""

from collections import Counter, deque
from enum import StrEnum

_SEEN_FOR_S = 1.0
_GONE_AFTER_S = 0.5
_REMEMBERED_S = 1.5


class CodeAdvice(StrEnum):
    """One thing that the person who holds the code can do."""

    CLOSER = "closer"
    BACK = "back"
    STILL = "still"
    BRIGHT = "bright"
    TILT = "tilt"


class Adviser:
    """Turns what stands in the way in each frame into one steady advice.

    The advice is what most of the last frames called for; it changes when another has become more frequent.
    """

    def __init__(self) -> None:
        self._since = 0.0
        self._last: float | None = None
        self._obstacles: deque[tuple[float, CodeAdvice]] = deque()
        self.advice: CodeAdvice | None = None

    def read(self) -> None:
        """A code was read."""
        self._last = None
        self._obstacles.clear()
        self.advice = None

    def nothing(self, at: float) -> None:
        """Nothing like a code is in the frame of second `at`."""
        if self._last is not None and at - self._last >= _GONE_AFTER_S:
            self.read()

    def unread(self, at: float, obstacle: CodeAdvice | None) -> None:
        """A code is in the frame of second `at` and was not read, because of `obstacle` if that could be measured."""
        self.nothing(at)
        if self._last is None:
            self._since = at
        self._last = at
        if obstacle is not None:
            self._obstacles.append((at, obstacle))
        while self._obstacles and at - self._obstacles[0][0] > _REMEMBERED_S:
            self._obstacles.popleft()
        if at - self._since < _SEEN_FOR_S:
            return
        calls = Counter(advice for _at, advice in self._obstacles)
        if not calls:
            self.advice = None
            return
        most, count = calls.most_common(1)[0]
        if self.advice is None or count > calls[self.advice]:
            self.advice = most
