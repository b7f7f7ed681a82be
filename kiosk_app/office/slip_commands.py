"""Confirmation slips as files: one at a time, or for all that an import brings."""

import argparse
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office.bookings import booking_of
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.imports import read_booking_id
from kiosk_app.office.office import Office
from kiosk_app.office.tables import bookings
from kiosk_app.office.terminal import say, write_file

if TYPE_CHECKING:
    from kiosk_app.office.slips import Slip

FORMATS = ("pdf", "png")
_ANOTHER = "The bookings are in; import the file once more with another folder for its slips."


def bookings_slip(office: Office, args: argparse.Namespace) -> None:
    """One slip, in the form that the file's name ends with. Also of an appointment that is past: somebody asks for it."""
    form = args.out.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise KioskError("slip-format", "A slip is a .pdf or a .png file.", "Name the file of --out so.")
    booking, profile = _booking(office, typed_id(args.booking)), _profile(office)
    _refuse_existing([args.out], args.force)
    write_file(args.out, _drawn(office, booking, profile, form))
    past = profile.admission.is_late(booking.slot, office.clock.now())
    say(f"{args.out}: slip of booking {booking.id}, A5" + ("; its appointment is past" if past else ""))


def prepare_slips(names: Iterable[str], folder: Path, form: str, force: bool) -> dict[str, Path]:
    """The files for the slips of these bookings, by their ids.

    Raises KioskError, before anything is imported, where they could not be drawn or put or would replace others.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # the names of the files are booking codes
    except OSError as error:
        raise KioskError(
            "file-unwritable",
            f"Nothing was imported: {folder} cannot be made ({error.strerror}).",
            "Name another folder with --slips.",
        ) from error
    files = {name: folder / f"{name}.{form}" for name in names}
    _refuse_existing(files.values(), force, "Nothing was imported: ")
    _drawing()
    return files


def write_slips(office: Office, invited: Iterable[Booking], files: Mapping[str, Path]) -> None:
    """Writes the slip of each booking to its file."""
    profile = _profile(office)
    for booking in invited:
        file = files[booking.id]
        write_file(file, _drawn(office, booking, profile, file.suffix.removeprefix(".")), _ANOTHER)


def typed_id(typed: str) -> str:
    """The booking id that somebody typed; raises KioskError "booking-id-wrong"."""
    try:
        return read_booking_id(typed)
    except ValueError as error:
        raise KioskError(
            "booking-id-wrong", "This is not a booking id.", "It has 11 letters and digits; check for a slip of a key."
        ) from error


def _booking(office: Office, name: str) -> Booking:
    with office.database.read() as connection:
        row = connection.execute(select(bookings).where(bookings.c.id == name)).one_or_none()
    if row is None:
        raise KioskError("booking-unknown", "There is no booking of this id.", "Check the id.")
    return booking_of(row._mapping)


def _drawn(office: Office, booking: Booking, profile: Profile, form: str) -> bytes:
    slip = _drawing()(booking, issue_code(booking, profile, office.keys), profile, office.clock.now())
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


def _profile(office: Office) -> Profile:
    with office.database.read() as connection:
        return office.configuration.profile(connection)


def _refuse_existing(files: Iterable[Path], force: bool, before: str = "") -> None:
    there = [file.name for file in files if file.exists()]
    if there and not force:
        raise KioskError(
            "slip-exists",
            f"{before}{there[0]} is there already" + (f", and {len(there) - 1} more." if len(there) > 1 else "."),
            "Add --force to replace, or name another place.",
        )
