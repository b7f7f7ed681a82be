"""A new epoch: the same records under new links, the chain unbroken, all of it or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk_app.store.database import Database
from kiosk_app.store.epochs import start_epoch
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.outbox import Answer, Outbox, RecordAnswer
from kiosk_app.store.verify import verify_journal
from tests.memory import ManualClock
from tests.store.samples import arrived, called

MANY = 10**9


@pytest.fixture
def outbox(database: Database, clock: ManualClock) -> Outbox:
    return Outbox(database, clock)


def ack(outbox: Outbox, *seqs: int) -> None:
    chosen = [record.id for record in outbox.due(1000, MANY) if record.seq in seqs]
    outbox.apply_results([RecordAnswer(one, Answer.ACCEPTED, pos) for pos, one in enumerate(chosen, start=1)])


def is_whole(database: Database, keys: FileKeyHolder, folder: Path) -> bool:
    return verify_journal(database, keys.public_der(), folder / "photos").first_fault is None


def test_what_waits_is_linked_anew_and_the_chain_runs_through(
    journal: JournalStore, outbox: Outbox, database: Database, keys: FileKeyHolder, folder: Path
) -> None:
    for number in range(30):
        journal.append(arrived(f"v{number}"))
    ack(outbox, *range(1, 5))
    last, waiting = outbox.due(1, MANY)[0].prev_sha, outbox.due(1000, MANY)
    made = start_epoch(database, keys)
    again = outbox.due(1000, MANY)
    assert (made.before, made.name, made.since, made.records) == (waiting[0].epoch, outbox.epoch(), 5, 26)
    assert [(one.seq, one.id, one.body) for one in again] == [(one.seq, one.id, one.body) for one in waiting]
    assert {one.epoch for one in again} == {made.name} != {made.before}
    assert again[0].prev_sha == last
    assert {one.sig for one in again}.isdisjoint(one.sig for one in waiting)
    journal.append(called("v1"))
    assert is_whole(database, keys, folder)
    head = outbox.chain_head()
    assert (head.epoch, head.epoch_from, head.seq, head.count) == (made.name, 5, 31, 27)
    assert (head.seq, head.sha256) == outbox.head()


def test_a_confirmed_record_among_them_stays_confirmed(
    journal: JournalStore, outbox: Outbox, database: Database, keys: FileKeyHolder, folder: Path
) -> None:
    for number in range(4):
        journal.append(arrived(f"v{number}"))
    ack(outbox, 1, 3)
    start_epoch(database, keys)
    assert [record.seq for record in outbox.due(10, MANY)] == [2, 4]
    assert outbox.counts().acked == 2
    assert is_whole(database, keys, folder)


def test_where_nothing_waits_it_begins_with_the_next(
    journal: JournalStore, outbox: Outbox, database: Database, keys: FileKeyHolder, folder: Path
) -> None:
    start_epoch(database, keys)
    assert outbox.chain_head().count == 0
    journal.append(arrived())
    ack(outbox, 1)
    second = start_epoch(database, keys)
    third = start_epoch(database, keys)
    assert (second.since, second.records, third.before) == (2, 0, second.name)
    journal.append(called())
    assert outbox.due(1, MANY)[0].epoch == third.name
    assert is_whole(database, keys, folder)


class _Dying:
    """A key that is gone after some signatures."""

    def __init__(self, keys: FileKeyHolder, left: int) -> None:
        self._keys, self._left = keys, left

    def sign(self, message: bytes) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise RuntimeError("gone")
        return self._keys.sign(message)


@pytest.mark.parametrize("signatures", [0, 25, 39])
def test_a_crash_within_leaves_the_old_epoch(
    journal: JournalStore, outbox: Outbox, database: Database, keys: FileKeyHolder, folder: Path, signatures: int
) -> None:
    for number in range(40):
        journal.append(arrived(f"v{number}"))
    before = outbox.due(1000, MANY)
    with pytest.raises(RuntimeError):
        start_epoch(database, _Dying(keys, signatures))
    assert outbox.due(1000, MANY) == before
    assert is_whole(database, keys, folder)


@pytest.mark.parametrize(("seq", "name"), [(1, "new"), (1, "other"), (2, "old"), (3, "other")])
def test_who_moves_a_record_into_another_epoch_is_found(
    journal: JournalStore, outbox: Outbox, database: Database, keys: FileKeyHolder, folder: Path, seq: int, name: str
) -> None:
    journal.append(arrived())
    ack(outbox, 1)
    made = start_epoch(database, keys)
    journal.append(called())
    journal.append(called())
    names = {"new": made.name, "old": made.before}
    with database.transaction():
        database.execute("UPDATE records SET epoch = ? WHERE seq = ?", (names.get(name, name), seq))
    fault = verify_journal(database, keys.public_der(), folder / "photos").first_fault
    assert fault is not None
    # Another name alone makes the link another: it is found there, or by the rule that names do not come back.
    assert (fault.seq, fault.problem in ("epoch", "altered")) == (seq, True)


def test_a_journal_grows_while_it_is_linked_anew(
    journal: JournalStore,
    journal_on: Callable[[Database], JournalStore],
    outbox: Outbox,
    database: Database,
    keys: FileKeyHolder,
    folder: Path,
) -> None:
    for number in range(30):
        journal.append(arrived(f"v{number}"))
    with Database(database.path, keys.database_key("journal", create=False), database._schema).open() as second:
        front, came = journal_on(second), iter(range(100, 103))

        class Busy:
            def sign(self, message: bytes) -> bytes:
                number = next(came, None)
                if number is not None:
                    front.append(arrived(f"v{number}"))
                return keys.sign(message)

        made = start_epoch(database, Busy())
    assert made.records == 33
    assert is_whole(database, keys, folder)
