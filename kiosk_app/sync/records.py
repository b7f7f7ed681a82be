"""The lane of the facts: the journal, read by the office in order of seq."""

import logging
import random
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk_app import __version__
from kiosk_app.contract.messages import ClockReport, Hints, QueueReport, SyncRequest
from kiosk_app.log import event
from kiosk_app.store.outbox import Outbox
from kiosk_app.sync.backoff import RECORDS_CAP_S, Wake
from kiosk_app.sync.batches import Batch, BatchSizer, fit
from kiosk_app.sync.client import OfficeClient, TimedSync
from kiosk_app.sync.clocks import ClockReading, better
from kiosk_app.sync.lanes import RECORDS, Lane, LaneParts, Turn
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.results import believed
from kiosk_app.sync.status import with_blobs_of

_log = logging.getLogger("sync")
HEARTBEAT_S = 60.0
LOOK_S = 5.0  # a wake that got lost costs this much, no more
Health = Mapping[str, str | int | float | bool]


def jittered(seconds: float, rng: random.Random) -> float:
    """`seconds` give or take a half, so that booths spread out."""
    return seconds * rng.uniform(0.5, 1.5)


@dataclass(frozen=True, slots=True)
class RecordsParts:
    """`folder` is where the disk's free space is looked up; `on_hints` hears what the office says is new."""

    outbox: Outbox
    client: OfficeClient
    device_id: str
    folder: Path
    on_hints: Callable[[Hints], None]
    health: Callable[[], Health] = dict


class RecordsLane(Lane):
    """Sends what is due, else a heartbeat. Only the office's named result moves a record; all else leaves it due."""

    def __init__(self, lane: LaneParts, parts: RecordsParts) -> None:
        super().__init__(RECORDS, RECORDS_CAP_S, lane)
        self._outbox = parts.outbox
        self._client = parts.client
        self._parts = parts
        self._office_time = lane.office_time
        self._sizer = BatchSizer(lane.memory.limits())
        self._beat_at = 0.0
        self._reading: ClockReading | None = None
        memory = lane.memory
        lane.board.update(
            lambda status: replace(
                status, step=status.step or memory.step(), last_contact=status.last_contact or memory.last_contact(),
                revoked=memory.revoked(), offset_ms=memory.offset_ms(),
            )
        )  # fmt: skip

    def wake(self, reason: Wake) -> None:
        """A person who asks wants to know how the way is, even if no record waits."""
        if reason is not Wake.RECORD:
            self._beat_at = self._clock.monotonic()
        super().wake(reason)

    def _work(self) -> Turn:
        try:
            return self._exchange()
        finally:
            counts = self._outbox.counts()
            self._board.update(lambda status: replace(status, counts=with_blobs_of(counts, status.counts or counts)))

    def _exchange(self) -> Turn:
        due = self._outbox.due(self._sizer.records, self._sizer.bytes)
        batch = fit(due, self._outbox.epoch(), self._sizer.bytes)
        if not batch.messages and self._clock.monotonic() < self._beat_at:
            return self._rest(reached=False)
        self._busy()
        try:
            timed = self._client.sync(self._request(batch))
        except CallError as error:
            return self._refused(batch, error)
        return self._answered(batch, timed)

    def _answered(self, batch: Batch, timed: TimedSync) -> Turn:
        answer = timed.answer
        sent = {message.id for message in batch.messages}
        applied = self._outbox.apply_results(believed(sent, answer.results), answer.safe_pos)
        self._beat_at = self._clock.monotonic() + jittered(HEARTBEAT_S, self._rng)
        self._learn(timed)
        if batch.messages or not self._outbox.counts().waiting:
            self._set_epoch_conflict(False)
        if not batch.messages:
            return self._rest(reached=True, backoff_s=answer.backoff_s)
        if applied.acked + applied.quarantined + applied.retried == 0:
            raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="no-result", from_office=True)
        self._sizer.succeeded()
        self._keep_limits()
        return Turn(0.0, reached=True, backoff_s=answer.backoff_s)

    def _refused(self, batch: Batch, error: CallError) -> Turn:
        """Makes the batch smaller where its size or one of its records may be the cause; else raises `error`."""
        sent = len(batch.messages)
        if not sent:
            raise _at_office(error)
        if error.fault in (Fault.REFUSED, Fault.TOO_BIG):
            if sent == 1:
                return self._blame(batch, error)
            if error.fault is Fault.TOO_BIG:
                self._sizer.too_big(sent, batch.bytes)
                self._keep_limits()
            else:
                self._sizer.halve(sent)
            return Turn(0.0, reached=error.from_office)
        if error.timed_out or (error.step is Step.OFFICE and self._backoff.attempts):
            self._sizer.halve(sent)
        raise error

    def _blame(self, batch: Batch, error: CallError) -> Turn:
        """One record alone is refused. It is only put aside if the office takes the same message without it.

        A broken contract refuses everything; without this proof it would empty the journal into quarantine.
        """
        if not error.from_office:
            raise error
        empty = replace(batch, messages=(), bytes=0)
        try:
            self._learn(self._client.sync(self._request(empty)))
        except CallError as without:
            raise _at_office(without) from error
        (message,) = batch.messages
        event(_log, "record-quarantined", logging.ERROR, kind=message.kind, seq=message.seq, code=error.slug)
        self._outbox.quarantine(message.id, error.slug or error.fault.value)
        return Turn(0.0, reached=True)

    def _learn(self, timed: TimedSync) -> None:
        """What every answer says beside its results."""
        self._note_scope(self._client.scope)
        self._office_time.hear(timed.answer.server_time, self._clock.monotonic())
        if better(self._reading, timed.clock):
            self._reading = timed.clock
            self._memory.keep_offset_ms(timed.clock.offset_ms)
            self._board.update(lambda status: replace(status, offset_ms=timed.clock.offset_ms))
        self._parts.on_hints(timed.answer.hints)

    def _rest(self, reached: bool, backoff_s: float | None = None) -> Turn:
        until_beat = self._beat_at - self._clock.monotonic()
        return Turn(min(LOOK_S, max(until_beat, 0.0)), reached, backoff_s)

    def _keep_limits(self) -> None:
        if self._sizer.limits != self._memory.limits():
            self._memory.keep_limits(self._sizer.limits)

    def _request(self, batch: Batch) -> SyncRequest:
        counts = self._outbox.counts()
        head_seq, head_sha256 = self._outbox.head()
        return SyncRequest(
            device_id=self._parts.device_id,
            epoch=batch.epoch,
            batch_id=uuid.uuid4().hex,
            app=f"kiosk-app {__version__}",
            clock=ClockReport(
                wall=self._clock.now(), mono_ms=int(self._clock.monotonic() * 1000), boot_id=self._clock.boot_id,
                offset_ms=self._memory.offset_ms(),
            ),
            queue=QueueReport(
                pending=counts.waiting, oldest_age_s=counts.oldest_wait_s, blobs=counts.blobs_waiting,
                blob_bytes=counts.blob_bytes, quarantined=counts.quarantined,
                disk_free=shutil.disk_usage(self._parts.folder).free, head_seq=head_seq, head_sha256=head_sha256,
            ),
            health=dict(self._parts.health()),
            records=list(batch.messages),
        )  # fmt: skip


def _at_office(error: CallError) -> CallError:
    """A message without any record that is refused: whatever is wrong, it is no record of ours."""
    if error.fault not in (Fault.REFUSED, Fault.TOO_BIG):
        return error
    return CallError(Fault.NONSENSE, Step.NONSENSE, slug=error.slug, from_office=error.from_office)
