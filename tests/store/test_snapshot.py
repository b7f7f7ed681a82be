"""A change of the tables: either it is made and whole, or the database is as it was before."""

import shutil
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store.database import Database
from kiosk_app.store.files import TEMPORARY_SUFFIX
from kiosk_app.store.schema import Schema
from kiosk_app.store.snapshot import Snapshot

KEY = bytes(range(32))
FIRST = ("CREATE TABLE notes (text TEXT NOT NULL) STRICT",)
SECOND = ("ALTER TABLE notes ADD COLUMN more TEXT", "UPDATE notes SET more = 'new'")
OLD = Schema("notes", (FIRST,))
NEW = Schema("notes", (FIRST, SECOND))
FILES = ["notes.db", "notes.db.check"]


def open_as(folder: Path, schema: Schema) -> Database:
    return Database(folder / "notes.db", KEY, schema).open()


def kept(folder: Path, schema: Schema = OLD) -> list[tuple[object, ...]]:
    with open_as(folder, schema) as database:
        return database.rows("SELECT * FROM notes")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with a database of the first version."""
    with open_as(tmp_path, OLD) as database, database.transaction():
        database.execute("INSERT INTO notes VALUES ('kept')")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_change_that_succeeds_leaves_no_copy(old: Path) -> None:
    assert kept(old, NEW) == [("kept", "new")]
    assert names(old) == FILES


def test_the_copy_is_made_before_the_change_and_nothing_in_it_can_be_read(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[bytes] = []
    real = Database._run_steps

    def seen(database: Database) -> None:
        copy = old / "notes.db.before"
        copies.append(copy.read_bytes())
        assert copy.stat().st_mode & 0o777 == 0o600
        shutil.copy(copy, old / "copy.db")
        real(database)

    monkeypatch.setattr(Database, "_run_steps", seen)
    assert kept(old, NEW) == [("kept", "new")]
    assert copies
    assert not copies[0].startswith(b"SQLite")
    assert b"kept" not in copies[0]
    with Database(old / "copy.db", KEY, OLD).open() as copy:
        assert copy.rows("SELECT * FROM notes") == [("kept",)]


@pytest.mark.parametrize("broken", ["CREATE NONSENSE", "INSERT INTO notes VALUES (NULL, 'x')"])
def test_a_step_that_fails_changes_nothing(old: Path, broken: str) -> None:
    with pytest.raises(KioskError) as caught:
        open_as(old, Schema("notes", (FIRST, SECOND, (broken,))))
    assert caught.value.code == "store-migration"
    assert names(old) == FILES
    assert kept(old) == [("kept",)]


def test_what_is_not_whole_after_the_change_is_put_back(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "check_pages", lambda _self: False)
    with pytest.raises(KioskError) as caught:
        open_as(old, NEW)
    assert caught.value.code == "store-migration"
    monkeypatch.undo()
    assert names(old) == FILES
    assert kept(old) == [("kept",)]


def test_a_crash_before_the_check_is_made_good(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_self: Database) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Database, "check_pages", crash)
        with pytest.raises(KeyboardInterrupt):
            open_as(old, NEW)
    assert "notes.db.before" in names(old)
    assert kept(old, NEW) == [("kept", "new")]
    assert names(old) == FILES


def test_a_crash_after_the_change_of_a_file_that_is_not_whole_puts_the_copy_back(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(old / "notes.db", old / "notes.db.before")
    assert kept(old, OLD) == [("kept",)]
    shutil.copy(old / "notes.db", old / "notes.db.before")
    monkeypatch.setattr(Database, "check_pages", lambda _self: False)
    with pytest.raises(KioskError):
        open_as(old, OLD)
    assert names(old) == FILES


def test_a_half_copy_of_a_crash_is_no_copy(old: Path) -> None:
    (old / f"notes.db.before{TEMPORARY_SUFFIX}").write_bytes(b"half")
    assert kept(old, NEW) == [("kept", "new")]
    assert names(old) == FILES


def test_no_room_for_the_copy_means_no_change(small_disk: Path) -> None:
    with open_as(small_disk, OLD) as database, database.transaction():
        for _n in range(100):
            database.execute("INSERT INTO notes VALUES (?)", ("x" * 4000,))
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_300_000))
    with pytest.raises(KioskError) as caught:
        open_as(small_disk, NEW)
    assert caught.value.code == "store-full"
    filler.unlink()
    assert len(kept(small_disk)) == 100
    assert not Snapshot(small_disk / "notes.db").exists()
    assert len(kept(small_disk, NEW)) == 100
