"""A journal that was made anew from a spoilt one, sent to an office that knows a part of it already."""

from pathlib import Path

from kiosk_app.office.office import Office
from kiosk_app.store.database import Database
from kiosk_app.store.opening import open_journal
from kiosk_app.store.pages import PAGE
from kiosk_app.store.quarantine import make_whole
from kiosk_app.store.spare import Spare
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit, office_ids


def ids_in(database: Database) -> list[str]:
    return [one for (one,) in database.rows("SELECT id FROM records ORDER BY seq")]


def spoil_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // PAGE // 2 * PAGE + 50] ^= 4
    path.write_bytes(content)


def test_all_is_sent_again_and_nothing_counts_twice(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    booth.arrive(5)
    sent = booth.photograph()
    records, photos = booth.records_lane(), booth.photos_lane()
    for _turn in range(6):
        records.turn()
        photos.turn()
        clock.forward(seconds=10)
    assert len(office_ids(office)) == 8
    booth.arrive(5)
    unsent = booth.photograph()
    captured = ids_in(booth.database)
    Spare(booth.paths.journal, booth.database.derived_key("spare")).keep(booth.database)
    booth.close()
    spoil_middle(booth.paths.journal)

    rebuilt = make_whole(booth.paths, booth.keys)
    assert rebuilt is not None
    assert rebuilt.missing == 0
    with open_journal(booth.paths.journal, booth.keys) as database:
        assert ids_in(database) == captured
    again = BoothKit(booth.paths.root, front.url, clock)
    records, photos = again.records_lane(), again.photos_lane()
    for _turn in range(12):
        records.turn()
        photos.turn()
        clock.forward(seconds=10)
    counts = again.stores.outbox.counts()
    assert (counts.waiting, counts.quarantined, counts.blobs_waiting) == (0, 0, 0)
    assert sorted(office_ids(office)) == sorted(captured)
    for blob in (sent, unsent):
        assert office.depot.progress(blob).complete
    again.close()
