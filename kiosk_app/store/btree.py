"""Rows read out of single pages of an SQLite file (sqlite.org/fileformat2.html), wherever in the tree they stood.

A leaf says nothing of the table it belongs to: rows are known by their shape, and believed for their signature.
"""

from collections.abc import Callable, Iterator

from kiosk_app.store.pages import USABLE

Cell = str | bytes | int | float | None
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER = 0x0D, 0x0A, 0x02
_MIN_LOCAL = (USABLE - 12) * 32 // 255 - 23
_MAX_LOCAL = {_TABLE_LEAF: USABLE - 35}
_MAX_LOCAL_INDEX = (USABLE - 12) * 64 // 255 - 23
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_MOST_BYTES = 1 << 20
Overflow = Callable[[int], bytes | None]


def rows_of(page: bytes, number: int, overflow: Overflow) -> Iterator[tuple[int | None, list[Cell]]]:
    """(rowid, columns) of every row on a page; the rowid is None in an index. `overflow` gives a page by its number, or None.

    What is not a page of rows, or a row that cannot be read, is passed over.
    """
    start = 100 if number == 1 else 0
    kind = page[start]
    if kind not in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER):
        return
    header = start + (12 if kind == _INDEX_INNER else 8)
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    for place in range(header, min(header + 2 * cells, len(page) - 1), 2):
        try:
            rowid, payload = _payload(page, int.from_bytes(page[place : place + 2], "big"), kind, overflow)
            yield rowid, _columns(payload)
        except (IndexError, ValueError):
            continue


def _payload(page: bytes, at: int, kind: int, overflow: Overflow) -> tuple[int | None, bytes]:
    if kind == _INDEX_INNER:
        at += 4
    size, at = _varint(page, at)
    rowid: int | None = None
    if kind == _TABLE_LEAF:
        rowid, at = _varint(page, at)
    most = _MAX_LOCAL.get(kind, _MAX_LOCAL_INDEX)
    if size <= most:
        return rowid, _taken(page, at, size)
    local = _MIN_LOCAL + (size - _MIN_LOCAL) % (USABLE - 4)
    local = local if local <= most else _MIN_LOCAL
    follows = int.from_bytes(_taken(page, at + local, 4), "big")
    return rowid, _taken(page, at, local) + _overflowing(follows, size - local, overflow)


def _overflowing(number: int, size: int, overflow: Overflow) -> bytes:
    parts = []
    if size > _MOST_BYTES:
        raise ValueError("No row of ours is as long.")
    while size > 0:
        page = overflow(number)
        if page is None:
            raise ValueError("A part of the row is lost.")
        number = int.from_bytes(page[:4], "big")
        parts.append(page[4 : 4 + size])
        size -= len(parts[-1])
    return b"".join(parts)


def _columns(payload: bytes) -> list[Cell]:
    header, at = _varint(payload, 0)
    kinds = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    cells: list[Cell] = []
    for kind in kinds:
        cell, at = _cell(payload, at, kind)
        cells.append(cell)
    return cells


def _cell(payload: bytes, at: int, kind: int) -> tuple[Cell, int]:
    if kind in _INTEGERS:
        size = _INTEGERS[kind]
        return int.from_bytes(_taken(payload, at, size), "big", signed=True), at + size
    match kind:
        case 0:
            return None, at
        case 8 | 9:
            return kind - 8, at
        case _ if kind >= 12:
            size = (kind - 12) // 2
            raw = _taken(payload, at, size)
            return (raw if kind % 2 == 0 else raw.decode()), at + size
    raise ValueError("A kind of value that no row of ours has.")


def _taken(data: bytes, at: int, size: int) -> bytes:
    taken = data[at : at + size]
    if len(taken) < size:
        raise ValueError("Cut short.")
    return taken


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return value, place + 1
    return value << 8 | data[at + 8], at + 9
