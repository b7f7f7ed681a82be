"""Bugs that somebody could plant in the product. Each is what a plausible change would do; the histories must find every one.

A mutant replaces one thing of a real class for as long as it is planted.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from kiosk_app.booth.facts import Recorded, Stamp
from kiosk_app.contract.messages import RecordMessage, RecordResult, SyncResponse
from kiosk_app.errors import KioskError
from kiosk_app.office.blobs import BlobDepot, Progress, Upload
from kiosk_app.office.leasing import LeaseBook
from kiosk_app.store import outbox as outbox_module
from kiosk_app.store.ids import Uuid7Generator
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.leases import LeaseStore
from kiosk_app.store.lock import DataLock
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer, StoredRecord
from kiosk_app.store.roster import RosterChange, RosterStore
from kiosk_app.sync import batches, client, outcomes, records, results, uploads
from kiosk_app.sync.backoff import Backoff, BackoffRow
from kiosk_app.sync.batches import Batch
from kiosk_app.sync.client import OfficeClient, TimedSync
from kiosk_app.sync.clocks import ClockReading
from kiosk_app.sync.lanes import Turn
from kiosk_app.sync.memory import SyncMemory
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.photos import PhotosLane
from kiosk_app.sync.records import RecordsLane
from kiosk_app.sync.transport import Reply

Replacement = tuple[object, str, object]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`plant` makes what is to be put in place, anew each time. `theme` is what the histories are about that find it soonest."""

    name: str
    theme: str
    plant: Callable[[], Sequence[Replacement]]

    @contextmanager
    def planted(self) -> Iterator[None]:
        with ExitStack() as stack:
            for target, name, value in self.plant():
                stack.enter_context(patch.object(target, name, value))
            yield


def _mark_before_send() -> Sequence[Replacement]:
    """What is sent is taken for delivered before the answer is there."""
    real = RecordsLane._request

    def request(lane: RecordsLane, batch: Batch) -> Any:
        made = real(lane, batch)
        lane._outbox.apply_results([RecordAnswer(one.id, Answer.ACCEPTED, 1) for one in batch.messages])
        return made

    return [(RecordsLane, "_request", request)]


def _any_200_is_ack() -> Sequence[Replacement]:
    """Whoever answers 200 has taken all."""
    real = OfficeClient.sync

    def sync(self: OfficeClient, batch: Any) -> TimedSync:
        try:
            return real(self, batch)
        except CallError as error:
            if error.fault not in (Fault.PORTAL, Fault.NONSENSE):
                raise
            told = [RecordResult(id=one.id, status="accepted", pos=1) for one in batch.records]  # type: ignore[arg-type]
            answer = SyncResponse(server_time=batch.clock.wall, results=told, safe_pos=0)
            return TimedSync(answer, ClockReading(0, 0))

    return [(OfficeClient, "sync", sync)]


def _new_id_on_retry() -> Sequence[Replacement]:
    """A record that is sent again goes under a new id."""
    ids = Uuid7Generator(_Now())
    sent: set[str] = set()
    real = batches.to_message

    def to_message(record: StoredRecord) -> RecordMessage:
        message = real(record)
        if record.id in sent:
            return message.model_copy(update={"id": ids.next()})
        sent.add(record.id)
        return message

    return [(batches, "to_message", to_message)]


class _Now:
    boot_id = ""

    def now(self) -> datetime:
        return datetime(2025, 1, 25).astimezone()

    def monotonic(self) -> float:
        return 0.0


def _ack_on_missing_result() -> Sequence[Replacement]:
    """A record that the answer does not name counts as taken."""
    real = results.believed

    def believed(sent: Collection[str], told: Sequence[RecordResult]) -> tuple[RecordAnswer, ...]:
        named = real(sent, told)
        missing = set(sent) - {one.id for one in named}
        return (*named, *(RecordAnswer(name, Answer.ACCEPTED, 1) for name in sorted(missing)))

    return [(records, "believed", believed)]


def _believe_foreign_results() -> Sequence[Replacement]:
    """A stale answer's ids are taken for this batch's: by place, not by name."""

    def believed(sent: Collection[str], told: Sequence[RecordResult]) -> tuple[RecordAnswer, ...]:
        pairs = zip(sorted(sent), told, strict=False)
        return tuple(RecordAnswer(name, Answer(one.status.value), one.pos) for name, one in pairs)

    return [(records, "believed", believed)]


def _delete_unsent() -> Sequence[Replacement]:
    """What is put off too often is thrown away."""
    real = Outbox.apply_results

    def apply_results(self: Outbox, told: Iterable[RecordAnswer], safe_pos: int | None = None) -> Any:
        told = list(told)
        applied = real(self, told, safe_pos)
        with self._database.transaction():
            self._database.execute("DELETE FROM records WHERE state = 'captured' AND attempts > 0")
        return applied

    return [(Outbox, "apply_results", apply_results)]


