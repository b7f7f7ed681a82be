"""Data folders of booths with a past: enrolled at a real office, filled through the store's own functions."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.machine import filesystem
from bench.past import NOW, PastClock, facts_of, roster_of
from bench.processes import say
from kiosk_app.assembly import make_keys, open_booth
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.profile import Profile
from kiosk_app.commands.enrol import enrol_booth
from kiosk_app.office.keys import OfficeKeys
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import BoothPaths, OfficePaths
from kiosk_app.settings import Settings
from kiosk_app.store.lock import DataLock
from kiosk_app.store.roster import RosterRow

# A hundred thousand transactions with a sync each would take longer than all measurements together.
_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's folder in memory; what is made there has a random name and one owner
_NEEDED_BYTES = 2 * 10**9


@dataclass(frozen=True, slots=True)
class Past:
    """A booth's closed data folder, and the bookings in its roster (those of today first)."""

    size: int
    paths: BoothPaths
    roster: tuple[Booking, ...]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A booth without a past, with the office's keys to sign codes with."""

    paths: BoothPaths
    profile: Profile
    keys: OfficeKeys

    def with_past(self, size: int, seed: int) -> Past:
        """A copy of the booth with `size` facts in its journal and `size` bookings in its roster."""
        paths = BoothPaths(self.paths.root.with_name(f"booth-{size}"))
        shutil.copytree(self.paths.root, paths.root)
        roster = roster_of(size, seed, self.profile, self.keys)
        clock = PastClock()
        booth = open_booth(paths, clock)
        try:
            rows = (RosterRow(booking.id, 1, booking) for booking in roster)
            booth.roster.replace(rows, "bench", len(roster), NOW - timedelta(minutes=5))
            for number, (moment, fact) in enumerate(facts_of(size, seed, roster), 1):
                clock.set(moment)
                booth.journal.append(fact)
                if number % 10_000 == 0:
                    say(f"ledger: {number:,} of {size:,} facts written")
        finally:
            booth.close()
        return Past(size, paths, roster)


@contextmanager
def enrolled() -> Iterator[Enrolled]:
    """A practice booth enrolled over HTTP, in memory where the system has a folder there; the office is closed again."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", dir=_filling_folder()) as folder:
        office = Office.open(OfficePaths(Path(folder) / "office"))
        try:
            with office.database.read() as connection:
                profile = office.configuration.profile(connection)
            paths = BoothPaths(Path(folder) / "booth")
            enrol_at(office, paths, office.invite("Bench", profile.place, practice=True))
            yield Enrolled(paths, profile, office.keys)
        finally:
            office.close()


def enrol_at(office: Office, paths: BoothPaths, code: str) -> None:
    """Makes `paths` the booth that the office invited by `code`, over HTTP."""
    paths.make()
    server = OfficeServer(office)
    server.start()
    try:
        with DataLock(paths.lock):
            enrol_booth(paths, make_keys(paths), Settings(), server.url, code)
    finally:
        server.stop()


def _filling_folder() -> Path | None:
    if _MEMORY.is_dir() and filesystem(_MEMORY) == "tmpfs" and shutil.disk_usage(_MEMORY).free > _NEEDED_BYTES:
        return _MEMORY
    return None
