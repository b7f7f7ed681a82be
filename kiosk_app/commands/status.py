"""`kiosk-app status`: how this booth stands, from what it keeps; it asks nobody."""

import argparse

from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, reading_booth
from kiosk_app.settings import load_settings
from kiosk_app.store.keys_words import HELD
from kiosk_app.sync.memory import SyncMemory
from kiosk_app.sync_setup import office_address


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "status",
        run,
        "what waits, what the office confirmed, how old the roster is",
        "Counts of the journal (captured = acked + waiting + quarantined), photos that wait, the head of the chain, the\n"
        "roster's age, how the office was last reached, and who holds the keys.",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Reads and tells."""
    with reading_booth(args) as booth:
        counts = booth.outbox.counts()
        seq, sha256 = booth.outbox.head()
        read_at = booth.roster.read_at()
        step = SyncMemory(booth.outbox, booth.clock).step()
        age = None if read_at is None else round((booth.clock.now() - read_at).total_seconds())
        value: dict[str, object] = {
            "captured": counts.captured,
            "acked": counts.acked,
            "waiting": counts.waiting,
            "quarantined": counts.quarantined,
            "blobs_waiting": counts.blobs_waiting,
            "oldest_wait_s": counts.oldest_wait_s,
            "head_seq": seq,
            "head_sha256": sha256,
            "roster_age_s": age,
            "roster_count": booth.roster.count(),
            "office": step.report if step is not None else "unknown",
            "office_address": office_address(load_settings(booth.paths.settings), booth.identity.office_url),
            "keys": booth.keys.describe(),
            "booth": booth.identity.name,
            "practice": booth.identity.practice,
            "profile_version": booth.rules.version(),
        }
    answer(args, value, _text(value))
    return 0


def _text(value: dict[str, object]) -> str:
    age = (
        "never read"
        if value["roster_age_s"] is None
        else f"{value['roster_count']} bookings, {value['roster_age_s']} s old"
    )
    kind = " (practice)" if value["practice"] else ""
    return "\n".join(
        (
            f"Booth       {value['booth']}{kind}, profile {value['profile_version']}",
            f"Records     {value['captured']} captured = {value['acked']} acked + {value['waiting']} waiting"
            f" + {value['quarantined']} in quarantine",
            f"Photos      {value['blobs_waiting']} waiting",
            f"Oldest wait {value['oldest_wait_s']} s",
            f"Chain       {value['head_seq']} records, head {str(value['head_sha256'])[:16]}",
            f"Roster      {age}",
            f"Office      {value['office']} ({value['office_address']})",
            f"Keys        {HELD[str(value['keys'])]}",
        )
    )
