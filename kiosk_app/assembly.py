"""What a booth is made of below its screens: the store, the rules over it, and the profile in force.

Opened in the thread that will use it, because a database connection belongs to its thread: the ledger thread under the screens, the
main thread of a command.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from kiosk_app.booth.desk import Desk
from kiosk_app.booth.facts import Fact, Recorded, Stamp
from kiosk_app.booth.lease_desk import LeaseDesk
from kiosk_app.booth.ports import Claims, OfficerSession
from kiosk_app.booth.ports import Clock as RuleClock
from kiosk_app.booth.profile import Profile
from kiosk_app.booth.reception import Reception
from kiosk_app.booth.roles import Duty
from kiosk_app.clock import Clock
from kiosk_app.contract.config import ConfigBody, open_config
from kiosk_app.contract.signatures import unb64, verify_office
from kiosk_app.entrance import Entrance, demand
from kiosk_app.errors import KioskError
from kiosk_app.paths import BoothPaths
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.database import Database
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keeper import StoreKeeper
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.keys_choice import open_holder
from kiosk_app.store.leases import LeaseStore
from kiosk_app.store.lock import DataLock
from kiosk_app.store.notes import PacketNotes
from kiosk_app.store.officers import OfficerStore
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.photos import PhotoStore, SealingKey
from kiosk_app.store.quarantine import make_whole
from kiosk_app.store.room import DiskRoom
from kiosk_app.store.shifts import Shift
from kiosk_app.store.tiered_roster import TieredRoster, open_tiered_roster
from kiosk_app.store.tiers import tier_of


class OfficeRules:
    """The configuration in force, for every thread: profile, code keys, sealing key. Replaced whole by a newer one."""

    def __init__(self, config: ConfigBody) -> None:
        self._config = config

    def replace(self, config: ConfigBody) -> None:
        """Takes the office's newer configuration; its signature and version were checked by whoever stored it."""
        self._config = config

    def current(self) -> Profile:
        return self._config.profile

    def version(self) -> int:
        """The version that facts are stamped with."""
        return self._config.profile.version

    def zone(self) -> ZoneInfo:
        """The zone in which the booth's days begin."""
        return self._config.profile.zone

    def sealing_key(self) -> SealingKey:
        """The office's key to which photos are sealed now."""
        key = self._config.sealing_keys[0]
        return SealingKey(key.id, unb64(key.public))

    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        """Fulfils `booth.ports.CodeVerifier` with the office's code keys."""
        return any(
            verify_office(unb64(key.public), message, signature)
            for key in self._config.code_keys
            if key.id == str(key_id)
        )


class TellingJournal(JournalStore):
    """The journal that says when it has a new record, so that sync need not wait for its timer."""

    on_record: Callable[[], None] = staticmethod(lambda: None)

    def append(self, fact: Fact, record_id: str = "", stamp: Stamp | None = None) -> Recorded:
        recorded = super().append(fact, record_id, stamp)
        self.on_record()
        return recorded


@dataclass(slots=True)
class Booth:
    """An open booth. `close` gives everything back; the lock is held as long as it is open."""

    paths: BoothPaths
    clock: Clock
    keys: KeyHolder
    identity: Identity
    rules: OfficeRules
    journal_db: Database
    journal: TellingJournal
    outbox: Outbox
    roster: TieredRoster
    photos: PhotoStore
    officers: Entrance

    def reception(self, clock: RuleClock | None = None, claims: Claims | None = None) -> Reception:
        """The applicant's side; `clock` is another one than the booth's only where a day is rehearsed."""
        rules, leases = self.rules, LeaseStore(self.journal_db)
        return Reception(
            self.journal, self.roster, rules, rules, clock or self.clock, self.identity.letter, leases, claims
        )  # fmt: skip

    def lease_desk(self) -> LeaseDesk:
        """Who gives walk-in slots back to the office, in the booth's thread."""
        return LeaseDesk(LeaseStore(self.journal_db), self.journal, self.rules, self.clock)

    def desk(self, desk: str, session: OfficerSession, clock: RuleClock | None = None) -> Desk:
        """The officer's side at the desk named `desk`; raises KioskError "role-forbids" for who has no business with applicants."""
        demand(session, Duty.SERVE)
        return Desk(self.journal, self.roster, self.rules, self.photos, clock or self.clock, desk, session.officer)

    def today(self) -> date:
        """The date in the booth's zone."""
        return self.rules.current().day_of(self.clock.now())

    @property
    def roster_db(self) -> Database:
        """The roster's database; raises KioskError "roster-closed" until an officer has opened it."""
        return self.roster.database()

    def keeper(self) -> StoreKeeper:
        """Who looks after the store, in the booth's thread."""
        return StoreKeeper(self.paths, self.journal_db, self.journal, self.photos, DiskRoom(self.paths.root))

    def close(self) -> None:
        """Closes both databases."""
        self.roster.close()
        self.journal_db.close()


