"""The clock of a play: the real date, a time of day that the script sets."""

from datetime import datetime

from kiosk_app.clock import Clock


class StagedClock:
    """Tells the rules the moment of the play; monotonic time and the journal's stamps stay real."""

    def __init__(self, real: Clock) -> None:
        self._real = real
        self._moment: datetime | None = None

    @property
    def boot_id(self) -> str:
        return self._real.boot_id

    def stage(self, moment: datetime) -> None:
        """From now on it is `moment` (aware)."""
        self._moment = moment

    def now(self) -> datetime:
        return self._moment or self._real.now()

    def monotonic(self) -> float:
        return self._real.monotonic()
