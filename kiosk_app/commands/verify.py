"""`kiosk-app verify`: walks the journal's chain, every signature and every photo file."""

import argparse

from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, reading_booth
from kiosk_app.store.verify import verify_journal


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "verify",
        run,
        "check the journal from its first record to its last",
        "Checks every record's hash, its link to the one before, its signature, and every photo file that is still to\n"
        "be kept here. Says the first fault and exits with 1, or how much is in order.",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Walks and tells."""
    with reading_booth(args) as booth:
        report = verify_journal(booth.journal_db, booth.keys.public_der(), booth.paths.photos)
        outbox = booth.outbox
        seq, sha256 = outbox.head()
    fault = report.first_fault
    value = {
        "records": report.records,
        "head_seq": seq,
        "head_sha256": sha256,
        "fault": None if fault is None else {"seq": fault.seq, "problem": fault.problem},
    }
    if fault is None:
        answer(args, value, f"{report.records} records in order; the chain's head is {sha256[:16]}.")
        return 0
    answer(args, value, f"Record {fault.seq}: {fault.problem}. Keep this data folder as it is and call the office.")
    return 1
