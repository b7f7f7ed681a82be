"""`python -m bench [NAME ...] [--tiny]`: Markdown on stdout, progress on stderr. `docs/figures.md` is such an output."""

import argparse
from collections.abc import Callable, Iterable

from bench import camera, ledger, machine, memory, start
from bench.tables import Table

BENCHMARKS: dict[str, Callable[[bool], Iterable[Table]]] = {
    "start": lambda tiny: start.run(start.TINY if tiny else start.Sizes()),
    "ledger": lambda tiny: ledger.run(ledger.TINY if tiny else ledger.Sizes()),
    "memory": lambda tiny: memory.run(memory.TINY if tiny else memory.Sizes()),
    "camera": lambda tiny: camera.run(camera.TINY if tiny else camera.Sizes()),
}

_HEAD = """\
# Figures

Printed by `make bench` (`python -m bench`); the command under each title prints that table alone. Seeds are fixed. Ratios are of
programs that ran in turn on the same machine: they say more than the times, which are those of one machine at one hour.
"""


def main() -> None:
    """Runs what was asked for, one after the other, and prints each table when it is ready."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures the booth and prints Markdown tables. All of it takes about ten minutes; a busy machine spoils it.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument(
        "--tiny", action="store_true", help="sizes that only show that it runs; the figures mean nothing"
    )
    args = parser.parse_args()
    unknown = set(args.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {min(unknown)!r}; take {', '.join(BENCHMARKS)}")
    print(f"{_HEAD}\nMeasured {machine.describe()}\n", flush=True)
    for name in args.names or BENCHMARKS:
        for table in BENCHMARKS[name](args.tiny):
            print(table.markdown(), flush=True)


if __name__ == "__main__":
    main()
