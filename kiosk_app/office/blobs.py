"""Sealed photos coming in: parts that grow on disk, and whole packets whose hash has been checked.

A blob's address is the SHA-256 of its bytes, so the office can check it without any key. Everything here may block.
"""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete, insert, select

from kiosk_app.clock import Clock
from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import blobs, record_blobs, records

_STRIPES = 64
_RETRY_SECONDS = "60"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload has come: `offset` bytes are on disk for good."""

    offset: int
    complete: bool


@dataclass(slots=True)
class Upload:
    """One request's turn at a part. `length` is what the booth announced; `superseded` once a newer request has taken over."""

    device: Device
    sha256: str
    record_id: str
    length: int
    file: BinaryIO
    offset: int
    superseded: bool = False


class BlobDepot:
    """Parts and whole blobs in one folder; a row in the database says that a blob is whole.

    All work on one blob is done one at a time, so that two requests never write the same part; a new request ends a hanging one.
    """

    def __init__(self, folder: Path, database: OfficeDatabase, clock: Clock) -> None:
        self._folder = folder
        self._parts = folder / "parts"
        self._database = database
        self._clock = clock
        self._locks = tuple(threading.Lock() for _ in range(_STRIPES))
        self._running: dict[str, Upload] = {}

    def prepare(self) -> None:
        """Makes the folders."""
        self._parts.mkdir(parents=True, exist_ok=True, mode=0o700)

    def progress(self, sha256: str, device_id: str = "") -> Progress:
        """Where to go on with a blob; one that nobody has sent yet starts at 0. `device_id` is the booth that asks."""
        with self._alone(sha256):
            return self._progress(sha256, device_id)

    def begin(self, device: Device, sha256: str, record_id: str, length: int, offset: int) -> Upload | None:
        """A turn at the part, or None when the blob is whole. Raises ProblemError 409 `offset-mismatch` with the real offset."""
        with self._alone(sha256):
            running = self._running.pop(sha256, None)
            if running is not None:
                running.superseded = True
                self._settle(running)
            progress = self._progress(sha256, device.id, record_id)
            if progress.complete:
                return None
            if progress.offset != offset:
                raise ProblemError(
                    409,
                    "offset-mismatch",
                    "Go on at the office's offset.",
                    True,
                    {"Upload-Offset": str(progress.offset)},
                )
            part = self._part(sha256)
            if not part.exists():
                part.touch(0o600)
                sync_folder(self._parts)
            file = part.open("ab", buffering=0)
            upload = Upload(device, sha256, record_id, length, file, offset)
            self._running[sha256] = upload
            return upload

    def append(self, upload: Upload, chunk: bytes) -> None:
        """Writes on; raises ProblemError when there is more than was announced or when a newer request has taken over."""
        with self._alone(upload.sha256):
            if upload.superseded:
                raise ProblemError(409, "superseded", "A newer upload of this blob has taken over.", retry=True)
            if upload.offset + len(chunk) > upload.length:
                raise self._drop(upload, "More bytes than announced.")
            rest = memoryview(chunk)
            while rest:
                rest = rest[upload.file.write(rest) :]
            upload.offset += len(chunk)

    def end(self, upload: Upload, whole: bool) -> Progress:
        """Makes what came durable; `whole` says that the booth called it the last piece. Raises ProblemError 422 `hash-mismatch`."""
        with self._alone(upload.sha256):
            if upload.superseded:
                return self._progress(upload.sha256, upload.device.id)
            self._running.pop(upload.sha256, None)
            self._settle(upload)
            if not whole or upload.offset < upload.length:
                return Progress(upload.offset, False)
            part = self._part(upload.sha256)
            with part.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != upload.sha256:
                raise self._drop(upload, "The bytes do not have this hash.")
            self._keep(upload, part)
            return Progress(upload.length, True)

    def read(self, sha256: str) -> bytes:
        """A whole packet; raises KioskError "blob-missing" or "blob-damaged"."""
        file = self._file(sha256)
        if not file.exists():
            raise KioskError("blob-missing", "This photo has not arrived yet.", "Wait until the booth has sent it.")
        packet = file.read_bytes()
        if hashlib.sha256(packet).hexdigest() != sha256:
            raise KioskError("blob-damaged", "The photo's file is damaged.", "Put it back from the backup.")
        return packet

    def files(self) -> list[str]:
        """The hashes of all whole files, with a row or without."""
        return sorted(file.stem for file in self._folder.glob("[0-9a-f][0-9a-f]/*.sealed"))

    def parts(self) -> list[str]:
        """The hashes of all parts."""
        return sorted(file.stem for file in self._parts.glob("*.part"))

    def adopt(self, sha256: str, before: datetime) -> bool:
        """Enters a whole file that has no row but a record; True if that was so. One without either is erased if it is old."""
        with self._alone(sha256):
            if self._row(sha256) is not None:
                return False
            named = select(records.c.device_id, records.c.id).join(
                record_blobs, record_blobs.c.record_id == records.c.id
            )
            with self._database.look() as connection:
                row = connection.execute(named.where(record_blobs.c.sha256 == sha256)).first()
            if row is not None:
                return self._adopt(sha256, row.device_id, row.id) is not None
            file = self._file(sha256)
            if _modified(file) <= before:
                file.unlink()
            return False

    def erase(self, sha256: str, before: datetime) -> bool:
        """Erases a whole photo that no record names and that came in before; True if it went."""
        named = select(record_blobs.c.sha256).where(record_blobs.c.sha256 == sha256)
        with self._alone(sha256):
            with self._database.write() as connection:
                old = blobs.c.sha256 == sha256, blobs.c.completed_at <= before, ~named.exists()
                if connection.execute(delete(blobs).where(*old)).rowcount == 0:
                    return False
            self._file(sha256).unlink(missing_ok=True)
            return True

    def give_up(self, sha256: str, before: datetime) -> bool:
        """Erases a part that nobody has added to since; True if it went."""
        with self._alone(sha256):
            part = self._part(sha256)
            if sha256 in self._running or not part.exists():
                return False
            if _modified(part) > before:
                return False
            part.unlink()
            return True

    @contextmanager
    def _alone(self, sha256: str) -> Iterator[None]:
        with self._locks[int(sha256[:4], 16) % _STRIPES]:
            try:
                yield
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                retry = {"Retry-After": _RETRY_SECONDS}
                raise ProblemError(507, "office-full", "The office has no room for photos.", True, retry) from error

    def _progress(self, sha256: str, device_id: str, record_id: str = "") -> Progress:
        running = self._running.get(sha256)
        if running is not None:
            os.fsync(running.file.fileno())
            return Progress(running.offset, False)
        length = self._row(sha256) or self._adopt(sha256, device_id, record_id)
        if length is not None:
            return Progress(length, True)
        part = self._part(sha256)
        return Progress(part.stat().st_size if part.exists() else 0, False)

    def _row(self, sha256: str) -> int | None:
        with self._database.look() as connection:
            return connection.execute(select(blobs.c.length).where(blobs.c.sha256 == sha256)).scalar_one_or_none()

    def _adopt(self, sha256: str, device_id: str, record_id: str) -> int | None:
        """Enters a file that was put in its place just before a crash; its length, or None where there is none."""
        file = self._file(sha256)
        if not device_id or not file.exists():
            return None
        with file.open("rb") as stream:
            whole = hashlib.file_digest(stream, "sha256").hexdigest() == sha256
        if not whole:
            file.unlink()
            return None
        length = file.stat().st_size
        self._enter(sha256, length, device_id, record_id)
        return length

    def _settle(self, upload: Upload) -> None:
        if not upload.file.closed:
            with upload.file:
                os.fsync(upload.file.fileno())

    def _drop(self, upload: Upload, detail: str) -> ProblemError:
        """The part is worth nothing: the booth starts again at 0."""
        self._running.pop(upload.sha256, None)
        upload.superseded = True
        upload.file.close()
        self._part(upload.sha256).unlink()
        return ProblemError(422, "hash-mismatch", detail, True, {"Upload-Offset": "0"})

    def _keep(self, upload: Upload, part: Path) -> None:
        target = self._file(upload.sha256)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.replace(target)
        sync_folder(target.parent)
        sync_folder(self._folder)
        self._enter(upload.sha256, upload.length, upload.device.id, upload.record_id)

    def _enter(self, sha256: str, length: int, device_id: str, record_id: str) -> None:
        row = {
            "sha256": sha256, "length": length, "device_id": device_id, "record_id": record_id,
            "completed_at": self._clock.now(),
        }  # fmt: skip
        with self._database.write((sha256,)) as connection:
            connection.execute(insert(blobs).values(row))

    def _part(self, sha256: str) -> Path:
        return self._parts / f"{sha256}.part"

    def _file(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.sealed"


def _modified(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
