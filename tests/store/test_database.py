import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kiosk_app.errors import KioskError
from kiosk_app.store import engine
from kiosk_app.store.database import Database
from kiosk_app.store.schema import JOURNAL_SCHEMA, Schema

KEY = bytes(range(32))
NOTES = Schema("notes", (("CREATE TABLE notes (text TEXT NOT NULL) STRICT",),))


def notes(folder: Path, key: bytes = KEY, schema: Schema = NOTES, busy_ms: int = 50) -> Database:
    return Database(folder / "notes.db", key, schema, busy_ms)


def write(database: Database, *texts: str) -> None:
    with database.transaction():
        for text in texts:
            database.execute("INSERT INTO notes VALUES (?)", (text,))


def interrupted(database: Database) -> None:
    with database.transaction():
        database.execute("INSERT INTO notes VALUES ('half')")
        raise KeyboardInterrupt


def read(database: Database) -> list[str]:
    return [text for (text,) in database.rows("SELECT text FROM notes ORDER BY rowid")]


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("fullfsync", 1),
        ("checkpoint_fullfsync", 1),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("temp_store", 2),
        ("secure_delete", 1),
        ("busy_timeout", 5000),
        ("cipher_memory_security", "1"),
        ("cipher_log_level", "NONE"),
        ("cipher_status", "1"),
    ],
)
def test_every_connection_has_the_safe_settings(tmp_path: Path, pragma: str, expected: object) -> None:
    for _first_and_later in range(2):
        with Database(tmp_path / "notes.db", KEY, NOTES) as database:
            assert database.row(f"PRAGMA {pragma}") == (expected,)


def test_an_engine_that_refuses_a_setting_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_PRAGMAS", (*engine._PRAGMAS, ("synchronous", "FULL", "3")))
    with pytest.raises(KioskError) as caught:
        notes(tmp_path).open()
    assert caught.value.code == "store-unsafe"


def test_plain_sqlite_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbapi2, "connect", sqlite3.connect)
    with pytest.raises(KioskError) as caught:
        notes(tmp_path).open()
    assert caught.value.code == "store-unsafe"


def test_what_was_kept_is_there_after_reopening_for_its_owner_only(tmp_path: Path) -> None:
    with notes(tmp_path) as database:
        write(database, "one", "two")
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    with notes(tmp_path) as database:
        assert read(database) == ["one", "two"]
        assert database.check_pages()


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    with notes(tmp_path) as database:
        write(database, "kept")
        with pytest.raises(KeyboardInterrupt):
            interrupted(database)
        with pytest.raises(dbapi2.IntegrityError):
            write(database, "also half", None)  # type: ignore[arg-type]  # breaks the constraint on purpose
        assert read(database) == ["kept"]
        with pytest.raises(RuntimeError, match="inside a transaction"):
            database.execute("DELETE FROM notes")
        write(database, "next")
        assert read(database) == ["kept", "next"]


def test_a_wrong_key_is_told_apart_from_damage(tmp_path: Path) -> None:
    with notes(tmp_path) as database:
        write(database, "kept")
    with pytest.raises(KioskError) as caught:
        notes(tmp_path, key=bytes(32)).open()
    assert caught.value.code == "store-wrong-key"
    with notes(tmp_path) as database:
        assert read(database) == ["kept"]


@pytest.mark.parametrize("content", [None, b"nonsense\n", b"\xff\xfe", b""])
def test_a_lost_or_broken_key_check_is_made_again_by_the_right_key_only(tmp_path: Path, content: bytes | None) -> None:
    with notes(tmp_path) as database:
        write(database, "kept")
    check = tmp_path / "notes.db.check"
    before = check.read_bytes()
    check.unlink()
    if content is not None:
        check.write_bytes(content)
    with pytest.raises(KioskError) as caught:
        notes(tmp_path, key=bytes(32)).open()
    assert caught.value.code == "store-damaged"
    with notes(tmp_path) as database:
        assert read(database) == ["kept"]
    assert check.read_bytes() == before


