"""Checks a folder that PyInstaller made: size, what must not be in it, what must, and one practice visit in it.

    python build_spec/check_bundle.py dist/kiosk-app

Status 0 when all is well; else one line for each fault and status 1.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from PyInstaller.archive.readers import pkg_archive_contents

BUDGET_MIB = 340
PROGRAM = "kiosk-app"
INSIDE = "_internal"
_VISIT_SECONDS = 240
_START_SECONDS = 60
_MIB = 1024 * 1024

# GPL-only or unused parts of Qt, a second Qt, and what optional imports draw in from a build environment that is not clean.
FORBIDDEN_FILES = re.compile(
    r"Qt6?(VirtualKeyboard|Pdf|Qml|Quick|Charts|DataVisualization|WebEngine|Designer|Help|Test)|qtvirtualkeyboard|libqpdf"
    r"|Qt5|(^|/)PyQt|(^|/)(chardet|PIL|pillow|psycopg|tkinter|mypy|pytest|fontTools)([./_-]|$)|__mypyc|opencv_python\.libs",
    re.IGNORECASE,
)
FORBIDDEN_MODULES = {
    "PIL", "PyInstaller", "_pytest", "brotli", "chardet", "fontTools", "hypothesis", "mypy", "pip", "psycopg", "pyhpke", "pytest",
    "setuptools", "tests", "tkinter",
}  # fmt: skip
NEEDED_FILES = (
    "assets/i18n/id.json",
    "kiosk_app/camera/models/manifest.json",
    "kiosk_app/office/migrations/env.py",
    "kiosk_app/office/profiles/default.json",
    "licences/Python/LICENSE.txt",
    "licences/Qt/GPL-3.0.txt",
    "licences/Qt/LGPL-3.0.txt",
    "licences/Qt/README.txt",
    "licences/kiosk-app/LICENSE.txt",
    "licences/opencv-python-headless/LICENSE-3RD-PARTY.txt",
)
_MISSING = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)
_RESOLVED = re.compile(r"^\s*\S+ => (/\S+)", re.MULTILINE)
_SEARCHED = re.compile(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]")
_SYSTEM = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


def size_faults(folder: Path, budget_mib: float = BUDGET_MIB) -> list[str]:
    """Against the budget in MiB, links not counted."""
    size = size_mib(folder)
    return [] if size <= budget_mib else [f"{size:.1f} MiB are more than the budget of {budget_mib} MiB."]


def size_mib(folder: Path) -> float:
    """What its files hold, in MiB."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink()) / _MIB


def file_faults(folder: Path) -> list[str]:
    """Files that must not be there, that must, links to nothing, and anything but one OpenCV."""
    inside = folder / INSIDE
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    faults = [f"{name} must not be in the bundle." for name in names if FORBIDDEN_FILES.search(name)]
    faults += [f"{name} is a link to nothing." for name in names if not (folder / name).exists()]
    for name in NEEDED_FILES:
        if not (inside / name).is_file() or not (inside / name).stat().st_size:
            faults.append(f"{INSIDE}/{name} is missing or empty.")
    opencv = [name for name in names if re.fullmatch(r"cv2\b.*\.so", Path(name).name)]
    if len(opencv) != 1:
        faults.append(f"There must be exactly one OpenCV, found: {', '.join(opencv) or 'none'}.")
    return faults


def module_faults(modules: Iterable[str]) -> list[str]:
    """Python modules in the program's archive that must not be there, or ours that are not."""
    packages = {name.split(".")[0] for name in modules}
    faults = [f"The Python package {name} must not be in the bundle." for name in sorted(packages & FORBIDDEN_MODULES)]
    return faults if "kiosk_app" in packages else [*faults, "The Python package kiosk_app is not in the bundle."]


