"""Booths to be killed: `python -m tests.store.nursery FOLDER` forks one for each line on its standard input.

A booth goes on where the last one was killed: it serves applicants (arrival, call, photo, outcome), sends records and purges photos, and it
writes a line to the witness file, synced, only after the store said that something is kept. Its first line says "started".
"""

import os
import signal
import sys
from pathlib import Path

from kiosk_app.booth.visits import VisitState
from kiosk_app.clock import SystemClock
from kiosk_app.paths import BoothPaths
from kiosk_app.store.ids import Uuid7Generator
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.lock import DataLock
from kiosk_app.store.notes import PacketNotes
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.photos import PhotoStore
from kiosk_app.store.quarantine import make_whole
from kiosk_app.store.sweep import sweep
from tests.memory import WIB
from tests.store.samples import DEVICE, OFFICE_KEY, arrived, called, draft_of, finished, photo_taken

PICTURE = b"\xff\xd8\xff\xe0" + bytes(30_000)


def serve(folder: Path) -> None:
    """Works until killed."""
    witness = os.open(folder / "witness", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def testify(*words: str) -> None:
        os.write(witness, " ".join(words).encode() + b"\n")
        os.fsync(witness)

    DataLock(folder / "booth.lock").acquire()
    testify("started")
    clock = SystemClock()
    keys = FileKeyHolder(folder / "keys")
    keys.ensure_device_key()
    paths = BoothPaths(folder)
    rebuilt = make_whole(paths, keys)
    if rebuilt is not None:
        testify("rebuilt", rebuilt.fault)
    database = open_journal(folder / "journal.db", keys)
    journal = JournalStore(database, keys, clock, lambda: 1, lambda: WIB)
    notes = PacketNotes(database.derived_key("notes"), keys, journal.stamp, lambda: WIB)
    photos = PhotoStore(folder / "photos", lambda: OFFICE_KEY, DEVICE, clock, notes)
    outbox = Outbox(database, clock)
    testify("aside", str(sweep(database, journal, photos, paths.photos, paths.quarantine).aside))
    ids = Uuid7Generator(clock)
    while True:
        today = clock.now().astimezone(WIB).date()
        open_visits = journal.open_visits(today)
        visit = open_visits[0].id if open_visits else ids.next()
        if not open_visits:
            testify("kept", journal.append(arrived(visit)).id)
        if visit not in {one.id for one in open_visits if one.state is not VisitState.WAITING}:
            testify("kept", journal.append(called(visit)).id)
        taken = journal.visit(visit)
        if (
            taken is None or taken.state is not VisitState.PHOTOGRAPHED
        ):  # else the sweep has made good what a kill cut short
            sealed = photos.seal(PICTURE, visit, draft=draft_of(visit))
            testify("sealed", sealed.blob)
            testify("kept", journal.append(photo_taken(sealed, visit), sealed.record_id, sealed.stamp).id)
        testify("kept", journal.append(finished(visit)).id)
        sent = outbox.due(2, 10**6)
        outbox.apply_results([RecordAnswer(record.id, Answer.ACCEPTED, record.seq) for record in sent], 10**9)
        for record in sent:
            testify("acked", record.id)
            for blob in record.blobs:
                testify("verified", blob)
                outbox.blob_verified(blob)
        for blob in outbox.purgeable(clock.now(), clock.now(), 1):
            outbox.blob_purged(blob)
            photos.remove(blob)
            testify("purged", blob)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            serve(Path(sys.argv[1]))
        print(child, flush=True)


if __name__ == "__main__":
    main()
