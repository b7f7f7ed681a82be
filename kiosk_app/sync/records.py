"""The lane of the facts: the journal, read by the office in order of seq."""

import logging
import random
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, replace

from kiosk_app.contract.messages import Hints, SyncRequest
from kiosk_app.log import event
from kiosk_app.store.epochs import NewEpoch
from kiosk_app.store.outbox import Outbox, RecordAnswer, StoredRecord
from kiosk_app.sync.backoff import RECORDS_CAP_S, Wake
from kiosk_app.sync.batches import Batch, BatchSizer, fit
from kiosk_app.sync.client import OfficeClient, TimedSync
from kiosk_app.sync.clocks import ClockReading, better, clock_warning
from kiosk_app.sync.lanes import RECORDS, Lane, LaneParts, Turn
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.reachability import EPOCH_CONFLICT, Step
from kiosk_app.sync.reports import About, Reporter
from kiosk_app.sync.results import believed, unsettled
from kiosk_app.sync.status import with_blobs_of

_log = logging.getLogger("sync")
HEARTBEAT_S = 60.0
LOOK_S = 5.0  # a wake that got lost costs this much, no more
_BATCHES_A_TURN = 20  # then others of this thread have their say, and everything is counted anew


def jittered(seconds: float, rng: random.Random) -> float:
    """`seconds` give or take a half, so that booths spread out."""
    return seconds * rng.uniform(0.5, 1.5)


def _nobody(_made: NewEpoch) -> None:
    """For a booth that does not want to be told."""


@dataclass(frozen=True, slots=True)
class RecordsParts:
    """`executor` carries the calls, so that the lane's own thread works on meanwhile; one call at a time.

    `on_hints` hears what the office says is new. `new_epoch` starts a new epoch of the journal, and `on_epoch` hears of it.
    """

    outbox: Outbox
    client: OfficeClient
    executor: Executor
    about: About
    on_hints: Callable[[Hints], None]
    new_epoch: Callable[[], NewEpoch]
    on_epoch: Callable[[NewEpoch], None] = _nobody


