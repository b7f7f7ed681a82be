"""`python -m bench [NAME ...] [--tiny]`: Markdown on stdout, progress on stderr. `docs/figures.md` is such an output."""

import argparse
import importlib
from collections.abc import Iterable

from bench import machine
from bench.tables import Table

# Each is a module of this name with `Sizes`, `TINY` and `run(sizes)`; loaded when its turn comes, so that one does not weigh on another.
BENCHMARKS = (
    "start", "ledger", "memory", "codes", "portraits", "truth", "live", "camera_faults", "unsent", "pin_guesses", "store_checks",
    "soak", "bit_flips", "crash_states", "simulation", "chaos", "catch_up", "office_load", "fuzz",
)  # fmt: skip
_ONLY_BY_NAME = BENCHMARKS[BENCHMARKS.index("soak") :]  # ten minutes to hours


def tables(name: str, tiny: bool) -> Iterable[Table]:
    """The tables of one benchmark, each when it is ready."""
    module = importlib.import_module(f"bench.{name}")
    found: Iterable[Table] = module.run(module.TINY if tiny else module.Sizes())
    return found


_HEAD = """\
# Figures

Printed by `make bench` (`python -m bench`); the command under each title prints that table alone. Seeds are fixed. Ratios are of
programs that ran in turn on the same machine: they say more than the times, which are those of one machine at one hour.
"""


def main() -> None:
    """Runs what was asked for, one after the other, and prints each table when it is ready."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures the booth and prints Markdown tables. Without NAME it takes about half an hour; a busy machine spoils it.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"any of {', '.join(BENCHMARKS)}; default: all but {', '.join(_ONLY_BY_NAME)}",
    )
    parser.add_argument(
        "--tiny", action="store_true", help="sizes that only show that it runs; the figures mean nothing"
    )
    args = parser.parse_args()
    unknown = set(args.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {min(unknown)!r}; take {', '.join(BENCHMARKS)}")
    print(f"{_HEAD}\nMeasured {machine.describe()}\n", flush=True)
    for name in args.names or [name for name in BENCHMARKS if name not in _ONLY_BY_NAME]:
        for table in tables(name, args.tiny):
            print(table.markdown(), flush=True)


if __name__ == "__main__":
    main()