def make_keys(paths: BoothPaths) -> KeyHolder:
    """Who holds this booth's keys, as chosen at its enrolment."""
    return open_holder(paths.keys)


def locked(paths: BoothPaths) -> DataLock:
    """The lock that keeps a second program off this data folder; raises KioskError "not-enrolled" where there is no booth."""
    if not Database.exists(paths.journal) and not paths.keys.is_dir():
        raise not_enrolled(paths)
    return DataLock(paths.lock)


def not_enrolled(paths: BoothPaths) -> KioskError:
    """The data folder belongs to no booth yet."""
    return KioskError(
        "not-enrolled",
        f"There is no enrolled booth in {paths.root}.",
        "Run `kiosk-app enrol --office URL --code CODE` first, or name another folder with --data.",
    )


def open_own_booth(paths: BoothPaths, clock: Clock) -> Booth:
    """As `open_booth`, for whoever holds the data folder's lock: a spoilt journal is put aside first and a fresh one made of it."""
    holder = make_keys(paths)
    make_whole(paths, holder)
    return open_booth(paths, clock, holder)


def open_booth(paths: BoothPaths, clock: Clock, keys: KeyHolder | None = None) -> Booth:
    """Opens an enrolled booth in this thread; raises KioskError for whatever stands in the way, having changed nothing."""
    # A journal that is gone leaves its key's fingerprint: opening then says that it is missing.
    if not Database.exists(paths.journal) and not paths.journal.with_name(f"{paths.journal.name}.check").exists():
        raise not_enrolled(paths)
    holder = keys or make_keys(paths)
    tier = tier_of(paths.keys, holder)
    journal_db = open_journal(paths.journal, holder)
    try:
        identity = IdentityStore(journal_db).load()
        if identity is None:
            raise not_enrolled(paths)
        rules = OfficeRules(_stored_config(journal_db, identity))
        roster = open_tiered_roster(paths.roster, holder, tier)
    except BaseException:
        journal_db.close()
        raise
    # A practice booth knows no real names, and its rehearsals read the bookings before anybody logs in.
    wanted = partial(_wants_pins, rules, identity)
    officers = OfficerStore(journal_db, clock)
    room = DiskRoom(paths.root)
    journal = TellingJournal(journal_db, holder, clock, rules.version, rules.zone, room)
    notes = PacketNotes(journal_db.derived_key("notes"), holder, journal.stamp, rules.zone)
    return Booth(
        paths=paths,
        clock=clock,
        keys=holder,
        identity=identity,
        rules=rules,
        journal_db=journal_db,
        journal=journal,
        outbox=Outbox(journal_db, clock),
        roster=roster,
        photos=PhotoStore(paths.photos, rules.sealing_key, identity.device_id, clock, notes, room),
        officers=Entrance(officers, journal, Shift(tier, roster, officers, wanted, clock)),
    )


def _stored_config(database: Database, identity: Identity) -> ConfigBody:
    stored = ConfigStore(database).load()
    if stored is None:
        raise KioskError(
            "config-missing",
            "This booth has not received the office's configuration yet.",
            "Run the same `kiosk-app enrol` command again while the office can be reached.",
        )
    return open_config(stored.version, stored.body, stored.sig, unb64(identity.config_key))


def _wants_pins(rules: OfficeRules, identity: Identity) -> bool:
    return rules.current().roster_behind_pin and not identity.practice
