"""A booth with a hundred thousand records that nobody has sent: how soon the first batch goes, and what memory that takes.

The measured program is `kiosk-app sync` itself, in a process of its own; the office answers in this one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.folders import Enrolled, enrolled
from bench.machine import filesystem
from bench.past import NOW, PastClock
from bench.processes import say
from bench.tables import Table, number
from kiosk_app.assembly import open_booth
from kiosk_app.booth.facts import Arrived, Called, CodeKind, Finished, Lane, Outcome
from kiosk_app.contract.messages import SyncRequest
from kiosk_app.office.devices import Device
from kiosk_app.office.intake import Intake, Taken
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import BoothPaths, OfficePaths

COMMAND = "python -m bench unsent"
_ROOT = Path(__file__).resolve().parent.parent
_LONGEST_S = 120.0
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Sizes:
    """`records` wait in each journal; every one is started `starts` times, and is watched for `watched_s` after its first batch."""

    records: tuple[int, ...] = (100, 10_000, 100_000)
    starts: int = 3
    watched_s: float = 10.0


TINY = Sizes((250,), 1, 0.5)


@dataclass(slots=True)
class Seen:
    """What one size showed; seconds from the start of the process, megabytes of its largest resident set, and of what is its own."""

    stored: int = 0
    first_s: list[float] = field(default_factory=list)
    worked_s: list[float] = field(default_factory=list)
    second_s: list[float] = field(default_factory=list)
    resident_mb: list[float] = field(default_factory=list)
    own_mb: list[float] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)


def run(sizes: Sizes) -> Iterable[Table]:
    """Fills a folder of each size and starts the program on copies of it."""
    seen: dict[int, Seen] = {}
    with enrolled() as booth:
        for size in sizes.records:
            paths = _filled(booth, size)
            seen[size] = Seen(stored=paths.journal.stat().st_size)
            for start in range(sizes.starts):
                say(f"unsent: {size:,} records, start {start + 1} of {sizes.starts}")
                _start(paths, booth.paths.root.parent / "office", sizes, seen[size])
    yield _table(sizes, seen)


def _filled(booth: Enrolled, size: int) -> BoothPaths:
    """A copy of the booth with `size` facts of visits, three each."""
    paths = BoothPaths(booth.paths.root.with_name(f"unsent-{size}"))
    shutil.copytree(booth.paths.root, paths.root)
    clock = PastClock()
    clock.set(NOW)
    opened = open_booth(paths, clock)
    try:
        for place in range(size):
            if place % 3 == 0:
                visit = uuid.uuid4().hex
                fact: Arrived | Called | Finished = Arrived(visit, "A001", Lane.ORDINARY, CodeKind.NUMBER, code=visit)
            else:
                fact = Called(visit, "1", "1001") if place % 3 == 1 else Finished(visit, "1001", Outcome.DONE)
            opened.journal.append(fact)
            if (place + 1) % 20_000 == 0:
                say(f"unsent: {place + 1:,} of {size:,} facts written")
    finally:
        opened.close()
    return paths


class _Watch:
    """When the batches with records came in."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.came = threading.Event()

    @contextmanager
    def on(self, intake: Intake) -> Iterator[None]:
        """Sees what the office takes, for as long as the block lasts."""
        take = intake.take

        def seeing(device: Device, request: SyncRequest) -> Taken:
            if request.records:
                self.at.append(time.monotonic())
                self.came.set()
            return take(device, request)

        intake.take = seeing  # type: ignore[method-assign]  # the office of this process alone
        try:
            yield
        finally:
            del intake.take


def _start(made: BoothPaths, office_made: Path, sizes: Sizes, seen: Seen) -> None:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name:
        folder, office_folder = Path(name) / "booth", Path(name) / "office"
        shutil.copytree(made.root, folder)
        shutil.copytree(office_made, office_folder)
        office = Office.open(OfficePaths(office_folder))
        server = OfficeServer(office)
        server.start()
        watch = _Watch()
        try:
            with watch.on(office.intake):
                _measure(folder, server.url, watch, sizes, seen)
        finally:
            server.stop()
            office.close()


def _measure(folder: Path, url: str, watch: _Watch, sizes: Sizes, seen: Seen) -> None:
    command = [sys.executable, "-m", "kiosk_app", "sync", "--data", str(folder)]
    begun = time.monotonic()
    with subprocess.Popen(
        command, cwd=_ROOT, env=_environment(url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            if not watch.came.wait(_LONGEST_S):
                raise TimeoutError("No record was sent.")
            worked = _worked_s(process.pid)
            resident, own, until = 0.0, 0.0, time.monotonic() + sizes.watched_s
            while time.monotonic() < until and process.poll() is None:
                resident = max(resident, _memory_mb(process.pid, "VmHWM"))
                own = max(own, _memory_mb(process.pid, "RssAnon"))
                time.sleep(_LOOK_S)
        finally:
            process.terminate()
            process.wait(_LONGEST_S)
    seen.first_s.append(watch.at[0] - begun)
    seen.worked_s.append(worked)
    seen.second_s.append(watch.at[1] - begun if len(watch.at) > 1 else watch.at[0] - begun)
    seen.resident_mb.append(resident)
    seen.own_mb.append(own)
    seen.batches.append(len(watch.at))


def _environment(url: str) -> dict[str, str]:
    return {**os.environ, "KIOSK_APP_OFFICE": url}


def _worked_s(pid: int) -> float:
    """Processor time of the process until now; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int, name: str) -> float:
    """One of the kernel's figures; 0 where the system does not tell or the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def _table(sizes: Sizes, seen: dict[int, Seen]) -> Table:
    rows = [
        (
            f"{size:,} records",
            number(one.stored / 1e6),
            number(median(one.first_s)),
            number(max(one.first_s)),
            number(median(one.worked_s)),
            number(median(one.second_s)),
            number(max(one.resident_mb)),
            number(max(one.own_mb)),
            f"{median(one.batches):.0f}",
        )
        for size, one in seen.items()
    ]
    return Table(
        "A journal that nobody has sent",
        COMMAND,
        (
            "",
            "journal (MB)",
            "first batch (s)",
            "... longest",
            "... processor time (s)",
            "second batch (s)",
            "memory (MB)",
            "... its own",
            "batches",
        ),
        tuple(rows),
        (
            f"`kiosk-app sync` in a process of its own, started {sizes.starts} times on fresh copies on"
            f" {filesystem(Path(tempfile.gettempdir()))}; times from the start of the process (interpreter and imports included)"
            " until the batch is at the office. Its processor time says what a machine that does nothing else would need.",
            f"Memory is the process's largest resident set up to {sizes.watched_s:.0f} s after the first batch, while it catches up;"
            " its own is that without the pages of programs and libraries, which all processes of the machine share. Batches are those"
            " that the office got in that time.",
        ),
    )
