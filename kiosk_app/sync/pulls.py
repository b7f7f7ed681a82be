"""The lane of what the office decides: the configuration, and the bookings with the cursor up to which they are known."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk_app.contract.config import ConfigBody
from kiosk_app.contract.messages import Hints
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.store.leases import LeaseStore
from kiosk_app.store.roster import RosterStore
from kiosk_app.sync.backoff import OTHERS_CAP_S, Wake
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.configs import ConfigTaker
from kiosk_app.sync.lanes import PULLS, Lane, LaneParts, Turn
from kiosk_app.sync.outcomes import SOFT_FAULTS, CallError, Fault
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.records import jittered
from kiosk_app.sync.rosters import read_changes, read_snapshot

POLL_S = 60.0
_MAX_PAGES = 200  # of 500 changes: a feed that never ends must not hold the lane
_log = logging.getLogger("sync")


@dataclass(frozen=True, slots=True)
class PullsParts:
    """`on_config` hears of a configuration that is in force, `on_revoked` that this booth is shut out or let in again."""

    roster: RosterStore
    leases: LeaseStore
    configs: ConfigTaker
    client: OfficeClient
    on_config: Callable[[ConfigBody], None]
    on_revoked: Callable[[bool], None]


class PullsLane(Lane):
    """Asks once a minute, or at once when the office hints at something new."""

    def __init__(self, lane: LaneParts, parts: PullsParts) -> None:
        super().__init__(PULLS, OTHERS_CAP_S, lane)
        self._parts = parts
        self._roster = parts.roster
        self._client = parts.client
        self._etag = ""
        self._seen_pos: int | None = None
        self._shut = False
        self._unreadable = 0
        if self._memory.revoked():
            self._shut_out()
        self._tell_knowledge()

    def hint(self, hints: Hints) -> None:
        """What the office said beside an answer to another lane; wakes this one if it has not seen that yet."""
        news = hints.config_version > self._parts.configs.version or hints.changes_pos != self._seen_pos
        self._seen_pos = hints.changes_pos
        if news or self._memory.revoked() is not self._shut:
            self.wake(Wake.RECORD)

    def _work(self) -> Turn:
        self._busy()
        try:
            first = self._guard(self._pull_config)
            second = self._guard(self._pull_roster)
        except CallError as error:
            if error.fault is Fault.REVOKED:
                self._shut_out()
            raise
        finally:
            self._tell_knowledge()
        failure = first or second
        if failure is not None:
            if isinstance(failure, KioskError):  # the office was reached; what it sent is of no use
                self._see(Step.OK, None)
            raise failure
        if self._shut:
            self._shut = False
            self._set_revoked(False)
            self._parts.on_revoked(False)
        return Turn(jittered(POLL_S, self._rng), reached=True)

    def _guard(self, step: Callable[[], None]) -> CallError | KioskError | None:
        """A fault that only this step has is kept until the other one had its turn."""
        try:
            step()
        except CallError as error:
            if error.fault in SOFT_FAULTS | {Fault.REVOKED, Fault.LOAD, Fault.UNAUTHORISED}:
                raise
            return error
        except KioskError as error:
            return error
        return None

    def _pull_config(self) -> None:
        answer = self._client.config(self._etag)
        if answer is not None:
            taken = self._parts.configs.take(answer.message)
            self._etag = answer.etag
            if taken is not None:
                event(_log, "config-taken", version=taken.profile.version)
                self._parts.on_config(taken)
        self._parts.configs.let_in()

    def _pull_roster(self) -> None:
        """Raises CallError also for a feed that says that there is more and never tells what."""
        moved = False
        for _page in range(_MAX_PAGES):
            cursor = self._roster.cursor()
            if cursor is None:
                self._pull_snapshot()
                return
            read_at = self._clock.now()
            try:
                answer = self._client.changes(cursor)
            except CallError as error:
                if error.fault is not Fault.GONE:
                    raise
                self._pull_snapshot()
                return
            if answer.more and answer.cursor == cursor:
                raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="changes-repeat", from_office=True)
            page = read_changes(answer)
            moved = moved or bool(answer.changes)
            self._parts.leases.apply(page.leases)  # first: a crash before the cursor brings them again
            self._roster.apply_changes(page.changes, page.cursor, read_at)
            self._note_unreadable(page.unreadable)
            if not answer.more:
                self._check_count(answer.count)
                return
        if not moved:
            raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="changes-endless", from_office=True)

    def _check_count(self, count: int | None) -> None:
        """All changes are in: where there are not as many bookings as the office has, something was missed, and all are read anew.

        Rows that this version cannot read are missing here for another reason.
        """
        counted = self._roster.counted()
        if count is None or counted is None or count == counted or self._unreadable:
            return
        event(_log, "roster-count", logging.WARNING, count=count)
        self._pull_snapshot()

    def _pull_snapshot(self) -> None:
        read_at = self._clock.now()
        snapshot = read_snapshot(self._client.snapshot())
        self._parts.leases.apply(snapshot.leases)
        self._roster.replace(snapshot.rows, snapshot.cursor, len(snapshot.rows), read_at)
        self._note_unreadable(snapshot.unreadable, anew=True)
        event(_log, "roster-taken", count=len(snapshot.rows))

    def _shut_out(self) -> None:
        """The office revoked this booth: names leave it at once, what is unsent stays."""
        if self._roster.cursor() is not None or self._roster.count():
            self._roster.erase()
        self._set_revoked(True)
        if not self._shut:
            self._shut = True
            self._parts.on_revoked(True)

    def _note_unreadable(self, rows: int, anew: bool = False) -> None:
        if rows:
            event(_log, "roster-rows-unreadable", logging.ERROR, count=rows)
        self._unreadable = rows if anew else self._unreadable + rows
        self._board.update(lambda status: replace(status, unreadable_rows=self._unreadable))

    def _tell_knowledge(self) -> None:
        read_at, version = self._roster.read_at(), self._parts.configs.version
        self._board.update(lambda status: replace(status, roster_read_at=read_at, config_version=version))