def library_faults(folder: Path) -> list[str]:
    """Shared libraries that a file of the bundle asks for and that are neither in it nor the system's; needs binutils."""
    faults: list[str] = []
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file() or not _is_elf(file):
            continue
        name = file.relative_to(folder)
        told = _tool("ldd", str(file.resolve()))
        if told.returncode:
            faults.append(f"{name} cannot be loaded: {(told.stderr or told.stdout).strip()}")
        faults += [f"{name} needs {library}, which is nowhere." for library in _MISSING.findall(told.stdout)]
        for library in _RESOLVED.findall(told.stdout):
            if not (library.startswith(_SYSTEM) or Path(library).is_relative_to(folder.resolve())):
                faults.append(f"{name} takes {library}, which other machines do not have.")
        for places in _SEARCHED.findall(_tool("readelf", "--dynamic", str(file)).stdout):
            if not all(place.startswith("$ORIGIN") for place in places.split(":")):
                faults.append(
                    f"{name} searches {places} for libraries. Build with the system's Python: apt-get install python3-venv"
                )
    return faults


def _is_elf(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def _tool(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})


def version_faults(folder: Path, version: str) -> list[str]:
    """What `--version` says."""
    told = _run(folder, _START_SECONDS, "--version")
    expected = f"{PROGRAM} {version}"
    if isinstance(told, str):
        return [told]
    return (
        [] if told.stdout.strip() == expected else [f"--version says {told.stdout.strip()!r} instead of {expected!r}."]
    )


def visit_faults(folder: Path) -> list[str]:
    """One practice visit through the real screens, with an embedded office, offscreen."""
    told = _run(folder, _VISIT_SECONDS, "demo", "--applicants", "1", "--json")
    if isinstance(told, str):
        return [told]
    try:
        summary = json.loads(told.stdout)
    except ValueError:
        summary = None
    if not isinstance(summary, dict):
        return [f"The practice visit's summary is not one JSON object: {told.stdout[:200]!r}"]
    return summary_faults(summary)


def summary_faults(summary: Mapping[str, object]) -> list[str]:
    """What the visit came to: one person arrived, one photo, all of it at the office."""
    expected = {"arrived": 1, "photos": 1, "completed": 1, "office_photos": 1, "waiting": 0}
    faults = [
        f"The practice visit has {name} {summary.get(name)} instead of {value}."
        for name, value in expected.items()
        if summary.get(name) != value
    ]
    booth, office = summary.get("booth_records"), summary.get("office_records")
    if not booth or booth != office:
        faults.append(f"The booth has {booth} records, the office {office}.")
    return faults


def _run(folder: Path, seconds: float, *arguments: str) -> subprocess.CompletedProcess[str] | str:
    """Starts the program with an almost empty environment; a sentence when that fails."""
    what = " ".join((PROGRAM, *arguments))
    with tempfile.TemporaryDirectory(prefix="bundle-home-") as home:
        environment = {"HOME": home, "PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen"}
        command = [str((folder / PROGRAM).resolve()), *arguments]
        try:
            told = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=home, timeout=seconds)
        except OSError as error:
            return f"{what} cannot be started: {error.strerror}."
        except subprocess.TimeoutExpired:
            return f"{what} has not ended after {seconds:.0f} s."
    if told.returncode:
        return f"{what} ended with {told.returncode}: {' / '.join(told.stderr.strip().splitlines()[-5:])}"
    return told


def start_seconds(folder: Path, times: int = 3) -> float:
    """Median time of `--version`, a figure to look at."""
    taken = []
    for _ in range(times):
        begun = time.monotonic()
        _run(folder, _START_SECONDS, "--version")
        taken.append(time.monotonic() - begun)
    return statistics.median(taken)


def main(arguments: list[str] | None = None) -> int:
    """All checks, the cheap ones first."""
    parser = argparse.ArgumentParser(description="Checks a bundle of the booth.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    if not (folder / PROGRAM).is_file():
        print(f"bundle: {folder / PROGRAM} is not there. Run: make bundle", file=sys.stderr)
        return 1
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    faults = size_faults(folder) + file_faults(folder) + module_faults(pkg_archive_contents(str(folder / PROGRAM)))
    faults += library_faults(folder) + version_faults(folder, project["version"])
    if not faults:
        print(f"bundle: {size_mib(folder):.1f} MiB of {BUDGET_MIB}, --version in {start_seconds(folder):.2f} s")
        begun = time.monotonic()
        faults = visit_faults(folder)
        print(f"bundle: practice visit in {time.monotonic() - begun:.1f} s")
    for fault in faults:
        print(f"bundle: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
