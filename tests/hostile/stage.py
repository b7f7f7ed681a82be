"""One real office, a front that can lie for it, and a freshly enrolled booth for every case."""

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from kiosk_app.booth.bookings import Booking
from kiosk_app.contract.messages import ConfigResponse
from kiosk_app.office.archive import list_records
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import OfficePaths
from kiosk_app.store.database import Database
from kiosk_app.store.opening import open_journal, open_roster
from tests.memory import NINE, ManualClock
from tests.sync import hostile
from tests.sync.kit import SITE, BoothKit, enrol_booth

# What a lane's answers decide of the booth: all that a lie on that lane might change.
RECORDS, PHOTOS, PULLS = "records", "photos", "pulls"
_TABLES = {
    RECORDS: (
        "SELECT seq, id, epoch, state, pos, body, sig FROM records ORDER BY seq", "SELECT * FROM tallies ORDER BY 1",
        "SELECT value FROM meta WHERE name = 'safe_pos' AND value <> '0'",
    ),
    PHOTOS: ("SELECT sha256, record_id, state FROM blobs ORDER BY seq",),
    PULLS: ("SELECT * FROM config", "SELECT * FROM officers ORDER BY id", "SELECT * FROM identity"),
}  # fmt: skip
_NAMES = ("Kanaria Lestari", "Bambang Tri", "Siti Aminah")


@dataclass(frozen=True)
class Stage:
    """`old` is what the office said before its last configuration; `stranger` is a token that is good for another booth."""

    folder: Path
    office: Office
    front: hostile.Front
    clock: ManualClock
    old: ConfigResponse

    def bookings(self) -> list[Booking]:
        return [
            Booking(f"{'ABCDEFG'[n]}AAAAAAAAAA", f"{7 + n:016}", name, "new", NINE + timedelta(minutes=n), SITE, "16.71", f"p{n}")
            for n, name in enumerate(_NAMES)
        ]  # fmt: skip

    def arrived(self, kit: BoothKit, ids: list[str]) -> str:
        """What is wrong with what the office holds of this booth in the end; "" when all came once."""
        there = [record.id for record in list_records(self.office) if record.id in set(ids)]
        # One that was refused alone is put aside: kept, shown, and offered again.
        aside = {record.id for record, _reason in kit.stores.outbox.quarantined()}
        lost, doubled = len(set(ids) - set(there) - aside), len(there) - len(set(there))
        return f"{lost} records lost, {doubled} doubled" if lost or doubled else ""

    @contextmanager
    def booth(self) -> Iterator[BoothKit]:
        """A booth of the office's, with its configuration and bookings, two applicants and a photo that wait."""
        self.front.behave()
        folder = self.folder / uuid.uuid4().hex
        enrol_booth(folder, self.office, self.front.url)
        kit = BoothKit(folder, self.front.url, self.clock)
        try:
            kit.pulls_lane().turn()
            kit.arrive_and_call()
            kit.photograph()
            self.front.seen.clear()
            yield kit
        finally:
            kit.close()
            self.office.devices.revoke(kit.identity.device_id)  # a place has letters for 26 booths only
            shutil.rmtree(folder)


@contextmanager
def raised(folder: Path) -> Iterator[Stage]:
    """The office with a list of officers and bookings that has had two configurations."""
    clock = ManualClock(NINE, 1000.0)
    office = Office.open(OfficePaths(folder / "office"), clock=clock)
    server = OfficeServer(office)
    server.start()
    try:
        with hostile.serve(server.url) as front:
            enrol_booth(folder / "first", office, front.url)
            first = BoothKit(folder / "first", front.url, clock)
            old = first.client().config("")
            first.close()
            assert old is not None
            office.officers.add("77", "Rina", "officer", "905172")
            office.configuration.publish()
            stage = Stage(folder, office, front, clock, old.message)
            office.bookings.put(stage.bookings())
            yield stage
    finally:
        server.stop()
        office.close()


def held(kit: BoothKit, part: str) -> str:
    """A digest of what the booth holds of one lane's matters."""
    with open_journal(kit.paths.journal, kit.keys) as journal:
        rows = [_rows(journal, sql) for sql in _TABLES[part]]
    if part == PULLS:
        with open_roster(kit.paths.roster, kit.keys) as roster:
            rows.append(_rows(roster, "SELECT id, v, number, slot, data FROM bookings ORDER BY id"))
    if part == PHOTOS:
        rows.append(str(sorted((path.name, _hash(path)) for path in kit.paths.photos.iterdir())))
    return "\n".join(rows)


def ids_of(kit: BoothKit) -> list[str]:
    """The ids of all records."""
    with open_journal(kit.paths.journal, kit.keys) as journal:
        return [str(row[0]) for row in journal.rows("SELECT id FROM records ORDER BY seq")]


def _rows(database: Database, sql: str) -> str:
    return json.dumps([[cell.hex() if isinstance(cell, bytes) else cell for cell in row] for row in database.rows(sql)])


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
