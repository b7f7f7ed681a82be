"""The disk that forgets: what each model must keep, and what it may lose."""

import random
from collections.abc import Iterable
from pathlib import PurePosixPath as P

import pytest

from tests.crash.disk import SECTOR, Content, Disk, Image, Names
from tests.crash.operations import Linked, Made, Operation, Removed, Renamed, Resized, Synced, Written

ROOT, FOLDER, FILE, OTHER = 1, 2, 3, 4
OLD, NEW = b"o" * (4 * SECTOR), b"n" * (4 * SECTOR)
BEFORE = {P("f"): (FOLDER, None), P("f/a"): (FILE, OLD), P("f/log"): (OTHER, OLD)}
OVERWRITTEN = Written(FILE, 0, NEW)


def disks(model: Names, content: Content, calls: Iterable[Operation], tries: int = 200) -> list[Image]:
    disk = Disk(model, ROOT, BEFORE)
    for call in calls:
        disk.follow(call)
    return [disk.after_crash(content, random.Random(seed)) for seed in range(tries)]


def contents(images: Iterable[Image], path: str = "f/a") -> set[bytes | None]:
    """What the images hold at `path`; None where it is not there."""
    return {image.get(P(path)) for image in images}


@pytest.mark.parametrize("model", Names)
@pytest.mark.parametrize("content", Content)
@pytest.mark.parametrize("only_data", [False, True])
def test_what_was_synced_is_there(model: Names, content: Content, only_data: bool) -> None:
    grown = Written(FILE, len(OLD), NEW)
    assert contents(disks(model, content, [OVERWRITTEN, grown, Synced(FILE, only_data)])) == {NEW + NEW}


@pytest.mark.parametrize("model", Names)
def test_what_was_not_synced_is_not_there_or_in_part(model: Names) -> None:
    first, second = Written(FILE, 0, NEW[:100]), Written(FILE, 50, b"2" * 100)
    one, two = NEW[:100] + OLD[100:], OLD[:50] + b"2" * 100 + OLD[150:]
    assert contents(disks(model, Content.NONE, [first, second])) == {OLD}
    assert contents(disks(model, Content.SUBSET, [first, second])) == {OLD, one, two, NEW[:50] + b"2" * 100 + OLD[150:]}
    torn = contents(disks(model, Content.TORN, [Written(FILE, 100, NEW[: 2 * SECTOR])]))
    middle = slice(SECTOR, 2 * SECTOR)
    assert len(torn) == 8
    assert all(data is not None and data[:100] == OLD[:100] and len(set(data[middle])) == 1 for data in torn)


def test_an_ordered_journal_keeps_all_names_when_one_file_is_synced() -> None:
    made: list[Operation] = [Made(P("f/b.tmp"), 5, False), Renamed(P("f/b.tmp"), P("f/b"))]
    grown: list[Operation] = [*made, Written(OTHER, len(OLD), b"x")]
    for sync, kept in ((Synced(OTHER, True), {b""}), (Synced(FILE, False), {None})):
        assert contents(disks(Names.ORDERED, Content.NONE, [*grown, sync]), "f/b") == kept
    # Overwriting changes no size: fdatasync has nothing to tell the journal, fsync the time of the change.
    assert contents(disks(Names.ORDERED, Content.NONE, [*made, OVERWRITTEN, Synced(FILE, True)]), "f/b") == {None}
    assert contents(disks(Names.ORDERED, Content.NONE, [*made, OVERWRITTEN, Synced(FILE, False)]), "f/b") == {b""}


def test_posix_keeps_a_name_only_with_its_folder() -> None:
    made: list[Operation] = [Made(P("f/b"), 5, False), Written(5, 0, NEW), Synced(5, False)]
    assert contents(disks(Names.POSIX, Content.NONE, made), "f/b") == {None}
    assert contents(disks(Names.POSIX, Content.SUBSET, made), "f/b") == {None, NEW}
    for content in Content:
        assert contents(disks(Names.POSIX, content, [*made, Synced(FOLDER, False)]), "f/b") == {NEW}
        assert None in contents(disks(Names.POSIX, content, [*made, Synced(ROOT, False)]), "f/b")


@pytest.mark.parametrize("model", Names)
def test_a_rename_happens_whole_or_not_at_all(model: Names) -> None:
    kept: list[Operation] = [Made(P("f/b"), 5, False), Written(5, 0, NEW), Synced(5, False), Synced(FOLDER, False)]
    calls: list[Operation] = [*kept, Renamed(P("f/b"), P("f/a"))]
    images = disks(model, Content.SUBSET, calls)
    assert {(image.get(P("f/a")), image.get(P("f/b"))) for image in images} == {(OLD, NEW), (NEW, None)}


def test_names_are_lost_in_order_or_in_any() -> None:
    calls = [Made(P(f"f/{name}"), inode, False) for inode, name in enumerate("xyz", 5)]

    def sets(model: Names) -> set[str]:
        return {
            "".join(name for name in "xyz" if P(f"f/{name}") in image) for image in disks(model, Content.SUBSET, calls)
        }

    assert sets(Names.ORDERED) == {"", "x", "xy", "xyz"}
    assert sets(Names.POSIX) == {"", "x", "y", "z", "xy", "xz", "yz", "xyz"}


@pytest.mark.parametrize("model", Names)
@pytest.mark.parametrize(
    ("call", "becomes"),
    [
        (Resized(FILE, 10), OLD[:10]),
        (Resized(FILE, 10, grow=True), OLD),
        (Resized(FILE, len(OLD) + 2, grow=True), OLD + b"\0\0"),
        (Removed(P("f/a")), None),
        (Renamed(P("f/a"), P("a")), None),
    ],
)
def test_other_changes_may_come_or_not_until_synced(model: Names, call: Operation, becomes: bytes | None) -> None:
    assert contents(disks(model, Content.NONE, [call])) == {OLD}
    assert contents(disks(model, Content.SUBSET, [call])) == {OLD, becomes}
    syncs: list[Operation] = [Synced(FILE, False), Synced(FOLDER, False), Synced(ROOT, False)]
    assert contents(disks(model, Content.TORN, [call, *syncs])) == {becomes}


@pytest.mark.parametrize("model", Names)
def test_a_second_name_and_the_first_one_gone(model: Names) -> None:
    calls: list[Operation] = [
        Linked(FILE, P("f/b")),
        Removed(P("f/a")),
        OVERWRITTEN,
        Synced(FILE, False),
        Synced(FOLDER, False),
    ]
    images = disks(model, Content.NONE, calls)
    assert (contents(images, "f/a"), contents(images, "f/b")) == ({None}, {NEW})


def test_a_file_whose_folder_is_lost_is_lost() -> None:
    calls: list[Operation] = [
        Made(P("g"), 8, True),
        Made(P("g/b"), 9, False),
        Written(9, 0, NEW),
        Synced(9, False),
        Synced(8, False),
    ]
    assert contents(disks(Names.POSIX, Content.NONE, calls), "g/b") == {None}
    assert contents(disks(Names.ORDERED, Content.NONE, calls), "g/b") == {NEW}


def test_the_running_program_sees_everything() -> None:
    disk = Disk(Names.POSIX, ROOT, BEFORE)
    for call in (OVERWRITTEN, Renamed(P("f"), P("g")), Made(P("g/c"), 7, False), Removed(P("g/log"))):
        disk.follow(call)
    assert disk.now() == {P("g"): None, P("g/a"): NEW, P("g/c"): b""}
