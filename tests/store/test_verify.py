from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app.booth.facts import CodeKind, HelpCalled, Reason, TurnedAway
from kiosk_app.errors import KioskError
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.verify import Fault, VerifyReport, verify_journal
from tests.memory import ManualClock
from tests.store.samples import arrived, called, finished, photo_store, photo_taken


@pytest.fixture
def blob(journal: JournalStore, folder: Path, clock: ManualClock) -> str:
    """The photo (record 3) of a journal of six records."""
    journal.append(arrived())
    journal.append(called())
    photo = photo_store(folder, clock).seal(b"jpeg", "v1")
    journal.append(photo_taken(photo), photo.record_id)
    journal.append(finished())
    journal.append(TurnedAway(Reason.QUOTA, CodeKind.NONE))
    journal.append(HelpCalled("scan"))
    return photo.blob


def tamper(database: Database, *statements: str) -> None:
    """What somebody does who has the database's key but not the device's."""
    with database.transaction():
        for sql in statements:
            database.execute(sql)


def test_a_journal_as_it_was_written_verifies(blob: str, database: Database, keys: FileKeyHolder, folder: Path) -> None:
    assert verify_journal(database, keys.public_der(), folder / "photos") == VerifyReport(6, None)


def test_an_empty_journal_verifies(database: Database, keys: FileKeyHolder, folder: Path) -> None:
    assert verify_journal(database, keys.public_der(), folder / "photos") == VerifyReport(0, None)


_SWAP = (
    "UPDATE records SET seq = 100 WHERE seq = 4",
    "UPDATE records SET seq = 4 WHERE seq = 5",
    "UPDATE records SET seq = 5 WHERE seq = 100",
)


@pytest.mark.parametrize(("statements", "fault"), [
    (["UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'quota', 'early') AS BLOB) WHERE seq = 5"],
     Fault(5, "altered")),
    (["UPDATE records SET kind = 'login' WHERE seq = 2"], Fault(2, "altered")),
    (["UPDATE records SET applicant_key = 'v2' WHERE seq = 2"], Fault(2, "altered")),
    (["UPDATE records SET id = '01945000-0000-7000-8000-000000000000' WHERE seq = 2"], Fault(2, "altered")),
    (["UPDATE records SET schema = 2 WHERE seq = 2"], Fault(2, "altered")),
    (["UPDATE records SET sha256 = prev_sha WHERE seq = 2"], Fault(2, "altered")),
    (["UPDATE records SET prev_sha = sha256 WHERE seq = 2"], Fault(2, "chain")),
    (["UPDATE records SET epoch = 'other' WHERE seq = 2"], Fault(2, "epoch")),
    (["UPDATE records SET sig = (SELECT sig FROM records WHERE seq = 1) WHERE seq = 2"], Fault(2, "signature")),
    (["UPDATE records SET sig = X'00' WHERE seq = 2"], Fault(2, "signature")),
    (["UPDATE records SET day = '2025-02-25' WHERE seq = 2"], Fault(2, "day")),
    (["UPDATE records SET day = 'someday' WHERE seq = 2"], Fault(2, "day")),
    (["DELETE FROM records WHERE seq = 5"], Fault(5, "seq")),
    (["DELETE FROM records WHERE seq = 1"], Fault(1, "seq")),
    (["DELETE FROM records WHERE seq = 5", "UPDATE records SET seq = 5 WHERE seq = 6"], Fault(5, "chain")),
    (_SWAP, Fault(4, "chain")),
    (["DELETE FROM records WHERE seq >= 5"], Fault(5, "tail")),
    (["DELETE FROM records"], Fault(1, "tail")),
    (["DELETE FROM blobs"], Fault(3, "blob-row")),
    (["UPDATE blobs SET seq = 2"], Fault(3, "blob-row")),
    (["DELETE FROM meta"], Fault(0, "epoch")),
])  # fmt: skip
def test_editing_deleting_and_swapping_are_found(
    blob: str, database: Database, keys: FileKeyHolder, folder: Path, statements: list[str], fault: Fault
) -> None:
    tamper(database, *statements)
    report = verify_journal(database, keys.public_der(), folder / "photos")
    assert report.first_fault == fault
    assert report.records == max(fault.seq - 1, 0)


def test_a_journal_of_another_booth_does_not_verify(
    blob: str, database: Database, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = FileKeyHolder(tmp_path_factory.mktemp("other"))
    report = verify_journal(database, other.ensure_device_key(), folder / "photos")
    assert report == VerifyReport(0, Fault(1, "signature"))


@pytest.mark.parametrize("der", [b"", b"nonsense"])
def test_a_public_key_that_is_none_is_told(database: Database, folder: Path, der: bytes) -> None:
    with pytest.raises(KioskError) as caught:
        verify_journal(database, der, folder / "photos")
    assert caught.value.code == "keys-damaged"


def test_a_photo_that_is_gone_or_changed_is_found(
    blob: str, database: Database, keys: FileKeyHolder, folder: Path
) -> None:
    path = folder / "photos" / f"{blob}.sealed"
    packet = path.read_bytes()
    path.write_bytes(packet[:-1])
    assert verify_journal(database, keys.public_der(), folder / "photos").first_fault == Fault(3, "photo-damaged")
    path.unlink()
    assert verify_journal(database, keys.public_der(), folder / "photos").first_fault == Fault(3, "photo-missing")
    path.write_bytes(packet)
    assert verify_journal(database, keys.public_der(), folder / "photos").first_fault is None


def test_a_photo_that_the_office_holds_may_be_gone(
    blob: str, database: Database, keys: FileKeyHolder, folder: Path
) -> None:
    Outbox(database).blob_verified(blob)
    (folder / "photos" / f"{blob}.sealed").unlink()
    assert verify_journal(database, keys.public_der(), folder / "photos").first_fault is None


def test_what_was_sent_changes_nothing_that_is_signed(
    blob: str, database: Database, keys: FileKeyHolder, folder: Path
) -> None:
    outbox = Outbox(database)
    answers = [Answer.ACCEPTED, Answer.CONFLICT, Answer.RETRY, Answer.REJECTED]
    outbox.apply_results(
        [RecordAnswer(record.id, status, 1) for record, status in zip(outbox.due(4, 10**6), answers, strict=True)]
    )
    assert verify_journal(database, keys.public_der(), folder / "photos") == VerifyReport(6, None)


def test_a_page_that_changed_on_the_disk_is_found(
    folder: Path, keys: FileKeyHolder, journal_on: Callable[[Database], JournalStore]
) -> None:
    with open_journal(folder / "journal.db", keys) as opened:
        journal = journal_on(opened)
        for n in range(30):
            journal.append(arrived(f"v{n}"))
    path = folder / "journal.db"
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    with open_journal(path, keys) as opened:
        assert verify_journal(opened, keys.public_der(), folder / "photos") == VerifyReport(0, Fault(0, "pages"))
