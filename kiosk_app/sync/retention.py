"""How long a photo stays in the booth after the office has it: the time that the profile in force allows, and no longer."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.photos import PhotoStore
from kiosk_app.sync.clocks import OfficeTime

EVERY_S = 300.0
BATCH = 20  # photos a time: each waits for the disk, and an upload must not wait for many
_log = logging.getLogger("sync")


def cutoff(office_now: datetime | None, retention_hours: int | None) -> datetime | None:
    """Up to when a photo must have been taken to be purged now; None while the time or the rule is unknown: then all stay."""
    if office_now is None or retention_hours is None:
        return None
    try:
        return office_now - timedelta(hours=retention_hours)
    except OverflowError:  # numbers that no calendar reaches
        return None


class Retention:
    """Removes what is over. Belongs to a lane's thread, which offers it a moment after each turn.

    `retention_hours` tells the rule in force, None before there is one. The booth's wall clock has no say in what time it is:
    somebody may set it, and the photos would be gone.
    """

    def __init__(
        self, outbox: Outbox, photos: PhotoStore, retention_hours: Callable[[], int | None], office: OfficeTime, clock: Clock
    ) -> None:  # fmt: skip
        self._outbox = outbox
        self._photos = photos
        self._retention_hours = retention_hours
        self._office = office
        self._clock = clock
        self._next_at = clock.monotonic()
        self._to_remove: set[str] = set()

    def run_if_due(self) -> None:
        """Purges every few minutes, and first when the office has told its time. Raises nothing of the store's: it is told, and
        tried again when it is next due."""
        now = self._clock.monotonic()
        office_now = self._office.now(now)
        if now < self._next_at or office_now is None:
            return
        self._next_at = now + EVERY_S
        try:
            purged = self._purge(office_now)
        except KioskError as error:
            event(_log, "purge-failed", logging.ERROR, code=error.code)
            return
        if purged:
            event(_log, "photos-purged", count=purged)
        if purged == BATCH:
            self._next_at = now

    def _purge(self, office_now: datetime) -> int:
        captured_before = cutoff(office_now, self._retention_hours())
        due = () if captured_before is None else self._outbox.purgeable(captured_before, office_now, BATCH)
        try:
            for sha256 in due:
                if self._outbox.blob_purged(sha256):
                    self._to_remove.add(sha256)
        finally:
            self._remove()
        return len(due)

    def _remove(self) -> None:
        """One file that resists holds up no other; what a crash leaves here is swept when the booth starts."""
        for sha256 in sorted(self._to_remove):
            try:
                self._photos.remove(sha256)
            except KioskError as error:
                event(_log, "purge-failed", logging.ERROR, code=error.code)
            else:
                self._to_remove.discard(sha256)
