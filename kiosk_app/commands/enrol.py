"""`kiosk-app enrol`: trades the office's one-time code for an identity, and fetches rules and roster."""

import argparse

from kiosk_app import log
from kiosk_app.clock import SystemClock
from kiosk_app.commands.common import Subparsers, add_command, booth_paths
from kiosk_app.errors import KioskError
from kiosk_app.files import sync_folder
from kiosk_app.paths import BoothPaths, OfficePaths
from kiosk_app.settings import Settings, load_settings
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.identity import Identity, IdentityStore
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.keys_choice import FILE, MAKERS, choose_holder
from kiosk_app.store.keys_words import HELD
from kiosk_app.store.lock import DataLock
from kiosk_app.store.opening import open_journal
from kiosk_app.sync.engine import SyncEngine
from kiosk_app.sync.enrol import enrol, office_address, to_identity
from kiosk_app.sync.stores import BoothFiles

_FIRST_PULL_S = 60.0


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "enrol",
        run,
        "make this data folder a booth of an office",
        "The office prints a one-time code (`kiosk-app office booth add NAME`). This makes the booth's own key, trades the\n"
        "code for an identity, and fetches the rules and today's bookings. Safe to repeat with the same code.",
    )
    parser.add_argument("--office", required=True, metavar="URL", help="the office's address, https://...")
    parser.add_argument(
        "--code", required=True, metavar="CODE", help="the one-time code; dashes and case do not matter"
    )
    parser.add_argument(
        "--keys",
        choices=(*MAKERS, FILE),
        default="",
        help="who holds the keys (default: the best that this machine has)",
    )


def run(args: argparse.Namespace) -> int:
    """Enrols, pulls, and says what this booth is now."""
    paths = booth_paths(args)
    if OfficePaths(paths.root).database.exists():
        raise KioskError(
            "data-is-office",
            f"{paths.root} is the folder of an office.",
            "Name another folder for the booth with --data.",
        )
    try:
        paths.make()
        sync_folder(paths.root.parent)  # else a power cut after the code was traded may leave no folder at all
    except OSError as error:
        raise KioskError(
            "data-unwritable", f"{paths.root} cannot be made ({error.strerror}).", "Name another folder with --data."
        ) from error
    log.configure(paths.log)
    with DataLock(paths.lock):
        settings = load_settings(paths.settings)
        keys = choose_holder(paths.keys, args.keys)
        identity = enrol_booth(paths, keys, settings, args.office, args.code)
    kind = "practice booth" if identity.practice else "booth"
    print(f"This is now the {kind} {identity.name!r} at {identity.site_id}; its numbers begin with {identity.letter}.")
    print(f"Its keys are {HELD[keys.describe()]}.")
    return 0


def enrol_booth(paths: BoothPaths, keys: KeyHolder, settings: Settings, office: str, code: str) -> Identity:
    """The identity, kept, with the first configuration and roster; the caller holds the folder's lock.

    Raises KioskError: whatever the code or the way to the office lacks, "already-enrolled", "first-pull".
    """
    address = office_address(office)
    identity = _unfinished_identity(paths, keys)
    if identity is None:
        identity = to_identity(enrol(address, code, keys, ca_file=settings.office.ca_file or None), address)
        with open_journal(paths.journal, keys) as journal:
            IdentityStore(journal).save(identity)
    engine = SyncEngine(
        BoothFiles(paths, keys, SystemClock()), identity, address, ca_file=settings.office.ca_file or None
    )
    try:
        complete = engine.run_until_empty(_FIRST_PULL_S)
    finally:
        engine.stop()
    if not complete:
        raise KioskError(
            "first-pull",
            "The booth is enrolled, but the office's rules and bookings did not arrive.",
            "Run the same command again while the office can be reached.",
        )
    return identity


def _unfinished_identity(paths: BoothPaths, keys: KeyHolder) -> Identity | None:
    """What an enrolment kept whose first pull did not get through: the code was traded and need not be again.

    A folder that already serves as a booth is refused: it may hold records that only that booth may send.
    """
    if not paths.journal.exists():
        return None
    with open_journal(paths.journal, keys) as journal:
        identity = IdentityStore(journal).load()
        complete = ConfigStore(journal).load() is not None
    if identity is not None and complete:
        raise KioskError(
            "already-enrolled",
            f"This data folder already is the booth {identity.name!r}.",
            "Name another folder with --data; an office code is good for one booth.",
        )
    return identity
