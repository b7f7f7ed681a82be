"""The records that are left in a spoilt journal: every row that this booth signed, from every page that can still be read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import Link
from kiosk_app.store.btree import Cell, rows_of
from kiosk_app.store.pages import SALT, Page, PageReader
from kiosk_app.store.signed import DeviceSignatures

_RECORD = (int, str, str, str, str, int, bytes, bytes, bytes, bytes, str, int, str)
_BLOB = (str, int, str, int, str)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_BLOB_STATES = {"stored": 0, "damaged": 1, "verified": 2, "purged": 3}


@dataclass(frozen=True, slots=True)
class Found:
    """A record that this booth signed. `acked`: the office has it."""

    seq: int
    id: str
    applicant_key: str
    kind: str
    schema: int
    body: bytes
    day: str
    captured_ms: int
    acked: bool


@dataclass(slots=True)
class Remains:
    """What was found. `blobs` are the photos' states as far as they were known; `forged` counts rows with a wrong signature.

    `pages`, `bad` and `mended` count pages that could be read, could not, and could after one bit was put right.
    """

    records: dict[str, Found] = field(default_factory=dict)
    blobs: dict[str, str] = field(default_factory=dict)
    forged: int = 0
    pages: int = 0
    bad: int = 0
    mended: int = 0

    def in_order(self) -> list[Found]:
        """As they were captured."""
        return sorted(self.records.values(), key=lambda found: (found.seq, found.captured_ms, found.id))


def carve(
    database: Path, logs: Sequence[Path], key: bytes, salts: Iterable[bytes], signatures: DeviceSignatures
) -> Remains:
    """Reads the file and its logs. `salts`: what the file may once have begun with; the first under which a page opens is taken."""
    for salt in _near(salts):
        reader = PageReader(key, salt)
        if not reader.opens(database, logs):
            continue
        pages = list(_pages(reader, database, logs))
        remains = Remains(pages=len(pages), bad=reader.bad - reader.mended, mended=reader.mended)
        _sort_out(pages, signatures, remains)
        return remains
    return Remains()


def file_salt(path: Path) -> bytes:
    """The 16 bytes that a database file begins with; less where it is shorter."""
    with path.open("rb") as file:
        return file.read(SALT)


def _near(salts: Iterable[bytes]) -> Iterator[bytes]:
    """The salts, then those that differ from one of them in one bit."""
    whole = [salt for salt in dict.fromkeys(salts) if len(salt) == SALT]
    yield from whole
    for salt in whole:
        for bit in range(8 * SALT):
            yield (int.from_bytes(salt, "big") ^ 1 << bit).to_bytes(SALT, "big")


def _pages(reader: PageReader, database: Path, logs: Sequence[Path]) -> Iterator[Page]:
    yield from reader.file(database)
    for log in logs:
        yield from reader.log(log)


def _sort_out(pages: list[Page], signatures: DeviceSignatures, remains: Remains) -> None:
    newest = {page.number: page.data for page in sorted(pages, key=lambda page: page.late)}
    refused: set[str] = set()
    for page in pages:
        for rowid, columns in rows_of(page.data, page.number, newest.get):
            if rowid is not None and _fits([rowid, *columns[1:]], _RECORD):
                _take_record([rowid, *columns[1:]], signatures, remains, refused)
            elif rowid is None and _fits(columns, _BLOB):
                _take_blob(columns, remains)
    remains.forged = len(refused - remains.records.keys())


def _fits(columns: list[Cell], shape: tuple[type, ...]) -> bool:
    return len(columns) >= len(shape) and all(isinstance(c, k) for c, k in zip(columns, shape, strict=False))


def _take_record(columns: list[Cell], signatures: DeviceSignatures, remains: Remains, refused: set[str]) -> None:
    seq, epoch, record_id, applicant, kind, schema, body, prev_sha, sha256, signature, day, captured, state = cast(
        "tuple[int, str, str, str, str, int, bytes, bytes, bytes, bytes, str, int, str]", tuple(columns[:13])
    )
    known, acked = remains.records.get(record_id), state == "acked"
    if known is not None and (known.acked or not acked):
        return
    link = Link(epoch, seq, record_id, applicant, kind, schema, sha256_hex(body), prev_sha.hex())
    if bytes.fromhex(link.sha256()) != sha256 or not signatures.hold(link.signing_input(), signature):
        refused.add(record_id)
        return
    remains.records[record_id] = Found(seq, record_id, applicant, kind, schema, body, day, captured, acked)


def _take_blob(columns: list[Cell], remains: Remains) -> None:
    name, state = str(columns[0]), str(columns[4])
    if not _HASH.fullmatch(name) or state not in _BLOB_STATES:
        return
    known = remains.blobs.get(name)
    if known is None or _BLOB_STATES[state] > _BLOB_STATES[known]:
        remains.blobs[name] = state
