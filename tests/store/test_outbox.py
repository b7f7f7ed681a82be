from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_app.booth.facts import HelpCalled
from kiosk_app.errors import KioskError
from kiosk_app.store import meta
from kiosk_app.store.database import Database, Row, Value
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Answer, Applied, BlobDue, LaneState, Outbox, RecordAnswer
from tests.memory import ManualClock
from tests.store.samples import arrived, called, finished, photo_store, photo_taken

MANY = 10**9


@pytest.fixture
def outbox(database: Database, clock: ManualClock) -> Outbox:
    return Outbox(database, clock)


def seqs(outbox: Outbox, limit: int = 100, max_bytes: int = MANY) -> list[int]:
    return [record.seq for record in outbox.due(limit, max_bytes)]


def answer(outbox: Outbox, seq: int, status: Answer, pos: int | None = None, problem: str = "") -> Applied:
    record = next(record for record in outbox.due(100, MANY) if record.seq == seq)
    return outbox.apply_results([RecordAnswer(record.id, status, pos, problem)])


def test_what_is_not_acked_is_due_in_order(journal: JournalStore, outbox: Outbox) -> None:
    assert outbox.due(100, MANY) == ()
    for visit in ("v1", "v2"):
        journal.append(arrived(visit))
        journal.append(called(visit))
    assert seqs(outbox) == [1, 2, 3, 4]
    assert seqs(outbox, limit=3) == [1, 2, 3]
    assert seqs(outbox) == [1, 2, 3, 4]


def test_a_batch_keeps_to_its_bytes_but_never_stands_still(journal: JournalStore, outbox: Outbox) -> None:
    for visit in ("v1", "v2", "v3"):
        journal.append(arrived(visit))
    size = len(outbox.due(1, MANY)[0].body)
    assert seqs(outbox, max_bytes=2 * size) == [1, 2]
    assert seqs(outbox, max_bytes=2 * size - 1) == [1]
    assert seqs(outbox, max_bytes=1) == [1]


@pytest.mark.parametrize("status", [Answer.ACCEPTED, Answer.DUPLICATE, Answer.CONFLICT])
def test_an_ack_is_final(journal: JournalStore, outbox: Outbox, status: Answer) -> None:
    recorded = journal.append(arrived())
    assert answer(outbox, 1, status, pos=41) == Applied(acked=1)
    for later in Answer:
        assert outbox.apply_results([RecordAnswer(recorded.id, later)]) == Applied()
    assert outbox.due(100, MANY) == ()
    assert outbox.counts().acked == 1


def test_an_answer_moves_what_it_names_and_nothing_else(journal: JournalStore, outbox: Outbox) -> None:
    ids = [journal.append(HelpCalled("scan")).id for _ in range(4)]
    unknown = "01945000-0000-7000-8000-000000000000"
    applied = outbox.apply_results(
        [
            RecordAnswer(ids[0], Answer.ACCEPTED, 1),
            RecordAnswer(ids[0], Answer.ACCEPTED, 1),
            RecordAnswer(ids[2], Answer.REJECTED, problem="bad-signature"),
            RecordAnswer(unknown, Answer.ACCEPTED, 9),
        ],
        safe_pos=77,
    )
    assert applied == Applied(acked=1, quarantined=1)
    assert seqs(outbox) == [2, 4]
    assert outbox.get_meta(meta.SAFE_POS) == 77
    counts = outbox.counts()
    assert (counts.captured, counts.acked, counts.waiting, counts.quarantined) == (4, 1, 2, 1)


def test_a_record_that_must_wait_holds_back_its_applicants_later_ones(
    journal: JournalStore, outbox: Outbox, clock: ManualClock
) -> None:
    for fact in (arrived("v1"), arrived("v2"), called("v1"), called("v2"), HelpCalled("scan")):
        journal.append(fact)
    answer(outbox, 1, Answer.RETRY, problem="busy")
    assert seqs(outbox) == [2, 4, 5]
    clock.forward(seconds=2)
    assert seqs(outbox) == [1, 2, 3, 4, 5]
    answer(outbox, 1, Answer.RETRY)
    clock.forward(seconds=3)
    assert seqs(outbox) == [2, 4, 5]
    clock.forward(seconds=1)
    assert seqs(outbox) == [1, 2, 3, 4, 5]


def test_facts_of_the_booth_itself_do_not_wait_for_each_other(journal: JournalStore, outbox: Outbox) -> None:
    journal.append(HelpCalled("scan"))
    journal.append(HelpCalled("home"))
    answer(outbox, 1, Answer.RETRY)
    assert seqs(outbox) == [2]


