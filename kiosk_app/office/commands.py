"""What each command of the office does."""

import argparse
import getpass
import json
import sys
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.codec import encode
from kiosk_app.booth.report import to_csv, to_json
from kiosk_app.errors import KioskError
from kiosk_app.office import archive
from kiosk_app.office.bookings import booking_of
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.imports import read_slot
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.office.serve import OfficeServer
from kiosk_app.office.tables import bookings
from kiosk_app.office.terminal import read_file, say, say_json, write_file


def serve(office: Office, args: argparse.Namespace) -> None:
    """Until SIGTERM or Ctrl+C."""
    server = OfficeServer(office, args.host, args.port)

    def announce() -> None:
        sys.stderr.write(f"The office answers at {server.url}\n")
        sys.stderr.flush()

    server.serve(announce)


def booth_add(office: Office, args: argparse.Namespace) -> None:
    """The code is the last word, for scripts."""
    site = args.site or _profile_place(office)
    code = office.invite(args.name, site, args.practice, args.letter)
    kind = "practice booth" if args.practice else "booth"
    say(f"At the new {kind} {args.name} in {site}, within 24 hours: kiosk-app enrol --office URL --code {code}")


def booth_list(office: Office, args: argparse.Namespace) -> None:
    """One line a booth."""
    booths = archive.list_booths(office)
    if args.json:
        say_json([encode(booth) for booth in booths])
        return
    for booth in booths:
        kind = " practice" if booth.practice else ""
        state = " revoked" if booth.revoked else ""
        seen = f"last seen {booth.seen_at:%Y-%m-%d %H:%M} UTC" if booth.seen_at else "never seen"
        faults = "".join(f", {number} x {fault}" for fault, number in sorted(booth.alarms.items()))
        say(
            f"{booth.letter} {booth.name} ({booth.site}{kind}{state}) {booth.id}: {booth.records} records, {seen}{faults}"
        )


def booth_revoke(office: Office, args: argparse.Namespace) -> None:
    """By id, or by a name that only one booth has."""
    found = [
        booth for booth in archive.list_booths(office) if args.booth in (booth.id, booth.name) and not booth.revoked
    ]
    if len(found) != 1:
        problem = "Several booths have this name." if found else "No booth in use has this id or name."
        raise KioskError("device-unknown", problem, "Take the id from: kiosk-app office booth list")
    office.devices.revoke(found[0].id)
    say(f"Booth {found[0].letter} ({found[0].name}) is shut out; it may still send what it holds.")


def officer_add(office: Office, args: argparse.Namespace) -> None:
    """The PIN never stands on the command line, where others could read it."""
    pin = getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    office.officers.add(args.id, args.name, args.role, pin)
    version = office.configuration.publish()
    say(f"Officer {args.id} may log in once a booth has configuration {version}.")


def officer_list(office: Office, args: argparse.Namespace) -> None:
    """Real officers and practice officers."""
    with office.database.read() as connection:
        people = [(one, practice) for practice in (False, True) for one in office.officers.of(connection, practice)]
    if args.json:
        say_json([{"id": one.id, "name": one.name, "role": one.role, "practice": practice} for one, practice in people])
        return
    for one, practice in people:
        say(f"{one.id} {one.name}, {one.role}{' (practice booths only)' if practice else ''}")


def bookings_sample(office: Office, args: argparse.Namespace) -> None:
    """Deterministic for a seed and a day, so running it twice adds nothing."""
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, args.place)
    made = sample_bookings(args.count, args.seed, args.date or _today(office), profile.place, profile, office.keys)
    office.bookings.put(made)
    if args.codes:
        _write_codes(office, made, args.codes)
    if args.codes != "-":
        say(f"{len(made)} bookings")


def bookings_codes(office: Office, args: argparse.Namespace) -> None:
    """The codes of a day, or of all bookings."""
    wanted = select(bookings).order_by(bookings.c.slot, bookings.c.id)
    with office.database.read() as connection:
        if args.date is not None:
            zone = office.configuration.profile(connection).zone
            start = datetime.combine(args.date, time(), zone)
            wanted = wanted.where(bookings.c.slot >= start, bookings.c.slot < start + timedelta(days=1))
        found = [booking_of(row._mapping) for row in connection.execute(wanted)]
    _write_codes(office, found, args.out)


def bookings_cancel(office: Office, args: argparse.Namespace) -> None:
    """The booths are told."""
    office.bookings.cancel(args.booking)
    say("Cancelled.")


def bookings_move(office: Office, args: argparse.Namespace) -> None:
    """The booths of both places are told."""
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, args.place)
    try:
        slot = read_slot(args.slot, profile)
    except ValueError as error:
        raise KioskError(
            "slot-malformed", "The slot is not a date and time.", "Write it as 2025-01-25T09:30."
        ) from error
    office.bookings.move(args.booking, args.place, slot)
    say("Moved.")


def bookings_remove(office: Office, args: argparse.Namespace) -> None:
    """The booths are told."""
    office.bookings.remove(args.booking)
    say("Removed.")


def profile_show(office: Office, args: argparse.Namespace) -> None:
    """What `profile publish` takes back after a change."""
    with office.database.read() as connection:
        say(json.dumps(encode(office.configuration.profile(connection)), ensure_ascii=False, indent=2))


def profile_publish(office: Office, args: argparse.Namespace) -> None:
    """Booths take it at their next pull."""
    say(f"Configuration {office.configuration.set_profile(read_file(args.file))} is in force.")


def records(office: Office, args: argparse.Namespace) -> None:
    """In the order in which they came in."""
    found = archive.list_records(office)
    if args.json:
        say_json([encode(record) for record in found])
        return
    for record in found:
        marks = f"  [{', '.join(record.flags)}]" if record.flags else ""
        say(f"{record.received_at:%Y-%m-%d %H:%M:%S}  {record.booth} {record.seq}  {record.kind}  {record.id}{marks}")
    say(f"{len(found)} records")


def photo(office: Office, args: argparse.Namespace) -> None:
    """The one place where a face becomes a plain file, because an officer asked for it."""
    opened = archive.open_photo(office, args.record)
    write_file(args.out, opened.picture)
    size = f"{opened.taken.width} x {opened.taken.height} px"
    say(
        f"{args.out}: {size}, {opened.media_type}, {len(opened.picture)} bytes, out of a packet of {opened.packet_bytes} bytes"
    )


def report(office: Office, args: argparse.Namespace) -> None:
    """The same form as the booth's own report."""
    counted = archive.report(
        office, args.date or _today(office), args.site or _profile_place(office), args.booth, args.practice
    )
    as_json = json.dumps(to_json(counted), ensure_ascii=False, indent=2) + "\n"
    text = to_csv(counted) if args.format == "csv" else as_json
    if args.out is None:
        sys.stdout.write(text)
    else:
        write_file(args.out, text.encode())


def _write_codes(office: Office, found: Iterable[Booking], target: str) -> None:
    with office.database.read() as connection:
        profile = office.configuration.profile(connection)
    lines = "".join(
        json.dumps({"booking": booking.id, "code": issue_code(booking, profile, office.keys)}) + "\n"
        for booking in found
    )
    if target == "-":
        sys.stdout.write(lines)
    else:
        write_file(Path(target), lines.encode())


def _today(office: Office) -> date:
    with office.database.read() as connection:
        zone = office.configuration.profile(connection).zone
    return office.clock.now().astimezone(zone).date()


def _profile_place(office: Office) -> str:
    with office.database.read() as connection:
        return office.configuration.profile(connection).place
