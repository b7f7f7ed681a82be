"""A real booth's store in a folder of its own: real SQLCipher, real keys, real files."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk_app.clock import Clock
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal, open_roster
from tests.memory import WIB, ManualClock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("keys", "photos"):
        (tmp_path / name).mkdir(mode=0o700)
    return tmp_path


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def keys(folder: Path) -> FileKeyHolder:
    holder = FileKeyHolder(folder / "keys")
    holder.ensure_device_key()
    return holder


@pytest.fixture
def database(folder: Path, keys: FileKeyHolder) -> Iterator[Database]:
    with open_journal(folder / "journal.db", keys) as opened:
        yield opened


@pytest.fixture
def roster_database(folder: Path, keys: FileKeyHolder) -> Iterator[Database]:
    with open_roster(folder / "roster.db", keys) as opened:
        yield opened


@pytest.fixture
def journal_on(keys: FileKeyHolder, clock: Clock) -> Callable[[Database], JournalStore]:
    """A journal on any database."""

    def make(opened: Database) -> JournalStore:
        return JournalStore(opened, keys, clock, lambda: 7, lambda: WIB)

    return make


@pytest.fixture
def journal(database: Database, journal_on: Callable[[Database], JournalStore]) -> JournalStore:
    return journal_on(database)


@contextmanager
def mounted(place: Path, size: str) -> Iterator[Path]:
    """A file system of its own in memory."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root on Linux")
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode:
        pytest.skip("this machine does not let its root mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    with mounted(tmp_path / "small", "2m") as place:
        yield place


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 MB with the folders of a booth."""
    with mounted(tmp_path / "disk", "64m") as place:
        for name in ("keys", "photos"):
            (place / name).mkdir(mode=0o700)
        yield place
