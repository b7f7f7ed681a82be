"""Asking the office, while it can be had, whether another booth has checked a booking in. Nobody at a screen waits for a network:
after 1.5 s the booth decides by itself, as it would without one."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from concurrent.futures import TimeoutError as LateError

from kiosk_app.booth.ports import Claim
from kiosk_app.clock import Clock
from kiosk_app.log import event
from kiosk_app.store.ids import Uuid7Generator
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.transport import StoppedError

LIMIT_S = 1.5
REST_S = 30.0  # after silence nobody else is made to wait for a while
ALREADY = "already-checked-in"  # the office's word
_log = logging.getLogger("sync")


class ClaimDesk:
    """Fulfils `booth.ports.Claims`. `online` tells whether the office was reached last; while it was not, nobody is asked.

    A claim whose answer comes too late still stands at the office, under the id that the arrival's record has.
    """

    def __init__(
        self, client: OfficeClient, clock: Clock, executor: Executor, online: Callable[[], bool], limit_s: float = LIMIT_S
    ) -> None:  # fmt: skip
        self._client = client
        self._clock = clock
        self._executor = executor
        self._online = online
        self._limit_s = limit_s
        self._ids = Uuid7Generator(clock)
        self._asking = threading.Lock()  # held by the call under way, which may outlast whoever asked
        self._rest_until = clock.monotonic()

    def claim(self, booking_id: str) -> Claim:
        """See `booth.ports.Claims.claim`."""
        if not self._online() or self._clock.monotonic() < self._rest_until:
            return Claim()
        if not self._asking.acquire(blocking=False):
            return Claim()
        record_id = self._ids.next()
        answer = self._executor.submit(self._ask, booking_id, record_id)
        try:
            elsewhere = answer.result(self._limit_s)
        except LateError:
            self._rest("late")
            return Claim(record_id)
        return Claim() if elsewhere is None else Claim(record_id, elsewhere)

    def abort(self) -> None:
        """Ends a call under way and every later one."""
        self._client.abort()

    def close(self) -> None:
        self._client.close()

    def _ask(self, booking_id: str, record_id: str) -> bool | None:
        """Whether another has it; None where the office said nothing to that."""
        try:
            self._client.claim(booking_id, record_id)
            return False
        except CallError as error:
            if error.fault is Fault.CONFLICT and error.slug == ALREADY:
                return True
            if error.fault is not Fault.NONSENSE:  # as an office that does not know the booking answers
                self._rest(error.slug or error.fault.value)
            return None
        except StoppedError:
            return None
        finally:
            self._asking.release()

    def _rest(self, why: str) -> None:
        self._rest_until = self._clock.monotonic() + REST_S
        event(_log, "claim-unanswered", logging.WARNING, code=why)