class RecordsLane(Lane):
    """Sends what is due, else a heartbeat. Only the office's named result moves a record; all else leaves it due.

    The next batch is read while the office reads the last one, and is on its way before the last one's results are on disk: the
    way there and back is all that a batch costs. It holds nobody whose earlier record is not settled by those results.
    """

    def __init__(self, lane: LaneParts, parts: RecordsParts) -> None:
        super().__init__(RECORDS, RECORDS_CAP_S, lane)
        self._outbox = parts.outbox
        self._client = parts.client
        self._parts = parts
        self._office_time = lane.office_time
        self._sizer = BatchSizer(lane.memory.limits())
        self._reporter = Reporter(parts.outbox, lane.clock, parts.about)
        self._beat_at = 0.0
        self._reading: ClockReading | None = None
        memory = lane.memory
        lane.board.update(
            lambda status: replace(
                status, step=status.step or memory.step(), last_contact=status.last_contact or memory.last_contact(),
                revoked=memory.revoked(), offset_ms=memory.offset_ms(),
            )
        )  # fmt: skip
        self._judge_clock()

    def wake(self, reason: Wake) -> None:
        """A person who asks wants to know how the way is, even if no record waits."""
        if reason is not Wake.RECORD:
            self._beat_at = self._clock.monotonic()
        super().wake(reason)

    def offer_again(self) -> int:
        """Sends what the office refused once more: somebody has reason to think that it will take it now. How many records."""
        count = self._outbox.offer_again()
        if count:
            event(_log, "quarantine-offered-again", count=count)
            self.wake(Wake.RECORD)
        return count

    def _work(self) -> Turn:
        self._reporter.recount()
        try:
            return self._exchange()
        finally:
            counts = self._reporter.recount()
            self._board.update(lambda status: replace(status, counts=with_blobs_of(counts, status.counts or counts)))

    def _exchange(self) -> Turn:
        batch = self._fit(self._outbox.due(self._sizer.records, self._sizer.bytes))
        if not batch.messages and self._clock.monotonic() < self._beat_at:
            return self._rest(reached=False)
        self._busy()
        call: Future[TimedSync] | None = self._send(batch)
        answered = 0
        try:
            while call is not None:
                ahead = self._read_ahead(batch)
                waited, call = call, None
                try:
                    timed = waited.result()
                except CallError as error:
                    return self._refused(batch, error)
                answered += 1
                results = believed({message.id for message in batch.messages}, timed.answer.results)
                following = self._following(batch, ahead, results)
                if following.messages and answered < _BATCHES_A_TURN and not timed.answer.backoff_s:
                    call = self._send(following)
                turn = self._answered(batch, results, timed)
                batch = following
            return turn
        finally:
            if call is not None:
                wait([call])  # its answer is lost with whatever went wrong here: its records are due again

    def _send(self, batch: Batch) -> "Future[TimedSync]":
        return self._parts.executor.submit(self._client.sync, self._request(batch))

    def _request(self, batch: Batch) -> SyncRequest:
        return self._reporter.message(batch)

    def _read_ahead(self, batch: Batch) -> tuple[StoredRecord, ...]:
        """What would go next if the office takes this batch."""
        if not batch.messages:
            return ()
        sizes = self._sizer.after_success
        return self._outbox.due(sizes.records, sizes.bytes, {message.id for message in batch.messages})

    def _following(self, batch: Batch, ahead: Sequence[StoredRecord], results: Collection[RecordAnswer]) -> Batch:
        if not results:
            return replace(batch, messages=(), bytes=0)
        self._sizer.succeeded()
        self._keep_limits()
        held_back = unsettled(batch.messages, results)
        free = [record for record in ahead if record.applicant_key not in held_back]
        return self._fit(free[: self._sizer.records])

    def _fit(self, records: Sequence[StoredRecord]) -> Batch:
        return fit(records, self._outbox.epoch(), self._sizer.bytes)

    def _answered(self, batch: Batch, results: Sequence[RecordAnswer], timed: TimedSync) -> Turn:
        answer = timed.answer
        applied = self._outbox.apply_results(results, answer.safe_pos)
        counts = self._reporter.moved(applied)
        self._beat_at = self._clock.monotonic() + jittered(HEARTBEAT_S, self._rng)
        offered = self._learn(timed)
        if batch.messages or not counts.waiting:
            self._set_epoch_conflict(False)
        if not batch.messages and not offered:
            return self._rest(reached=True, backoff_s=answer.backoff_s)
        if batch.messages and applied.acked + applied.quarantined + applied.retried == 0:
            raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="no-result", from_office=True)
        self._progressed()
        self._board.update(lambda status: replace(status, counts=with_blobs_of(counts, status.counts or counts)))
        return Turn(0.0, reached=True, backoff_s=answer.backoff_s)

    def _refused(self, batch: Batch, error: CallError) -> Turn:
        """Makes the batch smaller where its size or one of its records may be the cause; else raises `error`."""
        sent = len(batch.messages)
        if not sent:
            raise _at_office(error)
        if error.slug == EPOCH_CONFLICT and not self._memory.epoch_conflict():
            return self._begin_epoch()
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

    def _begin_epoch(self) -> Turn:
        """The office knows these numbers from another copy of this disk: they get another name and are sent again.

        Once: a name that nobody can know is not in anybody's way, so a second conflict before anything was taken is none.
        """
        made = self._parts.new_epoch()
        event(_log, "epoch-begun", logging.WARNING, seq=made.since, count=made.records)
        self._set_epoch_conflict(True)
        self._parts.on_epoch(made)
        return Turn(0.0, reached=True)

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

    def _learn(self, timed: TimedSync) -> bool:
        """What every answer says beside its results; whether there is something to send because of it."""
        self._note_scope(self._client.scope)
        self._office_time.hear(timed.answer.server_time, self._clock.monotonic())
        self._memory.keep_office_time(timed.answer.server_time)
        if better(self._reading, timed.clock):
            self._reading = timed.clock
            self._memory.keep_offset_ms(timed.clock.offset_ms)
            self._board.update(lambda status: replace(status, offset_ms=timed.clock.offset_ms))
        self._judge_clock()
        self._parts.on_hints(timed.answer.hints)
        return self._memory.is_upgrade(timed.schema_max) and self.offer_again() > 0

    def _judge_clock(self) -> None:
        offset_ms = self._outbox.offset().ms
        warning = clock_warning(self._clock.now(), offset_ms, self._memory.office_time())
        self._board.update(lambda status: replace(status, clock=warning))

    def _rest(self, reached: bool, backoff_s: float | None = None) -> Turn:
        until_beat = self._beat_at - self._clock.monotonic()
        return Turn(min(LOOK_S, max(until_beat, 0.0)), reached, backoff_s)

    def _keep_limits(self) -> None:
        if self._sizer.limits != self._memory.limits():
            self._memory.keep_limits(self._sizer.limits)


def _at_office(error: CallError) -> CallError:
    """A message without any record that is refused: whatever is wrong, it is no record of ours."""
    if error.fault not in (Fault.REFUSED, Fault.TOO_BIG):
        return error
    return CallError(Fault.NONSENSE, Step.NONSENSE, slug=error.slug, from_office=error.from_office)
