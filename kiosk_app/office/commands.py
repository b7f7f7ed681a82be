"""What each command of the office does."""

import argparse
import getpass
import json
import sys
from datetime import date

from kiosk_app.booth.codec import encode
from kiosk_app.booth.report import to_csv, to_json
from kiosk_app.errors import KioskError
from kiosk_app.office import archive
from kiosk_app.office.office import Office
from kiosk_app.office.serve import OfficeServer
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


def _today(office: Office) -> date:
    with office.database.read() as connection:
        zone = office.configuration.profile(connection).zone
    return office.clock.now().astimezone(zone).date()


def _profile_place(office: Office) -> str:
    with office.database.read() as connection:
        return office.configuration.profile(connection).place
