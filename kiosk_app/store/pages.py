"""SQLCipher's pages read one by one, without SQLite: what is left of a file that SQLite gives up as a whole.

Page layout of SQLCipher 4: ciphertext (AES-256-CBC), 16 bytes IV, 64 bytes HMAC-SHA512 over both and the page's number. The file
begins with the 16 bytes salt from which the HMAC's key is made; page 1 has no other use for its first 16 bytes. SQLite's log holds
whole pages too, each behind a header of 24 bytes. Only a page whose HMAC is right comes out of here.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4096
SALT = 16
USABLE = PAGE - 80
_IV = 16
_MAC_AT = USABLE + _IV
_WAL_HEADER, _FRAME_HEADER = 32, 24
_MAC_SALT_MASK = 0x3A
_MAC_ROUNDS = 2
_PATIENCE = 24  # pages of which every bit is tried: a third of a second each
_SAMPLE = 50
_ANY_LOG = 1 << 32  # more frames than any log has
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Page:
    """One page in clear: its number from 1, its USABLE bytes. `late` pages come from the log: the later, the newer."""

    number: int
    data: bytes
    late: int = 0


@dataclass(frozen=True, slots=True)
class _Raw:
    """A page as it lies on the disk: what is authenticated (ciphertext and IV), and the code."""

    number: int
    signed: bytes
    mac: bytes
    late: int


class PageReader:
    """Opens pages with the database's key. `mended` counts pages in which one bit was wrong, and which one was found."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._key = key
        masked = bytes(byte ^ _MAC_SALT_MASK for byte in salt)
        self._mac_key = hashlib.pbkdf2_hmac("sha512", key, masked, _MAC_ROUNDS, len(key))
        self._patience = _PATIENCE
        self.bad = 0
        self.mended = 0

    def opens(self, database: Path, logs: Iterable[Path]) -> bool:
        """Whether any of the first pages of a file, or of its logs, is authentic under this key and salt."""
        samples = [islice(_file_pages(database), _SAMPLE), *(islice(_log_pages(log), _SAMPLE) for log in logs)]
        return any(self._authentic(raw) for sample in samples for raw in sample)

    def file(self, path: Path) -> Iterator[Page]:
        """The pages of a database file that are as they were written, in order."""
        return self._opened(_file_pages(path))

    def log(self, path: Path) -> Iterator[Page]:
        """The pages in SQLite's log that are as they were written, whatever the log says of itself."""
        return self._opened(_log_pages(path))

    def _opened(self, pages: Iterable[_Raw]) -> Iterator[Page]:
        for raw in pages:
            page = raw
            if not self._authentic(raw):
                self.bad += 1
                signed = self._mend(raw)
                if signed is None:
                    continue
                self.mended += 1
                page = replace(raw, signed=signed)
            yield self._clear(page)

    def _clear(self, raw: _Raw) -> Page:
        vector = raw.signed[-_IV:]
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(vector)).decryptor()
        clear = decryptor.update(raw.signed[:-_IV])
        return Page(raw.number, _SQLITE_MAGIC + clear if raw.number == 1 else clear, raw.late)

    def _authentic(self, raw: _Raw) -> bool:
        return hmac.compare_digest(self._mac(raw.number, raw.signed), raw.mac)

    def _mac(self, number: int, signed: bytes) -> bytes:
        return hmac.digest(self._mac_key, signed + number.to_bytes(4, "little"), "sha512")

    def _mend(self, raw: _Raw) -> bytes | None:
        """The page with the one wrong bit put right, where it is one: 512 bits of HMAC leave no doubt. None where it is more."""
        signed = raw.signed
        if _bits_apart(self._mac(raw.number, signed), raw.mac) == 1:
            return signed  # the code itself was hit
        if not any(signed) or not self._patience:
            return None  # never written; or too much is wrong for it to be single bits
        self._patience -= 1
        inner, tail = hmac.new(self._mac_key, digestmod="sha512"), raw.number.to_bytes(4, "little")
        for place, byte in enumerate(signed):
            rest = signed[place + 1 :] + tail
            for bit in range(8):
                trial = inner.copy()
                trial.update(bytes((byte ^ 1 << bit,)))
                trial.update(rest)
                if trial.digest() == raw.mac:
                    return signed[:place] + bytes((byte ^ 1 << bit,)) + signed[place + 1 :]
            inner.update(bytes((byte,)))
        return None


def _file_pages(path: Path) -> Iterator[_Raw]:
    with path.open("rb") as file:
        number = 0
        while len(page := file.read(PAGE)) == PAGE:
            number += 1
            yield _raw(number, page, 0)


def _log_pages(path: Path) -> Iterator[_Raw]:
    if not path.exists():
        return
    with path.open("rb") as file:
        run = file.read(_WAL_HEADER)[16:24]
        late = 0
        while len(frame := file.read(_FRAME_HEADER + PAGE)) == _FRAME_HEADER + PAGE:
            late += 1
            age = late + (
                _ANY_LOG if frame[8:16] == run else 0
            )  # frames of an earlier run lie behind those of this one
            yield _raw(int.from_bytes(frame[:4], "big"), frame[_FRAME_HEADER:], age)


def _raw(number: int, page: bytes, late: int) -> _Raw:
    return _Raw(number, page[SALT if number == 1 else 0 : _MAC_AT], page[_MAC_AT:], late)


def _bits_apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()
