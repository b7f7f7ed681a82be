"""`kiosk-app practice`: a scripted day on this data folder, through the real flow, with practice people."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime, time, timedelta

from kiosk_app.assembly import Booth
from kiosk_app.booth.bookings import Booking
from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, owned_booth, seconds, whole_number
from kiosk_app.errors import KioskError
from kiosk_app.rehearsal.cast import PRACTICE_OFFICER, make_cast
from kiosk_app.rehearsal.headless import HeadlessDay
from kiosk_app.rehearsal.summary import Ledger, as_json, as_text
from kiosk_app.settings import load_settings
from kiosk_app.sync_setup import make_engine


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "practice",
        run,
        "a scripted day with practice people (practice booths only)",
        "Applicants of the pulled roster, with strangers among them, hold their codes to the practice camera, are checked\n"
        "in, called, photographed and finished; some are turned away. Everything is recorded and synced as on a real day.\n"
        "Refused unless this booth was enrolled as a practice booth. Runs with the office up or down.",
    )
    parser.add_argument(
        "--applicants", type=whole_number(1, 10_000), required=True, metavar="N", help="how many people come"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, another day (default: 1)")
    parser.add_argument("--sync-timeout", type=seconds, default=20.0, metavar="SECONDS", help=argparse.SUPPRESS)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Plays the day, then gives sync a while to empty the outbox."""
    with owned_booth(args) as booth:
        if not booth.identity.practice:
            raise KioskError(
                "practice-refused",
                "This booth serves real applicants.",
                "Enrol another data folder with a code of `kiosk-app office booth add NAME --practice`.",
            )
        settings = load_settings(booth.paths.settings)
        engine = make_engine(booth, settings)
        engine.start()
        try:
            day = HeadlessDay(booth, *PRACTICE_OFFICER, args.seed, _say(args))
            tally = day.play(
                make_cast(_bookings(booth), args.applicants, args.seed, _now(booth), booth.rules.current())
            )
            engine.run_until_empty(args.sync_timeout)
        finally:
            engine.stop()
        ledger = _ledger(booth)
    answer(args, as_json(tally, ledger), as_text(tally, ledger))
    return 0


def _say(args: argparse.Namespace) -> Callable[[str], None]:
    def told(line: str) -> None:
        print(line, file=sys.stderr)

    return _quiet if args.json else told


def _quiet(_line: str) -> None:
    """With --json nobody reads along."""


def _now(booth: Booth) -> datetime:
    return booth.clock.now().astimezone(booth.rules.zone())


def _bookings(booth: Booth) -> list[Booking]:
    """Today's bookings that have not come yet."""
    today = booth.today()
    midnight = datetime.combine(today, time(), booth.rules.zone())
    found = booth.roster.between(midnight, midnight + timedelta(days=1))
    return [booking for booking in found if booth.journal.visit_of(booking.id, today) is None]


def _ledger(booth: Booth) -> Ledger:
    """The office's side is what it confirmed: a booth may not read more there."""
    counts = booth.outbox.counts()
    photos = booth.outbox.blobs_verified()
    return Ledger(counts.captured, counts.acked, photos, counts.waiting)
