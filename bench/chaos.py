"""Process chaos in its long form: thousands of records with photos, booth and office killed hundreds of times, a network that lies."""

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path

from bench.faults.chaos import Plan, Result, prepare
from bench.faults.chaos import run as run_history
from bench.faults.nursery import Nursery
from bench.machine import filesystem
from bench.postgres import find_binaries, postgres
from bench.processes import say
from bench.tables import Table

COMMAND = "python -m bench chaos"
SQLITE, POSTGRESQL = "office on SQLite", "office on PostgreSQL"
LONG = Plan(
    records=10_000, kills=200, office_kills=40, seed=4, share=0.33, life_s=9.0, batch=10, patience=0.03, last_s=1800.0
)
PULL_REQUEST = Plan(records=300, kills=60, office_kills=12, seed=2, share=0.34, life_s=1.6)


@dataclass(frozen=True, slots=True)
class Sizes:
    """The long history is on SQLite; the one on PostgreSQL, where that is installed, is as long as in the nightly tests."""

    on_sqlite: Plan = LONG
    on_postgresql: Plan | None = PULL_REQUEST


TINY = Sizes(Plan(records=10, kills=1, office_kills=1, seed=4, life_s=0.8, last_s=60.0), None)


def run(sizes: Sizes) -> Iterable[Table]:
    """One history a database, each in a folder of its own on the disk where temporary files are."""
    plans = {SQLITE: sizes.on_sqlite}
    if sizes.on_postgresql is not None and find_binaries() is not None:
        plans[POSTGRESQL] = sizes.on_postgresql
    for kind, plan in plans.items():
        say(f"chaos: {kind}")
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-bench-")))
            address = stack.enter_context(postgres()).database() if kind == POSTGRESQL else ""
            here = replace(plan, database=address)
            prepare(here, folder)
            yield _table(kind, plan, run_history(here, folder, stack.enter_context(Nursery()), say))


def _table(kind: str, plan: Plan, result: Result) -> Table:
    did = (
        ("records", f"{result.records:,}"),
        ("... of which name a photo", f"{result.photos:,}"),
        ("kills of the booth", f"{result.kills:,}"),
        ("kills of the office", f"{result.office_kills:,}"),
        ("requests until the faults ended", f"{result.requests:,}"),
        ("... of which met a fault", f"{result.spoiled:.0%}"),
        ("... found no office", f"{result.unreached:,}"),
        ("bookings changed meanwhile", f"{result.changes:,}"),
        ("seconds", f"{result.seconds:.0f}"),
    )
    crimes = tuple((_WORDS[one.name], str(getattr(result.verdict, one.name))) for one in fields(result.verdict))
    struck = sorted(result.struck.items())
    return Table(
        f"Process chaos, {kind}: both killed at random, over a network that lies",
        COMMAND,
        ("", "count"),
        did + crimes,
        (
            f"Real programs over real files on {filesystem(Path(tempfile.gettempdir()))}, real HTTP through a proxy that spoils"
            f" requests; photos of {plan.picture / 1000:.0f} kB, batches of {plan.batch} records, uploads of at most"
            f" {plan.part_limit / 1024:.0f} KiB. The engine waits {plan.patience:.0%} of what it draws, so that minutes see the"
            " faults of hours.",
            "Faults: " + ", ".join(f"{kind.value} {count}" for kind, count in struck) + ".",
            "A booth dies by kill -9 in the middle of whatever it does, also while it starts; the next goes on with its files. After"
            " each death all that the booth believes is compared with the office's database and files. Then the faults end in the"
            " middle of a life, and everything must arrive without a restart and without a new record.",
            "The rows below the seconds count what must never happen; each photo is opened with the office's key and compared with"
            " what the camera saw.",
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
    "refused": "not served without reason",
    "fell": "programs that fell by themselves",
}
