"""`kiosk-app sync`: the sync engine alone, no screen."""

import argparse
import signal
import threading
import time
from queue import SimpleQueue

from kiosk_app.assembly import Booth
from kiosk_app.commands.common import Subparsers, add_command, add_json, answer, owned_booth, seconds
from kiosk_app.errors import KioskError
from kiosk_app.settings import load_settings
from kiosk_app.store.epochs import NewEpoch
from kiosk_app.sync.engine import Listeners, SyncEngine
from kiosk_app.sync.reachability import Step
from kiosk_app.sync_setup import epoch_incident, make_engine

_LOOK_S = 0.2
_STEPS = {
    Step.LINK: "there is no network here: look at the cable or the Wi-Fi",
    Step.DNS: "the office's name cannot be found: look at the network's name server",
    Step.PORTAL: "the mall's network wants a log-in first",
    Step.TLS: "the certificate is not the office's: do not log in anywhere, call the office",
    Step.CLOCK: "this PC's clock is wrong, or the office's certificate has run out",
    Step.OFFICE: "the office does not answer",
    Step.NONSENSE: "what answers is not the office: check the address",
    Step.REVOKED: "the office has revoked this booth",
}


def add(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(
        subparsers,
        "sync",
        run,
        "bring records and photos to the office, and its news here",
        "Runs the sync engine without a screen. With --until-empty it ends with 0 as soon as nothing waits, or with 1\n"
        "after the time-out; without, it runs until it is stopped. Nothing unsent is ever deleted.",
    )
    parser.add_argument("--until-empty", action="store_true", help="end as soon as nothing waits")
    parser.add_argument(
        "--timeout", type=seconds, default=120.0, metavar="SECONDS", help="for --until-empty (default: 120)"
    )
    parser.add_argument(
        "--offer-again", action="store_true", help="send once more what the office has refused (quarantine)"
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Syncs and tells what is left."""
    told = threading.Event() if args.until_empty else _told_to_stop()
    with owned_booth(args) as booth:
        epochs: SimpleQueue[NewEpoch] = SimpleQueue()
        engine = make_engine(booth, load_settings(booth.paths.settings), Listeners(on_epoch=epochs.put))
        if args.offer_again:
            booth.outbox.offer_again()
        try:
            emptied = _work(engine, args, told)
            while not epochs.empty():
                booth.journal.append(epoch_incident(epochs.get()))
                emptied = _work(engine, args, told)
        finally:
            engine.stop()
        value = sync_numbers(booth, engine)
    answer(args, value, _text(value))
    if emptied:
        return 0
    step = engine.status.step
    if step is Step.EPOCH:
        raise KioskError(
            "epoch-conflict",
            "Two copies of this booth's data are in use, and the office takes records of one only.",
            "Stop the other one and call the office; everything is safe here.",
        )
    raise KioskError(
        "sync-incomplete",
        f"Not everything could be brought to the office: {_STEPS.get(step, 'it took too long') if step else 'no answer yet'}.",
        "Everything is safe here; run it again when that is mended.",
    )


def _told_to_stop() -> threading.Event:
    """Set by Ctrl+C and by the system's wish that this ends."""
    told = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: told.set())
    return told


def _work(engine: SyncEngine, args: argparse.Namespace, told: threading.Event) -> bool:
    if args.until_empty:
        return engine.run_until_empty(args.timeout)
    engine.start()
    while not told.is_set():  # not `wait`: Ctrl+C does not reach it on Windows, nor may a handler set what it holds
        time.sleep(_LOOK_S)
    return True


def sync_numbers(booth: Booth, engine: SyncEngine) -> dict[str, object]:
    """How booth and office stand after a run."""
    counts = booth.outbox.counts()
    step = engine.status.step
    return {
        "captured": counts.captured,
        "acked": counts.acked,
        "waiting": counts.waiting,
        "quarantined": counts.quarantined,
        "blobs_waiting": counts.blobs_waiting,
        "office": step.report if step is not None else "unknown",
    }


def _text(value: dict[str, object]) -> str:
    return (
        f"{value['acked']} of {value['captured']} records confirmed by the office, {value['waiting']} waiting, "
        f"{value['quarantined']} in quarantine; {value['blobs_waiting']} photos waiting."
    )
