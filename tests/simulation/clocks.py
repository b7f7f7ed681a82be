"""The clocks of a booth and of its office: one simulated time, seen as each of them has it."""

from datetime import UTC, datetime, timedelta

from tests.simulation.tasks import Sim

BEGIN = datetime(2025, 1, 25, 2, 0, tzinfo=UTC)


class SimClock:
    """`offset_s` is how far the wall clock is wrong; the monotonic clock begins anew with each start of the machine."""

    def __init__(self, sim: Sim) -> None:
        self._sim = sim
        self.offset_s = 0.0
        self._started = -1000.0
        self._boots = 1

    @property
    def boot_id(self) -> str:
        return f"boot-{self._boots}"

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self._sim.now + self.offset_s)

    def monotonic(self) -> float:
        return self._sim.now - self._started

    def reboot(self) -> None:
        """The machine starts anew, not only the program."""
        self._started = self._sim.now - 10.0
        self._boots += 1
