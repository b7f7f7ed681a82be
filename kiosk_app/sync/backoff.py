"""How long a lane waits after a failure: decided here, without threads and without a clock of its own."""

import random
from dataclasses import dataclass
from enum import StrEnum

from kiosk_app.sync.outcomes import MAX_RETRY_AFTER_S, SOFT_FAULTS, CallError, Fault

BASE_S = 2.0
RECORDS_CAP_S = 60.0  # right while an office has fewer than about 300 booths
OTHERS_CAP_S = 300.0
MIN_GAP_S = 1.0  # between a failure and the next try, whoever wakes the lane
_MAX_EXPONENT = 16  # 2 s * 2^16 is above every cap: more would only overflow
# Faults that time alone does not heal: ask again, but rarely.
_STOPPED = frozenset({Fault.REVOKED, Fault.UPGRADE, Fault.CONFLICT})


class Hold(StrEnum):
    """How firmly a lane is held, which decides who may wake it before its time."""

    SOFT = "soft"  # the link: any sign of life is worth a try
    HARD = "hard"  # the office has trouble: only a person may ask for a try
    FIRM = "firm"  # the office named the time: nobody shortens it


class Wake(StrEnum):
    """Who wakes the lanes."""

    RECORD = "record"
    NETWORK = "network"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class BackoffRow:
    """What is stored of a backoff: failures in a row, seconds still to wait, and how firmly."""

    attempts: int = 0
    wait_s: float = 0.0
    hold: Hold = Hold.SOFT


class Backoff:
    """Full jitter: after the n-th failure a wait between 0 and min(cap, 2 s * 2^(n-1)): booths never march in step.

    `now` is monotonic seconds throughout.
    """

    def __init__(self, cap_s: float, rng: random.Random, now: float, row: BackoffRow | None = None) -> None:
        row = row or BackoffRow()
        self._cap_s = cap_s
        self._rng = rng
        self._attempts = max(row.attempts, 0)
        self._hold = row.hold
        # A stored wait comes from the wall clock, which may have jumped while the booth was off: no row holds for
        # longer than the rule allows.
        limit = MAX_RETRY_AFTER_S + cap_s if row.hold is Hold.FIRM else cap_s
        self._until = now + min(max(row.wait_s, 0.0), limit)
        self._failed_at = now - MIN_GAP_S

    @property
    def attempts(self) -> int:
        return self._attempts

    def wait_s(self, now: float) -> float:
        """Seconds until the next try."""
        return max(self._until - now, 0.0)

    def row(self, now: float) -> BackoffRow:
        """What to store."""
        return BackoffRow(self._attempts, self.wait_s(now), self._hold)

    def failed(self, failure: CallError, now: float) -> float:
        """Counts a failure and returns the wait that follows."""
        self._attempts += 1
        self._failed_at = now
        window = min(self._cap_s, BASE_S * 2.0 ** min(self._attempts - 1, _MAX_EXPONENT))
        if failure.fault in _STOPPED:
            window = self._cap_s
        if failure.retry_after_s is not None:
            self._hold_until(now, failure.retry_after_s, window)
        else:
            self._hold = Hold.SOFT if failure.fault in SOFT_FAULTS else Hold.HARD
            self._until = now + self._rng.uniform(0.0, window)
        return self.wait_s(now)

    def succeeded(self, now: float, backoff_s: float | None = None) -> None:
        """Forgets the failures; an office under load may still ask for a pause with its success."""
        self._attempts, self._hold, self._until = 0, Hold.SOFT, now
        if backoff_s is not None and backoff_s > 0:
            self._hold_until(now, backoff_s, BASE_S)

    def wake(self, reason: Wake, now: float) -> None:
        """Ends the wait where `reason` may, but never brings two tries closer together than a second."""
        if self._hold is Hold.SOFT or (self._hold is Hold.HARD and reason is Wake.STAFF):
            self._until = min(self._until, max(now, self._failed_at + MIN_GAP_S))

    def _hold_until(self, now: float, seconds: float, window: float) -> None:
        # Many booths are told the same time at once: the jitter after it grows with it.
        named = min(max(seconds, 0.0), MAX_RETRY_AFTER_S)
        self._hold = Hold.FIRM
        self._until = now + named + self._rng.uniform(0.0, min(self._cap_s, max(window, named / 4)))
