"""How sync stands, as one value: for the status screen, the command line and whoever waits for an empty outbox."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kiosk_app.store.outbox import OutboxCounts
from kiosk_app.sync.outcomes import SOFT_FAULTS, Fault
from kiosk_app.sync.reachability import Step


class LaneMode(StrEnum):
    """What a lane is doing. The last four do not heal by waiting: somebody has to act."""

    IDLE = "idle"
    BUSY = "busy"
    WAITING = "waiting"
    EPOCH_CONFLICT = "epoch-conflict"
    REVOKED = "revoked"
    UPGRADE = "upgrade"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class LaneStatus:
    """`problem` is a short code of what went wrong last ("" when nothing did).

    `tries` counts the turns that came to an end since the program began, `done` those that got through to the office.
    """

    name: str
    mode: LaneMode = LaneMode.IDLE
    attempts: int = 0
    next_try: datetime | None = None
    problem: str = ""
    tries: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The whole. `next_try` is the earliest of the waiting lanes, None while nothing waits for the office.

    `clock`: what is wrong with the booth's wall clock, "behind" or "off"; "" while it is right, as far as anybody knows.
    """

    lanes: tuple[LaneStatus, ...] = ()
    counts: OutboxCounts | None = None
    step: Step | None = None
    last_contact: datetime | None = None
    revoked: bool = False
    offset_ms: int | None = None
    clock: str = ""
    config_version: int = 0
    roster_read_at: datetime | None = None
    unreadable_rows: int = 0

    @property
    def next_try(self) -> datetime | None:
        times = [lane.next_try for lane in self.lanes if lane.next_try is not None and lane.mode is not LaneMode.IDLE]
        return min(times, default=None)

    def lane(self, name: str) -> LaneStatus:
        """The lane of that name; one that has not begun yet is idle."""
        return next((lane for lane in self.lanes if lane.name == name), LaneStatus(name))


def with_blobs_of(kept: OutboxCounts | None, fresh: OutboxCounts) -> OutboxCounts:
    """`kept` with the numbers about photos of `fresh`: each lane only tells what it moves, so that no older count wins."""
    if kept is None:
        return fresh
    return replace(kept, blobs_waiting=fresh.blobs_waiting, blob_bytes=fresh.blob_bytes)


class StatusBoard:
    """Where the lanes' threads write and everybody else reads. `on_change` is called in the thread that brought the change."""

    def __init__(self, on_change: Callable[[SyncStatus], None] | None = None) -> None:
        self._on_change = on_change
        self._status = SyncStatus()
        self._faults: dict[str, Fault | None] = {}
        self._changed = threading.Condition()
        self._telling = threading.Lock()

    @property
    def status(self) -> SyncStatus:
        return self._status

    def update(self, change: Callable[[SyncStatus], SyncStatus]) -> None:
        """Replaces the status by what `change` makes of it, and tells everybody if that is something else."""
        with self._changed:
            status = change(self._status)
            if status == self._status:
                return
            self._status = status
            self._changed.notify_all()
        if self._on_change is not None:
            with self._telling:  # always with the newest, so that the last call tells the last state
                self._on_change(self._status)

    def set_lane(self, lane: LaneStatus) -> None:
        """Takes the place of the lane's last state."""

        def change(status: SyncStatus) -> SyncStatus:
            others = (other for other in status.lanes if other.name != lane.name)
            return replace(status, lanes=tuple(sorted((*others, lane), key=lambda one: one.name)))

        self.update(change)

    def judge(self, lane: str, step: Step, fault: Fault | None) -> Step:
        """The step that the whole way is at, after `lane` met `fault` (None: it got through).

        A broken link concerns everybody. A fault of the office's on one lane says nothing about the way while another lane
        gets through.
        """
        with self._changed:
            self._faults[lane] = fault
            others = [other for name, other in self._faults.items() if name != lane]
            if fault is None or fault in SOFT_FAULTS or fault is Fault.REVOKED or self._status.step is None:
                return step
            return self._status.step if None in others else step

    def wait_for(self, holds: Callable[[SyncStatus], bool], timeout_s: float) -> bool:
        """Waits until `holds` of the status; False when the time is over first."""
        with self._changed:
            return self._changed.wait_for(lambda: holds(self._status), timeout_s)
