"""The command line: `kiosk-app COMMAND [--data DIR] ...`.

Exit status: 0 done, 1 failed (one line says why and what to do), 2 wrong usage.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence

from kiosk_app import __version__, log
from kiosk_app.commands.common import Subparsers
from kiosk_app.errors import KioskError
from kiosk_app.hardening import harden

_logger = logging.getLogger(__name__)
_TEACHES = """\
The kiosk of a passport-service booth: checks applicants in by QR code, takes the passport photo, and brings every record
to the central office whenever there is network.

A first look:       kiosk-app demo
A booth:            kiosk-app enrol --office URL --code CODE, then kiosk-app run
A reference office: kiosk-app office --data DIR serve --port 8080
"""


# Each command is loaded when it is asked for: the booth's start must not wait for the office's database or the models.
def _add_run(subparsers: Subparsers) -> None:
    from kiosk_app.commands import run

    run.add(subparsers)


def _add_demo(subparsers: Subparsers) -> None:
    from kiosk_app.commands import demo

    demo.add(subparsers)


def _add_practice(subparsers: Subparsers) -> None:
    from kiosk_app.commands import practice

    practice.add(subparsers)


def _add_enrol(subparsers: Subparsers) -> None:
    from kiosk_app.commands import enrol

    enrol.add(subparsers)


def _add_sync(subparsers: Subparsers) -> None:
    from kiosk_app.commands import sync

    sync.add(subparsers)


def _add_status(subparsers: Subparsers) -> None:
    from kiosk_app.commands import status

    status.add(subparsers)


def _add_verify(subparsers: Subparsers) -> None:
    from kiosk_app.commands import verify

    verify.add(subparsers)


def _add_report(subparsers: Subparsers) -> None:
    from kiosk_app.commands import report

    report.add(subparsers)


def _add_doctor(subparsers: Subparsers) -> None:
    from kiosk_app.commands import doctor

    doctor.add(subparsers)


def _add_keys(subparsers: Subparsers) -> None:
    from kiosk_app.commands import keys

    keys.add(subparsers)


def _add_unlock(subparsers: Subparsers) -> None:
    from kiosk_app.commands import unlock

    unlock.add(subparsers)


def _add_office(subparsers: Subparsers) -> None:
    from kiosk_app.office.cli import add_office_command

    add_office_command(subparsers)


COMMANDS: Mapping[str, tuple[str, Callable[[Subparsers], None]]] = {
    "run": ("the booth, full screen", _add_run),
    "demo": ("a throw-away booth with practice people; nothing is kept", _add_demo),
    "practice": ("a scripted day with practice people (practice booths only)", _add_practice),
    "enrol": ("make this data folder a booth of an office", _add_enrol),
    "sync": ("bring records and photos to the office, and its news here", _add_sync),
    "status": ("what waits, what the office confirmed, how old the roster is", _add_status),
    "verify": ("check the journal from its first record to its last", _add_verify),
    "report": ("the daily report", _add_report),
    "doctor": ("what of this booth is well, and what to do about the rest", _add_doctor),
    "keys": ("who holds the keys, and their move from files into a TPM", _add_keys),
    "unlock": ("let an officer try again after too many wrong PINs", _add_unlock),
    "office": ("the reference central office", _add_office),
}


def build_parser(command: str) -> argparse.ArgumentParser:
    """The parser with `command` in full; all others by name and summary only."""
    parser = argparse.ArgumentParser(
        prog="kiosk-app",
        description=_TEACHES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"kiosk-app {__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (summary, add) in COMMANDS.items():
        if name == command:
            add(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    harden()
    words = sys.argv[1:] if argv is None else list(argv)
    args = build_parser(words[0] if words else "").parse_args(words)
    log.configure()
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except KioskError as error:
        print(f"kiosk-app: {error.message} {error.action}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read the answer has gone; Python must not complain about it once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("kiosk-app: stopped.", file=sys.stderr)
        return 1
    except Exception as error:  # noqa: BLE001 - the last resort: an exception's text may hold a person, so only its place
        log.event(_logger, "command-failed", logging.ERROR, error=log.where(error))
        print(
            f"kiosk-app: an unforeseen fault ({log.where(error)}). Tell the technician; nothing that was confirmed is lost.",
            file=sys.stderr,
        )
        return 1
    return status
