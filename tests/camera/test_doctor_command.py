"""`kiosk-app doctor` from the command line: what it prints, keeps, refuses, and its exit status."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app.cli import main

from .booths import as_folder, booth, dimmed, noisy

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on the test's own data folder: exit status, stdout, stderr."""
    monkeypatch.setenv("KIOSK_APP_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("kiosk_app.camera.doctor.LOOK_S", 0.3)

    def command(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["doctor", *map(str, words)])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    return as_folder(tmp_path / "booth", noisy(booth()))


def test_a_reference_first_and_then_a_comparison(run: Run, camera: Path, tmp_path: Path) -> None:
    status, said, _ = run("camera", "--camera", camera, "--reference", "--picture", tmp_path / "now.png")
    assert status == 0
    assert "The reference was kept.\n" in said
    assert (tmp_path / "now.png").read_bytes().startswith(b"\x89PNG")
    status, said, _ = run("--camera", camera)
    assert (status, said.count("PASS")) == (0, 7)
    as_folder(camera, dimmed(booth(), 0.45))
    status, said, complained = run("camera", "--camera", camera)
    assert status == 1
    assert "ACT   light" in said
    assert "Switch all lamps of the booth on" in said
    assert complained == ""


def test_json_for_programs(run: Run, camera: Path) -> None:
    run("--camera", camera, "--reference")
    as_folder(camera, dimmed(booth(), 0.45))
    status, said, _ = run("--camera", camera, "--json")
    value = json.loads(said)
    part = value["parts"]["camera"]
    assert (status, value["state"], part["state"], part["camera"]) == (1, "act", "act", "images booth")
    items = {item["name"]: item for item in part["items"]}
    assert items["light"]["measured"]["wall_l"] == pytest.approx(45, abs=2)
    assert set(items["light"]) == {"name", "state", "finding", "action", "measured"}


def test_the_camera_is_the_one_of_the_settings_file(run: Run, camera: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "booth.toml").write_text(f"[camera]\nspec = {json.dumps(str(camera))}\n")
    assert "camera: images booth" in run()[1]


def test_nothing_is_kept_of_a_person(run: Run, tmp_path: Path) -> None:
    for words in (("--reference",), ("--picture", tmp_path / "face.png")):
        status, said, complained = run("camera", "--camera", "practice:portrait", *words)
        assert status == 1
        assert "somebody is in the picture" in said
        assert complained.startswith("kiosk-app: Somebody is in the picture, so nothing was kept.")
        assert complained.count("\n") == 1
    assert not (tmp_path / "face.png").exists()
    assert not (tmp_path / "data" / "camera").exists()


def test_a_poor_reference_is_called_so(run: Run, camera: Path) -> None:
    as_folder(camera, dimmed(booth(), 0.45))
    status, said, _ = run("--camera", camera, "--reference")
    assert status == 1
    assert "The reference was kept. It is a poor one" in said


def test_a_camera_that_is_not_there_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, said, complained = run("camera", "--camera", tmp_path / "empty")
    assert (status, complained) == (1, "")
    assert "ACT   camera    The folder empty holds no images." in said
    status, _, complained = run("camera", "--camera", tmp_path / "empty", "--reference")
    assert (status, complained.count("\n")) == (1, 1)


def test_mistakes_are_told_before_the_camera_is_opened(run: Run, camera: Path, tmp_path: Path) -> None:
    (tmp_path / "old.png").write_bytes(b"mine")
    for words, told in (
        (("--picture", tmp_path / "now.gif"), "a PNG or a JPEG"),
        (("--picture", tmp_path / "old.png"), "there already"),
        (("--picture", tmp_path / "no" / "such" / "folder.png"), "There is no folder"),
        (("--camera", tmp_path / "nowhere"), "no camera, file or folder"),
    ):
        status, said, complained = run("camera", "--camera", camera, *words)
        assert (status, said) == (1, "")
        assert told in complained
    assert (tmp_path / "old.png").read_bytes() == b"mine"
    assert not (tmp_path / "no").exists()
    with pytest.raises(SystemExit) as wrong:
        run("keys")
    assert wrong.value.code == 2


def test_a_damaged_reference_is_told_in_one_line(run: Run, camera: Path, tmp_path: Path) -> None:
    run("--camera", camera, "--reference")
    (tmp_path / "data" / "camera" / "reference.json").write_text("{}")
    status, _, complained = run("--camera", camera)
    assert status == 1
    assert "The camera's reference is damaged. Empty the booth and make a new one" in complained
    assert run("--camera", camera, "--reference")[0] == 0
    assert sorted(os.listdir(tmp_path / "data" / "camera")) == ["reference.json", "reference.png"]
