"""What sync keeps over a restart beside the journal's rows: backoffs, the last contact, a revocation, a conflict."""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from kiosk_app import __version__
from kiosk_app.clock import Clock
from kiosk_app.contract.messages import SCHEMA_MAX
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.store import meta
from kiosk_app.store.outbox import Outbox
from kiosk_app.sync.backoff import BackoffRow, Hold
from kiosk_app.sync.batches import Limits
from kiosk_app.sync.reachability import Step

_log = logging.getLogger("sync")
_LAST_CONTACT_MS = "sync.last_contact_ms"
_STEP = "sync.step"
_REVOKED = "sync.revoked"
_EPOCH_CONFLICT = "sync.epoch_conflict"
_OFFICERS_VERSION = "sync.officers_version"
_BATCH_BYTES = "sync.batch_bytes"
_OFFICE_MS = "sync.office_ms"
_VERSIONS = "sync.versions"
_CONTACT_EVERY_MS = 30_000
_OFFICE_EVERY_MS = 300_000
_LAST_MS = 7_258_118_400_000  # the year 2200
_STEPS, _HOLDS = tuple(Step), tuple(Hold)


class SyncMemory:
    """Belongs to the thread of its Outbox. Values are whole numbers, because that is what the journal's side table holds."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    def backoff(self, lane: str) -> BackoffRow:
        """The lane's backoff as it was when the program last ran."""
        state = self._outbox.lane_state(lane)
        if state.next_at is None:
            return BackoffRow(state.attempts)
        wait = (state.next_at - self._clock.now()).total_seconds()
        return BackoffRow(state.attempts, wait, _HOLDS[(self._number(f"sync.hold.{lane}") or 0) % len(_HOLDS)])

    def keep_backoff(self, lane: str, row: BackoffRow) -> None:
        """The hold goes first: a crash in between then leaves a wait that is held too loosely, never too long."""
        self._keep(f"sync.hold.{lane}", _HOLDS.index(row.hold))
        next_at = self._clock.now() + timedelta(seconds=row.wait_s) if row.wait_s > 0 else None
        with _bearable():
            self._outbox.save_lane_state(lane, row.attempts, next_at)

    def last_contact(self) -> datetime | None:
        """When the office last answered."""
        return _moment(self._number(_LAST_CONTACT_MS))

    def step(self) -> Step | None:
        """Which step of the way was broken last; None before the first try."""
        number = self._number(_STEP)
        return _STEPS[number] if number is not None and 0 <= number < len(_STEPS) else None

    def keep_step(self, step: Step) -> None:
        if self.step() is not step:
            self._keep(_STEP, _STEPS.index(step))

    def keep_contact(self) -> None:
        """The office answered just now; written at most every half minute, because each write waits for the disk."""
        now_ms = int(self._clock.now().timestamp() * 1000)
        if abs(now_ms - (self._number(_LAST_CONTACT_MS) or 0)) >= _CONTACT_EVERY_MS:
            self._keep(_LAST_CONTACT_MS, now_ms)

    def revoked(self) -> bool:
        """Whether the office shut this booth out; stands over a restart without a network."""
        return self._number(_REVOKED) == 1

    def keep_revoked(self, revoked: bool) -> None:
        if self.revoked() is not revoked:
            self._keep(_REVOKED, int(revoked))

    def epoch_conflict(self) -> bool:
        """Whether the office has records of another copy of this journal in the places of ours."""
        return self._number(_EPOCH_CONFLICT) == 1

    def keep_epoch_conflict(self, conflict: bool) -> None:
        if self.epoch_conflict() is not conflict:
            self._keep(_EPOCH_CONFLICT, int(conflict))

    def officers_version(self) -> int:
        """The configuration whose officers may log in here; 0 before the first."""
        return self._number(_OFFICERS_VERSION) or 0

    def keep_officers_version(self, version: int) -> None:
        self._keep(_OFFICERS_VERSION, version)

    def offset_ms(self) -> int | None:
        """The office's clock minus this booth's, as last measured."""
        return self._number(meta.OFFSET_MS)

    def keep_offset_ms(self, offset_ms: int) -> None:
        with _bearable():
            self._outbox.keep_offset(offset_ms)

    def office_time(self) -> datetime | None:
        """The time that the office said last, within a few minutes."""
        return _moment(self._number(_OFFICE_MS))

    def keep_office_time(self, server_time: datetime) -> None:
        """Not with every answer, because each write waits for the disk."""
        ms = int(server_time.timestamp() * 1000)
        if abs(ms - (self._number(_OFFICE_MS) or 0)) >= _OFFICE_EVERY_MS:
            self._keep(_OFFICE_MS, ms)

    def is_upgrade(self, office_schema: str) -> bool:
        """Whether program or contract are others than at the last answer: what was refused then may be taken now. Told once."""
        both = zlib.crc32(f"{__version__} {SCHEMA_MAX} {office_schema}".encode())
        known = self._number(_VERSIONS)
        if known != both:
            self._keep(_VERSIONS, both)
        return known is not None and known != both

    def limits(self) -> Limits:
        """The batch size that an office once complained about."""
        found = Limits()
        return Limits(self._number(meta.BATCH_LIMIT) or found.records, self._number(_BATCH_BYTES) or found.bytes)

    def keep_limits(self, limits: Limits) -> None:
        self._keep(meta.BATCH_LIMIT, limits.records)
        self._keep(_BATCH_BYTES, limits.bytes)

    def _number(self, name: str) -> int | None:
        return self._outbox.get_meta(name)

    def _keep(self, name: str, value: int) -> None:
        with _bearable():
            self._outbox.put_meta(name, value)


def _moment(ms: int | None) -> datetime | None:
    """A stored time; None for one at the calendar's ends, with which nobody can count."""
    return None if ms is None or not 0 <= ms < _LAST_MS else datetime.fromtimestamp(ms / 1000, UTC)


@contextmanager
def _bearable() -> Iterator[None]:
    """On a full disk sync must still drain the outbox: forgetting a wait or a measurement costs politeness, not data."""
    try:
        yield
    except KioskError as error:
        event(_log, "memory-not-kept", logging.WARNING, code=error.code)
