"""Between the sync engine's threads and whoever shows or waits: its start, its status in the screens' words."""

import logging

from kiosk_app import __version__, log
from kiosk_app.assembly import Booth
from kiosk_app.booth.ports import Claim
from kiosk_app.contract.config import ConfigBody
from kiosk_app.errors import KioskError
from kiosk_app.settings import Settings
from kiosk_app.store.epochs import NewEpoch
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.engine import Listeners
from kiosk_app.sync.reachability import ladder
from kiosk_app.sync.status import SyncStatus
from kiosk_app.sync_setup import epoch_incident, make_engine
from kiosk_app.ui.bridge import Bridge
from kiosk_app.ui.services import SyncView

_logger = logging.getLogger(__name__)


def to_view(status: SyncStatus) -> SyncView:
    """The engine's status in the words of the screens."""
    counts = status.counts
    return SyncView(
        step=status.step.value if status.step is not None else "unknown",
        waiting=counts.waiting if counts else 0,
        blobs_waiting=counts.blobs_waiting if counts else 0,
        quarantined=counts.quarantined if counts else 0,
        acked=counts.acked if counts else 0,
        last_contact=status.last_contact,
        roster_read_at=status.roster_read_at,
        next_try_at=status.next_try,
        lanes={lane.name: lane.mode.value for lane in status.lanes},
        ladder={rung.step.value: rung.state.value for rung in ladder(status.step)},
        clock=status.clock,
    )


def _not_noted(error: KioskError) -> None:
    log.event(_logger, "background-work-failed", logging.ERROR, code=error.code)


class SyncLink:
    """Runs sync beside the screens: its status and newer configurations go to the bridge, wishes come back.

    Fulfils `ui.services.SyncControl` and `booth.ports.Claims`.
    """

    def __init__(self, booth: Booth, settings: Settings, bridge: Bridge) -> None:
        self._booth = booth
        self._bridge = bridge
        self._engine = make_engine(
            booth,
            settings,
            Listeners(
                on_status=self._status,
                on_config=self._config,
                on_revoked=self._revoked,
                on_epoch=self._new_epoch,
                health=lambda: {"app": __version__, "keys": booth.keys.describe()},
            ),
        )

    def start(self) -> None:
        """Starts the lanes."""
        self._engine.start()

    def stop(self) -> None:
        """Ends them; nothing is lost, what was not confirmed is due again."""
        self._engine.stop()

    def wake(self) -> None:
        self._engine.wake(Wake.STAFF)

    def recorded(self) -> None:
        """There is a new record: its lane need not wait for its timer."""
        self._engine.wake(Wake.RECORD)

    def claim(self, booking_id: str) -> Claim:
        """Fulfils `booth.ports.Claims`, in the ledger thread."""
        return self._engine.claims.claim(booking_id)

    def offer_again(self) -> None:
        """Sends once more what the office has refused."""
        self._engine.offer_again()

    def wait_until_empty(self, timeout_s: float) -> bool:
        """Blocks until the office has everything, or the time is up; for the end of a rehearsal."""
        return self._engine.run_until_empty(timeout_s)

    def _status(self, status: SyncStatus) -> None:
        self._bridge.syncChanged.emit(to_view(status))

    def _config(self, config: ConfigBody) -> None:
        self._booth.rules.replace(config)
        self._bridge.profileChanged.emit()

    def _new_epoch(self, made: NewEpoch) -> None:
        fact = epoch_incident(made)
        self._bridge.run(lambda: self._booth.journal.append(fact), lambda _: None, _not_noted)

    def _revoked(self, revoked: bool) -> None:
        log.event(_logger, "booth-revoked" if revoked else "booth-admitted", logging.WARNING)
        self._bridge.boothRevoked.emit(revoked)
