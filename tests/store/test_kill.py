"""A booth that is killed at any moment has kept all that it confirmed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import pytest

from kiosk_app.clock import SystemClock
from kiosk_app.store import projections
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox
from kiosk_app.store.photos import PhotoStore, packet_fault
from kiosk_app.store.sweep import sweep
from kiosk_app.store.verify import verify_journal
from tests.memory import WIB
from tests.store.samples import DEVICE, OFFICE_KEY

KILLS, YOUNG = 30, 8
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")


@contextmanager
def nursery(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.nursery", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            _stream(process.stdin).close()
            process.wait(timeout=10)


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def start(process: subprocess.Popen[str], folder: Path) -> int:
    """A booth that has taken the lock; its process id."""
    before = witnessed(folder).count(["started"])
    _stream(process.stdin).write("\n")
    _stream(process.stdin).flush()
    child = int(_stream(process.stdout).readline())
    wait_until(lambda: witnessed(folder).count(["started"]) > before)
    return child


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline, "the booth stands still: was the lock of the killed one not freed?"
        time.sleep(0.001)


def kill_and_wait(child: int) -> None:
    """A killed process may still hold its files for a moment."""
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: not is_alive(child))


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def has_heard(folder: Path, lines: int) -> bool:
    return len(witnessed(folder)) >= lines


def witnessed(folder: Path) -> list[list[str]]:
    """The witness's whole lines."""
    path = folder / "witness"
    lines = path.read_text().splitlines(keepends=True) if path.exists() else []
    return [line.split() for line in lines if line.endswith("\n")]


def examine(folder: Path, database: Database, keys: FileKeyHolder) -> None:
    """Everything that the witness heard is there, and nothing is half there."""
    heard = witnessed(folder)
    whats = ("kept", "acked", "sealed", "verified", "purged")
    kept, acked, sealed, verified, purged = ({words[1] for words in heard if words[0] == what} for what in whats)
    states = dict(database.rows("SELECT id, state FROM records"))
    assert kept <= set(states)
    assert not [words for words in heard if words[0] == "rebuilt"]  # a kill is no damage
    assert {words[1] for words in heard if words[0] == "aside"} <= {"0"}
    assert all(states[record] == "acked" for record in acked)
    marked = Outbox(database).blobs_purged()
    assert purged <= marked <= verified  # nothing goes that the office did not confirm
    assert {packet_fault(folder / "photos", blob) for blob in sealed - marked} <= {""}
    assert {packet_fault(folder / "photos", blob) for blob in purged} <= {"photo-missing"}
    report = verify_journal(database, keys.public_der(), folder / "photos")
    assert (report.first_fault, report.records) == (None, len(states))
    counts = Outbox(database).counts()
    assert counts.captured == counts.acked + counts.waiting + counts.quarantined == len(states)
    assert counts.acked == list(states.values()).count("acked")
    live = database.rows("SELECT * FROM visits"), database.rows("SELECT * FROM counters")
    projections.rebuild(database)
    assert (database.rows("SELECT * FROM visits"), database.rows("SELECT * FROM counters")) == live


@pytest.mark.timeout(180)
def test_all_that_was_confirmed_survives_kill_9_at_any_moment(tmp_path: Path) -> None:
    for name in ("keys", "photos"):
        (tmp_path / name).mkdir()
    keys = FileKeyHolder(tmp_path / "keys")
    moments = random.Random(9)  # moments to kill at, no secrets
    with nursery(tmp_path) as process:
        for kill in range(KILLS):
            child = start(process, tmp_path)
            # The first ones die while keys and tables are being made, the others at work.
            if kill >= YOUNG:
                heard = len(witnessed(tmp_path)) + moments.randrange(12)
                wait_until(partial(has_heard, tmp_path, heard))
            time.sleep(moments.uniform(0, 0.02))
            kill_and_wait(child)
            if kill % 5 == 4 and Database.exists(tmp_path / "journal.db"):
                with open_journal(tmp_path / "journal.db", keys) as database:
                    examine(tmp_path, database, keys)
    with open_journal(tmp_path / "journal.db", keys) as database:
        examine(tmp_path, database, keys)
        outbox, photos = Outbox(database), PhotoStore(tmp_path / "photos", lambda: OFFICE_KEY, DEVICE, SystemClock())
        journal = JournalStore(database, keys, SystemClock(), lambda: 1, lambda: WIB)
        assert sweep(database, journal, photos, tmp_path / "photos", tmp_path / "aside").aside == 0
        left = {path.name.removesuffix(".sealed") for path in (tmp_path / "photos").iterdir()}
        assert left <= outbox.known_blobs()  # no packet without its record
        assert outbox.blobs_purged()
        assert not left & outbox.blobs_purged()
        assert len(witnessed(tmp_path)) > 2 * KILLS
        assert Outbox(database).counts().acked
