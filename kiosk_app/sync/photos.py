"""The lane of the photos: four uploads at once, each on its own connection, none of which a record ever waits for."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from queue import SimpleQueue

from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.store.outbox import BlobDue, Outbox
from kiosk_app.store.photos import PhotoStore
from kiosk_app.sync.backoff import OTHERS_CAP_S
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.lanes import PHOTOS, Lane, LaneParts, Turn
from kiosk_app.sync.outcomes import SOFT_FAULTS, CallError, Fault
from kiosk_app.sync.retention import Retention
from kiosk_app.sync.status import with_blobs_of
from kiosk_app.sync.uploads import upload

WIDTH = 4
LOOK_S = 5.0
_DAMAGE = frozenset({"photo-missing", "photo-damaged"})
# What concerns the booth or the office as a whole: no other photo will fare better.
_FOR_ALL = SOFT_FAULTS | {Fault.LOAD, Fault.UNAUTHORISED, Fault.REVOKED, Fault.UPGRADE}
_TELL_S = 1.0  # counting takes its time where much waits: not after every photo
_STRIKES = 3  # after so many failures of its own, a photo no longer holds up the lane
_log = logging.getLogger("sync")


@dataclass(frozen=True, slots=True)
class PhotosParts:
    """`clients` share one lane's token; as many uploads run at once on `executor` as there are clients.

    `retention_hours`: how long a photo that the office holds is kept, None while no configuration says so.
    """

    outbox: Outbox
    photos: PhotoStore
    clients: tuple[OfficeClient, ...]
    executor: Executor
    retention_hours: Callable[[], int | None]


class PhotosLane(Lane):
    """Hands out what is due, oldest first, and keeps what the uploads report: only this lane's own thread touches the store."""

    def __init__(self, lane: LaneParts, parts: PhotosParts) -> None:
        super().__init__(PHOTOS, OTHERS_CAP_S, lane)
        self._outbox = parts.outbox
        self._photos = parts.photos
        self._executor = parts.executor
        self._clients = parts.clients
        self._retention = Retention(parts.outbox, parts.photos, parts.retention_hours, lane.office_time, lane.clock)
        self._free: SimpleQueue[OfficeClient] = SimpleQueue()
        for client in parts.clients:
            self._free.put(client)
        self._begun: set[str] = set()
        self._doubted: set[str] = set()
        self._strikes: Counter[str] = Counter()
        self._told_at = float("-inf")

    def _work(self) -> Turn:
        wave = _Wave(self._due())
        try:
            self._send(wave)
        finally:
            self._tell_blobs()
        self._retention.run_if_due()
        if wave.failure is not None:
            raise wave.failure
        return Turn(0.0 if wave.sent else LOOK_S, reached=wave.sent > 0)

    def _send(self, wave: "_Wave") -> None:
        running: dict[Future[None], BlobDue] = {}
        while True:
            while len(running) < len(self._clients) and (blob := wave.next()) is not None:
                self._busy()
                running[self._executor.submit(self._upload, blob)] = blob
            if not running:
                break
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                self._settle(wave, running.pop(future), future.exception())
        for blob, error in wave.failed:
            # Others got through, or this one failed too often: it waits for itself, so that it never blocks the lane.
            if wave.sent or self._is_suspect(blob, error):
                self._outbox.blob_deferred(blob.sha256, error.slug or error.fault.value)
        if wave.sent:
            self._progressed()
            self._note_scope(self._clients[0].scope)

    def _upload(self, blob: BlobDue) -> None:
        client = self._free.get()
        try:
            packet = self._photos.read(blob.sha256)
            upload(client, blob.sha256, blob.record_id, packet, resume=blob.sha256 in self._begun)
        finally:
            self._free.put(client)

    def _settle(self, wave: "_Wave", blob: BlobDue, error: BaseException | None) -> None:
        if error is None:
            self._outbox.blob_verified(blob.sha256)
            self._begun.discard(blob.sha256)
            self._strikes.pop(blob.sha256, None)
            wave.succeed()
            if self._clock.monotonic() - self._told_at >= _TELL_S:
                self._tell_blobs()
        elif isinstance(error, CallError):
            self._begun.add(blob.sha256)
            if error.fault not in _FOR_ALL:
                self._strikes[blob.sha256] += 1
            wave.fail(blob, error, self._is_suspect(blob, error))
        elif isinstance(error, KioskError) and error.code in _DAMAGE:
            self._doubt(blob, error.code)
        else:
            raise error

    def _is_suspect(self, blob: BlobDue, error: CallError) -> bool:
        return error.fault not in _FOR_ALL and self._strikes[blob.sha256] >= _STRIKES

    def _tell_blobs(self) -> None:
        self._told_at = self._clock.monotonic()
        counts = self._outbox.counts()
        self._board.update(lambda status: replace(status, counts=with_blobs_of(status.counts, counts)))

    def _doubt(self, blob: BlobDue, code: str) -> None:
        """A file that cannot be read once may be readable later: only the second time counts as damage."""
        if blob.sha256 not in self._doubted:
            self._doubted.add(blob.sha256)
            self._outbox.blob_deferred(blob.sha256, code)
            return
        event(_log, "photo-damaged", logging.ERROR, code=code)
        self._outbox.blob_damaged(blob.sha256, code)

    def _due(self) -> Iterator[BlobDue]:
        """What is due, read anew when the last page is out, each photo once a wave."""
        seen: set[str] = set()
        while True:
            fresh = [blob for blob in self._outbox.blobs_due(len(seen) + 4 * WIDTH) if blob.sha256 not in seen]
            if not fresh:
                return
            for blob in fresh:
                seen.add(blob.sha256)
                yield blob


class _Wave:
    """One turn's uploads: what came of them, and whether any more should begin."""

    def __init__(self, due: Iterator[BlobDue]) -> None:
        self._due = due
        self.sent = 0
        self.failed: list[tuple[BlobDue, CallError]] = []
        self._broken: CallError | None = None
        self._first: CallError | None = None
        self._in_a_row = 0

    @property
    def failure(self) -> CallError | None:
        """Why the lane has to wait; None if at most single photos failed while others got through."""
        return self._broken or (None if self.sent else self._first)

    def next(self) -> BlobDue | None:
        """The next to begin; None when all are out or the way is broken."""
        return None if self._broken is not None else next(self._due, None)

    def succeed(self) -> None:
        self.sent += 1
        self._in_a_row = 0

    def fail(self, blob: BlobDue, error: CallError, suspect: bool) -> None:
        self.failed.append((blob, error))
        if not suspect:
            self._first = self._first or error
        self._in_a_row += 1
        if error.fault in _FOR_ALL or self._in_a_row >= WIDTH:
            self._broken = self._broken or error
