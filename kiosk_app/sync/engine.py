"""Sync as one thing: starts the lanes, wakes them, tells how they stand, stops them. It decides nothing itself."""

import logging
import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from kiosk_app.contract.config import ConfigBody
from kiosk_app.contract.messages import Hints
from kiosk_app.log import event
from kiosk_app.store.epochs import NewEpoch, start_epoch
from kiosk_app.store.identity import Identity
from kiosk_app.store.leases import LeaseStore
from kiosk_app.store.outbox import OutboxCounts
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.claims import ClaimDesk
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.clocks import OfficeTime
from kiosk_app.sync.configs import ConfigTaker, retention_hours
from kiosk_app.sync.enrol import office_address
from kiosk_app.sync.lanes import PHOTOS, PULLS, RECORDS, Lane, LaneParts
from kiosk_app.sync.photos import WIDTH, PhotosLane, PhotosParts
from kiosk_app.sync.pulls import PullsLane, PullsParts
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.records import RecordsLane, RecordsParts
from kiosk_app.sync.reports import About, Health
from kiosk_app.sync.status import LaneMode, LaneStatus, StatusBoard, SyncStatus
from kiosk_app.sync.stores import BoothFiles, LaneStores
from kiosk_app.sync.threads import DaemonExecutor, LaneThread
from kiosk_app.sync.tokens import TokenBox
from kiosk_app.sync.transport import RequestsTransport, Transport
from kiosk_app.sync.watch import ANSWER_S, CONNECT_S, WayWatch

_log = logging.getLogger("sync")
_HOPELESS = frozenset({LaneMode.EPOCH_CONFLICT, LaneMode.REVOKED, LaneMode.UPGRADE})
Before = dict[str, LaneStatus]


def _transports(address: str, ca_file: str | None) -> tuple[Callable[[], Transport], Callable[[], Transport]]:
    """Makes connections to the office, and impatient ones; an address or a CA file that cannot work is said here, at once."""
    base = office_address(address)
    RequestsTransport(base, ca_file).close()
    return lambda: RequestsTransport(base, ca_file), lambda: RequestsTransport(base, ca_file, CONNECT_S, ANSWER_S)


def _nothing(_value: object) -> None:
    """For whoever does not want to be told."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who is told what; called in the lanes' threads, so they hand over and return at once."""

    on_status: Callable[[SyncStatus], None] = _nothing
    on_config: Callable[[ConfigBody], None] = _nothing
    on_revoked: Callable[[bool], None] = _nothing
    on_epoch: Callable[[NewEpoch], None] = _nothing
    health: Callable[[], Health] = dict


@dataclass(frozen=True, slots=True)
class _Owned:
    """A built lane, with what has to be closed after it."""

    lane: Lane
    clients: tuple[OfficeClient, ...]
    stores: LaneStores

    def abort(self) -> None:
        for client in self.clients:
            client.abort()

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.stores.close()


