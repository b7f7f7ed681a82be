"""Looks whether the way to the office is there again, so that nobody waits for a backoff that is in vain by now.

A cable tells by itself; a link that swallows everything, or a portal that somebody logs in to, only by asking. The question is
the contract's `ping`: it carries no credentials, so it may be put to whoever answers. It is only put while a lane waits for the
link or because of a portal, never while the office itself asked for patience.
"""

import random
import threading
from collections.abc import Callable

from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.outcomes import SOFT_FAULTS, CallError
from kiosk_app.sync.reachability import has_route
from kiosk_app.sync.status import LaneMode, SyncStatus
from kiosk_app.sync.transport import StoppedError

LOOK_S = 2.0
# The question itself must not take long: an answer that is on its way for longer than this is as good as none.
CONNECT_S, ANSWER_S = 2.0, 2.5
_SOFT = frozenset(fault.value for fault in SOFT_FAULTS)


def waits_for_the_way(status: SyncStatus) -> bool:
    """Whether a lane waits for what a working link would end."""
    return any(lane.mode is LaneMode.WAITING and lane.problem in _SOFT for lane in status.lanes)


class WayWatch(threading.Thread):
    """`wake` is called when a route appeared or the office answered again. `client` is this thread's own."""

    def __init__(
        self, client: OfficeClient, status: Callable[[], SyncStatus], wake: Callable[[Wake], None], rng: random.Random
    ) -> None:
        super().__init__(name="sync-way", daemon=True)
        self._client = client
        self._status = status
        self._wake = wake
        self._rng = rng
        self._stopping = threading.Event()
        self._had_route = True

    def run(self) -> None:
        try:
            # Spread out, so that the booths of a place whose link comes back do not ask in the same moment.
            while not self._stopping.wait(LOOK_S * self._rng.uniform(0.5, 1.0)):
                self.look()
        except StoppedError:
            return
        finally:
            self._client.close()

    def look(self) -> None:
        """One look; raises StoppedError when it was cut."""
        has = has_route()
        appeared = has and not self._had_route
        self._had_route = has
        if appeared or (has and waits_for_the_way(self._status()) and self._answers()):
            self._wake(Wake.NETWORK)

    def stop(self) -> None:
        """Asks it to end and cuts what it asks; `join` waits for it."""
        self._stopping.set()
        self._client.abort()

    def _answers(self) -> bool:
        try:
            self._client.ping()
        except CallError:
            return False
        return True
