"""A witness beside the journal: the last record that was committed, in a file of its own.

A bit that flips in SQLite's log looks to SQLite like a log that ends there: it opens without a word, and what was committed after is
gone. Likewise when yesterday's journal is put back. The witness is written after each commit and never waited for (the commit was
synced before, so it never claims more than there is): after a kill it is exact, after a power cut it may be a little behind, and a
journal that holds less than it says has lost something that a screen confirmed.
"""

import hashlib
import hmac
import logging
import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk_app.log import event

_LINE = re.compile(r"([0-9a-f]{32}) ([0-9]{1,15}) ([0-9a-f]{64}) ([0-9a-f]{64})\n*", re.ASCII)
_BYTES = 256  # less than a sector: a torn write leaves the old or the new line
_log = logging.getLogger("store")


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of the journal's run `epoch` and the chain's hash there."""

    epoch: str
    seq: int
    sha256: str


class Testimony(StrEnum):
    """What the witness says of a journal."""

    NONE = "none"  # no witness, or one that cannot be read: it decides nothing
    AGREES = "agrees"
    UNREADABLE = "unreadable"
    LOST = "lost"  # the journal ends before a record that was committed
    OTHER = "other"  # another journal, or one that went another way


class Witness:
    """The file beside the database at `database`; `key` authenticates it, 32 bytes."""

    def __init__(self, database: Path, key: bytes) -> None:
        self.path = path_of(database)
        self._key = key
        self._warned = False

    def note(self, head: Head) -> None:
        """Keeps the newest head. Never raises and is never waited for: the record is safe already."""
        text = f"{head.epoch} {head.seq} {head.sha256}"
        line = f"{text} {self._mac(text)}\n".encode().ljust(_BYTES, b"\n")
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            if not self._warned:
                event(_log, "witness-not-written", logging.WARNING, error=type(error).__name__)
            self._warned = True

    def read(self) -> Head | None:
        """The head that was noted last; None where there is none, or none that can be trusted."""
        try:
            found = _LINE.fullmatch(self.path.read_bytes().decode("ascii"))
        except (OSError, ValueError):
            return None
        if found is None or not hmac.compare_digest(self._mac(found[0].rsplit(" ", 1)[0]), found[4]):
            return None
        return Head(found[1], int(found[2]), found[3])

    def judge(self, head: Head, sha256_at: str | None) -> Testimony:
        """What it says of a journal with this head; `sha256_at` is that journal's hash at the witness's seq, None if it has none."""
        noted = self.read()
        if noted is None:
            return Testimony.UNREADABLE if self._written() else Testimony.NONE
        if noted.epoch != head.epoch:
            return Testimony.OTHER
        if noted.seq > head.seq:
            return Testimony.LOST
        return Testimony.AGREES if noted.seq == 0 or sha256_at == noted.sha256 else Testimony.OTHER

    def _written(self) -> bool:
        try:
            return self.path.stat().st_size > 0
        except OSError:
            return False

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, b"kiosk-witness-v1\0" + text.encode(), hashlib.sha256).hexdigest()


def path_of(database: Path) -> Path:
    """Where the witness of a database is."""
    return database.with_name(database.name + ".head")
