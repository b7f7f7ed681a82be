"""Files that are whole or not there: nothing is confirmed before the disk has it."""

import errno
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder

TEMPORARY_SUFFIX = ".tmp"


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Puts `data` at `path` so that after a power cut the old or the new content is there, never a part of it.

    Order is what matters: content synced, then renamed, then the folder synced. Raises KioskError "store-full" or
    "store-io"; then `path` is as before.
    """
    with _explained():
        with _synced_temporary(path, data, mode) as temporary:
            temporary.replace(path)
        sync_folder(path.parent)


def create_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """As `write_durably`, but what is at `path` already stays: of several creators one wins, and all find its content."""
    with _explained():
        with _synced_temporary(path, data, mode) as temporary, suppress(FileExistsError):
            _claim(temporary, path)
        sync_folder(path.parent)


def _claim(temporary: Path, path: Path) -> None:
    """Gives the whole file its name unless the name is taken; raises FileExistsError."""
    if sys.platform == "win32":
        temporary.rename(path)  # elsewhere this would replace
    else:
        path.hardlink_to(temporary)


def sweep_temporary(*folders: Path) -> int:
    """Removes what a power cut in the middle of a durable write left, keys among it; how many. For whoever holds the folders' lock."""
    swept = 0
    for folder in folders:
        left = [*folder.glob(f"*{TEMPORARY_SUFFIX}"), *folder.glob(f"*{TEMPORARY_SUFFIX}-journal")]
        for path in left:
            path.unlink(missing_ok=True)
        if left:
            sync_folder(folder)
        swept += len(left)
    return swept


@contextmanager
def _synced_temporary(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")
    try:
        _write_synced(temporary, data, mode)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        raise KioskError(
            "store-io",
            "A file in the data folder could not be written.",
            "Check that the folder exists and belongs to the account that runs the program, then the disk.",
        ) from error


def _write_synced(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def disk_full() -> KioskError:
    """The same words wherever space runs out first."""
    return KioskError("store-full", "The disk is full.", "Free space on the disk; nothing that was confirmed is lost.")


def sync_file(path: Path) -> None:
    """Makes the content of a file durable that somebody else wrote."""
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
