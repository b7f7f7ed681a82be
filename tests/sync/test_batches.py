"""How large a batch is, and what an answer to it may move."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.contract.messages import MAX_BATCH, MAX_BODY_BYTES, RecordProblem, RecordResult, ResultStatus
from kiosk_app.store.outbox import Answer, StoredRecord
from kiosk_app.sync.batches import ENVELOPE_BYTES, BatchSizer, Limits, fit
from kiosk_app.sync.results import believed


def record_id(number: int) -> str:
    return f"01949a3e-0000-7000-8000-{number:012x}"


def record(seq: int, size: int = 500, epoch: str = "e1") -> StoredRecord:
    return StoredRecord(
        seq,
        record_id(seq),
        epoch,
        "",
        "help_call",
        1,
        b"x" * size,
        "a" * 64,
        "b" * 64,
        b"s" * 71,
        (),
        datetime.now(UTC),
    )


def test_it_begins_with_the_contract_s_limits() -> None:
    sizer = BatchSizer()
    assert sizer.records == MAX_BATCH
    assert sizer.bytes + ENVELOPE_BYTES == MAX_BODY_BYTES


def test_halving_ends_at_one_and_success_doubles_back() -> None:
    sizer = BatchSizer()
    seen = []
    for _ in range(8):
        sizer.halve(sizer.records)
        seen.append(sizer.records)
    assert seen == [50, 25, 12, 6, 3, 1, 1, 1]
    for _ in range(7):
        sizer.succeeded()
    assert sizer.records == MAX_BATCH


def test_a_small_batch_that_failed_halves_what_was_sent() -> None:
    sizer = BatchSizer()
    sizer.halve(6)
    assert sizer.records == 3


def test_a_complaint_about_size_is_remembered() -> None:
    sizer = BatchSizer()
    sizer.too_big(80, 100_000)
    assert (sizer.records, sizer.bytes) == (40, 50_000)
    for _ in range(10):
        sizer.succeeded()
    assert (sizer.records, sizer.bytes) == (40, 50_000)
    again = BatchSizer(sizer.limits)
    assert (again.records, again.bytes) == (40, 50_000)


def test_a_remembered_limit_is_tested_again_in_time() -> None:
    sizer = BatchSizer(Limits(10, 50_000))
    for _ in range(500):
        sizer.succeeded()
    assert sizer.records == MAX_BATCH


@given(st.integers(-5, 10_000), st.integers(-5, 10**9))
def test_whatever_was_remembered_the_limits_hold(records: int, size: int) -> None:
    sizer = BatchSizer(Limits(records, size))
    assert 1 <= sizer.records <= MAX_BATCH
    assert 0 < sizer.bytes <= MAX_BODY_BYTES


def test_what_fits_is_counted_as_it_travels() -> None:
    batch = fit([record(n, 3000) for n in range(1, 101)], "e1", 50_000)
    assert 1 < len(batch.messages) < 100
    assert sum(len(m.model_dump_json(by_alias=True)) for m in batch.messages) <= 50_000
    assert [m.seq for m in batch.messages] == list(range(1, len(batch.messages) + 1))


def test_one_record_always_goes_however_large() -> None:
    assert len(fit([record(1, 90_000), record(2)], "e1", 50_000).messages) == 1


def test_a_batch_is_of_one_epoch() -> None:
    batch = fit([record(1, epoch="old"), record(2, epoch="new")], "new", 50_000)
    assert (batch.epoch, len(batch.messages)) == ("old", 1)


def test_no_records_are_a_heartbeat_of_the_present_epoch() -> None:
    batch = fit([], "e1", 50_000)
    assert (batch.epoch, batch.messages) == ("e1", ())


def result(number: int, status: ResultStatus = ResultStatus.ACCEPTED, problem: str = "") -> RecordResult:
    told = RecordProblem(type=problem) if problem else None
    return RecordResult(id=record_id(number), status=status, pos=number, problem=told)


def test_only_records_of_this_batch_are_moved() -> None:
    answers = believed({record_id(1), record_id(2)}, [result(1), result(9)])
    assert [answer.id for answer in answers] == [record_id(1)]


def test_a_record_answered_twice_is_not_believed() -> None:
    twice = [result(1), result(1, ResultStatus.REJECTED), result(2)]
    assert [answer.id for answer in believed({record_id(1), record_id(2)}, twice)] == [record_id(2)]


@pytest.mark.parametrize("status", list(ResultStatus))
def test_every_status_has_its_own_meaning_in_the_store(status: ResultStatus) -> None:
    (answer,) = believed({record_id(1)}, [result(1, status)])
    assert answer.status is Answer(status.value)


def test_only_a_short_word_of_the_office_is_kept() -> None:
    ids = {record_id(1), record_id(2)}
    results = [result(1, problem="id-reuse"), result(2, problem="Budi Santoso 1671010101900001")]
    assert [answer.problem for answer in believed(ids, results)] == ["id-reuse", ""]
