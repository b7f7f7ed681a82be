"""`kiosk-app verify`: walks the journal's chain, every signature and every photo file."""

import argparse
from dataclasses import asdict

from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, reading_booth
from kiosk_app.store.verify_folder import NO_BALLAST, NO_WITNESS, ORPHANS, PUT_ASIDE, SPARE, verify_folder

_NOTICES = {
    ORPHANS: "there are photo files that no record names; the next start of the booth sees to them",
    SPARE: "the spare of the booth's identity is not there or not readable; the next start of the booth makes it anew",
    NO_BALLAST: "the disk's reserve is not there: make room, the booth then makes it",
    PUT_ASIDE: "spoilt files lie in the quarantine folder (docs/recover.md)",
    NO_WITNESS: "the witness of the last commit is not there or not readable; the next record writes it anew",
}


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "verify",
        run,
        "check the journal from its first record to its last",
        "Checks every page of the journal, every record's hash, its link to the one before and its signature, every photo\n"
        "file against its record, and what lies beside: the witness of the last commit, the spare, the disk's reserve, files\n"
        "without a record. Says the first fault and exits with 1, or how much is in order. Changes nothing.",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Walks and tells."""
    with reading_booth(args) as booth:
        report = verify_folder(booth.paths, booth.journal_db, booth.keys.public_der())
        seq, sha256 = booth.outbox.head()
    fault = report.first_fault
    value = {
        "records": report.records,
        "packets": report.packets,
        "orphans": report.orphans,
        "head_seq": seq,
        "head_sha256": sha256,
        "fault": None if fault is None else {"seq": fault.seq, "problem": fault.problem},
        "notices": list(report.notices),
        "store": {**asdict(report.state), "problem": report.state.problem},
    }
    notices = "".join(f"\nNotice: {_NOTICES[slug]}." for slug in report.notices)
    if fault is None:
        text = f"{report.records} records and {report.packets} photo files in order; the chain's head is {sha256[:16]}."
        answer(args, value, text + notices)
        return 0
    place = f"Record {fault.seq}" if fault.seq else "The journal"
    answer(args, value, f"{place}: {fault.problem}. Keep this data folder as it is and call the office.{notices}")
    return 1
