"""What a booth says of itself beside its records: its clock, what waits, the head of its chain."""

import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk_app import __version__
from kiosk_app.clock import Clock
from kiosk_app.contract.messages import ClockReport, QueueReport, SyncRequest
from kiosk_app.store.outbox import Applied, Outbox, OutboxCounts
from kiosk_app.sync.batches import Batch

Health = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class About:
    """Who speaks. `folder` is where the disk's free space is looked up."""

    device_id: str
    folder: Path
    health: Callable[[], Health] = dict


class Reporter:
    """Writes the messages of one lane. The counts are taken once a turn and carried on, because counting takes its time when
    much waits."""

    def __init__(self, outbox: Outbox, clock: Clock, about: About) -> None:
        self._outbox = outbox
        self._clock = clock
        self._about = about
        self.counts: OutboxCounts = outbox.counts()

    def recount(self) -> OutboxCounts:
        """Counts anew."""
        self.counts = self._outbox.counts()
        return self.counts

    def moved(self, applied: Applied) -> OutboxCounts:
        """Carries the counts on by what an answer moved."""
        gone = applied.acked + applied.quarantined
        counts = self.counts
        self.counts = replace(
            counts, acked=counts.acked + applied.acked, quarantined=counts.quarantined + applied.quarantined,
            waiting=max(counts.waiting - gone, 0),
        )  # fmt: skip
        return self.counts

    def message(self, batch: Batch) -> SyncRequest:
        """The batch with all that goes with it."""
        counts, head, offset = self.counts, self._outbox.chain_head(), self._outbox.offset()
        return SyncRequest(
            device_id=self._about.device_id,
            epoch=batch.epoch,
            batch_id=uuid.uuid4().hex,
            app=f"kiosk-app {__version__}",
            clock=ClockReport(
                wall=self._clock.now(), mono_ms=int(self._clock.monotonic() * 1000), boot_id=self._clock.boot_id,
                offset_ms=offset.ms, trusted=offset.trusted,
            ),
            queue=QueueReport(
                pending=counts.waiting, oldest_age_s=counts.oldest_wait_s, blobs=counts.blobs_waiting,
                blob_bytes=counts.blob_bytes, quarantined=counts.quarantined,
                disk_free=shutil.disk_usage(self._about.folder).free, head_seq=head.seq, head_sha256=head.sha256,
                head_count=head.count, epoch_from=head.epoch_from,
            ),
            health=dict(self._about.health()),
            records=list(batch.messages),
        )  # fmt: skip
