"""How much room the disk has, and what is done before it is gone.

SQLite can neither delete a row nor shorten its log on a disk without a free byte. So a piece of the disk is held back in a file of
its own, the ballast: given up before a transaction that would find no room, made anew when there is some. Long before that, the
booth stops taking in people, and goes on sending what it has.
"""

import logging
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.log import event

BALLAST_NAME = "ballast"
# Below this, a transaction (its pages in the log, and a checkpoint of them) may not find room.
RESERVE_BYTES = 4 << 20
_CHUNK = 1 << 20
_log = logging.getLogger("store")


@dataclass(frozen=True, slots=True)
class DiskLimits:
    """Bytes free at which staff is warned and at which nobody more is taken in, and the ballast's size.

    Two days of a booth (1,250 records and 750 photos of 150 kB a day) are 240 MB: at the stop there is room for that still to be sent.
    """

    warn: int = 2 << 30
    stop: int = 512 << 20
    ballast: int = 32 << 20


LIMITS = DiskLimits()


class Level(StrEnum):
    """OK, WARN: somebody should make room; STOP: nobody is taken in, what is here is still sent and purged."""

    OK = "ok"
    WARN = "warn"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class DiskState:
    """`free` in bytes, as this account may use them. `ballast` tells whether it is there in its full size."""

    free: int
    level: Level
    ballast: bool


class DiskRoom:
    """The room on the disk that holds the data folder `folder`."""

    def __init__(self, folder: Path, limits: DiskLimits = LIMITS) -> None:
        self._folder = folder
        self._limits = limits

    def state(self) -> DiskState:
        """How it stands now; raises KioskError "store-unreachable" where there is no such folder."""
        free = free_bytes(self._folder)
        level = Level.STOP if free < self._limits.stop else Level.WARN if free < self._limits.warn else Level.OK
        return DiskState(free, level, _size(self._ballast) >= self._limits.ballast)

    def demand(self) -> None:
        """Raises KioskError "store-full" when nobody may be taken in any more: asked before a screen confirms anything."""
        if self.state().level is Level.STOP:
            raise KioskError(
                "store-full",
                "The disk is nearly full: nobody can be taken in.",
                "Connect the network so that photos can be sent and removed, or free space; nothing is lost.",
            )

    def keep_ballast(self) -> bool:
        """Makes the ballast if there is none and room enough above the stop; whether it is there afterwards."""
        state = self.state()
        if state.ballast:
            return True
        if state.free < self._limits.stop + 2 * self._limits.ballast:
            return False
        try:
            _fill(self._ballast, self._limits.ballast)
            sync_folder(self._folder)
        except OSError as error:
            event(_log, "ballast-not-made", logging.WARNING, error=type(error).__name__)
            with suppress(OSError):  # a half one holds back less, and is made whole later
                self._ballast.unlink()
            return False
        event(_log, "ballast-made", bytes=self._limits.ballast)
        return True

    @property
    def _ballast(self) -> Path:
        return self._folder / BALLAST_NAME


def relieve(folder: Path) -> bool:
    """Gives up the ballast in `folder` if the disk is all but full; whether it did. Costs two microseconds otherwise."""
    try:
        if shutil.disk_usage(folder).free >= RESERVE_BYTES:
            return False
        (folder / BALLAST_NAME).unlink()
        sync_folder(folder)
    except OSError:  # none there, or a disk that can only be read: what wanted to write will say so
        return False
    event(_log, "ballast-given-up", logging.WARNING)
    return True


def free_bytes(folder: Path) -> int:
    """Bytes that this account may still write; raises KioskError "store-unreachable"."""
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise KioskError(
            "store-unreachable",
            "The data folder cannot be looked at.",
            "Check that it exists and belongs to the account that runs the program.",
        ) from error


def _fill(path: Path, size: int) -> None:
    """Takes the room for good: a file of holes, or one that packs well, would hold back nothing."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:
            for start in range(0, size, _CHUNK):
                _write_all(descriptor, secrets.token_bytes(min(_CHUNK, size - start)))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
