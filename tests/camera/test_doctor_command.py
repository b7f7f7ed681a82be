"""`kiosk-app doctor` from the command line: what it prints, keeps, refuses, and its exit status."""

import json
import re
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
    assert (status, value["exit_status"], value["state"], value["refused"]) == (1, 1, "act", [])
    assert (part["state"], part["camera"], part["reference_kept"]) == ("act", "images booth", False)
    items = {item["name"]: item for item in part["items"]}
    assert items["light"]["measured"]["wall_l"] == pytest.approx(45, abs=2)
    assert set(items["light"]) == {"name", "state", "finding", "action", "measured"}


def test_the_camera_is_the_one_of_the_settings_file(run: Run, camera: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "booth.toml").write_text(f"[camera]\nspec = {json.dumps(str(camera))}\n")
    assert "camera: images booth" in run()[1]


@pytest.mark.parametrize(
    "words", [("--reference",), ("--picture", "face.png"), ("--reference", "--picture", "face.png")]
)
def test_nothing_is_kept_of_a_person(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    paths = [tmp_path / word if word.endswith(".png") else word for word in words]
    status, said, complained = run("camera", "--camera", "practice:portrait", "--json", *paths)
    value = json.loads(said)
    assert (status, value["exit_status"], value["state"]) == (2, 2, "look")
    assert [why["code"] for why in value["refused"]] == ["booth-not-empty"]
    assert complained.startswith("kiosk-app: Somebody is in the picture, so nothing was kept.")
    assert complained.count("\n") == 1
    assert not (tmp_path / "face.png").exists()
    assert not (tmp_path / "data" / "camera").exists()


def test_a_poor_reference_takes_no_good_ones_place(run: Run, camera: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "camera"
    as_folder(camera, dimmed(booth(), 0.45))
    status, said, complained = run("--camera", camera, "--reference")
    assert (status, complained) == (1, "")
    assert "No reference was made" in said
    assert "There is none.\n  Do what stands under ACT, then run this again." in said
    assert not folder.exists()
    as_folder(camera, noisy(booth()))
    assert run("--camera", camera, "--reference")[0] == 0
    good = {file.name: file.read_bytes() for file in folder.iterdir()}
    as_folder(camera, dimmed(booth(), 0.45))
    status, said, _ = run("--camera", camera, "--reference", "--json")
    assert (status, json.loads(said)["parts"]["camera"]["reference_kept"]) == (1, False)
    status, said, _ = run("--camera", camera, "--reference", "--picture", tmp_path / "now.png")
    assert status == 1
    assert re.search(r"That of \d{4}-\d\d-\d\d \d\d:\d\d UTC stays\.\n  Do what stands under ACT", said)
    assert (tmp_path / "now.png").exists(), "the picture shows what is wrong"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == good
    status, said, _ = run("--camera", "practice:portrait", "--reference")
    assert (status, "No reference was made. That of" in said) == (2, True)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == good


def test_a_reference_with_something_to_look_at_says_so(run: Run) -> None:
    status, said, _ = run("--camera", "practice:empty", "--reference")
    assert status == 0
    assert "The reference was kept. Later visits take what is marked LOOK as it is now." in said
    status, said, _ = run("--camera", "practice:empty-dark")
    assert status == 1
    assert "Switch all lamps of the booth on" in said


def test_a_camera_that_is_not_there_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for words in ((), ("--reference", "--picture", tmp_path / "now.png")):
        status, said, complained = run("camera", "--camera", tmp_path / "empty", *words)
        assert (status, complained) == (1, "")
        assert "ACT   camera    The folder empty holds no images." in said
    assert "No reference was made" in said
    assert "No picture was saved: the camera gave none." in said
    assert not (tmp_path / "now.png").exists()


def test_what_is_to_be_done_and_what_was_refused_are_both_told(run: Run, camera: Path, tmp_path: Path) -> None:
    as_folder(camera, dimmed(booth(), 0.45))
    (tmp_path / "taken.png.part").mkdir()
    status, said, complained = run("--camera", camera, "--picture", tmp_path / "taken.png")
    assert (status, "ACT   light" in said) == (2, True)
    assert "taken.png cannot be written" in complained
    assert "Name another file with --picture." in complained


def test_an_unforeseen_fault_is_no_finding(run: Run, camera: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise LookupError("Siti Aminah")

    monkeypatch.setattr("kiosk_app.camera.doctor.examine", fails)
    status, said, complained = run("--camera", camera, "--json")
    value = json.loads(said)
    assert (status, value["exit_status"], value["state"], value["parts"]) == (2, 2, None, {})
    assert [why["code"] for why in value["refused"]] == ["doctor-failed"]
    assert "An unforeseen fault (LookupError at " in complained
    assert "Siti" not in said + complained


def test_mistakes_are_told_before_the_camera_is_opened(run: Run, camera: Path, tmp_path: Path) -> None:
    (tmp_path / "old.png").write_bytes(b"mine")
    for words, told in (
        (("--picture", tmp_path / "now.gif"), "a PNG or a JPEG"),
        (("--picture", tmp_path / "old.png"), "there already"),
        (("--picture", tmp_path / "no" / "such" / "folder.png"), "There is no folder"),
        (("--camera", tmp_path / "nowhere"), "no camera, file or folder"),
    ):
        status, said, complained = run("camera", "--camera", camera, *words)
        assert (status, said) == (2, "")
        assert told in complained
        value = json.loads(run("camera", "--camera", camera, *words, "--json")[1])
        assert (value["exit_status"], value["state"], value["parts"]) == (2, None, {})
        assert told in value["refused"][0]["message"]
    assert (tmp_path / "old.png").read_bytes() == b"mine"
    assert not (tmp_path / "no").exists()
    with pytest.raises(SystemExit) as wrong:
        run("keys")
    assert wrong.value.code == 2


def test_a_damaged_reference_is_one_finding(run: Run, camera: Path, tmp_path: Path) -> None:
    run("--camera", camera, "--reference")
    (tmp_path / "data" / "camera" / "reference.json").write_text("{}")
    status, said, complained = run("--camera", camera)
    assert (status, complained, said.count("PASS")) == (1, "", 6)
    assert "ACT   reference The camera's reference is damaged.\n" in said
    assert "Empty the booth and make a new one: kiosk-app doctor camera --reference" in said
    as_folder(camera, dimmed(booth(), 0.45))
    assert "The one that is there is damaged." in run("--camera", camera, "--reference")[1]
    as_folder(camera, noisy(booth()))
    assert run("--camera", camera, "--reference")[0] == 0
    assert run("--camera", camera)[0] == 0


def test_help_says_what_the_exit_status_means(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("--help")
    said = " ".join(capsys.readouterr().out.split())
    for words in ("0 nothing to act on", "1 something to act on", "2 wrong usage"):
        assert words in said