def _order_broken_at_booth() -> Sequence[Replacement]:
    """The newest record goes first."""
    return [(outbox_module, "_WAITING", outbox_module._WAITING.replace("ORDER BY seq", "ORDER BY seq DESC"))]


def _order_broken_behind_retry() -> Sequence[Replacement]:
    """A record that waits holds no later one of its applicant back."""

    def due(self: Outbox, limit: int, _max_bytes: int, under_way: Collection[str] = ()) -> tuple[StoredRecord, ...]:
        rows = self._database.rows(outbox_module._WAITING)
        free = [row for row in rows if row[10] <= self._now_ms() and row[1] not in under_way]
        return tuple(self._record(row) for row in free[:limit])

    return [(Outbox, "due", due)]


def _cursor_before_page() -> Sequence[Replacement]:
    """The cursor is kept in a transaction of its own, before the page that it belongs to."""
    real = RosterStore.apply_changes

    def apply_changes(self: RosterStore, changes: Iterable[RosterChange], cursor: str, read_at: datetime) -> int:
        with self._database.transaction():
            self._mark(cursor, read_at)
        return real(self, changes, cursor, read_at)

    return [(RosterStore, "apply_changes", apply_changes)]


def _updates_passed_over() -> Sequence[Replacement]:
    """A booking that the booth knows already is not looked at again."""
    real = RosterStore.apply_changes

    def apply_changes(self: RosterStore, changes: Iterable[RosterChange], cursor: str, read_at: datetime) -> int:
        fresh = [one for one in changes if one.booking is None or self.by_id(one.id) is None]
        return real(self, fresh, cursor, read_at)

    return [(RosterStore, "apply_changes", apply_changes)]


def _verified_without_hash() -> Sequence[Replacement]:
    """The office calls a photo whole when it is long enough."""
    real = BlobDepot.end

    def end(self: BlobDepot, upload: Upload, whole: bool) -> Progress:
        if whole and upload.offset >= upload.length and not upload.superseded:
            with self._alone(upload.sha256):
                self._running.pop(upload.sha256, None)
                self._settle(upload)
                self._keep(upload, self._part(upload.sha256))
                return Progress(upload.length, True)
        return real(self, upload, whole)

    return [(BlobDepot, "end", end)]


def _part_is_whole() -> Sequence[Replacement]:
    """The booth takes any success of an upload for its end."""
    real = uploads._append

    def append(*values: Any) -> uploads.Progress:
        return replace(real(*values), complete=True)

    return [(uploads, "_append", append)]


def _retry_after_ignored() -> Sequence[Replacement]:
    return [(outcomes, "retry_after", lambda _headers: None)]


def _retry_after_forgotten() -> Sequence[Replacement]:
    """A restart forgets what the office asked for."""
    return [(SyncMemory, "backoff", lambda _self, _lane: BackoffRow())]


def _backoff_lost() -> Sequence[Replacement]:
    """The wait after a failure is counted, but not kept."""
    return [(Backoff, "wait_s", lambda _self, _now: 0.0)]


def _purge_before_safe() -> Sequence[Replacement]:
    """A photo goes as soon as the office has it, backup or not."""
    sql = outbox_module._PURGEABLE.replace("r.pos <= ?", "r.pos < 1000000 + ?")
    return [(outbox_module, "_PURGEABLE", sql)]


def _purge_unverified() -> Sequence[Replacement]:
    """A photo goes with its record."""
    sql = outbox_module._PURGEABLE.replace("b.state = 'verified' AND", "")

    def blob_purged(self: Outbox, sha256: str) -> bool:
        with self._database.transaction():
            return self._database.execute("UPDATE blobs SET state = 'purged' WHERE sha256 = ?", (sha256,)) > 0

    return [(outbox_module, "_PURGEABLE", sql), (Outbox, "blob_purged", blob_purged)]


def _accept_html() -> Sequence[Replacement]:
    """The header that only the office sends is not asked for."""

    def check(_reply: Reply) -> None: ...

    return [(outcomes, "check_sender", check), (client, "check_sender", check)]


def _quarantine_at_once() -> Sequence[Replacement]:
    """A refused batch is put aside whole."""
    real = RecordsLane._refused

    def refused(lane: RecordsLane, batch: Batch, error: CallError) -> Any:
        if error.fault is Fault.REFUSED:
            for message in batch.messages:
                lane._outbox.quarantine(message.id, error.slug)
        return real(lane, batch, error)

    return [(RecordsLane, "_refused", refused)]


