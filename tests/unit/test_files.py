"""Files are whole or not there, and their owner's alone, whatever lay about before."""

import os
import stat
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.files import write_whole

ADVICE = "Name another file."


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_the_new_takes_the_place_of_the_old(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    for content in (b"old", b"new and longer", b""):
        write_whole(file, content, ADVICE)
        assert file.read_bytes() == content
        assert os.listdir(tmp_path) == ["photo.jpg"]
    if os.name != "nt":
        assert mode(file) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="modes and links are not Windows' way")
def test_what_a_crash_or_somebody_else_left_is_not_written_into(tmp_path: Path) -> None:
    left, mine = tmp_path / "photo.jpg.part", tmp_path / "mine"
    left.write_bytes(b"half")
    left.chmod(0o644)
    write_whole(tmp_path / "photo.jpg", b"whole", ADVICE)
    assert mode(tmp_path / "photo.jpg") == 0o600
    mine.write_bytes(b"mine")
    left.symlink_to(mine)
    write_whole(tmp_path / "photo.jpg", b"a person", ADVICE)
    assert (mine.read_bytes(), (tmp_path / "photo.jpg").read_bytes()) == (b"mine", b"a person")


@pytest.mark.parametrize("name", ["no/such/photo.jpg", "taken/photo.jpg", "folder", ".", "n" * 300])
def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "taken").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(KioskError, match="cannot be written") as fault:
        write_whole(tmp_path / name, b"x", ADVICE)
    assert (fault.value.code, fault.value.action) == ("file-unwritable", ADVICE)
    assert sorted(os.listdir(tmp_path)) == ["folder", "taken"]
    assert not os.listdir(tmp_path / "folder")


def test_a_bare_name_belongs_to_the_present_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KioskError, match="cannot be written"):
        write_whole(Path(), b"x", ADVICE)
    write_whole(Path("photo.jpg"), b"x", ADVICE)
    assert os.listdir(tmp_path) == ["photo.jpg"]
