"""What can be read out of a spoilt journal without SQLite, and that nothing comes out that was not written."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app.booth.facts import HelpCalled
from kiosk_app.store.carve import Remains, carve, file_salt
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.pages import PAGE, PageReader
from kiosk_app.store.signed import DeviceSignatures
from tests.memory import ManualClock
from tests.store.samples import arrived, called, draft_of, photo_store, photo_taken

Carve = Callable[..., Remains]
VISITS = 40


@pytest.fixture
def spoilt(
    folder: Path, keys: FileKeyHolder, journal_on: Callable[[Database], JournalStore], clock: ManualClock
) -> Path:
    """A copy of a journal in use, its log not yet in its file: file and log as a power cut would leave them."""
    copy = folder / "copy"
    copy.mkdir()
    with open_journal(folder / "journal.db", keys) as database:
        journal, photos, outbox = journal_on(database), photo_store(folder, clock), Outbox(database, clock)
        for n in range(VISITS):
            journal.append(arrived(f"v{n}"))
            if n == VISITS // 2:
                outbox.apply_results([RecordAnswer(one.id, Answer.ACCEPTED, one.seq) for one in outbox.due(5, 10**6)])
                database.checkpoint()
        journal.append(HelpCalled("x" * 9000))  # longer than a page
        journal.append(called("v0"))
        sealed = photos.seal(b"jpeg", "v0", draft=draft_of("v0"))
        journal.append(photo_taken(sealed, "v0"), sealed.record_id)
        outbox.blob_verified(sealed.blob)
        for name in ("journal.db", "journal.db-wal"):
            shutil.copy(folder / name, copy / name)
    return copy


@pytest.fixture
def carved(spoilt: Path, keys: FileKeyHolder) -> Carve:
    def work(*salts: bytes) -> Remains:
        path = spoilt / "journal.db"
        key = keys.database_key("journal", create=False)
        return carve(
            path, [spoilt / "journal.db-wal"], key, salts or (file_salt(path),), DeviceSignatures(keys.public_der())
        )

    return work


def test_every_record_comes_out_of_file_and_log(carved: Carve) -> None:
    remains = carved()
    found = remains.in_order()
    assert [one.seq for one in found] == list(range(1, VISITS + 4))
    assert [one.acked for one in found] == [True] * 5 + [False] * (VISITS - 2)
    assert len(found[VISITS].body) > 9000
    assert list(remains.blobs.values()) == ["verified"]
    assert (remains.bad, remains.mended, remains.forged) == (0, 0, 0)


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def test_a_wrong_bit_on_a_page_is_put_right(spoilt: Path, carved: Carve) -> None:
    chance = random.Random(5)
    for name in ("journal.db", "journal.db-wal"):
        flip(spoilt / name, 8 * PAGE + chance.randrange(8 * PAGE))
    remains = carved()
    assert remains.mended == 2
    assert remains.bad == 0
    assert len(remains.records) == VISITS + 3


def test_a_wrong_bit_in_the_salt_is_put_right(spoilt: Path, carved: Carve) -> None:
    flip(spoilt / "journal.db", 77)
    assert len(carved().records) == VISITS + 3


def test_a_salt_that_is_gone_is_taken_from_elsewhere(spoilt: Path, carved: Carve) -> None:
    path = spoilt / "journal.db"
    salt = file_salt(path)
    path.write_bytes(bytes(16) + path.read_bytes()[16:])
    assert carved().records == {}
    assert len(carved(bytes(16), salt).records) == VISITS + 3


def test_pages_that_are_gone_take_only_their_own_rows(spoilt: Path, carved: Carve) -> None:
    path = spoilt / "journal.db"
    content = path.read_bytes()
    path.write_bytes(bytes(PAGE) + content[PAGE : 6 * PAGE] + b"\xa5" * PAGE + content[7 * PAGE :])
    remains = carved(content[:16])
    assert remains.bad == 2
    assert VISITS // 2 < len(remains.records) <= VISITS + 3
    whole = {one.id for one in remains.in_order()}
    path.write_bytes(content)
    assert whole <= {one.id for one in carved().in_order()}


def test_a_log_whose_head_is_gone_still_gives_its_records(spoilt: Path, carved: Carve) -> None:
    path = spoilt / "journal.db-wal"
    path.write_bytes(b"\xff" * 32 + path.read_bytes()[32:])
    assert len(carved().records) == VISITS + 3


def test_the_wrong_key_reads_nothing(spoilt: Path) -> None:
    reader = PageReader(bytes(32), file_salt(spoilt / "journal.db"))
    assert not reader.opens(spoilt / "journal.db", [spoilt / "journal.db-wal"])


def test_a_row_that_the_booth_did_not_sign_is_not_believed(
    folder: Path, keys: FileKeyHolder, journal: JournalStore, database: Database
) -> None:
    for n in range(3):
        journal.append(arrived(f"v{n}"))
    with database.transaction():
        database.execute(
            "UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'A001', 'A009') AS BLOB) WHERE seq = 2"
        )
    database.checkpoint()
    path = folder / "journal.db"
    key = keys.database_key("journal", create=False)
    remains = carve(path, [], key, [file_salt(path)], DeviceSignatures(keys.public_der()))
    assert [one.seq for one in remains.in_order()] == [1, 3]
    assert remains.forged == 1


@pytest.mark.parametrize("content", [b"", b"short", bytes(PAGE), b"\xff" * 3 * PAGE])
def test_a_file_that_is_none_gives_nothing(tmp_path: Path, keys: FileKeyHolder, content: bytes) -> None:
    path = tmp_path / "nothing.db"
    path.write_bytes(content)
    remains = carve(path, [tmp_path / "no-log"], bytes(32), [file_salt(path)], DeviceSignatures(keys.public_der()))
    assert remains == Remains()
