"""A spoilt journal: put aside, never deleted; what is left of it goes on under a new epoch."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store import pages, quarantine
from kiosk_app.store.btree import rows_of
from kiosk_app.store.carve import file_salt
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.database import Database
from kiosk_app.store.identity import IdentityStore
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal, open_roster
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.pages import PAGE, PageReader
from kiosk_app.store.quarantine import keep_log_if_alone, make_whole
from kiosk_app.store.roster import RosterStore
from kiosk_app.store.verify import verify_journal
from tests.memory import NINE, WIB
from tests.store.samples import arrived
from tests.store.spoiling import WHO, Booth, Day, flip, spoil

TODAY = NINE.date()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Booth, Day]:
    booth = Booth.make(tmp_path_factory.mktemp("template"))
    return booth, booth.day(keep_log=True)


@pytest.fixture
def booth(template: tuple[Booth, Day], tmp_path: Path) -> Booth:
    return template[0].copy(tmp_path / "booth")


@pytest.fixture
def day(template: tuple[Booth, Day]) -> Day:
    return template[1]


@pytest.fixture
def opened(booth: Booth) -> Iterator[Database]:
    """The journal after `make_whole`."""
    make_whole(booth.paths, booth.keys)
    with open_journal(booth.paths.journal, booth.keys) as database:
        yield database


def records(booth: Booth) -> list[tuple[str, bytes]]:
    with open_journal(booth.paths.journal, booth.keys) as database:
        assert verify_journal(database, booth.keys.public_der(), booth.paths.photos).first_fault is None
        return database.rows("SELECT id, body FROM records ORDER BY seq")


def aside(booth: Booth) -> list[str]:
    return sorted(path.name for path in booth.paths.quarantine.glob("*/*"))


def journal_on(database: Database, booth: Booth) -> JournalStore:
    return JournalStore(database, booth.keys, booth.clock, lambda: 7, lambda: WIB)


def last_record_page(booth: Booth) -> int:
    """The page with the newest records."""
    reader = PageReader(booth.keys.database_key("journal", create=False), file_salt(booth.paths.journal))
    shape = (str, str, str, str, int, bytes, bytes, bytes, bytes)
    found: dict[int, int] = {}
    for page in reader.file(booth.paths.journal):
        for rowid, columns in rows_of(page.data, page.number, lambda _number: None):
            if rowid is not None and tuple(type(cell) for cell in columns[1:10]) == shape:
                found[page.number] = max(rowid, found.get(page.number, 0))
    return max(found, key=lambda number: found[number])


def test_a_whole_journal_is_left_alone(booth: Booth, day: Day) -> None:
    assert make_whole(booth.paths, booth.keys) is None
    assert records(booth) == day.records
    assert not booth.paths.quarantine.exists()
    assert not any(path.name.endswith(".last") for path in booth.files())


def test_one_wrong_bit_in_the_file_loses_nothing(booth: Booth, day: Day) -> None:
    make_whole(booth.paths, booth.keys)  # what is in the log goes into the file
    flip(booth.paths.journal, 8 * (4 * PAGE + 1000))
    before = booth.paths.journal.read_bytes()
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert (rebuilt.carried, rebuilt.missing, rebuilt.mended_pages) == (len(day.records), 0, 1)
    assert records(booth) == day.records
    kept = booth.paths.quarantine / rebuilt.place / "journal.db"
    assert len(kept.read_bytes()) >= len(before)
    assert make_whole(booth.paths, booth.keys) is None


def test_a_wrong_bit_on_a_page_that_the_log_holds_anew_is_no_loss(booth: Booth, day: Day) -> None:
    flip(booth.paths.journal, 8 * (4 * PAGE + 1000))
    assert make_whole(booth.paths, booth.keys) is None
    assert records(booth) == day.records


def test_the_booth_is_still_itself_and_its_day_goes_on(booth: Booth, opened: Database, day: Day) -> None:
    epoch = Outbox(opened).epoch()
    opened.close()
    flip(booth.paths.journal, 99)
    assert make_whole(booth.paths, booth.keys) is not None
    with open_journal(booth.paths.journal, booth.keys) as database:
        assert IdentityStore(database).load() == WHO
        stored = ConfigStore(database).load()
        assert stored is not None
        assert stored.version == 3
        outbox, journal = Outbox(database), journal_on(database, booth)
        assert outbox.epoch() != epoch
        assert len(journal.visits(TODAY)) == 30
        assert journal.count_arrivals(TODAY) == 30
        assert len(journal.open_visits(TODAY)) == 15
        assert outbox.counts().waiting == len(day.records)
        assert [one.sha256 for one in outbox.blobs_due(99)] == day.blobs
        assert journal.append(arrived("next")).seq == len(day.records) + 1


def test_a_frame_of_the_log_that_is_wrong_loses_nothing(booth: Booth, day: Day) -> None:
    """SQLite itself opens such a journal without a word, and what lies behind the frame is gone."""
    log = booth.paths.journal.with_name("journal.db-wal")
    flip(log, 8 * (32 + 24 + PAGE // 2))
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert (rebuilt.fault, rebuilt.missing) == ("lost", 0)
    assert records(booth) == day.records
    assert "journal.db-wal.last" in aside(booth)


def test_who_only_reads_first_does_not_cost_what_the_log_holds(booth: Booth, day: Day) -> None:
    """`kiosk-app status` after a crash: when it closes the journal, SQLite removes the log and what it did not believe in it."""
    flip(booth.paths.journal.with_name("journal.db-wal"), 8 * (32 + 24 + PAGE // 2))
    keep_log_if_alone(booth.paths)
    open_journal(booth.paths.journal, booth.keys).close()
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert rebuilt.missing == 0
    assert records(booth) == day.records


def test_a_log_that_is_nonsense_is_told_with_what_it_took(
    booth: Booth, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_PATIENCE", 1)  # every bit of every page tried takes its time
    log = booth.paths.journal.with_name("journal.db-wal")
    spoil(log, 0, log.stat().st_size)
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert rebuilt.fault == "lost"
    assert rebuilt.photos > 0
    assert rebuilt.missing > 0
    kept = records(booth)
    assert len(kept) == rebuilt.carried + rebuilt.photos == len(day.records) - rebuilt.missing
    assert set(kept) < set(day.records)


@pytest.mark.parametrize("size", [PAGE, 1 << 30])
def test_of_a_file_that_is_nonsense_the_photos_come_back_from_their_packets(booth: Booth, day: Day, size: int) -> None:
    make_whole(booth.paths, booth.keys)
    spoil(booth.paths.journal, 0, size)
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert rebuilt.fault == "unreadable"
    kept = records(booth)
    if size == PAGE:  # only the first page, which holds no record: the salt comes from the spare
        assert kept == day.records
        return
    assert (rebuilt.carried, rebuilt.photos) == (0, len(day.blobs))
    assert rebuilt.missing == len(day.records) - len(day.blobs)
    assert set(kept) < set(day.records)  # the very records, byte for byte
    with open_journal(booth.paths.journal, booth.keys) as database:
        assert [one.sha256 for one in Outbox(database).blobs_due(99)] == day.blobs
        assert IdentityStore(database).load() == WHO


def test_numbers_that_may_have_been_given_out_are_passed_over(booth: Booth) -> None:
    make_whole(booth.paths, booth.keys)
    spoil(booth.paths.journal, (last_record_page(booth) - 1) * PAGE, PAGE)
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert rebuilt.missing > 0
    with open_journal(booth.paths.journal, booth.keys) as database:
        assert journal_on(database, booth).count_arrivals(TODAY) >= 30


def test_an_older_journal_put_back_is_noticed_and_goes_on_under_a_new_name(booth: Booth, tmp_path: Path) -> None:
    make_whole(booth.paths, booth.keys)
    shutil.copy(booth.paths.journal, tmp_path / "yesterday.db")
    with open_journal(booth.paths.journal, booth.keys) as database:
        epoch = Outbox(database).epoch()
        for n in range(5):
            journal_on(database, booth).append(arrived(f"more-{n}"))
    shutil.copy(tmp_path / "yesterday.db", booth.paths.journal)
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert (rebuilt.fault, rebuilt.missing) == ("lost", 5)
    with open_journal(booth.paths.journal, booth.keys) as database:
        assert Outbox(database).epoch() != epoch


def test_what_the_office_has_for_long_is_left_behind_and_its_photo_is_not(booth: Booth, day: Day) -> None:
    with open_journal(booth.paths.journal, booth.keys) as database:
        booth.clock.forward(days=10)
        journal_on(database, booth).append(arrived("much-later"))
    flip(booth.paths.journal, 8 * (4 * PAGE + 1000))
    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    kept = records(booth)
    assert rebuilt.older == 9  # ten were acked, one of them a photo that is still here
    assert len(kept) == len(day.records) + 1 - 9


@pytest.mark.parametrize("step", range(1, 9))
def test_a_crash_at_any_step_loses_nothing(booth: Booth, day: Day, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    make_whole(booth.paths, booth.keys)
    flip(booth.paths.journal, 8 * (4 * PAGE + 1000))
    left = [step]
    real = Path.replace

    def replace_or_die(path: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace_or_die)
        try:
            make_whole(booth.paths, booth.keys)
        except KeyboardInterrupt:
            left[0] = -1
    make_whole(booth.paths, booth.keys)
    assert records(booth) == day.records
    assert "journal.db" in aside(booth)
    assert not [path for path in booth.paths.root.iterdir() if ".rebuilt" in path.name]


def test_a_wrong_key_moves_nothing(booth: Booth, day: Day) -> None:
    key = booth.paths.keys / "journal.key"
    right = key.read_bytes()
    for lost in ((), ("journal.db.check",)):
        for name in lost:
            (booth.paths.root / name).unlink()
        key.write_bytes(bytes(32))
        with pytest.raises(KioskError) as caught:
            make_whole(booth.paths, FileKeyHolder(booth.paths.keys))
        assert caught.value.code == ("store-damaged" if lost else "store-wrong-key")
    assert not booth.paths.quarantine.exists()
    key.write_bytes(right)
    assert make_whole(booth.paths, FileKeyHolder(booth.paths.keys)) is None
    assert records(booth) == day.records


def test_a_spoilt_fingerprint_of_the_right_key_stops_nobody(booth: Booth, day: Day) -> None:
    check = booth.paths.root / "journal.db.check"
    text = check.read_text()
    check.write_text(("1" if text[0] != "1" else "2") + text[1:])
    assert make_whole(booth.paths, booth.keys) is None
    assert check.read_text() == text
    assert records(booth) == day.records


def test_another_device_key_is_told_before_it_signs_anything(booth: Booth) -> None:
    (booth.paths.keys / "device.key").unlink()
    other = FileKeyHolder(booth.paths.keys)
    other.ensure_device_key()
    with pytest.raises(KioskError) as caught:
        make_whole(booth.paths, other)
    assert caught.value.code == "keys-damaged"
    assert not booth.paths.quarantine.exists()


def test_without_the_spare_nothing_is_moved_and_the_technician_is_called(booth: Booth) -> None:
    make_whole(booth.paths, booth.keys)
    booth.paths.journal.with_name("journal.db.spare").unlink()
    spoil(booth.paths.journal, 0, PAGE)
    content = booth.paths.journal.read_bytes()
    with pytest.raises(KioskError) as caught:
        make_whole(booth.paths, booth.keys)
    assert caught.value.code == "store-damaged"
    assert booth.paths.journal.read_bytes() == content
    assert not booth.paths.quarantine.exists()


def test_a_spoilt_roster_goes_aside_and_begins_empty(booth: Booth, day: Day) -> None:
    with open_roster(booth.paths.roster, booth.keys) as database:
        RosterStore(database).replace([], "cursor", 0, booth.clock.now())
    spoil(booth.paths.roster, PAGE, 3 * PAGE)
    assert make_whole(booth.paths, booth.keys) is None
    assert "roster.db" in aside(booth)
    with open_roster(booth.paths.roster, booth.keys) as database:
        assert RosterStore(database).cursor() is None
    assert make_whole(booth.paths, booth.keys) is None
    assert records(booth) == day.records


def test_a_missing_journal_is_not_made_anew_in_silence(booth: Booth) -> None:
    booth.paths.journal.unlink()
    assert make_whole(booth.paths, booth.keys) is None
    with pytest.raises(KioskError) as caught:
        open_journal(booth.paths.journal, booth.keys)
    assert caught.value.code == "store-missing"


def test_a_folder_that_was_never_used_is_nothing_to_look_at(tmp_path: Path) -> None:
    booth = Booth.make(tmp_path / "new")
    assert make_whole(booth.paths, booth.keys) is None
    assert quarantine.UNREADABLE == "unreadable"