class SyncEngine:
    """`address` is the office's base URL. `transport` makes one connection; each lane has its own and its own databases.

    Raises KioskError "office-address" or "ca-missing".
    """

    def __init__(
        self, files: BoothFiles, identity: Identity, address: str, *, ca_file: str | None = None,
        listeners: Listeners | None = None, rng: random.Random | None = None,
        transport: Callable[[], Transport] | None = None,
    ) -> None:  # fmt: skip
        self._files = files
        self._identity = identity
        self._listeners = listeners or Listeners()
        self._rng = rng or random.SystemRandom()
        self._transport, quick = (transport, transport) if transport else _transports(address, ca_file)
        self._board = StatusBoard(self._listeners.on_status)
        self._office_time = OfficeTime()
        self._claims = ClaimDesk(
            self._client(TokenBox(files.clock.monotonic)), files.clock, DaemonExecutor(),
            lambda: self._board.status.step is Step.OK,
        )  # fmt: skip
        builders = {RECORDS: self._build_records, PHOTOS: self._build_photos, PULLS: self._build_pulls}
        self._lanes = {name: LaneThread(name, build, self._board) for name, build in builders.items()}
        asker = self._client(TokenBox(files.clock.monotonic), quick)
        self._watch = WayWatch(asker, lambda: self._board.status, self.wake, self._rng)

    @property
    def status(self) -> SyncStatus:
        """How sync stands now."""
        return self._board.status

    @property
    def claims(self) -> ClaimDesk:
        """Asks the office who checks a booking in; for the thread of the check-in."""
        return self._claims

    def start(self) -> None:
        """Starts the lanes, once in an engine's life."""
        for thread in (*self._lanes.values(), self._watch):
            thread.start()

    def stop(self, deadline_s: float = 5.0) -> bool:
        """Ends calls under way and the lanes; False if one still hung after `deadline_s` (it dies with the program).

        Nothing is lost by it: whatever was not acked is due again.
        """
        until = time.monotonic() + deadline_s
        self._watch.stop()
        self._claims.abort()
        for lane in self._lanes.values():
            lane.stop()
        for thread in (*self._lanes.values(), self._watch):
            if thread.is_alive():
                thread.join(max(until - time.monotonic(), 0.0))
        alive = [name for name, lane in self._lanes.items() if lane.is_alive()]
        for name in alive:
            event(_log, "lane-hangs", logging.ERROR, lane=name)
        return not alive

    def wake(self, reason: Wake = Wake.RECORD) -> None:
        """A new record, a network that came back, or a person asks for a try now; from any thread."""
        for lane in self._lanes.values():
            lane.wake(reason)

    def offer_again(self) -> None:
        """Somebody wants what the office refused to be sent once more."""

        def tell(lane: Lane) -> None:
            if isinstance(lane, RecordsLane):
                lane.offer_again()

        self._lanes[RECORDS].tell(tell)

    def run_until_empty(self, timeout_s: float) -> bool:
        """Waits until the office has all records and photos and this booth the office's news; False if that did not come true.

        Starts the lanes if need be. Comes back at once where waiting is in vain: revoked, epoch conflict, upgrade needed.
        Raises KioskError where the journal cannot be read.
        """
        if not self._watch.is_alive():
            self.start()
        until = time.monotonic() + timeout_s
        before = {name: self.status.lane(name) for name in self._lanes}
        self.wake(Wake.STAFF)
        with closing(self._files.open()) as stores:
            while True:
                seen = self.status
                # The board may not know yet of what was captured since a lane's last turn; the journal does.
                if _is_empty(seen.counts) and _got_through(seen, before) and _is_empty(stores.outbox.counts()):
                    return True
                left = until - time.monotonic()
                if left <= 0 or _is_hopeless(seen, before) or not self._has_news(seen, left):
                    return False

    def _has_news(self, seen: SyncStatus, timeout_s: float) -> bool:
        return self._board.wait_for(lambda status: status is not seen, timeout_s)

    def _build_records(self) -> _Owned:
        client = self._client(TokenBox(self._files.clock.monotonic))
        stores = self._files.open()
        about = About(self._identity.device_id, self._files.paths.root, self._listeners.health)
        new_epoch = partial(start_epoch, stores.journal, self._files.keys)
        parts = RecordsParts(
            stores.outbox, client, DaemonExecutor(), about, self._hint, new_epoch, self._listeners.on_epoch
        )
        return _Owned(RecordsLane(self._parts(stores), parts), (client,), stores)

    def _build_photos(self) -> _Owned:
        tokens = TokenBox(self._files.clock.monotonic)
        clients = tuple(self._client(tokens) for _ in range(WIDTH))
        stores = self._files.open()
        photos = self._files.photos(self._identity.device_id)
        rule = partial(retention_hours, stores.configs, self._identity)
        parts = PhotosParts(stores.outbox, photos, clients, DaemonExecutor(), rule)
        return _Owned(PhotosLane(self._parts(stores), parts), clients, stores)

    def _build_pulls(self) -> _Owned:
        client = self._client(TokenBox(self._files.clock.monotonic))
        stores = self._files.open(with_roster=True)
        configs = ConfigTaker(stores.configs, stores.officers, stores.memory, self._identity)
        listeners = self._listeners
        leases = LeaseStore(stores.journal)
        parts = PullsParts(stores.roster, leases, configs, client, listeners.on_config, listeners.on_revoked)
        return _Owned(PullsLane(self._parts(stores), parts), (client,), stores)

    def _client(self, tokens: TokenBox, transport: Callable[[], Transport] | None = None) -> OfficeClient:
        line = (transport or self._transport)()
        files = self._files
        return OfficeClient(
            "", files.keys, self._identity.device_id, files.clock, transport=line, tokens=tokens
        )  # fmt: skip

    def _parts(self, stores: LaneStores) -> LaneParts:
        return LaneParts(stores.memory, self._files.clock, self._rng, self._board, self._office_time)

    def _hint(self, hints: Hints) -> None:
        def tell(lane: Lane) -> None:
            if isinstance(lane, PullsLane):
                lane.hint(hints)

        self._lanes[PULLS].tell(tell)


def _is_empty(counts: OutboxCounts | None) -> bool:
    return counts is not None and counts.waiting == 0 and counts.blobs_waiting == 0


def _got_through(status: SyncStatus, before: Before) -> bool:
    """Every lane that has something to ask the office has got through since `before`."""
    asking = (RECORDS,) if status.revoked else (RECORDS, PULLS)
    return all(status.lane(name).done > before[name].done for name in asking)


def _is_hopeless(status: SyncStatus, before: Before) -> bool:
    """A fresh try of the records met what no waiting heals."""
    records = status.lane(RECORDS)
    return records.mode in _HOPELESS and records.tries > before[RECORDS].tries
