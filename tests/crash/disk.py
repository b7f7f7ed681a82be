"""A disk that forgets: what of a program's calls it may hold when the power fails, under two models of names and three of content.

Names. ORDERED is a journalling file system as ext4 is by default: changes of names and sizes become durable in their order; all up to
now when a file that has changed is synced, all up to a folder's last change when that is synced, and perhaps more. POSIX promises
less: a name is durable once its folder was synced, and of those that were not, any may have been kept.

Content. What was written to a file since its last sync is not there (NONE), or in part: any of the writes (SUBSET), any 512-byte
sectors of them (TORN).
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from tests.crash.operations import Linked, Made, Operation, Removed, Renamed, Resized, Said, Synced, Written

SECTOR = 512
Image = dict[PurePosixPath, bytes | None]  # None: a folder
# How much of what was not promised is kept: the worst cases miss nearly all of it, or nearly nothing.
_SHARES = (0.1, 0.5, 0.9)


class Names(StrEnum):
    ORDERED = "ordered"
    POSIX = "posix"


class Content(StrEnum):
    NONE = "none"
    SUBSET = "subset"
    TORN = "torn"


@dataclass(eq=False, slots=True)
class _File:
    """`kept` is durable; `waiting` came since the last sync, each call with its place in the order of all.

    `changed`: created, named or sized anew since then, so that even fdatasync has something to say to the journal.
    """

    folder: bool = False
    kept: bytes = b""
    now: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, Written | Resized]] = field(default_factory=list)
    changed: bool = False
    names: dict[str, "_File"] = field(default_factory=dict)
    kept_names: dict[str, "_File"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _NameChange:
    """What one call did to one folder, kept whole or not at all: names, and what they mean since (None: nothing)."""

    at: int
    folder: _File
    names: tuple[tuple[str, _File | None], ...]


class Disk:
    """Follows a recording; at any moment tells what a crash could leave."""

    def __init__(
        self, model: Names, root_inode: int, content: Mapping[PurePosixPath, tuple[int, bytes | None]]
    ) -> None:
        """`content` is there and durable before the recording: path -> (inode, bytes, or None for a folder)."""
        self._model = model
        self._root = _File(folder=True)
        self._files: dict[int, _File] = {root_inode: self._root}
        self._waiting: list[_NameChange] = []
        self._at = 0
        self._journalled = 0
        for path in sorted(content):
            inode, data = content[path]
            file = self._files.setdefault(inode, _File(data is None, data or b"", bytearray(data or b"")))
            folder = self._find(path.parent)
            folder.names[path.name] = folder.kept_names[path.name] = file

    def follow(self, operation: Operation) -> None:
        """Takes the next call of the recording."""
        self._at += 1
        match operation:
            case Made(path, inode, is_folder):
                self._files[inode] = _File(is_folder)
                self._name(path.parent, (path.name, self._files[inode]))
            case Linked(inode, path):
                self._name(path.parent, (path.name, self._files[inode]))
            case Removed(path):
                self._name(path.parent, (path.name, None))
            case Renamed(old, new):
                file = self._find(old)
                if old.parent == new.parent:
                    self._name(old.parent, (old.name, None), (new.name, file))
                else:
                    self._name(old.parent, (old.name, None))
                    self._name(new.parent, (new.name, file))
            case Written() | Resized():
                file = self._files[operation.inode]
                size = len(file.now)
                _apply(file.now, operation)
                file.changed |= len(file.now) != size
                file.waiting.append((self._at, operation))
            case Synced(inode, only_data):
                self._sync(self._files[inode], only_data)
            case Said():
                pass

    def now(self) -> Image:
        """What the running program sees."""
        return _image({}, self._root, PurePosixPath(), lambda folder: folder.names, lambda file: bytes(file.now))

    def after_crash(self, content: Content, rng: random.Random) -> Image:
        """What may be on the disk if the power fails now; of a model that leaves it open, one possibility."""
        share = rng.choice(_SHARES)
        chance: Callable[[], bool] = (lambda: False) if content is Content.NONE else (lambda: rng.random() < share)
        until = self._journalled if content is Content.NONE else rng.choice(self._journal_ends())

        def is_kept(at: int) -> bool:
            return at <= until if self._model is Names.ORDERED else chance()

        kept_names: dict[_File, dict[str, _File]] = {}
        for change in self._waiting:
            if is_kept(change.at):
                _rename(kept_names.setdefault(change.folder, dict(change.folder.kept_names)), change)

        def held(file: _File) -> bytes:
            data = bytearray(file.kept)
            for at, call in file.waiting:
                if isinstance(call, Written):
                    for piece in [call] if content is Content.SUBSET else _sectors(call):
                        if chance():
                            _apply(data, piece)
                elif is_kept(at):
                    _apply(data, call)
            return bytes(data)

        return _image({}, self._root, PurePosixPath(), lambda folder: kept_names.get(folder, folder.kept_names), held)

    def _journal_ends(self) -> list[int]:
        """Up to which calls an ordered journal may have come."""
        resized = (at for file in self._files.values() for at, call in file.waiting if isinstance(call, Resized))
        changed = (change.at for change in self._waiting)
        return [self._journalled, *(at for at in (*changed, *resized) if at > self._journalled)]

    def _find(self, path: PurePosixPath) -> _File:
        file = self._root
        for name in path.parts:
            file = file.names[name]
        return file

    def _name(self, path: PurePosixPath, *names: tuple[str, _File | None]) -> None:
        change = _NameChange(self._at, self._find(path), names)
        for _name, file in names:
            if file is not None:
                file.changed = True
        _rename(change.folder.names, change)
        self._waiting.append(change)

    def _sync(self, file: _File, only_data: bool) -> None:
        if file.folder:
            self._keep(lambda change: change.folder is file)
        elif self._model is Names.ORDERED and (file.changed or (file.waiting and not only_data)):
            self._journalled = self._at
            self._keep(lambda change: True)
        if not file.folder:
            file.kept = bytes(file.now)
            file.waiting.clear()
            file.changed = False

    def _keep(self, is_meant: Callable[[_NameChange], bool]) -> None:
        """Makes name changes durable: those that are meant, and in an ordered journal all before them."""
        if self._model is Names.ORDERED:
            self._journalled = max([self._journalled, *(change.at for change in self._waiting if is_meant(change))])
            kept = [change for change in self._waiting if change.at <= self._journalled]
        else:
            kept = [change for change in self._waiting if is_meant(change)]
        for change in kept:
            _rename(change.folder.kept_names, change)
        self._waiting = [change for change in self._waiting if change not in kept]


def _rename(names: dict[str, _File], change: _NameChange) -> None:
    for name, file in change.names:
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _apply(data: bytearray, call: Written | Resized) -> None:
    if isinstance(call, Written):
        if len(data) < call.offset:
            data.extend(bytes(call.offset - len(data)))
        data[call.offset : call.offset + len(call.data)] = call.data
    elif len(data) < call.size:
        data.extend(bytes(call.size - len(data)))
    elif not call.grow:
        del data[call.size :]


def _sectors(call: Written) -> list[Written]:
    """The write in pieces that no disk tears."""
    pieces, start, end = [], call.offset, call.offset + len(call.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        pieces.append(Written(call.inode, start, call.data[start - call.offset : stop - call.offset]))
        start = stop
    return pieces


def _image(
    into: Image,
    folder: _File,
    path: PurePosixPath,
    names: Callable[[_File], dict[str, _File]],
    data: Callable[[_File], bytes],
) -> Image:
    for name, file in names(folder).items():
        if file.folder:
            into[path / name] = None
            _image(into, file, path / name, names, data)
        else:
            into[path / name] = data(file)
    return into
