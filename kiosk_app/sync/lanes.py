"""What the three lanes have in common: turns, backoff, wake, and telling how they stand. No threads and no sleeping here."""

import logging
import random
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import timedelta

from kiosk_app.clock import Clock
from kiosk_app.contract.messages import Scope
from kiosk_app.errors import KioskError
from kiosk_app.log import event
from kiosk_app.sync.backoff import Backoff, Wake
from kiosk_app.sync.clocks import OfficeTime
from kiosk_app.sync.memory import SyncMemory
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.reachability import EPOCH_CONFLICT, Step
from kiosk_app.sync.status import LaneMode, LaneStatus, StatusBoard

RECORDS, PHOTOS, PULLS = "records", "photos", "pulls"
_log = logging.getLogger("sync")
_UNKNOWN_AFTER = 3
_MODES = {Fault.REVOKED: LaneMode.REVOKED, Fault.UPGRADE: LaneMode.UPGRADE}


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to. `pause_s` until the next one; `reached`: the office answered; `backoff_s`: it asks for a pause."""

    pause_s: float
    reached: bool
    backoff_s: float | None = None


@dataclass(frozen=True, slots=True)
class LaneParts:
    """What every lane is built from; all of it belongs to the lane's own thread, except the board and the office's time."""

    memory: SyncMemory
    clock: Clock
    rng: random.Random
    board: StatusBoard
    office_time: OfficeTime


class Lane(ABC):
    """One of the ways to the office, taken in turns by whoever owns it: a thread, or a simulation."""

    def __init__(self, name: str, cap_s: float, parts: LaneParts) -> None:
        self.name = name
        self._memory = parts.memory
        self._clock = parts.clock
        self._rng = parts.rng
        self._board = parts.board
        stored = parts.memory.backoff(name)
        self._backoff = Backoff(cap_s, parts.rng, parts.clock.monotonic(), stored)
        self._stored = stored.attempts > 0 or stored.wait_s > 0
        self._idle_until = 0.0
        self._drains = False
        self._tries = 0
        self._done = 0

    @abstractmethod
    def _work(self) -> Turn:
        """One turn: at most a few calls, its effects durable before it returns. Raises CallError or KioskError."""

    def due_in(self) -> float:
        """Seconds until the next turn; 0 means now."""
        now = self._clock.monotonic()
        return max(self._backoff.wait_s(now), self._idle_until - now, 0.0)

    def wake(self, reason: Wake) -> None:
        """Somebody thinks that a turn is worth while. Never needed: the timer alone suffices."""
        now = self._clock.monotonic()
        self._idle_until = min(self._idle_until, now)
        self._backoff.wake(reason, now)

    def turn(self) -> None:
        """Takes one turn and decides when the next one is due. Raises nothing but what is a programming error."""
        self._tries += 1
        try:
            turn = self._work()
        except CallError as error:
            self._failed(error)
        except KioskError as error:
            event(_log, "lane-fault", logging.ERROR, lane=self.name, code=error.code)
            self._wait_after(CallError(Fault.SERVER, Step.OK, slug=error.code))
            self._tell(LaneMode.FAULT, error.code)
        else:
            self._finished(turn)

    def _busy(self) -> None:
        """A lane says so before it calls the office."""
        self._tell(LaneMode.BUSY, self._board.status.lane(self.name).problem)

    def _progressed(self) -> None:
        """Part of a turn's work got through, whatever becomes of the rest: failures are counted anew."""
        self._backoff.succeeded(self._clock.monotonic())
        self._see(Step.OK, None)

    def _finished(self, turn: Turn) -> None:
        now = self._clock.monotonic()
        self._idle_until = now + turn.pause_s
        if turn.reached:
            self._done += 1
            self._backoff.succeeded(now, turn.backoff_s)
            if self._stored or turn.backoff_s:
                self._memory.keep_backoff(self.name, self._backoff.row(now))
                self._stored = bool(turn.backoff_s)
            self._see(Step.OK, None)
        if self._backoff.attempts == 0:
            self._tell(LaneMode.WAITING if turn.backoff_s else LaneMode.IDLE)

    def _failed(self, error: CallError) -> None:
        wait_s = self._wait_after(error)
        step = error.step
        if error.fault is Fault.UNAUTHORISED and self._backoff.attempts >= _UNKNOWN_AFTER:
            step = Step.REVOKED  # fresh proofs are refused over and over: the office does not know this booth any more
        event(
            _log, "lane-waits", logging.WARNING, lane=self.name, fault=error.fault.value, step=step.value,
            code=error.slug, attempts=self._backoff.attempts, delay_s=round(wait_s, 1),
        )  # fmt: skip
        mode = _mode_of(error)
        if mode is LaneMode.EPOCH_CONFLICT:
            self._set_epoch_conflict(True)
        self._see(step, error.fault)
        if error.fault is Fault.REVOKED:
            self._set_revoked(True)
        self._tell(mode, error.slug or error.fault.value)

    def _wait_after(self, error: CallError) -> float:
        now = self._clock.monotonic()
        wait_s = self._backoff.failed(error, now)
        self._memory.keep_backoff(self.name, self._backoff.row(now))
        self._stored = True
        return wait_s

    def _see(self, step: Step, fault: Fault | None) -> None:
        now_at = self._standing(self._board.judge(self.name, step, fault))
        self._memory.keep_step(now_at)
        if fault is None:
            self._memory.keep_contact()
        contact = self._clock.now() if fault is None else self._board.status.last_contact
        self._board.update(lambda status: replace(status, step=now_at, last_contact=contact))

    def _standing(self, step: Step) -> Step:
        """What the way's step does not heal stands before it: a broken link may mend itself, two copies of a booth do not."""
        if step is Step.REVOKED or (step is Step.OK and self._memory.revoked()):
            return Step.REVOKED
        if self._memory.epoch_conflict():
            return Step.EPOCH
        return Step.OK if step is Step.EPOCH else step

    def _set_epoch_conflict(self, conflict: bool) -> None:
        if self._memory.epoch_conflict() is not conflict:
            event(_log, "epoch-conflict" if conflict else "epoch-settled", logging.WARNING, lane=self.name)
        self._memory.keep_epoch_conflict(conflict)

    def _set_revoked(self, revoked: bool) -> None:
        if self._memory.revoked() is not revoked:
            event(_log, "revoked" if revoked else "reinstated", logging.WARNING, lane=self.name)
        self._memory.keep_revoked(revoked)
        self._board.update(lambda status: replace(status, revoked=revoked))

    def _note_scope(self, scope: Scope | None) -> None:
        """A token that only drains says that the booth was revoked; said once, because the same token is used on."""
        drains = scope is Scope.DRAIN
        if drains and not self._drains:
            self._set_revoked(True)
        self._drains = drains

    def _tell(self, mode: LaneMode, problem: str = "") -> None:
        next_try = None
        if mode not in (LaneMode.BUSY, LaneMode.IDLE):
            next_try = self._clock.now() + timedelta(seconds=self.due_in())
        lane = LaneStatus(self.name, mode, self._backoff.attempts, next_try, problem, self._tries, self._done)
        self._board.set_lane(lane)


def _mode_of(error: CallError) -> LaneMode:
    if error.fault is Fault.CONFLICT:
        return LaneMode.EPOCH_CONFLICT if error.slug == EPOCH_CONFLICT else LaneMode.WAITING
    return _MODES.get(error.fault, LaneMode.WAITING)
