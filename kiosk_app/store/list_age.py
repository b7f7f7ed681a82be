"""How long ago the office last confirmed who may log in here. Somebody who left must not be let in for ever by a booth that is cut off."""

from datetime import timedelta

from kiosk_app.clock import Clock
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.stored import to_ms

AGE_LIMIT = timedelta(days=7)
CONFIRMED_MS = "officers_confirmed_ms"
# Each write waits for the disk, and the office confirms once a minute.
_WRITTEN_EVERY_MS = 10 * 60 * 1000


class ListAge:
    """Counts by the booth's clock, but never as earlier than the last record: setting the clock back makes no list younger."""

    def __init__(self, database: Database, clock: Clock, limit: timedelta = AGE_LIMIT) -> None:
        self._database = database
        self._clock = clock
        self._limit_ms = round(limit.total_seconds() * 1000)

    def confirm(self) -> None:
        """The office has just said that the list stands as it is here."""
        known = meta.read_int(self._database, CONFIRMED_MS)
        if known is None or abs(to_ms(self._clock.now()) - known) >= _WRITTEN_EVERY_MS:
            with self._database.transaction():
                self.mark()

    def mark(self) -> None:
        """The same inside the caller's transaction."""
        meta.write(self._database, CONFIRMED_MS, str(to_ms(self._clock.now())))

    def is_over(self) -> bool:
        """Whether the list is too old to go by. A folder from before lists were confirmed begins to count now."""
        confirmed = meta.read_int(self._database, CONFIRMED_MS)
        if confirmed is None:
            self.confirm()
            return False
        row = self._database.row("SELECT captured_ms FROM records ORDER BY seq DESC LIMIT 1")
        latest = to_ms(self._clock.now()) if row is None else max(to_ms(self._clock.now()), int(row[0]))
        return latest - confirmed > self._limit_ms
