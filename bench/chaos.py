"""Process chaos in its long form: thousands of records with photos, booth and office killed hundreds of times, a network that lies."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path

from bench.faults.chaos import Plan, Result, prepare
from bench.faults.chaos import run as run_history
from bench.faults.misdeeds import Misdeed
from bench.faults.nursery import Nursery
from bench.machine import filesystem
from bench.postgres import find_binaries, postgres
from bench.processes import say
from bench.tables import Table

COMMAND = "python -m bench chaos"
SQLITE, POSTGRESQL = "office on SQLite", "office on PostgreSQL"
LONG = Plan(records=10_000, kills=200, office_kills=40, seed=4, share=0.34, life_s=9.0, batch=10, last_s=1800.0)
PULL_REQUEST = Plan(records=300, kills=60, office_kills=12, seed=2, share=0.34, life_s=1.6)


@dataclass(frozen=True, slots=True)
class Sizes:
    """The long history is on SQLite; the one on PostgreSQL, where that is installed, is as long as in the nightly tests."""

    on_sqlite: Plan = LONG
    on_postgresql: Plan | None = PULL_REQUEST


TINY = Sizes(Plan(records=20, kills=2, office_kills=1, seed=4, life_s=0.8, last_s=60.0), None)


def run(sizes: Sizes) -> Iterable[Table]:
    """One history a database, each in a folder of its own on the disk where temporary files are."""
    plans = {SQLITE: sizes.on_sqlite}
    if sizes.on_postgresql is not None and find_binaries() is not None:
        plans[POSTGRESQL] = sizes.on_postgresql
    results: dict[str, Result] = {}
    for kind, plan in plans.items():
        say(f"chaos: {kind}")
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-bench-")))
            address = stack.enter_context(postgres()).database() if kind == POSTGRESQL else ""
            here = replace(plan, database=address)
            prepare(here, folder)
            results[kind] = run_history(here, folder, stack.enter_context(Nursery()), say)
    yield _table(plans, results)


def _table(plans: Mapping[str, Plan], results: Mapping[str, Result]) -> Table:
    did: dict[str, Callable[[Result], str]] = {
        "records": lambda one: f"{one.records:,}",
        "... of which name a photo": lambda one: f"{one.photos:,}",
        "kills of the booth": lambda one: f"{one.kills:,}",
        "kills of the office": lambda one: f"{one.office_kills:,}",
        "requests until the faults ended": lambda one: f"{one.requests:,}",
        "... of which met a fault": lambda one: f"{one.spoiled:.0%}",
        "bookings changed meanwhile": lambda one: f"{one.changes:,}",
        "seconds": lambda one: f"{one.seconds:.0f}",
    }
    rows = [(name, *(tell(one) for one in results.values())) for name, tell in did.items()]
    rows += [
        (_WORDS[one.name], *(str(getattr(result.verdict, one.name)) for result in results.values()))
        for one in fields(Result().verdict)
    ]
    shape = next(iter(plans.values()))
    struck = sum((one.struck for one in results.values()), start=Counter[Misdeed]())
    return Table(
        "Process chaos: booth and office killed at random, over a network that lies",
        COMMAND,
        ("", *results),
        tuple(rows),
        (
            f"Real programs over real files on {filesystem(Path(tempfile.gettempdir()))}, real HTTP through a proxy that spoils"
            f" requests; photos of {shape.picture / 1000:.0f} kB, batches of {shape.batch} records, uploads of at most"
            f" {shape.part_limit / 1024:.0f} KiB. The engine waits {shape.patience:.0%} of what it draws, so that minutes see the"
            " faults of hours.",
            "Faults: " + ", ".join(f"{kind.value} {count}" for kind, count in sorted(struck.items())) + ".",
            "A booth dies by kill -9 in the middle of whatever it does, also while it starts; the next goes on with its files. After"
            " each death all that the booth believes is compared with the office's database and files. Then the faults end in the"
            " middle of a life, and everything must arrive without a restart and without a new record.",
            "The last rows count what must never happen; each photo is opened with the office's key and compared with what the"
            " camera saw.",
        ),
    )


_WORDS = {
    "lost": "lost: confirmed by the booth, not at the office",
    "undone": "confirmed to somebody, gone from the journal",
    "double": "doubled",
    "ghost": "ghosts: at the office, never written so by the booth",
    "misordered": "out of order for an applicant",
    "corrupt": "photos that are not byte for byte what was sealed",
    "too_early": "called confirmed or purged before the office had it",
    "waiting": "still waiting at the end",
    "roster": "bookings that the booth sees otherwise than the office",
    "went_back": "confirmations or cursors taken back",
    "two_at_once": "two programs at once on one folder",
    "quarantined": "quarantined without reason",
    "orphans": "orphan files after a restart",
    "fell": "programs that fell by themselves",
}
