"""`kiosk-app report`: the daily report of this booth."""

import argparse
import json
import sys
from pathlib import Path

from kiosk_app.booth.report import daily_report, to_csv, to_json
from kiosk_app.commands.common import Subparsers, add_command, calendar_day, reading_booth
from kiosk_app.errors import KioskError


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "report",
        run,
        "the daily report",
        "How many came, how many could not be served and why: by reason, type, area and half hour, counted from the\n"
        "journal. Totals equal the journal's facts of that day.",
    )
    parser.add_argument("--date", type=calendar_day, metavar="YYYY-MM-DD", help="the day (default: today)")
    parser.add_argument("--format", choices=("json", "csv"), default="json", help="form of the report (default: json)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to FILE instead of the terminal")


def run(args: argparse.Namespace) -> int:
    """Counts and prints."""
    with reading_booth(args) as booth:
        day = args.date or booth.today()
        report = daily_report(booth.journal.facts(day), day, booth.rules.current())
    text = to_csv(report) if args.format == "csv" else json.dumps(to_json(report), ensure_ascii=False, indent=2) + "\n"
    if args.out is None:
        sys.stdout.write(text)
        return 0
    try:
        args.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise KioskError(
            "report-unwritable", f"{args.out} cannot be written ({error.strerror}).", "Name another file with --out."
        ) from error
    return 0
