"""`kiosk-app office ...`: the reference central office from the command line."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypeAlias

from kiosk_app.office import booking_commands, slip_commands, watch_commands
from kiosk_app.office import commands as do
from kiosk_app.office.office import Office
from kiosk_app.office.officers import ROLES
from kiosk_app.paths import OfficePaths, default_data_dir

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Command: TypeAlias = Callable[[Office, argparse.Namespace], None]
_TEACHES = """\
The reference central office: enrols booths, takes their records and sealed photos, and tells them bookings and rules.

Start one:     kiosk-app office --data DIR serve --port 8080
Add a booth:   kiosk-app office --data DIR booth add "Icon 1"        (prints a code; at the booth: kiosk-app enrol)
Bookings:      kiosk-app office --data DIR bookings import FILE.csv
Who may work:  kiosk-app office --data DIR officer add 1007 "Dewi Lestari" --role officer     (asks for the PIN)
The day:       kiosk-app office --data DIR report

Commands may run while the server does.
"""


def add_office_command(subparsers: Subparsers) -> None:
    """Adds `office` with everything below it; each sets `run(args) -> exit status`."""
    office = subparsers.add_parser(
        "office",
        help="the reference central office",
        description=_TEACHES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    office.set_defaults(data=None)
    _data(office)
    below = office.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(below)
    _add_booth(below)
    _add_officer(below)
    _add_bookings(below)
    _add_profile(below)
    _add_archive(below)
    _add_watch(below)


def _leaf(
    subparsers: Subparsers, name: str, command: Command, summary: str, teaches: str = ""
) -> argparse.ArgumentParser:
    description = teaches or f"{summary[0].upper()}{summary[1:]}."
    parser = subparsers.add_parser(name, help=summary, description=description, allow_abbrev=False)
    _data(parser)
    parser.add_argument(
        "--database", default="", metavar="URL", help="another database than the data folder's (SQLAlchemy URL)"
    )
    parser.add_argument(
        "--blobs", default="", metavar="DIR", help="another folder for sealed photos than the data folder's"
    )

    def run(args: argparse.Namespace) -> int:
        with _opened(args) as office:
            command(office, args)
        return 0

    parser.set_defaults(run=run)
    return parser


@contextmanager
def _opened(args: argparse.Namespace) -> Iterator[Office]:
    office = Office.open(OfficePaths(args.data or default_data_dir()), args.database, args.blobs)
    try:
        yield office
    finally:
        office.close()


def _group(subparsers: Subparsers, name: str, summary: str) -> Subparsers:
    description = f"{summary[0].upper()}{summary[1:]}."
    parser = subparsers.add_parser(name, help=summary, description=description, allow_abbrev=False)
    _data(parser)
    return parser.add_subparsers(required=True, metavar="COMMAND")


def _add_serve(subparsers: Subparsers) -> None:
    serve = _leaf(
        subparsers, "serve", do.serve, "answers the booths over HTTP until it is stopped",
        "Answers the booths over HTTP until it is stopped. It speaks plain HTTP: put a reverse proxy with TLS before it wherever"
        " booths reach it over a network.",
    )  # fmt: skip
    serve.add_argument("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")


def _add_booth(subparsers: Subparsers) -> None:
    booth = _group(subparsers, "booth", "adds, lists and revokes booths")
    add = _leaf(
        booth, "add", do.booth_add, "makes a one-time code for a new booth",
        "Makes a one-time code for a new booth, good for 24 hours; it is the last word that is printed. A practice booth has"
        " practice officers (1001 PIN 246810, 2001 PIN 135790) and its records never count in a real report.",
    )  # fmt: skip
    add.add_argument("name", help="what people call the booth")
    add.add_argument("--practice", action="store_true", help="a booth for training and trials")
    add.add_argument("--site", default="", metavar="PLACE", help="place of the profile (default: the profile's own)")
    add.add_argument("--letter", default="", help="prefix of its queue numbers, A to Z (default: the next free one)")
    _json(_leaf(booth, "list", do.booth_list, "lists the booths, when they were last heard of, and their alarms"))
    revoke = _leaf(booth, "revoke", do.booth_revoke, "shuts a booth out; it may still send what it holds")
    revoke.add_argument("booth", help="its id or name")


def _add_officer(subparsers: Subparsers) -> None:
    officer = _group(subparsers, "officer", "the people who may log in at booths")
    add = _leaf(
        officer, "add", do.officer_add, "adds an officer, or gives a new PIN; reads the PIN from standard input",
        "Adds an officer or replaces the one of this id. The PIN (6 to 12 digits) is read from standard input: at a terminal it is"
        " asked for and not shown.",
    )  # fmt: skip
    add.add_argument("id", help="what the officer types to log in: letters and digits")
    add.add_argument("name", help="name on the officer screen")
    add.add_argument("--role", choices=ROLES, required=True)
    _json(_leaf(officer, "list", do.officer_list, "lists officers without their PINs"))


def _add_bookings(subparsers: Subparsers) -> None:
    bookings = _group(subparsers, "bookings", "what applicants have booked")
    sample = _leaf(bookings, "sample", booking_commands.bookings_sample, "makes plausible bookings of invented people")
    sample.add_argument("count", type=int, metavar="N")
    sample.add_argument("--seed", type=int, required=True, metavar="S", help="the same seed makes the same bookings")
    sample.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="the day (default: today)")
    sample.add_argument("--place", default="", help="place of the profile (default: the profile's own)")
    sample.add_argument(
        "--codes",
        metavar="FILE",
        help="also write their signed codes, those of the cancelled too, as JSON lines; - prints them",
    )
    take = _leaf(
        bookings, "import", booking_commands.bookings_import,
        "takes bookings from a CSV file: all of them or, when one is wrong, none; prints their signed codes",
        "Takes bookings from a CSV file (UTF-8, comma or semicolon): all of them or, when one is wrong, none. Prints booking id and"
        " signed code of each that stands. Columns: number, name, service, slot, place, area; may have: id, nik, birth_date,"
        " electronic, flags, status. The NIK is not kept. Slips invite: a booking gets none when it is cancelled or moved, or past,"
        " that is when a booth would call its applicant late by now. The last line tells how many those are; with --json, past lists"
        " the past ones.",
    )  # fmt: skip
    take.add_argument("file", type=Path, metavar="FILE.csv")
    take.add_argument(
        "--slips", type=Path, metavar="DIR", help="also write a confirmation slip for each that is to come"
    )
    take.add_argument("--slip-format", choices=slip_commands.FORMATS, default="pdf", help="form of the slips")
    _force(take)
    _json(take)
    slip = _leaf(
        bookings, "slip", slip_commands.bookings_slip, "writes the confirmation slip of a booking, to print or to send",
        "Writes the confirmation slip of a booking: one A5 page with its signed code, the appointment and what to bring. The name"
        " stands on it masked, the NIK not at all. Print it at 100 %: the code must be 40 mm wide or more. An appointment that is"
        " past gets one too, and that is told; one that was cancelled or moved gets none.",
    )  # fmt: skip
    slip.add_argument("booking", metavar="BOOKING_ID")
    slip.add_argument("--out", type=Path, required=True, metavar="FILE", help="file to write, .pdf or .png")
    _force(slip)
    codes = _leaf(
        bookings, "codes", booking_commands.bookings_codes, "writes the signed codes of a day's bookings as JSON lines",
        "Writes the signed codes of a day's bookings, or of all, as JSON lines. A booking that was cancelled or moved has none; how"
        " many there are is told on standard error.",
    )  # fmt: skip
    codes.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="only this day's (default: all)")
    codes.add_argument("--out", default="-", metavar="FILE", help="file to write; - prints (default)")
    cancel = _leaf(bookings, "cancel", booking_commands.bookings_cancel, "marks a booking as cancelled")
    cancel.add_argument("booking", metavar="BOOKING_ID")
    move = _leaf(bookings, "move", booking_commands.bookings_move, "gives a booking another place or time")
    move.add_argument("booking", metavar="BOOKING_ID")
    move.add_argument("--place", required=True)
    move.add_argument("--slot", required=True, metavar="YYYY-MM-DDTHH:MM", help="local time of the office")
    remove = _leaf(bookings, "remove", booking_commands.bookings_remove, "takes a booking away for good")
    remove.add_argument("booking", metavar="BOOKING_ID")


def _add_profile(subparsers: Subparsers) -> None:
    profile = _group(subparsers, "profile", "the rules that booths work by")
    _leaf(profile, "show", do.profile_show, "prints the rules in force as JSON")
    publish = _leaf(profile, "publish", do.profile_publish, "puts other rules in force")
    publish.add_argument("file", type=Path, metavar="FILE.json")


def _add_archive(subparsers: Subparsers) -> None:
    _json(_leaf(subparsers, "records", do.records, "lists the records that have arrived"))
    photo = _leaf(subparsers, "photo", do.photo, "opens a sealed photo with the office's key")
    photo.add_argument("record", metavar="RECORD_ID")
    photo.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="picture file to write, in the format of the profile"
    )
    report = _leaf(
        subparsers, "report", do.report, "the daily report of a place",
        "The daily report of a place, counted from the records that have arrived: the numbers that its booths show themselves.",
    )  # fmt: skip
    report.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="the day (default: today)")
    report.add_argument("--site", default="", metavar="PLACE", help="place of the profile (default: the profile's own)")
    report.add_argument("--booth", default="", metavar="NAME", help="only this booth")
    report.add_argument("--practice", action="store_true", help="practice booths instead of real ones")
    report.add_argument("--format", choices=("json", "csv"), default="json")
    report.add_argument("--out", type=Path, metavar="FILE", help="write to FILE instead of the terminal")


def _add_watch(subparsers: Subparsers) -> None:
    alarms = _leaf(
        subparsers, "alarms", watch_commands.alarms, "lists what should never happen: cut, forked, forged journals"
    )
    alarms.add_argument("--booth", default="", metavar="NAME", help="only this booth's (name or id)")
    _json(alarms)
    audit = _leaf(
        subparsers, "audit", watch_commands.audit, "lists who saw, captured, overrode, unlocked, exported",
        "Lists who logged in, captured, saw, overrode, unlocked and exported at the booths, and what was done at the office."
        " Applicants are not named: a reference is the random id of a visit, a record or a file.",
    )  # fmt: skip
    audit.add_argument("--booth", default="", metavar="NAME", help="only this booth's (name or id)")
    audit.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="only this day (default: all)")
    _json(audit)
    conflicts = _group(subparsers, "conflicts", "records that contradict each other or the bookings")
    listed = _leaf(conflicts, "list", watch_commands.conflict_list, "lists those that wait for a decision")
    listed.add_argument("--all", action="store_true", help="also those that are decided")
    _json(listed)
    decide = _leaf(conflicts, "decide", watch_commands.conflict_decide, "decides one, once; its booth is told")
    decide.add_argument("conflict", metavar="CONFLICT_ID")
    decide.add_argument("choice", choices=("keep", "void"), help="the record counts, or it is kept and does not count")
    decide.add_argument("--officer", required=True, metavar="ID", help="who decides")
    _add_quota(subparsers)
    _add_backup(subparsers)
    _json(_leaf(subparsers, "sweep", watch_commands.sweep, "erases photos that no record has named for a week"))


def _add_quota(subparsers: Subparsers) -> None:
    quota = _group(subparsers, "quota", "walk-in slots that are lent to booths, so that they can be given offline")
    show = _leaf(quota, "show", watch_commands.quota_show, "lists what each booth may still admit without a booking")
    change = _leaf(quota, "set", watch_commands.quota_set, "gives a day another number of walk-ins")
    change.add_argument("slots", type=int, metavar="N")
    for parser in (show, change):
        parser.add_argument("--place", default="", help="place of the profile (default: the profile's own)")
        parser.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="the day (default: today)")
        parser.add_argument("--practice", action="store_true", help="practice booths instead of real ones")
    _json(show)


def _add_backup(subparsers: Subparsers) -> None:
    backup = _group(subparsers, "backup", "up to where records and photos are safe, so that booths may erase theirs")
    _leaf(
        backup, "begin", watch_commands.backup_begin, "tells what a backup that begins now will hold",
        "Tells the position up to which a backup that begins now holds all records and photos; it is the last word that is printed.",
    )  # fmt: skip
    confirm = _leaf(
        backup, "confirm", watch_commands.backup_confirm, "says that a backup holds everything up to a position",
        "Says that a backup holds everything up to a position. From the first time on, booths keep what lies above it.",
    )  # fmt: skip
    confirm.add_argument("position", type=int, metavar="POSITION")
    _json(_leaf(backup, "show", watch_commands.backup_show, "tells how far the last backup goes"))


def _data(parser: argparse.ArgumentParser) -> None:
    """`--data` at any level; the innermost counts, so one that is not given must leave no value of its own."""
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="data folder (default: KIOSK_APP_DATA, else the system's)",
    )


def _force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="replace slips that are there already")


def _day(text: str) -> date:
    """A day that can be told in any time zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        raise argparse.ArgumentTypeError("a date like 2025-01-25 is wanted")
    return day


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