def test_a_clock_set_back_does_not_make_a_record_wait_for_years(
    journal: JournalStore, outbox: Outbox, clock: ManualClock
) -> None:
    journal.append(arrived())
    clock.moment += timedelta(days=3650)
    answer(outbox, 1, Answer.RETRY)
    clock.moment -= timedelta(days=3650)
    assert seqs(outbox) == [1]


def test_quarantine_keeps_the_record_and_its_reason_and_lets_others_go_on(
    journal: JournalStore, outbox: Outbox
) -> None:
    journal.append(arrived("v1"))
    journal.append(called("v1"))
    (first, _) = outbox.due(2, MANY)
    outbox.quarantine(first.id, "malformed")
    assert seqs(outbox) == [2]
    assert outbox.quarantined() == ((first, "malformed"),)
    assert outbox.apply_results([RecordAnswer(first.id, Answer.DUPLICATE, 5)]) == Applied(acked=1)
    assert outbox.quarantined() == ()


def test_counts_add_up_and_tell_how_long_the_oldest_waits(
    journal: JournalStore, outbox: Outbox, clock: ManualClock, folder: Path
) -> None:
    assert outbox.counts().oldest_wait_s == 0
    journal.append(arrived())
    clock.forward(seconds=90)
    journal.append(called())
    photos = photo_store(folder, clock)
    sealed = [photos.seal(b"jpeg" * n, "v1") for n in (10, 20)]
    for photo in sealed:
        journal.append(photo_taken(photo), photo.record_id)
    counts = outbox.counts()
    assert (counts.captured, counts.acked, counts.waiting, counts.quarantined) == (4, 0, 4, 0)
    assert (counts.blobs_waiting, counts.blob_bytes) == (2, sum(photo.size for photo in sealed))
    assert counts.oldest_wait_s == 90
    answer(outbox, 1, Answer.ACCEPTED)
    assert outbox.counts().oldest_wait_s == 0


def test_a_record_names_its_photo_and_the_photo_its_record(
    journal: JournalStore, outbox: Outbox, clock: ManualClock, folder: Path
) -> None:
    journal.append(arrived())
    journal.append(called())
    photo = photo_store(folder, clock).seal(b"jpeg", "v1")
    journal.append(photo_taken(photo), photo.record_id)
    assert [record.blobs for record in outbox.due(3, MANY)] == [(), (), (photo.blob,)]
    assert outbox.blobs_due(9) == (BlobDue(photo.blob, photo.record_id, photo.size, acked=False),)
    answer(outbox, 3, Answer.ACCEPTED)
    assert outbox.blobs_due(9)[0].acked
    assert outbox.blobs_verified() == 0
    outbox.blob_verified(photo.blob)
    assert outbox.blobs_due(9) == ()
    assert outbox.blobs_verified() == 1
    outbox.blob_damaged(photo.blob, "photo-missing")
    assert outbox.counts().blobs_waiting == 0
    assert outbox.known_blobs() == {photo.blob}


def test_a_photo_that_fails_lets_others_go_first_and_a_damaged_one_is_given_up(
    journal: JournalStore, outbox: Outbox, clock: ManualClock, folder: Path
) -> None:
    journal.append(arrived())
    journal.append(called())
    photos = photo_store(folder, clock)
    for n in (1, 2):
        photo = photos.seal(b"jpeg" * n, "v1")
        journal.append(photo_taken(photo), photo.record_id)
    first, second = outbox.blobs_due(9)
    outbox.blob_deferred(first.sha256, "hash-mismatch")
    assert outbox.blobs_due(9) == (second,)
    assert outbox.blobs_due(0) == ()
    clock.forward(seconds=2)
    assert outbox.blobs_due(1) == (first,)
    outbox.blob_damaged(first.sha256, "photo-missing")
    assert outbox.blobs_due(9) == (second,)
    assert outbox.counts().waiting == 4


def test_backoff_and_remembered_numbers_survive_a_restart(
    folder: Path, keys: FileKeyHolder, clock: ManualClock
) -> None:
    later = clock.now() + timedelta(seconds=30)
    with open_journal(folder / "journal.db", keys) as opened:
        outbox = Outbox(opened, clock)
        assert outbox.lane_state("records") == LaneState()
        assert outbox.get_meta(meta.BATCH_LIMIT) is None
        outbox.save_lane_state("records", 4, later)
        outbox.save_lane_state("photos", 2, later)
        outbox.save_lane_state("photos", 0, None)
        outbox.put_meta(meta.BATCH_LIMIT, 25)
    with open_journal(folder / "journal.db", keys) as opened:
        outbox = Outbox(opened, clock)
        assert outbox.lane_state("records") == LaneState(4, later)
        assert outbox.lane_state("photos") == LaneState()
        assert outbox.get_meta(meta.BATCH_LIMIT) == 25


