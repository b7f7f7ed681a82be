"""`kiosk-app unlock`: a supervisor lets an officer try again after too many wrong PINs."""

import argparse
import getpass
import sys

from kiosk_app.commands.common import Subparsers, add_command, owned_booth


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "unlock",
        run,
        "let an officer try again after too many wrong PINs",
        "Asks for the supervisor's PIN (or reads it from standard input: it never stands on the command line). The booth\n"
        "must not be running. The journal keeps who let whom in again; the office sees it.",
    )
    parser.add_argument("officer", metavar="OFFICER", help="the number of who is locked out")
    parser.add_argument("--by", required=True, metavar="SUPERVISOR", help="the supervisor's number")


def run(args: argparse.Namespace) -> int:
    """Logs the supervisor in, and unlocks."""
    pin = getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    with owned_booth(args) as booth:
        supervisor = booth.officers.log_in(args.by, pin)
        booth.officers.unlock(supervisor, args.officer)
    print(f"Officer {args.officer} may try again.")
    return 0
