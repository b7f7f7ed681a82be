"""What goes into the bundle, and whose licences."""

import shutil
import sys
from pathlib import Path

import pytest

from build_spec import contents, licences

SITE = "/usr/lib/python3/dist-packages"


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", f"{SITE}/a"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", f"{SITE}/a"),
        ("PySide6/Qt/lib/libQt6Widgets.so.6", f"{SITE}/a"),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6"),
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0"),
        ("python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so", "/usr/lib/python3.11/lib-dynload/_ssl.so"),
        ("libavcodec-c4204469.so.62", "opencv_python_headless.libs/libavcodec-c4204469.so.62"),
        ("assets/i18n/id.json", "assets/i18n/id.json"),
    ],
)
def test_stays(place: str, source: str) -> None:
    assert contents.wanted(place, source)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("PySide6/Qt/plugins/platforms/libqeglfs.so", f"{SITE}/a"),
        ("PySide6/Qt/plugins/platforms/libqminimal.so", f"{SITE}/a"),
        ("PySide6/Qt/plugins/imageformats/libqpdf.so", f"{SITE}/a"),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", f"{SITE}/a"),
        ("PySide6/Qt/lib/libQt6Pdf.so.6", f"{SITE}/a"),
        ("libQt6VirtualKeyboard.so.6", "PySide6/Qt/lib/libQt6VirtualKeyboard.so.6"),
        ("PySide6/Qt/translations/qtbase_de.qm", f"{SITE}/a"),
        ("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3"),
        ("libX11.so.6", "/lib/x86_64-linux-gnu/libX11.so.6"),
    ],
)
def test_stays_out(place: str, source: str) -> None:
    assert not contents.wanted(place, source)


def test_only_what_we_may_touch_is_made_lean(tmp_path: Path) -> None:
    for untouched in ("numpy.libs/libscipy_openblas64_.so", "PySide6/Qt/lib/libQt6Core.so.6", "cv2/cv2.abi3.so"):
        assert contents.lean(untouched, "somewhere", tmp_path) == "somewhere"


@pytest.mark.skipif(shutil.which("strip") is None, reason="binutils is not installed")
def test_lean_copy_is_smaller_and_the_original_stays(tmp_path: Path) -> None:
    import sqlcipher3._sqlite3 as module

    before = Path(module.__file__).read_bytes()
    place = f"sqlcipher3/{Path(module.__file__).name}"
    copy = Path(contents.lean(place, module.__file__, tmp_path))
    assert tmp_path in copy.parents
    assert copy.stat().st_size < len(before)
    assert Path(module.__file__).read_bytes() == before


class Found:
    """Stands for PyInstaller's Analysis: one pure module and one binary of two packages."""

    def __init__(self, *files: str) -> None:
        self.pure = [("name", file, "PYMODULE") for file in files]
        self.binaries: list[tuple[str, str, str]] = []
        self.datas: list[tuple[str, str, str]] = []


def test_licences_of_what_is_inside_and_of_nothing_else(tmp_path: Path) -> None:
    import cv2
    import requests

    texts = dict(licences.licence_files(Found(requests.__file__, cv2.__file__), tmp_path))
    assert texts["opencv-python-headless/LICENSE-3RD-PARTY.txt"].stat().st_size > 100_000
    assert texts["requests/NOTICE"].is_file()
    assert {"Qt/LGPL-3.0.txt", "Qt/GPL-3.0.txt", "Python/LICENSE.txt", "kiosk-app/LICENSE.txt"} <= texts.keys()
    assert not any(place.startswith("pytest") for place in texts)
    assert all(file.stat().st_size for file in texts.values())


def test_qt_note_names_the_release(tmp_path: Path) -> None:
    import PySide6

    texts = dict(licences.licence_files(Found(sys.executable), tmp_path))
    assert PySide6.__version__ in texts["Qt/README.txt"].read_text("utf-8")


def test_package_without_a_text_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import PySide6

    monkeypatch.setattr(licences, "QT", set())
    with pytest.raises(ValueError, match="no licence text"):
        dict(licences.licence_files(Found(PySide6.__file__), tmp_path))
