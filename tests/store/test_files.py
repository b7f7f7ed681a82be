import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.store.files import create_durably, write_durably
from kiosk_app.store.lock import DataLock


def test_the_file_is_there_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_durably(tmp_path / "a", b"content")
    assert (tmp_path / "a").read_bytes() == b"content"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_content_is_synced_before_the_name_and_the_folder_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        real_fsync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        assert self.read_bytes() == b"content"
        steps.append("rename")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_durably(tmp_path / "a", b"content")
    assert steps == ["file", "rename", "folder"]


def test_a_disk_that_fails_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_durably(tmp_path / "a", b"old")

    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(KioskError) as caught:
        write_durably(tmp_path / "a", b"new")
    assert caught.value.code == "store-io"
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_what_is_there_already_is_not_made_again(tmp_path: Path) -> None:
    create_durably(tmp_path / "a", b"first")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    create_durably(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_a_creation_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(KioskError) as caught:
        create_durably(tmp_path / "a", b"new")
    assert caught.value.code == "store-io"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KioskError, match="data folder"):
        write_durably(tmp_path / "nowhere" / "a", b"new")


def test_a_full_disk_says_so_and_keeps_the_old_content(small_disk: Path) -> None:
    write_durably(small_disk / "a", b"old")
    with pytest.raises(KioskError) as caught:
        write_durably(small_disk / "a", bytes(4_000_000))
    assert caught.value.code == "store-full"
    assert (small_disk / "a").read_bytes() == b"old"
    assert [entry.name for entry in small_disk.iterdir()] == ["a"]


_HOLD = """
import sys
from pathlib import Path
from kiosk_app.store.lock import DataLock
with DataLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_turned_away_until_the_first_ends(tmp_path: Path) -> None:
    path = tmp_path / "booth.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(KioskError) as caught:
            DataLock(path).acquire()
        assert caught.value.code == "store-in-use"
        other.kill()
    with DataLock(path) as lock:
        with pytest.raises(KioskError):
            DataLock(path).acquire()
        lock.release()
        third = DataLock(path)
        third.acquire()
        third.release()


def test_a_lock_without_its_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(KioskError) as caught:
        DataLock(tmp_path / "nowhere" / "booth.lock").acquire()
    assert caught.value.code == "store-unreachable"
