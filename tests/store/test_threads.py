import threading
from collections.abc import Callable
from pathlib import Path

from sqlcipher3 import dbapi2

from kiosk_app.booth.facts import HelpCalled
from kiosk_app.errors import KioskError
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.verify import verify_journal
from tests.memory import NINE
from tests.store.samples import arrived, called, finished

VISITS = 40


class Both:
    """A booth's and a sync thread's work, each on a Database of its own."""

    def __init__(self, path: Path, keys: FileKeyHolder, journal_on: Callable[[Database], JournalStore]) -> None:
        self._path, self._keys, self._journal_on = path, keys, journal_on
        self._done = threading.Event()
        self.faults: list[str] = []

    def run(self) -> None:
        threads = [threading.Thread(target=self._guarded, args=(work,)) for work in (self._booth, self._sync)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

    def _guarded(self, work: Callable[[Database], None]) -> None:
        try:
            with open_journal(self._path, self._keys) as opened:
                work(opened)
        except (KioskError, dbapi2.Error, AssertionError) as error:
            self.faults.append(repr(error))
        finally:
            self._done.set()

    def _booth(self, opened: Database) -> None:
        journal = self._journal_on(opened)
        for n in range(VISITS):
            for fact in (arrived(f"v{n}"), called(f"v{n}"), finished(f"v{n}")):
                journal.append(fact)
            assert len(journal.visits(NINE.date())) == n + 1

    def _sync(self, opened: Database) -> None:
        outbox, journal = Outbox(opened), self._journal_on(opened)
        while True:
            booth_is_done = self._done.is_set()
            batch = outbox.due(7, 10**6)
            outbox.apply_results([RecordAnswer(record.id, Answer.ACCEPTED, record.seq) for record in batch])
            if not booth_is_done:
                journal.append(HelpCalled("sync"))
            elif not batch:
                return


def test_booth_and_sync_work_on_one_journal_at_once(
    folder: Path, keys: FileKeyHolder, journal_on: Callable[[Database], JournalStore]
) -> None:
    both = Both(folder / "journal.db", keys, journal_on)
    both.run()
    assert both.faults == []
    with open_journal(folder / "journal.db", keys) as opened:
        counts = Outbox(opened).counts()
        assert counts.acked == counts.captured > 3 * VISITS
        assert verify_journal(opened, keys.public_der(), folder / "photos").first_fault is None
        assert len(journal_on(opened).visits(NINE.date())) == VISITS


def test_a_connection_stays_in_its_thread(folder: Path, keys: FileKeyHolder) -> None:
    caught: list[BaseException] = []
    with open_journal(folder / "journal.db", keys) as opened:

        def elsewhere() -> None:
            try:
                Outbox(opened).counts()
            except dbapi2.ProgrammingError as error:
                caught.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert len(caught) == 1
