"""The reference office, put together: its database, keys, photos and everything that works on them."""

from dataclasses import dataclass
from pathlib import Path

from kiosk_app.clock import Clock, SystemClock
from kiosk_app.errors import KioskError
from kiosk_app.office.blobs import BlobDepot
from kiosk_app.office.bookings import BookingBook
from kiosk_app.office.claims import ClaimDesk
from kiosk_app.office.configuration import Configuration
from kiosk_app.office.conflicts import ConflictDesk
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Devices
from kiosk_app.office.feed import Feed
from kiosk_app.office.intake import Intake
from kiosk_app.office.keys import OfficeKeys, load_or_make_keys
from kiosk_app.office.leasing import LeaseBook
from kiosk_app.office.naming import check_name
from kiosk_app.office.notes import get_note, put_note
from kiosk_app.office.officers import OfficerBook
from kiosk_app.office.sessions import Sessions
from kiosk_app.office.sweep import Sweeper
from kiosk_app.paths import BoothPaths, OfficePaths

_KEYS_NOTE = "sealing_key"


@dataclass(frozen=True, slots=True)
class Office:
    """All parts of one office."""

    database: OfficeDatabase
    keys: OfficeKeys
    clock: Clock
    devices: Devices
    sessions: Sessions
    intake: Intake
    leases: LeaseBook
    depot: BlobDepot
    sweeper: Sweeper
    bookings: BookingBook
    feed: Feed
    claims: ClaimDesk
    conflicts: ConflictDesk
    officers: OfficerBook
    configuration: Configuration

    @classmethod
    def open(cls, paths: OfficePaths, database_url: str = "", blobs: str = "", clock: Clock | None = None) -> "Office":
        """Opens the office in a data folder, making it at the first start. Raises KioskError with what to do.

        `database_url` (SQLAlchemy) and `blobs` (a folder) stand in for the files of the data folder.
        """
        if "://" in blobs:
            raise KioskError(
                "blobs-address", "This office keeps photos in a folder only.", "Give a folder for --blobs."
            )
        try:
            if BoothPaths(paths.root).journal.exists():
                raise KioskError(
                    "data-is-booth",
                    f"{paths.root} is the folder of a booth.",
                    "Name another folder for the office with --data.",
                )
            paths.make()
            database = OfficeDatabase(database_url) if database_url else OfficeDatabase.at(paths.database)
            try:
                return cls._put_together(database, paths, Path(blobs) if blobs else paths.blobs, clock or SystemClock())
            except BaseException:
                database.close()
                raise
        except OSError as error:
            raise KioskError(
                "data-unwritable",
                f"{error.filename or paths.root} cannot be used ({error.strerror}).",
                "Name another folder with --data, or for photos with --blobs.",
            ) from error

    @classmethod
    def _put_together(cls, database: OfficeDatabase, paths: OfficePaths, blobs: Path, clock: Clock) -> "Office":
        database.migrate()
        keys = _keys(database, paths.keys)
        officers = OfficerBook(database)
        configuration = Configuration(database, keys, officers, clock)
        depot = BlobDepot(blobs, database, clock)
        leases = LeaseBook(database, configuration, clock)
        office = cls(
            database=database,
            keys=keys,
            clock=clock,
            devices=Devices(database, clock),
            sessions=Sessions(database, clock),
            intake=Intake(database, leases, clock),
            leases=leases,
            depot=depot,
            sweeper=Sweeper(depot, database, clock),
            bookings=BookingBook(database, clock),
            feed=Feed(database, leases),
            claims=ClaimDesk(database, clock),
            conflicts=ConflictDesk(database, clock),
            officers=officers,
            configuration=configuration,
        )
        office.depot.prepare()
        office.feed.prepare()
        office.configuration.publish()
        return office

    def invite(self, name: str, site: str, practice: bool = False, letter: str = "") -> str:
        """A one-time code for a new booth at a place of the profile; raises KioskError."""
        with self.database.read() as connection:
            self.configuration.profile(connection, site)
        if practice:
            self.officers.add_practice_officers()
            self.configuration.publish()
        return self.devices.invite(check_name(name), site, practice, letter)

    def close(self) -> None:
        """Gives everything back."""
        self.database.close()


def _keys(database: OfficeDatabase, folder: Path) -> OfficeKeys:
    """The database remembers which sealing key this office has, so that another set of files is found at once."""
    with database.read() as connection:
        expected = get_note(connection, _KEYS_NOTE)
    keys = load_or_make_keys(folder, expected is not None)
    if expected is None:
        with database.write() as connection:
            put_note(connection, _KEYS_NOTE, keys.sealing_key.id)
    elif expected != keys.sealing_key.id:
        raise KioskError("keys-wrong", "These keys belong to another office.", "Put this office's keys folder back.")
    return keys