@pytest.mark.parametrize("lost", [True, False])
def test_a_database_that_vanished_is_not_made_anew_in_silence(tmp_path: Path, lost: bool) -> None:
    notes(tmp_path).open().close()
    path = tmp_path / "notes.db"
    if lost:
        path.unlink()
    else:
        path.write_bytes(b"")
    with pytest.raises(KioskError) as caught:
        notes(tmp_path).open()
    assert caught.value.code == "store-missing"
    (tmp_path / "notes.db.check").unlink()
    with notes(tmp_path) as database:
        assert read(database) == []


def test_a_crash_right_after_the_file_was_made_is_a_first_start(tmp_path: Path) -> None:
    (tmp_path / "notes.db").touch()
    with notes(tmp_path) as database:
        assert read(database) == []


def test_damage_is_told_and_nothing_is_removed(tmp_path: Path) -> None:
    with notes(tmp_path) as database:
        write(database, *(f"{n} " * 200 for n in range(100)))
    path = tmp_path / "notes.db"
    good = path.read_bytes()
    for content in (b"text, not a database " * 500, good[: len(good) // 2], good[:100], bytes(len(good))):
        path.write_bytes(content)
        with pytest.raises(KioskError) as caught, notes(tmp_path) as database:
            read(database)
        assert caught.value.code == "store-damaged"
        assert path.read_bytes() == content
    path.write_bytes(good)
    with notes(tmp_path) as database:
        assert len(read(database)) == 100


def noticed_or_harmless(folder: Path, texts: list[str]) -> bool:
    try:
        with notes(folder) as database:
            return not database.check_pages() or read(database) == texts
    except KioskError as error:
        return error.code == "store-damaged"


def test_no_flipped_bit_is_read_as_truth(tmp_path: Path) -> None:
    texts = [f"{n} " * 200 for n in range(60)]
    with notes(tmp_path) as database:
        write(database, *texts)
    path = tmp_path / "notes.db"
    good = path.read_bytes()
    for place in range(17, len(good), len(good) // 40):
        flipped = bytearray(good)
        flipped[place] ^= 1 << place % 8
        path.write_bytes(flipped)
        assert noticed_or_harmless(tmp_path, texts), place


_HOLD = """
import sys
from sqlcipher3 import dbapi2
held = dbapi2.connect(sys.argv[1], isolation_level=None)
held.execute(f"PRAGMA key = \\"x'{sys.argv[2]}'\\"")
held.execute("PRAGMA locking_mode = EXCLUSIVE")
held.execute("BEGIN EXCLUSIVE")
held.execute("INSERT INTO notes VALUES ('theirs')")
print("held", flush=True)
sys.stdin.read()
held.execute("COMMIT")
"""


def test_a_database_that_another_process_holds_is_told_and_not_harmed(tmp_path: Path) -> None:
    with notes(tmp_path) as database:
        write(database, "ours")
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "notes.db"), KEY.hex()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(KioskError) as caught:
            notes(tmp_path).open()
        assert caught.value.code == "store-locked"
        other.communicate()
    with notes(tmp_path) as database:
        assert read(database) == ["ours", "theirs"]


def test_a_writer_waits_for_the_other_and_then_says_locked(tmp_path: Path) -> None:
    with notes(tmp_path) as one, notes(tmp_path) as other:
        with one.transaction():
            one.execute("INSERT INTO notes VALUES ('first')")
            assert read(other) == []
            with pytest.raises(KioskError) as caught:
                write(other, "refused")
            assert caught.value.code == "store-locked"
        write(other, "second")
        assert read(one) == ["first", "second"]


def test_a_writer_that_waits_comes_before_one_that_has_just_written(tmp_path: Path) -> None:
    def wait_and_write() -> None:
        with notes(tmp_path, busy_ms=20_000) as second:
            write(second, "waited")

    with notes(tmp_path, busy_ms=20_000) as first:
        other = threading.Thread(target=wait_and_write)
        with first.transaction():
            first.execute("INSERT INTO notes VALUES ('before')")
            other.start()
            deadline = time.monotonic() + 10
            while not first._turns._gates:
                assert time.monotonic() < deadline
                time.sleep(0.001)
        write(first, "after")
        other.join()
        assert read(first) == ["before", "waited", "after"]


def test_a_newer_programs_database_is_left_alone(tmp_path: Path) -> None:
    newer = Schema("notes", (*NOTES.migrations, ("ALTER TABLE notes ADD COLUMN more TEXT",)))
    with notes(tmp_path) as database:
        write(database, "kept")
    with notes(tmp_path, schema=newer) as database:
        assert database.rows("SELECT text, more FROM notes") == [("kept", None)]
    with pytest.raises(KioskError) as caught:
        notes(tmp_path).open()
    assert caught.value.code == "store-newer"
    with notes(tmp_path, schema=newer) as database:
        assert read(database) == ["kept"]


def test_two_threads_open_a_new_database_at_once(tmp_path: Path) -> None:
    faults: list[Exception] = []

    def work(name: str) -> None:
        try:
            with Database(tmp_path / "journal.db", KEY, JOURNAL_SCHEMA) as database, database.transaction():
                database.execute("INSERT INTO lanes VALUES (?, 0, NULL)", (name,))
        except (KioskError, dbapi2.Error) as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Database(tmp_path / "journal.db", KEY, JOURNAL_SCHEMA) as database:
        assert len(database.rows("SELECT name FROM lanes")) == 4


def _io_error() -> Exception:
    error = dbapi2.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    return error  # type: ignore[no-any-return]  # the engine's module has no types


@pytest.mark.parametrize("failures", [1, 2])
def test_opening_is_tried_once_more_after_a_disk_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    with notes(tmp_path) as database:
        write(database, "kept")
    real, left = engine.connect, [failures]

    def connect(path: Path, key: bytes, busy_ms: int) -> sqlite3.Connection:
        if left[0]:
            left[0] -= 1
            raise _io_error()
        return real(path, key, busy_ms)

    monkeypatch.setattr(engine, "connect", connect)
    if failures == 1:
        with notes(tmp_path) as database:
            assert read(database) == ["kept"]
    else:
        with pytest.raises(KioskError) as caught:
            notes(tmp_path).open()
        assert caught.value.code == "store-io"
    assert left == [0]


def test_after_a_disk_error_nothing_is_accepted_until_it_is_reopened(tmp_path: Path) -> None:
    with notes(tmp_path) as database:
        write(database, "kept")

        class Failing:
            """A connection whose next commit fails as it does on a failed sync."""

            def __init__(self, real: sqlite3.Connection) -> None:
                self._real = real

            def __getattr__(self, name: str) -> object:
                return getattr(self._real, name)

            def execute(self, sql: str, parameters: tuple[object, ...] = ()) -> object:
                if sql == "COMMIT":
                    raise _io_error()
                return self._real.execute(sql, parameters)

        database._connection = Failing(database._connection)  # type: ignore[assignment,arg-type]
        for _again in range(2):
            with pytest.raises(KioskError) as caught:
                write(database, "lost")
            assert caught.value.code == "store-io"
        with pytest.raises(KioskError):
            read(database)
    with notes(tmp_path) as database:
        assert read(database) == ["kept"]


def test_a_folder_that_is_not_there_and_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a_folder.db").mkdir()
    for path in (tmp_path / "nowhere" / "notes.db", tmp_path / "a_folder.db"):
        with pytest.raises(KioskError) as caught:
            Database(path, KEY, NOTES).open()
        assert caught.value.code == "store-unreachable"


def fill(database: Database, kept: list[str]) -> None:
    for n in range(10_000):
        text = f"{n} " * 300
        write(database, text)
        kept.append(text)


def test_a_full_disk_refuses_before_it_confirms_and_loses_nothing(small_disk: Path) -> None:
    kept: list[str] = []
    with notes(small_disk) as database:
        with pytest.raises(KioskError) as caught:
            fill(database, kept)
        assert caught.value.code == "store-full"
        assert read(database) == kept
    with notes(small_disk) as database:
        assert read(database) == kept
        assert database.check_pages()
    assert kept


def test_a_key_of_another_length_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        notes(tmp_path, key=b"short").open()


def test_a_closed_database_is_a_mistake(tmp_path: Path) -> None:
    database = notes(tmp_path).open()
    database.close()
    with pytest.raises(RuntimeError, match="not open"):
        read(database)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.db", "notes.db.check"]
