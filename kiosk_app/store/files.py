"""Files that are whole or not there: nothing is confirmed before the disk has it."""

import errno
import os
import secrets
import sys
from pathlib import Path

from kiosk_app.errors import KioskError

TEMPORARY_SUFFIX = ".tmp"


def write_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Puts `data` at `path` so that after a power cut the old or the new content is there, never a part of it.

    Order is what matters: content synced, then renamed, then the folder synced. Raises KioskError "store-full" or
    "store-io"; then `path` is as before.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")
    try:
        try:
            _write_synced(temporary, data, mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
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


def sync_folder(folder: Path) -> None:
    """Makes renames and removals in `folder` durable; Windows keeps its folders itself and cannot sync them."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
