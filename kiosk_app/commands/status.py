"""`kiosk-app status`: how this booth stands, from what it keeps; it asks nobody."""

import argparse
from dataclasses import asdict

from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, reading_booth
from kiosk_app.settings import load_settings
from kiosk_app.store.keeper import StoreState, store_state
from kiosk_app.store.keys_words import HELD
from kiosk_app.sync.clocks import clock_warning
from kiosk_app.sync.memory import SyncMemory
from kiosk_app.sync.reachability import ladder, next_action
from kiosk_app.sync_setup import office_address

_STORE_WORDS = {
    "disk-stop": "STOP: nobody is taken in until there is room again; what is here is still sent",
    "disk-warn": "make room soon: below 0.5 GB nobody is taken in",
    "records-lost": "RECORDS LOST when the journal was last made anew: see docs/recover.md, call the office",
    "photos-damaged": "photos are missing or damaged: run `kiosk-app verify`, call the office",
    "put-aside": "spoilt files lie in the quarantine folder: see docs/recover.md",
    "no-ballast": "in order, but the disk's reserve is not made yet",
}
_CLOCK_WORDS = {
    "ok": "in order, as far as is known",
    "off": "more than two minutes from the office's: set this PC's time",
    "behind": "before the time that the office told last: set this PC's time, look at its battery",
}


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "status",
        run,
        "what waits, what the office confirmed, how old the roster is",
        "Counts of the journal (captured = acked + waiting + quarantined), photos that wait, the head of the chain, the\n"
        "roster's age, how the office was last reached, how the disk stands, and who holds the keys.",
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Reads and tells."""
    with reading_booth(args) as booth:
        counts = booth.outbox.counts()
        seq, sha256 = booth.outbox.head()
        read_at = booth.roster.read_at()
        memory = SyncMemory(booth.outbox, booth.clock)
        step = memory.step()
        offset = booth.outbox.offset()
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
            "ladder": {rung.step.value: rung.state.value for rung in ladder(step)},
            "next_action": next_action(step),
            "clock": clock_warning(booth.clock.now(), offset.ms, memory.office_time()) or "ok",
            "clock_offset_ms": offset.ms,
            "clock_trusted": offset.trusted,
            "office_address": office_address(load_settings(booth.paths.settings), booth.identity.office_url),
            "keys": booth.keys.describe(),
            "booth": booth.identity.name,
            "practice": booth.identity.practice,
            "profile_version": booth.rules.version(),
            "store": _store(store_state(booth.paths, booth.journal_db)),
        }
    answer(args, value, _text(value))
    return 0


def _store(state: StoreState) -> dict[str, object]:
    return {**asdict(state), "problem": state.problem}


def _store_text(store: object) -> str:
    state = dict(store) if isinstance(store, dict) else {}
    problem = str(state["problem"])
    return f"{state['disk_free'] / 1e9:.1f} GB free, {_STORE_WORDS.get(problem, 'in order')}"


def _way_text(rungs: object) -> str:
    return ", ".join(f"{step} {state}" for step, state in (rungs.items() if isinstance(rungs, dict) else ()))


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
            f"Way         {_way_text(value['ladder'])}",
            f"Clock       {_CLOCK_WORDS[str(value['clock'])]}",
            f"Store       {_store_text(value['store'])}",
            f"Keys        {HELD[str(value['keys'])]}",
        )
    )
