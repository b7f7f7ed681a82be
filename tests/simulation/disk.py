"""Folders of a simulated machine: real files, on a file system in memory where the machine has one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  Linux's own place for it; elsewhere the usual temporary folder will do


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one run."""
    place = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="kiosk-simulation-", dir=place) as name:
        yield Path(name)


def empty(folder: Path) -> None:
    """Removes what is in a folder."""
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def read_files(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their names."""
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


def put_files(folder: Path, files: dict[str, bytes]) -> None:
    """Makes a folder hold exactly these files."""
    empty(folder)
    for name, content in files.items():
        (folder / name).write_bytes(content)
