"""One process a data folder: two would number and sign the same records."""

import os
import sys
from pathlib import Path
from typing import Self

from kiosk_app.errors import KioskError


class DataLock:
    """An advisory lock on `path`, freed by the system when its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Takes the lock; raises KioskError "store-in-use" when another process (or another DataLock) holds it."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise KioskError(
                "store-unreachable",
                "The data folder cannot be written to.",
                "Check that it exists and belongs to the account that runs the program.",
            ) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise KioskError(
                "store-in-use",
                "Another kiosk-app is running on this data folder.",
                "Close it first, or name another folder with --data.",
            ) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Gives the lock back; without it nothing happens."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # exists on Windows only

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # exists elsewhere only

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