def test_a_number_that_is_none_is_damage(database: Database, outbox: Outbox) -> None:
    with database.transaction():
        meta.write(database, meta.SAFE_POS, "soon")
    with pytest.raises(KioskError) as caught:
        outbox.get_meta(meta.SAFE_POS)
    assert caught.value.code == "store-damaged"


def test_a_closed_visit_is_sent_whole(journal: JournalStore, outbox: Outbox) -> None:
    for fact in (arrived(), called(), finished()):
        journal.append(fact)
    assert {record.applicant_key for record in outbox.due(9, MANY)} == {"v1"}
    assert [record.kind for record in outbox.due(9, MANY)] == ["checkin", "call", "outcome"]


def test_what_is_under_way_is_passed_over(journal: JournalStore, outbox: Outbox) -> None:
    for visit in ("v1", "v2", "v3"):
        journal.append(arrived(visit))
    first = outbox.due(2, MANY)
    rest = outbox.due(2, MANY, under_way={record.id for record in first})
    assert ([record.seq for record in first], [record.seq for record in rest]) == ([1, 2], [3])


def test_what_was_refused_is_offered_again(journal: JournalStore, outbox: Outbox, clock: ManualClock) -> None:
    for visit in ("v1", "v2"):
        journal.append(arrived(visit))
    for _ in range(3):
        answer(outbox, 1, Answer.RETRY)
        clock.forward(minutes=20)
    answer(outbox, 1, Answer.REJECTED, problem="bad-signature")
    assert seqs(outbox) == [2]
    assert outbox.offer_again() == 1
    assert seqs(outbox) == [1, 2]
    assert outbox.counts().quarantined == 0
    assert outbox.offer_again() == 0


def test_the_head_says_what_there_should_be(journal: JournalStore, outbox: Outbox) -> None:
    assert outbox.chain_head().count == 0
    for visit in ("v1", "v2"):
        journal.append(arrived(visit))
    head = outbox.chain_head()
    assert (head.epoch, head.epoch_from, head.count) == (outbox.epoch(), 1, 2)
    assert (head.seq, head.sha256) == outbox.head()


def test_counting_goes_through_what_waits_alone(database: Database, outbox: Outbox) -> None:
    """However long the journal: the plan of every count is a partial index, or one row."""
    asked: list[str] = []
    stream = database.stream

    def spy(sql: str, parameters: Sequence[Value] = ()) -> Iterator[Row]:
        asked.append(sql)
        return stream(sql, parameters)

    database.stream = spy  # type: ignore[method-assign]
    outbox.counts()
    plans = [[row[3] for row in stream(f"EXPLAIN QUERY PLAN {sql}")] for sql in asked]
    assert len(plans) == 5
    for steps in plans:
        assert all("records_" in step or "blobs_stored" in step or "tallies" in step for step in steps), steps


def test_a_long_answer_holds_nobody_up(
    journal: JournalStore, outbox: Outbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is kept a few results at a time; what a fault in between leaves out is due, what was kept is kept."""
    for number in range(60):
        journal.append(arrived(f"v{number}"))
    answers = [RecordAnswer(one.id, Answer.ACCEPTED, one.seq) for one in outbox.due(100, MANY)]
    execute, commits = database.execute, []

    def fails_late(sql: str, parameters: Sequence[Value] = ()) -> int:
        if "tallies" in sql:
            commits.append(parameters[0])
            if len(commits) == 3:
                raise KioskError("store-full", "The disk is full.", "Free some space.")
        return execute(sql, parameters)

    monkeypatch.setattr(database, "execute", fails_late)
    with pytest.raises(KioskError):
        outbox.apply_results(answers, 60)
    monkeypatch.undo()
    counts = outbox.counts()
    assert (commits, counts.acked, counts.waiting) == ([25, 25, 10], 50, 10)
    assert outbox.get_meta(meta.SAFE_POS) is None
    assert outbox.apply_results(answers, 60) == Applied(acked=10)
    assert outbox.get_meta(meta.SAFE_POS) == 60
