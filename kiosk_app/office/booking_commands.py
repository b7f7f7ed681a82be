"""What the commands do that bring bookings in, change them, and issue their signed codes."""

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office.bookings import booking_of
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.imports import read_import, read_slot
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.office.slip_commands import prepare_slips, typed_id, write_slips
from kiosk_app.office.tables import bookings
from kiosk_app.office.terminal import read_file, remark, say, say_json, write_file


def bookings_sample(office: Office, args: argparse.Namespace) -> None:
    """Deterministic for a seed and a day, so running it twice adds nothing.

    Here the cancelled have codes too: somebody may still hold one, and practice is for what happens then.
    """
    profile = _profile(office, args.place)
    day = args.date or profile.day_of(office.clock.now())
    made = sample_bookings(args.count, args.seed, day, profile.place, profile, office.keys)
    office.bookings.put(made)
    if args.codes:
        _write_codes(office, made, args.codes)
    if args.codes != "-":
        say(f"{len(made)} bookings")


def bookings_import(office: Office, args: argparse.Namespace) -> None:
    """All or nothing; a slip that would replace another one stops it before anything is taken.

    A slip tells somebody to come, so an appointment that is past gets none. Its booking is taken all the same and its
    code told: who comes late, an officer decides about.
    """
    found = read_import(office, read_file(args.file))
    standing = [booking for booking in found if booking.status is BookingStatus.BOOKED]
    admission, now = _profile(office).admission, office.clock.now()
    past = {booking.id for booking in standing if admission.is_late(booking.slot, now)}
    invited = [booking for booking in standing if args.slips is not None and booking.id not in past]
    files: dict[str, Path] = {}
    if args.slips is not None:
        files = prepare_slips([booking.id for booking in invited], args.slips, args.slip_format, args.force)
    office.bookings.put(found)
    codes = _codes(office, standing)
    if not args.json:
        for code in codes:
            say(f"{code['booking']} {code['code']}")
    write_slips(office, invited, files)
    if args.json:
        slips = [file.name for file in files.values()]
        say_json(
            {
                "bookings": len(found),
                "codes": codes,
                "past": [one.id for one in standing if one.id in past],
                "slips": slips,
            }
        )
        return
    fallen = len(found) - len(standing)
    others = " and ".join(f"{n} {kind}" for n, kind in ((len(past), "past"), (fallen, "cancelled or moved")) if n)
    if args.slips is None:
        say(f"{len(found)} bookings" + (f", of them {others}" if others else ""))
    else:
        without = f"; no slip for {others}" if others else ""
        say(f"{len(found)} bookings, {len(files)} slips in {args.slips}{without}")


def bookings_codes(office: Office, args: argparse.Namespace) -> None:
    """Of a day, or of all bookings. None for one that was cancelled or moved: a booth would turn it away."""
    wanted = select(bookings).order_by(bookings.c.slot, bookings.c.id)
    if args.date is not None:
        start = datetime.combine(args.date, time(), _profile(office).zone)
        wanted = wanted.where(bookings.c.slot >= start, bookings.c.slot < start + timedelta(days=1))
    with office.database.read() as connection:
        found = [booking_of(row._mapping) for row in connection.execute(wanted)]
    standing = [booking for booking in found if booking.status is BookingStatus.BOOKED]
    _write_codes(office, standing, args.out)
    if len(standing) < len(found):
        remark(f"{len(found) - len(standing)} of {len(found)} bookings are cancelled or moved and have no code.")


def bookings_cancel(office: Office, args: argparse.Namespace) -> None:
    """The booths are told."""
    office.bookings.cancel(typed_id(args.booking))
    say("Cancelled.")


def bookings_move(office: Office, args: argparse.Namespace) -> None:
    """The booths of both places are told."""
    profile = _profile(office, args.place)
    try:
        slot = read_slot(args.slot, profile)
    except ValueError as error:
        raise KioskError(
            "slot-malformed", "The slot is not a date and time.", "Write it as 2025-01-25T09:30."
        ) from error
    office.bookings.move(typed_id(args.booking), args.place, slot)
    say("Moved.")


def bookings_remove(office: Office, args: argparse.Namespace) -> None:
    """The booths are told."""
    office.bookings.remove(typed_id(args.booking))
    say("Removed.")


def _codes(office: Office, found: Iterable[Booking]) -> list[dict[str, str]]:
    profile = _profile(office)
    return [{"booking": booking.id, "code": issue_code(booking, profile, office.keys)} for booking in found]


def _write_codes(office: Office, found: Iterable[Booking], target: str) -> None:
    lines = "".join(json.dumps(code) + "\n" for code in _codes(office, found))
    if target == "-":
        sys.stdout.write(lines)
    else:
        write_file(Path(target), lines.encode())


def _profile(office: Office, place: str = "") -> Profile:
    with office.database.read() as connection:
        return office.configuration.profile(connection, place)
