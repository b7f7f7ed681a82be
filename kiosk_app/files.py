"""Files that somebody named or that can be made again: whole or not there, and for their owner only.

What must outlast a power cut once it was confirmed is the store's own matter.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

from kiosk_app.errors import KioskError


def write_whole(file: Path, content: bytes, advice: str) -> None:
    """Puts `content` at `file`; what was there stays until the new file is whole on the disk.

    Raises KioskError "file-unwritable" with `advice` as what to do, also where there is no such folder; nothing half
    is left behind.
    """
    # Not `with_name`: that does not take a name like "." or "/", which a person may well type.
    temporary = file.parent / f"{file.name}.part"
    try:
        temporary.unlink(missing_ok=True)  # one that a crash left could be open to all, or lead elsewhere
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise KioskError("file-unwritable", f"{file} cannot be written ({error.strerror}).", advice) from error


def sync_folder(folder: Path) -> None:
    """Makes renames and removals in `folder` durable; Windows keeps its folders itself and cannot sync them."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
