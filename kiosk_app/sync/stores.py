"""What a lane keeps, on connections of its own: a Database belongs to the thread that opened it."""

from dataclasses import dataclass

from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.database import Database
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.officers import OfficerStore
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.photos import PhotoStore, SealingKey
from kiosk_app.store.roster import RosterStore
from kiosk_app.store.tiered_roster import TieredRoster, open_tiered_roster
from kiosk_app.store.tiers import tier_of
from kiosk_app.sync.memory import SyncMemory


@dataclass(frozen=True, slots=True)
class LaneStores:
    """The journal's side of a lane, and the roster's where the lane needs it."""

    journal: Database
    outbox: Outbox
    memory: SyncMemory
    configs: ConfigStore
    officers: OfficerStore
    opened_roster: TieredRoster | None

    @property
    def roster(self) -> RosterStore:
        """What the office sends goes there, whether an officer has opened it or not."""
        if self.opened_roster is None:
            raise RuntimeError("This lane was opened without the roster.")
        return self.opened_roster

    def close(self) -> None:
        self.journal.close()
        if self.opened_roster is not None:
            self.opened_roster.close()


@dataclass(frozen=True, slots=True)
class BoothFiles:
    """Where the booth's data is and who holds its keys."""

    paths: BoothPaths
    keys: KeyHolder
    clock: Clock

    def identity(self) -> Identity:
        """Raises KioskError "not-enrolled"."""
        with open_journal(self.paths.journal, self.keys) as journal:
            identity = IdentityStore(journal).load()
        if identity is None:
            raise KioskError(
                "not-enrolled", "This booth is not enrolled.", "Run: kiosk-app enrol --office URL --code CODE"
            )
        return identity

    def open(self, with_roster: bool = False) -> LaneStores:
        """Opens the databases in the calling thread."""
        journal = open_journal(self.paths.journal, self.keys)
        try:
            tier = tier_of(self.paths.keys, self.keys)
            roster = open_tiered_roster(self.paths.roster, self.keys, tier) if with_roster else None
        except KioskError:
            journal.close()
            raise
        outbox = Outbox(journal, self.clock)
        return LaneStores(
            journal,
            outbox,
            SyncMemory(outbox, self.clock),
            ConfigStore(journal),
            OfficerStore(journal, self.clock),
            roster,
        )

    def photos(self, device_id: str) -> PhotoStore:
        """For reading only: sync never seals."""
        return PhotoStore(self.paths.photos, _no_key, device_id, self.clock)


def _no_key() -> SealingKey:
    raise RuntimeError("Sync seals no photos.")
