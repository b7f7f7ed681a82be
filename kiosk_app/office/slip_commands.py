"""What the commands do that issue signed codes to people: the import of bookings, and their confirmation slips."""

import argparse
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.codes import booking_id_number, booking_id_text
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office.bookings import booking_of
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.imports import read_import
from kiosk_app.office.office import Office
from kiosk_app.office.tables import bookings
from kiosk_app.office.terminal import read_file, say, say_json, write_file

if TYPE_CHECKING:
    from kiosk_app.office.slips import Slip

FORMATS = ("pdf", "png")
_ANOTHER = "The bookings are in; import the file once more with another folder for its slips."


def bookings_import(office: Office, args: argparse.Namespace) -> None:
    """All or nothing; a slip that would replace another one stops it before anything is taken."""
    found = read_import(office, read_file(args.file))
    standing = [booking for booking in found if booking.status is BookingStatus.BOOKED]
    files = {} if args.slips is None else {one.id: args.slips / f"{one.id}.{args.slip_format}" for one in standing}
    if args.slips is not None:
        _prepare(args.slips, files.values(), args.force)
        _drawing()  # whoever cannot draw hears it before anything is taken
    office.bookings.put(found)
    codes = {booking.id: _code(office, booking) for booking in standing}
    if not args.json:
        for name, code in codes.items():
            say(f"{name} {code}")
    for booking in standing if files else ():
        write_file(files[booking.id], _drawn(office, booking, args.slip_format), _ANOTHER)
    if args.json:
        listed = [{"booking": name, "code": code} for name, code in codes.items()]
        say_json({"bookings": len(found), "codes": listed, "slips": [file.name for file in files.values()]})
        return
    say(f"{len(found)} bookings" + (f", {len(files)} slips in {args.slips}" if args.slips is not None else ""))


def bookings_slip(office: Office, args: argparse.Namespace) -> None:
    """One slip, in the form that the file's name ends with."""
    form = args.out.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise KioskError("slip-format", "A slip is a .pdf or a .png file.", "Name the file of --out so.")
    booking = _booking(office, args.booking)
    _refuse_existing([args.out], args.force)
    write_file(args.out, _drawn(office, booking, form))
    say(f"{args.out}: slip of booking {booking.id}, A5")


def _booking(office: Office, typed: str) -> Booking:
    """By the id as people write it, with or without spaces."""
    try:
        name = booking_id_text(booking_id_number("".join(sign for sign in typed.upper() if sign not in " .-")))
    except ValueError as error:
        raise KioskError(
            "booking-id-wrong", "This is not a booking id.", "It has 11 letters and digits; check for a slip of a key."
        ) from error
    with office.database.read() as connection:
        row = connection.execute(select(bookings).where(bookings.c.id == name)).one_or_none()
    if row is None:
        raise KioskError("booking-unknown", "There is no booking of this id.", "Check the id.")
    return booking_of(row._mapping)


def _code(office: Office, booking: Booking) -> str:
    with office.database.read() as connection:
        profile = office.configuration.profile(connection)
    return issue_code(booking, profile, office.keys)


def _drawn(office: Office, booking: Booking, form: str) -> bytes:
    make_slip = _drawing()
    with office.database.read() as connection:
        profile = office.configuration.profile(connection)
    slip = make_slip(booking, issue_code(booking, profile, office.keys), profile, office.clock.now())
    return slip.pdf() if form == "pdf" else slip.png()


def _drawing() -> "Callable[[Booking, str, Profile, datetime], Slip]":
    try:
        from kiosk_app.office.slips import make_slip  # only who draws pays for the drawing library
    except ImportError as error:
        raise KioskError(
            "slip-library",
            "This installation has no Pillow to draw slips with.",
            "Make them at the office, or install Pillow.",
        ) from error
    return make_slip


def _prepare(folder: Path, files: Iterable[Path], force: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # the names of the files are booking codes
    except OSError as error:
        raise KioskError(
            "file-unwritable",
            f"Nothing was imported: {folder} cannot be made ({error.strerror}).",
            "Name another folder with --slips.",
        ) from error
    _refuse_existing(files, force, "Nothing was imported: ")


def _refuse_existing(files: Iterable[Path], force: bool, before: str = "") -> None:
    there = [file.name for file in files if file.exists()]
    if there and not force:
        raise KioskError(
            "slip-exists",
            f"{before}{there[0]} is there already" + (f", and {len(there) - 1} more." if len(there) > 1 else "."),
            "Add --force to replace, or name another place.",
        )
