"""Database, migrations and keys: what must hold before the office answers anybody."""

import os
import sqlite3
import stat
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from kiosk_app.errors import KioskError
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.keys import load_or_make_keys
from kiosk_app.office.more_tables import metadata
from kiosk_app.office.notes import get_note, put_note
from kiosk_app.office.office import Office
from kiosk_app.office.tables import UtcTime, meta
from kiosk_app.paths import OfficePaths

from .conftest import both_databases


@pytest.fixture
def database() -> str:
    """The data folder's own: what is asked here is SQLite's, or the same for every database."""
    return ""


@both_databases
def test_migrations_make_exactly_the_tables(office: Office) -> None:
    with office.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_connection_is_as_safe_as_it_gets(office: Office) -> None:
    with office.database.read() as one, office.database.read() as other:
        for connection in (one, other):
            pragmas = ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in pragmas]
            assert found == ["wal", 2, 1, 0]


def test_a_failed_transaction_leaves_nothing(office: Office) -> None:
    def write() -> None:
        with office.database.write() as connection:
            put_note(connection, "test", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    with office.database.read() as connection:
        assert get_note(connection, "test") is None


def test_a_read_sees_one_state(office: Office) -> None:
    with office.database.read() as connection:
        assert get_note(connection, "test") is None
        with office.database.write() as writer:
            put_note(writer, "test", "1")
        assert get_note(connection, "test") is None
    with office.database.read() as connection:
        assert get_note(connection, "test") == "1"


def test_values_never_reach_an_error(office: Office) -> None:
    with office.database.write() as connection:
        put_note(connection, "test", "secret-value")
    with pytest.raises(IntegrityError) as caught, office.database.write() as connection:
        connection.execute(insert(meta).values(name="test", value="secret-value"))
    assert "secret-value" not in str(caught.value)


def test_times_need_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcTime().process_bind_param(datetime(2026, 1, 1), sqlite.dialect())  # noqa: DTZ001


def test_a_file_that_is_no_database_is_told(paths: OfficePaths) -> None:
    paths.make()
    paths.database.write_bytes(b"no database at all, but long enough to have a header" * 50)
    with pytest.raises(KioskError, match="cannot be opened"):
        Office.open(paths)


def test_a_newer_database_is_told(office: Office, paths: OfficePaths) -> None:
    with sqlite3.connect(paths.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(KioskError, match="newer version"):
        Office.open(paths)


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x/y", "sqlite:///{}/no/such/folder.db"])
def test_an_address_that_cannot_be_used_is_told(tmp_path: Path, url: str) -> None:
    with pytest.raises(KioskError, match=r"Give sqlite|cannot be opened"):
        Office.open(OfficePaths(tmp_path), url.format(tmp_path))


def test_photos_go_to_folders_only(paths: OfficePaths) -> None:
    with pytest.raises(KioskError, match="folder only"):
        Office.open(paths, blobs="s3://bucket")


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in access lists")
def test_only_the_owner_reads_keys_and_database(office: Office, paths: OfficePaths) -> None:
    files = [*paths.keys.iterdir(), paths.database]
    assert len(files) == 6
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_keys_stay_the_same(office: Office, paths: OfficePaths) -> None:
    again = load_or_make_keys(paths.keys, expected=True)
    assert (again.sealing_key, again.config_key, again.code_key) == (
        office.keys.sealing_key, office.keys.config_key, office.keys.code_key,
    )  # fmt: skip
    assert "PrivateKey" not in repr(again)


@pytest.mark.parametrize("name", ["sealing.key", "config.key", "codes.key", "person.key"])
def test_a_missing_key_is_never_made_anew(office: Office, paths: OfficePaths, name: str) -> None:
    (paths.keys / name).unlink()
    with pytest.raises(KioskError, match=f"{name} is missing"):
        Office.open(paths)
    assert not (paths.keys / name).exists()


def test_a_damaged_key_is_told(office: Office, paths: OfficePaths) -> None:
    (paths.keys / "codes.key").write_bytes(b"short")
    with pytest.raises(KioskError, match="damaged"):
        Office.open(paths)


def test_keys_of_another_office_are_found(office: Office, paths: OfficePaths) -> None:
    (paths.keys / "sealing.key").write_bytes(b"k" * 32)
    with pytest.raises(KioskError, match="another office"):
        Office.open(paths)


def test_a_person_has_a_mark_for_each_place(office: Office) -> None:
    nik = "1671014101900001"
    marks = {office.keys.person_mark(place, nik) for place in ("a", "b")}
    assert len(marks) == 2
    assert all(len(mark) == 64 and nik not in mark for mark in marks)
    assert office.keys.person_mark("a", nik) in marks


def test_migrating_again_changes_nothing(paths: OfficePaths) -> None:
    paths.make()
    database = OfficeDatabase.at(paths.database)
    database.migrate()
    before = paths.database.read_bytes()
    database.migrate()
    assert paths.database.read_bytes() == before
    database.close()
