"""What the world does to a booth's disk and clock: each a clear state, nothing confirmed is lost, nothing is confirmed in vain."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_app.booth.facts import HelpCalled
from kiosk_app.errors import KioskError
from kiosk_app.store import health
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.lock import DataLock
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.quarantine import make_whole
from kiosk_app.store.room import DiskLimits, DiskRoom
from kiosk_app.store.verify import verify_journal
from tests.memory import WIB, ManualClock
from tests.store.samples import DEVICE, JPEG, OFFICE_KEY, arrived, called, finished
from tests.store.spoiling import Booth
from tests.store.test_room import MB, fill_up

ROOM = DiskLimits(warn=48 * MB, stop=8 * MB, ballast=4 * MB)


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(KioskError) as caught:
        work()
    return caught.value.code


def test_on_a_nearly_full_disk_nobody_is_taken_in_and_whoever_is_here_is_served(disk: Path, clock: ManualClock) -> None:
    keys = FileKeyHolder(disk / "keys")
    keys.ensure_device_key()
    room = DiskRoom(disk, ROOM)
    with open_journal(disk / "journal.db", keys) as database:
        journal = JournalStore(database, keys, clock, lambda: 1, lambda: WIB, room)
        photos = PhotoStore(disk / "photos", lambda: OFFICE_KEY, DEVICE, clock, room=room)
        journal.append(arrived("v1"))
        fill_up(disk, leave=7 * MB)
        assert code_of(lambda: journal.append(arrived("v2"))) == "store-full"
        assert code_of(lambda: photos.seal(JPEG, "v1")) == "store-full"
        assert [visit.id for visit in journal.visits(clock.now().date())] == ["v1"]
        assert list((disk / "photos").iterdir()) == []
        journal.append(called("v1"))
        journal.append(finished("v1"))
        outbox = Outbox(database, clock)
        sent = outbox.due(9, 10**6)
        assert outbox.apply_results([RecordAnswer(one.id, Answer.ACCEPTED, one.seq) for one in sent]).acked == 3
        (disk / "filler").unlink()
        journal.append(arrived("v2"))


@pytest.fixture
def read_only(disk: Path) -> Iterator[Booth]:
    """A booth on a disk that the system has put to read-only, as it does after faults of the disk."""
    booth = Booth.make(disk / "booth")
    booth.day(visits=4)
    if subprocess.run(["mount", "-o", "remount,ro", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let its root remount")
    yield booth
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def test_a_disk_that_can_only_be_read_is_told_and_left_alone(read_only: Booth) -> None:
    paths, keys = read_only.paths, read_only.keys
    before = {path: path.read_bytes() for path in paths.root.rglob("*") if path.is_file()}
    assert code_of(lambda: make_whole(paths, keys)) == "store-unreachable"
    assert code_of(lambda: open_journal(paths.journal, keys)) == "store-unreachable"
    assert code_of(DataLock(paths.root / "other.lock").acquire) == "store-unreachable"
    assert not DiskRoom(paths.root, ROOM).keep_ballast()
    assert {path: path.read_bytes() for path in paths.root.rglob("*") if path.is_file()} == before


_HOLD = """
import sys
from pathlib import Path
from kiosk_app.store.lock import DataLock
DataLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_program_on_the_same_folder_is_turned_away_until_the_first_is_gone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "booth.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        assert code_of(DataLock(tmp_path / "booth.lock").acquire) == "store-in-use"
        other.kill()
    DataLock(tmp_path / "booth.lock").acquire()


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_jumps_ten_years_and_back_loses_and_reorders_nothing(
    tmp_path: Path, clock: ManualClock, years: int
) -> None:
    booth = Booth.make(tmp_path / "booth")
    ids = []
    for jump in (0, years, 0):
        now = ManualClock(clock.now() + timedelta(days=365 * jump), seconds=clock.seconds)
        with open_journal(booth.paths.journal, booth.keys) as database:
            journal = JournalStore(database, booth.keys, now, lambda: 1, lambda: WIB)
            visit = f"{jump}-{len(ids)}"
            ids += [journal.append(fact).id for fact in (arrived(visit), called(visit), finished(visit))]
            assert [one.id for one in journal.visits(now.now().date())] == ([visit] if len(ids) < 9 else ["0-0", visit])
            assert [one.id for one in Outbox(database, now).due(99, 10**6)] == ids
            assert verify_journal(database, booth.keys.public_der(), booth.paths.photos).first_fault is None
    assert make_whole(booth.paths, booth.keys) is None


