"""`kiosk-app keys`: who holds this booth's keys, what else could, and their move out of files."""

import argparse

from kiosk_app import hardening
from kiosk_app.assembly import locked, make_keys
from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, booth_paths
from kiosk_app.store.keys_choice import FILE, MAKERS, candidates, chosen, move_keys
from kiosk_app.store.keys_words import HELD
from kiosk_app.store.tiers import tier_of


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "keys",
        run,
        "who holds the keys, and their move from files into a TPM",
        "Says who holds the booth's keys, tries every other holder that this machine has, and whether the bookings are\n"
        "behind officers' PINs. With --move KIND the keys go from files to that holder while the booth does not run; it\n"
        "stays the same booth. Sync until nothing waits first: what a TPM holds is gone with the machine.",
    )
    parser.add_argument("--move", choices=tuple(MAKERS), metavar="KIND", help=f"one of {', '.join(MAKERS)}")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Moves if asked to, and tells."""
    paths = booth_paths(args)
    if args.move:
        with locked(paths):
            move_keys(paths.keys, args.move)
    holder = make_keys(paths)
    kind = chosen(paths.keys)
    found = {one.kind: one.unfit for one in candidates()}
    behind = tier_of(paths.keys, holder).established
    hardened = hardening.state()
    value: dict[str, object] = {
        "keys": kind, "candidates": found, "behind_pin": behind, "private_memory": hardened.private_memory,
        "no_core": hardened.no_core,
    }  # fmt: skip
    answer(args, value, _text(kind, found, behind, hardened))
    return 0


def _text(kind: str, found: dict[str, str], behind: bool, hardened: hardening.Hardening) -> str:
    lines = [f"Keys        {HELD.get(kind, kind)}"]
    lines += [
        f"  {name:<10}{'in use' if name == kind else reason or 'could hold them'}"
        for name, reason in found.items()
        if name != FILE
    ]
    lines.append(
        f"Bookings    {'behind officers’ PINs' if behind else 'open with the booth: no officer has logged in yet, or a practice booth'}"
    )
    missing = [
        words
        for good, words in ((hardened.private_memory, "memory can be read"), (hardened.no_core, "dumps can be made"))
        if not good
    ]
    lines.append(f"Process     {'private, no dumps' if not missing else 'WARNING: ' + ', '.join(missing)}")
    return "\n".join(lines)
