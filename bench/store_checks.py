"""What it costs to look after a full store: the look before each start, and a fresh journal made out of a spoilt one."""

import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.flip_booth import fill
from bench.past import PastClock
from bench.processes import say
from bench.tables import Table, number
from kiosk_app.booth.facts import Arrived, CodeKind, Lane
from kiosk_app.paths import BoothPaths
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.quarantine import make_whole
from kiosk_app.store.room import DiskRoom
from kiosk_app.store.spare import Spare
from kiosk_app.store.verify_folder import verify_folder

COMMAND = "python -m bench store_checks"
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class Sizes:
    """`records` unsent in the journal; each look is measured `rounds` times and the median told."""

    records: int = 100_000
    rounds: int = 3


TINY = Sizes(records=300, rounds=1)


def run(sizes: Sizes) -> Iterable[Table]:
    """Fills a journal by the booth's own appends, looks at it, spoils a page, and starts on it."""
    with tempfile.TemporaryDirectory(prefix="store-checks-") as place:
        root = Path(place)
        fill(root, 1, 2_000, 1)
        paths, keys = BoothPaths(root), FileKeyHolder(root / "keys")
        say(f"store_checks: {sizes.records} records")
        _grow(paths, keys, sizes.records)
        rows = [
            ("journal on the disk", f"{paths.journal.stat().st_size / 1e6:.1f} MB"),
            ("opened", _seconds(sizes.rounds, lambda: open_journal(paths.journal, keys).close())),
            ("the look before a start", _seconds(sizes.rounds, lambda: _demand_whole(paths, keys))),
            ("verify, every record and page", _seconds(1, lambda: _verify(paths, keys))),
            ("ballast of 32 MB made", _seconds(1, lambda: DiskRoom(root).keep_ballast())),
        ]
        _spoil(paths.journal)
        rows.append(
            (
                "a spoilt page: fresh journal made of the rest, all signed anew",
                _seconds(1, lambda: _rebuild(paths, keys)),
            )
        )
    yield Table(
        f"A journal of {sizes.records:,} unsent records: what looking after it takes",
        COMMAND,
        ("what", "time or size"),
        tuple(rows),
        ("the look: every page's authentication code, the head against tally, witness and device key; twice opened",),
    )


def _grow(paths: BoothPaths, keys: FileKeyHolder, records: int) -> None:
    with open_journal(paths.journal, keys) as database:
        database.rows("PRAGMA synchronous = OFF")  # what is measured comes later, on a synced file
        journal = JournalStore(database, keys, PastClock(), lambda: 1, lambda: ZoneInfo("Asia/Jakarta"))
        for n in range(records):
            journal.append(
                Arrived(
                    f"01949b30-e360-7000-8000-{n:012}",
                    f"A{n:03}",
                    Lane.ORDINARY,
                    CodeKind.SIGNED,
                    f"{n:011}",
                    f"{n:011}",
                    "new",
                )
            )
        Spare(paths.journal, database.derived_key("spare")).keep(database)


def _demand_whole(paths: BoothPaths, keys: FileKeyHolder) -> None:
    if make_whole(paths, keys) is not None:
        raise RuntimeError("The journal was to be whole.")


def _verify(paths: BoothPaths, keys: FileKeyHolder) -> None:
    with open_journal(paths.journal, keys) as database:
        if verify_folder(paths, database, keys.public_der()).first_fault is not None:
            raise RuntimeError("The journal was to be whole.")


def _spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // _PAGE * _PAGE
    content[middle + 100] ^= 1
    path.write_bytes(content)


def _rebuild(paths: BoothPaths, keys: FileKeyHolder) -> None:
    rebuilt = make_whole(paths, keys)
    if rebuilt is None or rebuilt.missing:
        raise RuntimeError("A fresh journal was to be made, of every record.")


def _seconds(rounds: int, work: Callable[[], object]) -> str:
    times = []
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return f"{number(sorted(times)[len(times) // 2])} s"
