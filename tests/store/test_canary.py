"""What lies on the disk says nothing about a person."""

from datetime import date
from pathlib import Path

import pytest

from kiosk_app.paths import BoothPaths
from kiosk_app.store.database import Database
from kiosk_app.store.identity import IdentityStore
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.notes import PacketNotes
from kiosk_app.store.officers import OfficerRow, OfficerStore
from kiosk_app.store.opening import open_journal, open_roster
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.pins import hash_pin
from kiosk_app.store.quarantine import make_whole
from kiosk_app.store.roster import ChangeOp, RosterChange, RosterStore
from kiosk_app.store.spare import Spare
from tests.memory import NINE, WIB, ManualClock, booking
from tests.store.samples import DEVICE, OFFICE_KEY, arrived, called, draft_of, photo_taken
from tests.store.test_config_identity import IDENTITY

NAME, NUMBER, PERSON, AREA = "Kanariah Lestari", "9876501234567890", "canary-of-a-person", "canary-area"
BORN = date(1961, 7, 23)
JPEG = b"\xff\xd8\xff\xe0canary in the picture" * 400
CANARIES = [text.encode() for text in (NAME, NUMBER, PERSON, AREA, BORN.isoformat(), "Petugas Kenari", "1234")]
MARKS = [b"canary in the picture", b"checkin", b"photo_taken", b"CREATE TABLE", b"SQLite format", b"argon2"]


def found(folder: Path, hidden: list[bytes]) -> list[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "keys"]
    assert len(files) > 4
    return [(path.name, word) for path in files for word in hidden if word in path.read_bytes()]


@pytest.fixture
def hidden() -> list[bytes]:
    return [word for word in CANARIES + MARKS if len(word) > 4]


def test_no_file_holds_a_readable_word(
    folder: Path, keys: FileKeyHolder, clock: ManualClock, hidden: list[bytes]
) -> None:
    journal_db, roster_db = open_journal(folder / "journal.db", keys), open_roster(folder / "roster.db", keys)
    _a_day(journal_db, roster_db, folder, keys, clock)
    assert {"journal.db-wal", "journal.db-shm", "roster.db-wal"} <= {path.name for path in folder.iterdir()}
    assert found(folder, hidden) == []
    journal_db.close()
    roster_db.close()
    assert found(folder, hidden) == []
    content = bytearray((folder / "journal.db").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "journal.db").write_bytes(content)
    rebuilt = make_whole(BoothPaths(folder), keys)
    assert rebuilt is not None
    assert (folder / "quarantine" / rebuilt.place / "journal.db").exists()
    assert found(folder, hidden) == []


def _a_day(journal_db: Database, roster_db: Database, folder: Path, keys: FileKeyHolder, clock: ManualClock) -> None:
    born = booking(id="A", name=NAME, number=NUMBER, person=PERSON, area=AREA, birth_date=BORN)
    RosterStore(roster_db).apply_changes([RosterChange(ChangeOp.PUT, "A", 1, born)], "c1", NINE)
    IdentityStore(journal_db).save(IDENTITY)
    OfficerStore(journal_db, clock).replace_all([OfficerRow("1001", "Petugas Kenari", "officer", hash_pin("481516"))])
    journal = JournalStore(journal_db, keys, clock, lambda: 1, lambda: WIB)
    journal.append(arrived("v1", booking="", code=NUMBER, person=PERSON, area=AREA))
    journal.append(called("v1"))
    notes = PacketNotes(journal_db.derived_key("notes"), keys, journal.stamp, lambda: WIB)
    photo = PhotoStore(folder / "photos", lambda: OFFICE_KEY, DEVICE, clock, notes).seal(JPEG, "v1", draft=draft_of())
    journal.append(photo_taken(photo), photo.record_id, photo.stamp)
    Spare(folder / "journal.db", journal_db.derived_key("spare")).keep(journal_db)
    for _more in range(300):
        journal.append(arrived(f"w{_more}", area=AREA, person=PERSON))
    Outbox(journal_db).due(1000, 10**7)


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.db").write_bytes(b"...." + NAME.encode())
    assert len(found(tmp_path, [NAME.encode()])) == 5
