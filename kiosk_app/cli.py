"""The command line: `kiosk-app COMMAND [--data DIR] ...`.

Exit status: 0 done, 1 failed (one line says why and what to do), 2 wrong usage.
"""

import argparse
import logging
import sys
from collections.abc import Sequence

from kiosk_app import __version__, log
from kiosk_app.commands import demo, enrol, practice, report, run, status, sync, verify
from kiosk_app.errors import KioskError
from kiosk_app.office.cli import add_office_command

_logger = logging.getLogger(__name__)
_TEACHES = """\
The kiosk of a passport-service booth: checks applicants in by QR code, takes the passport photo, and brings every record
to the central office whenever there is network.

A first look:       kiosk-app demo
A booth:            kiosk-app enrol --office URL --code CODE, then kiosk-app run
A reference office: kiosk-app office --data DIR serve --port 8080
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="kiosk-app", description=_TEACHES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"kiosk-app {__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (run, demo, practice, enrol, sync, status, verify, report):
        command.add(subparsers)
    add_office_command(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    args = build_parser().parse_args(argv)
    log.configure()
    try:
        status: int = args.run(args)
    except KioskError as error:
        print(f"kiosk-app: {error.message} {error.action}", file=sys.stderr)
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
