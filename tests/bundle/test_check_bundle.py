"""The checks of a bundle, on a made-up folder: each finds the harm that it is there for."""

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("PyInstaller", reason="the checks read PyInstaller's archive")

import PySide6

from build_spec import check_bundle

GOOD_VISIT = {
    "arrived": 1,
    "turned_away": {},
    "photos": 1,
    "completed": 1,
    "booth_records": 7,
    "office_records": 7,
    "office_photos": 1,
    "waiting": 0,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all that must be in a bundle, and a program that answers like the booth's."""
    inside = tmp_path / "kiosk-app" / "_internal"
    for name in (*check_bundle.NEEDED_FILES, "cv2/cv2.abi3.so"):
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_text("text")
    return inside.parent


def program(folder: Path, script: str) -> None:
    """Puts a shell script where the booth's program belongs."""
    file = folder / check_bundle.PROGRAM
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_whole_folder_has_no_faults(folder: Path) -> None:
    assert check_bundle.file_faults(folder) == []
    assert check_bundle.size_faults(folder) == []
    assert check_bundle.library_faults(folder) == []


def test_budget_counts_files_and_not_links(folder: Path) -> None:
    (folder / "_internal" / "big").write_bytes(bytes(3 * 1024 * 1024))
    (folder / "_internal" / "again").symlink_to("big")
    assert check_bundle.size_faults(folder, budget_mib=4) == []
    assert len(check_bundle.size_faults(folder, budget_mib=2.5)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/lib/libQt6VirtualKeyboard.so.6",
        "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
        "PySide6/Qt/plugins/imageformats/libqpdf.so",
        "PySide6/QtQml.abi3.so",
        "libQt6Quick.so.6",
        "PySide6/Qt/lib/libQt6Charts.so.6",
        "opencv_python.libs/libQt5Core.so.5",
        "chardet/__init__.py",
        "6ec57f84c680d3a3778b__mypyc.cpython-311-x86_64-linux-gnu.so",
        "PIL/_imaging.so",
        "psycopg_binary/pq.so",
    ],
)
def test_forbidden_files_are_named(folder: Path, name: str) -> None:
    (folder / "_internal" / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / "_internal" / name).write_text("x")
    assert any(name in fault for fault in check_bundle.file_faults(folder))


@pytest.mark.parametrize("name", check_bundle.NEEDED_FILES)
def test_missing_and_empty_files_are_named(folder: Path, name: str) -> None:
    (folder / "_internal" / name).write_text("")
    assert check_bundle.file_faults(folder) == [f"_internal/{name} is missing or empty."]
    (folder / "_internal" / name).unlink()
    assert check_bundle.file_faults(folder) == [f"_internal/{name} is missing or empty."]


def test_second_opencv_and_none_at_all_are_found(folder: Path) -> None:
    (folder / "_internal" / "cv2" / "cv2.cpython-311-x86_64-linux-gnu.so").write_text("x")
    assert len(check_bundle.file_faults(folder)) == 1
    shutil.rmtree(folder / "_internal" / "cv2")
    assert len(check_bundle.file_faults(folder)) == 1


def test_link_to_nothing_is_found(folder: Path) -> None:
    (folder / "_internal" / "libQt6Core.so.6").symlink_to("PySide6/Qt/lib/libQt6Core.so.6")
    assert check_bundle.file_faults(folder) == ["_internal/libQt6Core.so.6 is a link to nothing."]


def test_library_without_what_it_needs_is_found(folder: Path) -> None:
    shutil.copy(next(Path(PySide6.__file__).parent.glob("QtSvg.*.so")), folder / "_internal" / "QtSvg.abi3.so")
    faults = check_bundle.library_faults(folder)
    assert any("QtSvg.abi3.so needs libQt6Svg.so.6, which is nowhere" in fault for fault in faults)


def test_library_that_is_no_library_is_found(folder: Path) -> None:
    (folder / "_internal" / "broken.so").write_bytes(b"\x7fELF" + bytes(200))
    assert any("broken.so cannot be loaded" in fault for fault in check_bundle.library_faults(folder))


def test_modules_of_an_unclean_environment_are_named() -> None:
    assert check_bundle.module_faults(["kiosk_app.cli", "requests.api", "chardet.universaldetector", "pytest"]) == [
        "The Python package chardet must not be in the bundle.",
        "The Python package pytest must not be in the bundle.",
    ]
    assert check_bundle.module_faults(["requests"]) == ["The Python package kiosk_app is not in the bundle."]


def test_version_is_compared(folder: Path) -> None:
    program(folder, "echo kiosk-app 1.2.3")
    assert check_bundle.version_faults(folder, "1.2.3") == []
    assert len(check_bundle.version_faults(folder, "1.2.4")) == 1


def test_good_visit_in_an_empty_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_APP_DATA", "somewhere")
    words = json.dumps(GOOD_VISIT)
    program(
        folder, f'[ -z "$KIOSK_APP_DATA" ] && [ "$QT_QPA_PLATFORM" = offscreen ] && [ "$1" = demo ] && echo \'{words}\''
    )
    assert check_bundle.visit_faults(folder) == []


@pytest.mark.parametrize(
    "change",
    [
        {"arrived": 0},
        {"photos": 0},
        {"completed": 0},
        {"office_photos": 0},
        {"waiting": 1},
        {"office_records": 6},
        {"booth_records": 0, "office_records": 0},
        {"waiting": None},
    ],
)
def test_visit_that_came_to_less_is_a_fault(change: dict[str, object]) -> None:
    assert len(check_bundle.summary_faults(GOOD_VISIT | change)) == 1


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'kiosk-app: no camera' >&2; exit 1", "ended with 1: kiosk-app: no camera"),
        ("echo Arrived 1", "not one JSON object"),
        ("echo '[1]'", "not one JSON object"),
        ("kill -9 $$", "ended with -9"),
    ],
)
def test_failed_visit_says_why(folder: Path, script: str, words: str) -> None:
    program(folder, script)
    (fault,) = check_bundle.visit_faults(folder)
    assert words in fault


def test_program_that_hangs_or_cannot_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_bundle, "_START_SECONDS", 0.2)
    program(folder, "exec sleep 60")
    assert "has not ended" in check_bundle.version_faults(folder, "1")[0]
    (folder / check_bundle.PROGRAM).chmod(0o600)
    assert "cannot be started" in check_bundle.version_faults(folder, "1")[0]


def test_folder_without_a_program_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_bundle.main([str(tmp_path)]) == 1
    assert "make bundle" in capsys.readouterr().err