def _quarantine_on_server_error() -> Sequence[Replacement]:
    """A broken office is taken for a bad record."""
    real = RecordsLane._refused

    def refused(lane: RecordsLane, batch: Batch, error: CallError) -> Any:
        if error.fault is Fault.SERVER and len(batch.messages) == 1:
            lane._outbox.quarantine(batch.messages[0].id, error.slug)
        return real(lane, batch, error)

    return [(RecordsLane, "_refused", refused)]


def _waits_for_a_wake() -> Sequence[Replacement]:
    """After a failure nothing happens until somebody has news."""
    real = RecordsLane.due_in

    def due_in(lane: RecordsLane) -> float:
        return 1e7 if lane._backoff.attempts > 1 and real(lane) > 0 else real(lane)

    return [(RecordsLane, "due_in", due_in)]


def _dead_photo_holds_all() -> Sequence[Replacement]:
    """A photo that fails over and over is always tried first, and no other is tried after it."""
    return [(PhotosLane, "_is_suspect", lambda _self, _blob, _error: False)]


def _names_stay() -> Sequence[Replacement]:
    """A booth that was shut out keeps its roster."""
    return [(RosterStore, "erase", lambda _self: None)]


def _epoch_never_changes() -> Sequence[Replacement]:
    """A disk that was put back sends its records under the old name for ever."""
    return [(RecordsLane, "_begin_epoch", lambda _lane: Turn(60.0, reached=True))]


def _ahead_of_a_retry() -> Sequence[Replacement]:
    """The next batch is on its way before it is known who has to wait."""
    return [(records, "unsettled", lambda _sent, _results: frozenset())]


def _full_disk_confirms() -> Sequence[Replacement]:
    """The screen says yes although the disk took nothing."""
    real = JournalStore.append

    def append(self: JournalStore, fact: Any, record_id: str = "") -> Any:
        try:
            return real(self, fact, record_id)
        except KioskError:
            return Recorded(10_000, record_id or "none", Stamp(datetime.now(UTC), 0, "", None, 1), fact)

    return [(JournalStore, "append", append)]


def _lease_kept() -> Sequence[Replacement]:
    """What was given back is spent all the same."""
    return [(LeaseStore, "close", lambda _self, _lease, _slots: None)]


def _lent_to_all() -> Sequence[Replacement]:
    """The office lends every booth the whole day."""
    real = LeaseBook.capacity

    def capacity(self: LeaseBook, *values: Any) -> int:
        return 2 * real(self, *values)

    return [(LeaseBook, "capacity", capacity)]


def _no_lock() -> Sequence[Replacement]:
    return [(DataLock, "acquire", lambda _self: None)]


MUTANTS = (
    Mutant("mark-before-send", "batches", _mark_before_send),
    Mutant("any-200-is-ack", "portal", _any_200_is_ack),
    Mutant("new-id-on-retry", "batches", _new_id_on_retry),
    Mutant("ack-on-missing-result", "batches", _ack_on_missing_result),
    Mutant("believe-foreign-results", "cache", _believe_foreign_results),
    Mutant("delete-unsent", "putting-off", _delete_unsent),
    Mutant("order-broken-at-booth", "batches", _order_broken_at_booth),
    Mutant("order-broken-behind-retry", "putting-off", _order_broken_behind_retry),
    Mutant("ahead-of-a-retry", "putting-off", _ahead_of_a_retry),
    Mutant("quarantine-at-once", "batches", _quarantine_at_once),
    Mutant("quarantine-on-server-error", "batches", _quarantine_on_server_error),
    Mutant("cursor-before-page", "news", _cursor_before_page),
    Mutant("updates-passed-over", "news", _updates_passed_over),
    Mutant("verified-without-hash", "photos", _verified_without_hash),
    Mutant("part-is-whole", "photos", _part_is_whole),
    Mutant("accept-html", "portal", _accept_html),
    Mutant("purge-before-safe-pos", "photos", _purge_before_safe),
    Mutant("purge-unverified", "photos", _purge_unverified),
    Mutant("retry-after-ignored", "load", _retry_after_ignored),
    Mutant("retry-after-forgotten", "load", _retry_after_forgotten),
    Mutant("backoff-lost", "load", _backoff_lost),
    Mutant("waits-for-a-wake", "load", _waits_for_a_wake),
    Mutant("names-stay", "shut-out", _names_stay),
    Mutant("epoch-never-changes", "old-disk", _epoch_never_changes),
    Mutant("lease-kept", "walk-ins", _lease_kept),
    Mutant("lent-to-all", "walk-ins", _lent_to_all),
    Mutant("full-disk-confirms", "full-disk", _full_disk_confirms),
    Mutant("no-lock", "full-disk", _no_lock),
)
