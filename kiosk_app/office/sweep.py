"""Photos that nobody will ask for: parts that were given up, and whole ones that no record names.

A photo may come in days before its record: nothing younger than a week is touched, and nothing of a booth that still has records
to send or in quarantine. What lies there whole without its row, after a crash between the two, is entered instead.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, select

from kiosk_app.clock import Clock
from kiosk_app.log import event
from kiosk_app.office.blobs import BlobDepot
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.tables import blobs, devices, record_blobs

_log = logging.getLogger("office")
ORPHAN_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many photos were entered, how many orphans and parts erased."""

    adopted: int
    orphans: int
    parts: int


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Goes through the photos' folder and table."""

    depot: BlobDepot
    database: OfficeDatabase
    clock: Clock

    def sweep(self) -> Swept:
        """May run while booths send."""
        limit = self.clock.now() - ORPHAN_LIFE
        adopted = sum(self.depot.adopt(sha256, limit) for sha256 in self.depot.files())
        orphans = sum(self.depot.erase(sha256, limit) for sha256 in self._orphans(limit))
        parts = sum(self.depot.give_up(sha256, limit) for sha256 in self.depot.parts())
        swept = Swept(adopted, orphans, parts)
        if adopted or orphans or parts:
            event(_log, "photos-swept", count=adopted + orphans, part=parts)
        return swept

    def _orphans(self, limit: datetime) -> Iterator[str]:
        named = select(record_blobs.c.sha256).where(record_blobs.c.sha256 == blobs.c.sha256)
        with self.database.read() as connection:
            rows = connection.execute(
                select(blobs.c.sha256, blobs.c.completed_at, devices.c.seen_at, devices.c.report)
                .join(devices, devices.c.id == blobs.c.device_id)
                .where(blobs.c.completed_at <= limit, ~named.exists())
            ).all()
        return (row.sha256 for row in rows if _nothing_to_come(row._mapping))


def _nothing_to_come(found: RowMapping) -> bool:
    """Whether the booth has since said that no record of its waits: neither to be sent nor in quarantine."""
    if found["seen_at"] is None or found["report"] is None or found["seen_at"] <= found["completed_at"]:
        return False
    queue = json.loads(found["report"])["queue"]
    return bool(queue["pending"] == 0 and queue["quarantined"] == 0)
