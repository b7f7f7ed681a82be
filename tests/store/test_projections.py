"""The live projections against two others: computed anew from the stored bodies, and held in memory by the rules alone."""

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk_app.booth.facts import (
    BroughtBack,
    Called,
    CodeKind,
    DocumentsChecked,
    Fact,
    Finished,
    HelpCalled,
    Lane,
    Missed,
    Outcome,
    PhotoTaken,
    Reason,
    TurnedAway,
)
from kiosk_app.booth.visits import IllegalTransition
from kiosk_app.errors import KioskError
from kiosk_app.store import projections
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox
from tests.memory import NINE, WIB, ManualClock, MemoryJournal
from tests.store.samples import arrived

_VISITS = st.sampled_from(["v1", "v2", "v3"])
_BLOBS = st.integers(0, 2**64).map(lambda n: f"{n:064x}")
_FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        lambda visit, lane, person, code: arrived(visit, lane=lane, person=person, code=code),
        _VISITS, st.sampled_from(Lane), st.sampled_from(["", "p1", "p2"]), st.sampled_from(["", "c1", "c2"]),
    ),
    st.builds(TurnedAway, st.sampled_from(Reason), st.just(CodeKind.UNKNOWN)),
    st.builds(Called, _VISITS, st.sampled_from("12"), st.just("of1"), st.booleans()),
    st.builds(Missed, _VISITS, st.just("of1")),
    st.builds(BroughtBack, _VISITS, st.just("of1")),
    st.builds(DocumentsChecked, _VISITS, st.just("of1"), st.just(("doc.ktp",)), st.sampled_from([(), ("doc.kk",)])),
    st.builds(
        lambda visit, blob: PhotoTaken(visit, "of1", blob, 100, "0" * 64, "k", 413, 531, 1, False), _VISITS, _BLOBS
    ),
    st.builds(Finished, _VISITS, st.just("of1"), st.sampled_from(Outcome), st.just("")),
    st.builds(HelpCalled, st.just("scan")),
)  # fmt: skip
_DAYS = [NINE.date().replace(day=25 + n) for n in range(4)]


def answers(journal: JournalStore | MemoryJournal) -> list[object]:
    """All that screens and rules may ask, for every day that the test can reach."""
    return [
        [journal.visit(visit) for visit in ("v1", "v2", "v3")],
        *(
            (
                journal.visits(day),
                journal.open_visits(day),
                [journal.person_arrived(person, day) for person in ("p1", "p2")],
                [journal.count_arrivals(day, lane) for lane in (None, *Lane)],
            )
            for day in _DAYS
        ),
    ]


def _outcome(journal: JournalStore | MemoryJournal, fact: Fact) -> bool:
    try:
        journal.append(fact)
    except IllegalTransition:
        return False
    return True


def _tables(database: Database) -> list[object]:
    return [
        database.rows("SELECT * FROM visits ORDER BY arrival_seq"),
        database.rows("SELECT * FROM counters ORDER BY day, name, key"),
        database.rows("SELECT * FROM blobs ORDER BY sha256"),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.tuples(_FACTS, st.sampled_from([0, 40, 12 * 3600])), max_size=18))
def test_live_projections_equal_those_computed_anew_and_those_in_memory(steps: list[tuple[Fact, int]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        keys = FileKeyHolder(Path(name))
        keys.ensure_device_key()
        clock = ManualClock()
        memory = MemoryJournal(clock)
        with open_journal(Path(name) / "journal.db", keys) as database:
            journal = JournalStore(database, keys, clock, lambda: 1, lambda: WIB)
            for fact, seconds in steps:
                expected = _outcome(memory, fact)
                assert _outcome(journal, fact) == expected
                if clock.now() + timedelta(seconds=seconds) < NINE + timedelta(seconds=3 * 86400):
                    clock.forward(seconds=seconds)
            live, turned_away = answers(journal), [journal.count_turned_away(day) for day in _DAYS]
            assert live == answers(memory)
            assert sum(sum(reasons.values()) for reasons in turned_away) == sum(
                isinstance(recorded.fact, TurnedAway) for recorded in memory.records
            )
            tables = _tables(database)
            projections.rebuild(database)
            assert _tables(database) == tables
            assert answers(journal) == live


def test_computing_anew_repairs_projections_and_forgets_nothing_that_was_sent(
    journal: JournalStore, database: Database
) -> None:
    journal.append(arrived("v1"))
    journal.append(Called("v1", "1", "of1"))
    journal.append(PhotoTaken("v1", "of1", "a" * 64, 100, "0" * 64, "k", 413, 531, 1, False))
    Outbox(database).blob_verified("a" * 64)
    before = _tables(database)
    with database.transaction():
        database.execute("DELETE FROM visits")
        database.execute("UPDATE counters SET n = 99")
    projections.rebuild(database)
    assert _tables(database) == before
    assert Outbox(database).blobs_due(10) == ()


def test_facts_that_cannot_follow_each_other_are_damage(journal: JournalStore, database: Database) -> None:
    journal.append(arrived("v1"))
    journal.append(Called("v1", "1", "of1"))
    before = _tables(database)
    with database.transaction():
        database.execute("UPDATE records SET body = (SELECT body FROM records WHERE seq = 1), kind = 'checkin'")
    with pytest.raises(KioskError) as caught:
        projections.rebuild(database)
    assert caught.value.code == "store-damaged"
    assert _tables(database) == before
