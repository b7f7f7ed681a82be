"""What all commands share: the data folder, answers as JSON or text, and the booth's folder and lock."""

import argparse
import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeAlias

from kiosk_app import log
from kiosk_app.assembly import Booth, locked, open_booth, open_own_booth
from kiosk_app.clock import SystemClock
from kiosk_app.paths import BoothPaths, default_data_dir
from kiosk_app.store.quarantine import keep_log_if_alone

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(
    subparsers: Subparsers, name: str, run: Callable[[argparse.Namespace], int], summary: str, teaches: str
) -> argparse.ArgumentParser:
    """A command with `--data`, its one-line summary, and help that teaches."""
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=teaches,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="data folder (default: KIOSK_APP_DATA, else the system's)"
    )
    parser.set_defaults(run=run)
    return parser


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """An argument's type: a whole number within bounds."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"a whole number from {low} to {high} is wanted")
        return int(text)

    return parse


def seconds(text: str) -> float:
    """An argument's type: seconds of patience."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 86_400:
        raise argparse.ArgumentTypeError("seconds above 0, up to a day, are wanted")
    return value


def calendar_day(text: str) -> date:
    """An argument's type: a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a date like 2025-01-25 is wanted") from None


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`: one object on stdout, logs on stderr."""
    parser.add_argument("--json", action="store_true", help="print one JSON object for programs")


def booth_paths(args: argparse.Namespace) -> BoothPaths:
    """The booth's files for this call."""
    return BoothPaths(args.data or default_data_dir())


@contextmanager
def reading_booth(args: argparse.Namespace) -> Iterator[Booth]:
    """The booth opened beside whoever else uses it, for commands that only read."""
    paths = booth_paths(args)
    if paths.journal.exists():
        keep_log_if_alone(paths)
    booth = open_booth(paths, SystemClock())
    try:
        yield booth
    finally:
        booth.close()


@contextmanager
def owned_booth(args: argparse.Namespace) -> Iterator[Booth]:
    """The booth with its lock: nobody else runs on this data folder meanwhile."""
    paths = booth_paths(args)
    with locked(paths):
        log.configure(paths.log)
        booth = open_own_booth(paths, SystemClock())
        try:
            booth.keeper().begin()
            yield booth
        finally:
            booth.close()


def answer(args: argparse.Namespace, value: dict[str, object], text: str) -> None:
    """Prints the answer in the form that was asked for."""
    print(json.dumps(value, ensure_ascii=False, default=str) if args.json else text)
