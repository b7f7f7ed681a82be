"""What the recorder wrote down, as values."""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_HEADER = struct.Struct("<ccHIQQ")
_CREATED, _TRUNCATED, _FOLDER = 1, 2, 4


class RecordingError(Exception):
    """The program did something that the recorder cannot describe: nothing may be concluded from this recording."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new file or folder; `inode` may be a number that a removed file had before."""

    path: PurePosixPath
    inode: int
    folder: bool


@dataclass(frozen=True, slots=True)
class Written:
    inode: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """To `size` exactly, or to at least that where `grow` is set."""

    inode: int
    size: int
    grow: bool = False


@dataclass(frozen=True, slots=True)
class Synced:
    """`only_data`: fdatasync, which need not keep what reading the content does not need."""

    inode: int
    only_data: bool


@dataclass(frozen=True, slots=True)
class Removed:
    path: PurePosixPath


@dataclass(frozen=True, slots=True)
class Renamed:
    """`old` is gone, and what `new` named before is nobody's."""

    old: PurePosixPath
    new: PurePosixPath


@dataclass(frozen=True, slots=True)
class Linked:
    """A second name."""

    inode: int
    new: PurePosixPath


@dataclass(frozen=True, slots=True)
class Said:
    """The program told somebody outside: from here on this must be true after any crash."""

    what: str
    words: tuple[str, ...]


Operation = Made | Written | Resized | Synced | Removed | Renamed | Linked | Said


def read_log(log: Path, watched: Path) -> tuple[Operation, ...]:
    """The recording; paths are relative to `watched`. Raises RecordingError for one that is not complete."""
    return tuple(_entries(log.read_bytes(), watched))


def _entries(content: bytes, watched: Path) -> Iterator[Operation]:
    at = 0
    while at < len(content):
        what, flag, name_size, data_size, inode, offset = _HEADER.unpack_from(content, at)
        at += _HEADER.size
        name, data = content[at : at + name_size], content[at + name_size : at + name_size + data_size]
        at += name_size + data_size
        if len(data) != data_size:
            raise RecordingError("The recording breaks off.")
        make = _MAKERS.get(what)
        if make is None:
            raise RecordingError(f"The program called {name.decode()}, which the recorder does not follow.")
        yield from make(_Entry(flag[0], inode, offset, name.decode(), data, watched))


@dataclass(frozen=True, slots=True)
class _Entry:
    flag: int
    inode: int
    offset: int
    name: str
    data: bytes
    watched: Path

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.name).relative_to(self.watched)

    @property
    def second(self) -> PurePosixPath:
        return PurePosixPath(self.data.decode()).relative_to(self.watched)


def _opened(entry: _Entry) -> Iterator[Operation]:
    if entry.flag & _CREATED:
        yield Made(entry.path, entry.inode, bool(entry.flag & _FOLDER))
    if entry.flag & _TRUNCATED:
        yield Resized(entry.inode, 0)


def _said(entry: _Entry) -> Iterator[Operation]:
    what, *words = entry.data.decode().split()
    yield Said(what, tuple(words))


_MAKERS: dict[bytes, Callable[[_Entry], Iterable[Operation]]] = {
    b"O": _opened,
    b"W": lambda entry: (Written(entry.inode, entry.offset, entry.data),),
    b"T": lambda entry: (Resized(entry.inode, entry.offset),),
    b"A": lambda entry: (Resized(entry.inode, entry.offset, grow=True),),
    b"S": lambda entry: (Synced(entry.inode, only_data=False),),
    b"D": lambda entry: (Synced(entry.inode, only_data=True),),
    b"U": lambda entry: (Removed(entry.path),),
    b"R": lambda entry: (Renamed(entry.path, entry.second),),
    b"L": lambda entry: (Linked(entry.inode, entry.second),),
    b"!": _said,
}
