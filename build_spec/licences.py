"""The licence texts that go with the bundle: of every package that is in it, of Python, of Qt, of fonts, icons and models."""

import re
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions, version
from pathlib import Path
from typing import Protocol

OWN = Path(__file__).parent / "licences"
ROOT = Path(__file__).parent.parent
QT = {"pyside6-essentials", "shiboken6"}  # their wheels carry no text: OWN has it
_TEXT = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)

Entry = tuple[str, str, str]


class Found(Protocol):
    """What is used of PyInstaller's Analysis: entries of place in the bundle, file, kind."""

    pure: Iterable[Entry]
    binaries: Iterable[Entry]
    datas: Iterable[Entry]


def licence_files(found: Found, scratch: Path) -> Iterator[tuple[str, Path]]:
    """(place below `licences/`, file) for all that is in the bundle; written notes are put into `scratch`.

    Raises ValueError for a package without a text: then somebody has to look for it before the bundle may be given away.
    """
    for package in packages_of(entry[1] for toc in (found.pure, found.binaries, found.datas) for entry in toc):
        yield from _texts_of(package)
    yield "Python/LICENSE.txt", _python_licence()
    yield "Qt/LGPL-3.0.txt", OWN / "LGPL-3.0.txt"
    yield "Qt/GPL-3.0.txt", OWN / "GPL-3.0.txt"
    yield "Qt/README.txt", _qt_note(scratch)
    yield "kiosk-app/LICENSE.txt", ROOT / "LICENSE"
    for text in sorted((ROOT / "assets" / "licences").iterdir()):
        yield f"fonts-and-icons/{text.name}", text
    for text in sorted((ROOT / "kiosk_app" / "camera" / "models").glob("LICENSE*")):
        yield f"models/{text.name}", text


def packages_of(files: Iterable[str]) -> list[Distribution]:
    """The installed packages that at least one of `files` belongs to."""
    used = {Path(file) for file in files}
    packages = [
        package
        for package in distributions()
        if any(Path(str(package.locate_file(file))) in used for file in package.files or ())
    ]
    return sorted(packages, key=lambda package: package.name.lower())


def _texts_of(package: Distribution) -> Iterator[tuple[str, Path]]:
    if package.name.lower().replace("_", "-") in QT:
        return
    texts = [
        file
        for file in package.files or ()
        if file.parts[0].endswith(".dist-info") and _TEXT.search("/".join(file.parts[1:]))
    ]
    if not texts:
        raise ValueError(
            f"{package.name} is in the bundle and its wheel has no licence text: add it to build_spec/licences."
        )
    for text in texts:
        parts = [part for part in text.parts[1:] if part != "licenses"]
        yield f"{package.name}/{'/'.join(parts)}", Path(str(package.locate_file(text)))


def _python_licence() -> Path:
    """Python's own text, where python.org or Debian put it."""
    places = (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path("/usr/share/doc") / f"python{sysconfig.get_python_version()}" / "copyright",
    )
    for place in places:
        if place.is_file():
            return place
    raise ValueError(f"Python's licence text is in none of: {', '.join(map(str, places))}.")


def _qt_note(scratch: Path) -> Path:
    release = version("PySide6_Essentials")
    note = scratch / "qt-for-python.txt"
    note.write_text((OWN / "qt-for-python.txt").read_text("utf-8").format(qt=release, pyside=release), "utf-8")
    return note
