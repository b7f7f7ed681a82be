"""`python -m bench [NAME ...] [--tiny]`: Markdown on stdout, progress on stderr. `docs/figures.md` is such an output."""

import argparse
from collections.abc import Callable, Iterable

from bench import camera_faults, codes, ledger, live, machine, memory, portraits, soak, start, truth
from bench.tables import Table

BENCHMARKS: dict[str, Callable[[bool], Iterable[Table]]] = {
    "start": lambda tiny: start.run(start.TINY if tiny else start.Sizes()),
    "ledger": lambda tiny: ledger.run(ledger.TINY if tiny else ledger.Sizes()),
    "memory": lambda tiny: memory.run(memory.TINY if tiny else memory.Sizes()),
    "codes": lambda tiny: codes.run(codes.TINY if tiny else codes.Sizes()),
    "portraits": lambda tiny: portraits.run(portraits.TINY if tiny else portraits.Sizes()),
    "truth": lambda tiny: truth.run(truth.TINY if tiny else truth.Sizes()),
    "live": lambda tiny: live.run(live.TINY if tiny else live.Sizes()),
    "camera_faults": lambda tiny: camera_faults.run(camera_faults.TINY if tiny else camera_faults.Sizes()),
    "soak": lambda tiny: soak.run(soak.TINY if tiny else soak.Sizes()),
}
_ONLY_BY_NAME = {"soak"}  # half an hour

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
        for table in BENCHMARKS[name](args.tiny):
            print(table.markdown(), flush=True)


if __name__ == "__main__":
    main()
