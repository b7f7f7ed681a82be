"""The recorder misses nothing that a program does to its files, and refuses what it cannot describe."""

import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tests.crash.operations import (
    Linked,
    Made,
    RecordingError,
    Removed,
    Renamed,
    Resized,
    Said,
    Synced,
    Written,
    read_log,
)
from tests.crash.recorder import Recording, unavailable, under_recorder, with_inodes

pytestmark = pytest.mark.skipif(bool(unavailable()), reason=unavailable())
_BEGIN = """
import ctypes, mmap, os, shutil, sys
from pathlib import Path
recorder = ctypes.CDLL(None)
folder = Path(sys.argv[1])
recorder.crash_begin(str(folder).encode(), sys.argv[2].encode())
"""
EVERYTHING = """
os.mkdir(folder / "sub")
os.chdir(folder / "sub")
fd = os.open("a", os.O_RDWR | os.O_CREAT, 0o600)
os.write(fd, b"one")
os.lseek(fd, 10, os.SEEK_SET)
os.writev(fd, [b"two", b"", b"three"])
os.pwrite(fd, b"four", 5)
os.pwritev(fd, [b"fi", b"ve"], 30)
os.ftruncate(fd, 32)
os.posix_fallocate(fd, 0, 100)
os.fsync(fd)
os.fdatasync(fd)
recorder.crash_say(b"kept 1 2")
os.link("a", folder / "b")
os.rename("a", "../c")
at = os.open(folder, os.O_RDONLY)
os.fsync(at)
os.rename("c", "d", src_dir_fd=at, dst_dir_fd=at)
os.unlink("b", dir_fd=at)
os.write(fd, b"after it was renamed")
with open(folder / "old", "ab") as file:
    file.write(b"more")
Path(folder / "cut").write_bytes(b"short")
os.mkdir("gone")
os.rmdir("gone")
os.chdir("/")
os.unlink(folder / "removed")
with open(folder / "open and gone", "wb") as file:
    os.unlink(folder / "open and gone")
    file.write(b"to nobody")
shutil.copyfile(folder / "old", folder / "copied")
Path("/dev/null").write_bytes(b"not ours")
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return under_recorder(tmp_path_factory.mktemp("recorder"))


def record(tmp_path: Path, program: str, environment: dict[str, str]) -> Recording:
    folder, log = tmp_path.resolve() / "watched", tmp_path / "log"
    folder.mkdir()
    for name in ("old", "cut", "removed"):
        (folder / name).write_bytes(b"content from before")
    before = with_inodes(folder)
    command = [sys.executable, "-c", _BEGIN + program, str(folder), str(log)]
    subprocess.run(command, env=environment, check=True, timeout=60)
    recording = Recording("", (), folder.stat().st_ino, before, read_log(log, folder))
    recording.check(folder)
    return recording


def test_every_way_to_change_a_file_is_recorded(tmp_path: Path, environment: dict[str, str]) -> None:
    calls = record(tmp_path, EVERYTHING, environment).operations
    path = PurePosixPath
    inode = next(call.inode for call in calls if isinstance(call, Made) and call.path == path("sub/a"))
    assert [call for call in calls if not isinstance(call, Made)][:15] == [
        Written(inode, 0, b"one"), Written(inode, 10, b"two"), Written(inode, 13, b"three"), Written(inode, 5, b"four"),
        Written(inode, 30, b"fi"), Written(inode, 32, b"ve"), Resized(inode, 32), Resized(inode, 100, grow=True),
        Synced(inode, only_data=False), Synced(inode, only_data=True), Said("kept", ("1", "2")),
        Linked(inode, path("b")), Renamed(path("sub/a"), path("c")),
        Synced(tmp_path.joinpath("watched").stat().st_ino, only_data=False), Renamed(path("c"), path("d")),
    ]  # fmt: skip
    assert [call.path for call in calls if isinstance(call, Removed)] == [
        path("b"), path("sub/gone"), path("removed"), path("open and gone")
    ]  # fmt: skip
    assert {call.path for call in calls if isinstance(call, Made) and call.folder} == {path("sub"), path("sub/gone")}
    assert not any(isinstance(call, Written) and call.data == b"not ours" for call in calls)


@pytest.mark.parametrize(
    "program",
    [
        "os.posix_fallocate(os.open(folder / 'old', os.O_WRONLY), 0, 10), recorder.fallocate(os.open(folder / 'old', 1), 0, 0, 9)",
        "os.copy_file_range(os.open(sys.executable, os.O_RDONLY), os.open(folder / 'old', os.O_WRONLY), 10)",
        "mmap.mmap(os.open(folder / 'old', os.O_RDWR), 5)",
        "os.rename(folder / 'old', folder.parent / 'outside')",
    ],
)
def test_what_cannot_be_described_is_refused(tmp_path: Path, program: str, environment: dict[str, str]) -> None:
    with pytest.raises(RecordingError, match="does not follow"):
        record(tmp_path, program, environment)


def test_what_passed_by_the_recorder_is_noticed(tmp_path: Path, environment: dict[str, str]) -> None:
    with pytest.raises(RecordingError, match="missed"):
        record(tmp_path, "os.truncate(folder / 'old', 3)", environment)


def test_a_recording_that_breaks_off_is_refused(tmp_path: Path, environment: dict[str, str]) -> None:
    record(tmp_path, "os.write(os.open(folder / 'old', os.O_WRONLY), b'something')", environment)
    log = tmp_path / "log"
    log.write_bytes(log.read_bytes()[:-1])
    with pytest.raises(RecordingError, match="breaks off"):
        read_log(log, tmp_path / "watched")
