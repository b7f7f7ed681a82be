"""Records what a booth does to its disk: compiles the recorder, runs the booth under it, and reads what it wrote down."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from tests.crash.disk import Disk, Image, Names
from tests.crash.operations import Operation, RecordingError, Said, read_log

ROOT = Path(__file__).parents[2]
_SOURCE = Path(__file__).with_name("recorder.c")
_SHARED = "-shm"  # SQLite's index of its log: memory that has a name, made anew by whoever opens first


def unavailable() -> str:
    """Why nothing can be recorded here; "" where it can."""
    if sys.platform != "linux":
        return "the recorder stands between a program and the C library of Linux"
    return "" if shutil.which("cc") else "there is no C compiler (cc) to build the recorder with"


def under_recorder(folder: Path) -> dict[str, str]:
    """The environment of a program that is to be recorded; the library is compiled into `folder`."""
    library = folder / "recorder.so"
    flags = ("-O1", "-Wall", "-Wextra", "-shared", "-fPIC")
    subprocess.run(["cc", *flags, "-o", str(library), str(_SOURCE), "-ldl", "-lpthread"], check=True)
    return {**os.environ, "LD_PRELOAD": str(library)}


@dataclass(frozen=True, slots=True)
class Recording:
    """`before` is what was there when it began: path -> (inode, bytes; None for a folder), `said` what had been confirmed by then."""

    workload: str
    said: tuple[Said, ...]
    root_inode: int
    before: dict[PurePosixPath, tuple[int, bytes | None]]
    operations: tuple[Operation, ...]

    def disk(self, model: Names) -> Disk:
        """The disk as it was when it began."""
        return Disk(model, self.root_inode, self.before)

    def check(self, folder: Path) -> None:
        """Raises RecordingError unless the recorded calls lead to what the program has left in `folder`."""
        disk = self.disk(Names.ORDERED)
        for operation in self.operations:
            disk.follow(operation)
        if without_shared(disk.now()) != look_at(folder):
            raise RecordingError("The recorder missed something: its calls do not lead to what is on the disk.")


class Recorder:
    """The booths' nursery under the recorder; `folder` is where they are made and where the log is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._count = 0
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.child"], cwd=ROOT, env=under_recorder(self._folder),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def record(self, workload: str, visits: int, mutant: str = "") -> Recording:
        """The workload's recording; raises RecordingError if it failed, or if the recorder missed something."""
        self._count += 1
        folder, log = self._folder / f"watched-{self._count}", self._folder / f"log-{self._count}"
        folder.mkdir()
        self._run(folder, workload, "prepare", visits, log, "")
        said = tuple(one for one in read_log(log, folder) if isinstance(one, Said))
        before = with_inodes(folder)
        self._run(folder, workload, "record", visits, log, mutant)
        recording = Recording(workload, said, folder.stat().st_ino, before, read_log(log, folder))
        recording.check(folder)
        return recording

    def _run(self, folder: Path, workload: str, part: str, visits: int, log: Path, mutant: str) -> None:
        stdin, stdout = self._nursery.stdin, self._nursery.stdout
        if stdin is None or stdout is None:
            raise RecordingError("The nursery has no pipes.")
        order = {"folder": folder, "name": workload, "part": part, "visits": visits, "log": log, "mutant": mutant}
        stdin.write(json.dumps(order, default=str) + "\n")
        stdin.flush()
        if (status := stdout.readline().strip()) != "0":
            raise RecordingError(f"The booth that was to be recorded ended with {status or 'nothing said'}.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._nursery.communicate(timeout=30)


def look_at(folder: Path) -> Image:
    """What is in a folder now, without what no crash keeps."""
    return without_shared({path: data for path, (_, data) in with_inodes(folder).items()})


def with_inodes(folder: Path) -> dict[PurePosixPath, tuple[int, bytes | None]]:
    """All that is in a folder now: path -> (inode, bytes; None for a folder)."""
    return {
        PurePosixPath(path.relative_to(folder)): (path.stat().st_ino, None if path.is_dir() else path.read_bytes())
        for path in folder.rglob("*")
    }


def without_shared(image: Image) -> Image:
    """The image without SQLite's shared index."""
    return {path: data for path, data in image.items() if not path.name.endswith(_SHARED)}


@contextmanager
def laid_out(image: Image, folder: Path) -> Iterator[Path]:
    """The image as files in `folder`, which is removed afterwards."""
    folder.mkdir()
    try:
        for path in sorted(image):
            data = image[path]
            if data is None:
                (folder / path).mkdir(mode=0o700)
            else:
                (folder / path).write_bytes(data)
        yield folder
    finally:
        shutil.rmtree(folder)