def test_a_folder_put_back_whole_is_consistent_and_its_older_head_is_what_the_office_sees(tmp_path: Path) -> None:
    """Nothing in the folder can tell: what tells is the office, which remembers a later head (see `sync` and the office's heads)."""
    booth = Booth.make(tmp_path / "booth")
    booth.day(visits=4)
    yesterday = booth.copy(tmp_path / "yesterday")
    booth.day(visits=4, first=10)
    with open_journal(booth.paths.journal, booth.keys) as database:
        head = Outbox(database).head()
    assert make_whole(yesterday.paths, yesterday.keys) is None
    with open_journal(yesterday.paths.journal, yesterday.keys) as database:
        older = Outbox(database).head()
    assert older[0] < head[0]
    assert older[1] != head[1]


def test_the_journals_file_alone_put_back_is_noticed_here(tmp_path: Path) -> None:
    booth = Booth.make(tmp_path / "booth")
    booth.day(visits=4)
    shutil.copy(booth.paths.journal, tmp_path / "older.db")
    booth.day(visits=4, first=10)
    shutil.copy(tmp_path / "older.db", booth.paths.journal)
    with open_journal(booth.paths.journal, booth.keys) as database:
        assert health.wound(database, health.witness_of(database)) == health.LOST


_WORK = """
import sys
from pathlib import Path
from kiosk_app.booth.facts import HelpCalled
from kiosk_app.clock import SystemClock
from kiosk_app.errors import KioskError
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from zoneinfo import ZoneInfo
root = Path(sys.argv[1])
keys = FileKeyHolder(root / "keys")
database = open_journal(root / "journal.db", keys)
journal = JournalStore(database, keys, SystemClock(), lambda: 1, lambda: ZoneInfo("Asia/Jakarta"))
for n in range(12):
    try:
        journal.append(HelpCalled(f"screen-{n}"))
        print("kept", n, flush=True)
    except KioskError as error:
        print(error.code, n, flush=True)
"""


@pytest.mark.parametrize(("call", "nth"), [("fsync", 8), ("fsync", 11), ("pwrite64", 27), ("pwrite64", 60)])
def test_a_disk_that_fails_once_confirms_nothing_in_vain_and_goes_on_after_a_look(
    tmp_path: Path, call: str, nth: int
) -> None:
    """The real failure of a system call, by strace: the nth sync or write, while the journal is at work."""
    if shutil.which("strace") is None:
        pytest.skip("strace makes system calls fail, and is not installed")
    booth = Booth.make(tmp_path / "booth")
    command = ["strace", "-f", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:error=EIO:when={nth}"]
    command += [sys.executable, "-c", _WORK, str(booth.paths.root)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode and "ptrace" in done.stderr:
        pytest.skip("this machine does not let strace trace")
    said = [line.split() for line in done.stdout.splitlines()]
    kept = {n for word, n in said if word == "kept"}
    assert len(said) == 12, done.stderr
    assert len(kept) == 11
    assert [word for word, _ in said if word != "kept"] == ["store-io"]
    assert int(said[-1][1]) == 11
    assert said[-1][0] == "kept"
    with open_journal(booth.paths.journal, booth.keys) as database:
        rows = database.rows("SELECT body FROM records")
        assert verify_journal(database, booth.keys.public_der(), booth.paths.photos).first_fault is None
    held = {n for n in map(str, range(12)) if any(f'"screen-{n}"'.encode() in body for (body,) in rows)}
    assert kept <= held


def test_after_a_failure_what_was_confirmed_is_looked_for_and_a_loss_stops_the_booth(
    journal: JournalStore, database: Database
) -> None:
    for n in range(3):
        journal.append(HelpCalled(f"{n}"))
    with database.transaction():  # what a disk does that lied about a sync
        database.execute("DELETE FROM records WHERE seq = 3")
        database.execute("UPDATE tallies SET n = 2 WHERE name = 'captured'")
    database._broken = True
    for _again in range(2):
        assert code_of(lambda: journal.append(HelpCalled("next"))) == "store-damaged"
    assert code_of(lambda: database.rows("SELECT 1")) == "store-io"


def test_after_a_failure_without_loss_the_booth_goes_on(journal: JournalStore, database: Database) -> None:
    journal.append(HelpCalled("before"))
    database._broken = True
    assert code_of(lambda: database.rows("SELECT 1")) == "store-io"
    assert journal.append(HelpCalled("after")).seq == 2
