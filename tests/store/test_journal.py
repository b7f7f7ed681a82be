from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk_app.booth.canonical import sha256_hex
from kiosk_app.booth.chain import GENESIS, Link
from kiosk_app.booth.facts import CodeKind, HelpCalled, Lane, Reason, TurnedAway
from kiosk_app.booth.ports import Journal
from kiosk_app.booth.visits import IllegalTransition, VisitState
from kiosk_app.errors import KioskError
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.journal import JournalStore, head
from kiosk_app.store.keys import FileKeyHolder
from kiosk_app.store.opening import open_journal
from kiosk_app.store.outbox import Outbox
from tests.memory import NINE, WIB, ManualClock
from tests.store.samples import arrived, called, finished, photo_store, photo_taken

TODAY = NINE.date()


def test_the_store_fulfils_the_port(journal: JournalStore) -> None:
    port: Journal = journal
    assert port.visits(TODAY) == ()


def test_a_fact_comes_back_with_its_stamp(journal: JournalStore, clock: ManualClock) -> None:
    clock.moment = clock.moment.replace(microsecond=123_987)
    recorded = journal.append(arrived())
    assert recorded.seq == 1
    assert recorded.stamp.at == clock.moment.replace(microsecond=123_000)
    assert recorded.stamp.boot_id == "boot-1"
    assert recorded.stamp.profile == 7
    assert recorded.stamp.offset_ms is None
    assert journal.facts(TODAY) == (recorded,)


def test_the_stamp_has_the_known_distance_to_the_offices_clock(journal: JournalStore, database: Database) -> None:
    Outbox(database).put_meta(meta.OFFSET_MS, -4200)
    assert journal.append(HelpCalled("scan")).stamp.offset_ms == -4200


def test_a_visit_goes_its_way(journal: JournalStore, folder: Path, clock: ManualClock) -> None:
    journal.append(arrived())
    clock.forward(minutes=5)
    journal.append(called())
    photo = photo_store(folder, clock).seal(b"jpeg", "v1")
    assert journal.append(photo_taken(photo), photo.record_id).id == photo.record_id
    visit = journal.visit("v1")
    assert visit is not None
    assert (visit.state, visit.photo, visit.desk) == (VisitState.PHOTOGRAPHED, photo.blob, "1")
    assert journal.open_visits(TODAY) == (visit,)
    journal.append(finished())
    assert journal.open_visits(TODAY) == ()
    assert [visit.state for visit in journal.visits(TODAY)] == [VisitState.FINISHED]


def test_visits_are_found_by_what_people_bring(journal: JournalStore) -> None:
    journal.append(arrived("v1"))
    journal.append(arrived("v2", booking="", code="1234567890123456", person=""))
    assert journal.visit_of("booking-v1", TODAY) == journal.visit("v1")
    assert journal.visit_of("1234567890123456", TODAY) == journal.visit("v2")
    assert len(journal.visits(TODAY)) == 2
    assert journal.visit_of("", TODAY) is None
    assert journal.visit_of("booking-v1", date(2025, 1, 26)) is None
    assert journal.person_arrived("person-v1", TODAY)
    assert not journal.person_arrived("person-v1", date(2025, 1, 26))
    assert not journal.person_arrived("", TODAY)
    assert journal.visit("v3") is None


def test_counts_of_a_day(journal: JournalStore) -> None:
    journal.append(arrived("v1"))
    journal.append(arrived("v2", lane=Lane.PRIORITY))
    for reason in (Reason.QUOTA, Reason.QUOTA, Reason.EARLY):
        journal.append(TurnedAway(reason, CodeKind.NONE))
    assert journal.count_arrivals(TODAY) == 2
    assert journal.count_arrivals(TODAY, Lane.PRIORITY) == 1
    assert journal.count_arrivals(TODAY, Lane.LATE) == 0
    assert journal.count_turned_away(TODAY) == {Reason.QUOTA: 2, Reason.EARLY: 1}
    assert journal.count_turned_away(date(2025, 1, 24)) == {}


def test_a_day_is_a_date_at_the_booth(journal: JournalStore, clock: ManualClock) -> None:
    clock.moment = datetime(2025, 1, 25, 16, 59, tzinfo=UTC)  # 23:59 in Palembang
    journal.append(arrived("v1"))
    clock.forward(minutes=2)
    journal.append(arrived("v2"))
    journal.append(called("v1"))
    assert [visit.id for visit in journal.visits(TODAY)] == ["v1"]
    assert [visit.id for visit in journal.visits(date(2025, 1, 26))] == ["v2"]
    assert [recorded.seq for recorded in journal.facts(date(2025, 1, 26))] == [2, 3]


def test_a_fact_that_cannot_follow_leaves_nothing_behind(journal: JournalStore, database: Database) -> None:
    journal.append(arrived())
    before = head(database)
    with pytest.raises(IllegalTransition):
        journal.append(finished())
    with pytest.raises(IllegalTransition):
        journal.append(called("nobody"))
    with pytest.raises(IllegalTransition):
        journal.append(arrived())
    assert head(database) == before
    assert journal.count_arrivals(TODAY) == 1
    assert journal.append(called()).seq == 2


def test_an_id_is_used_once(journal: JournalStore) -> None:
    first = journal.append(HelpCalled("scan"))
    with pytest.raises(KioskError) as caught:
        journal.append(HelpCalled("home"), first.id)
    assert caught.value.code == "record-id-used"
    assert journal.facts(TODAY) == (first,)


def test_a_photo_belongs_to_one_record(journal: JournalStore, folder: Path, clock: ManualClock) -> None:
    journal.append(arrived())
    journal.append(called())
    photo = photo_store(folder, clock).seal(b"jpeg", "v1")
    journal.append(photo_taken(photo), photo.record_id)
    with pytest.raises(KioskError) as caught:
        journal.append(photo_taken(photo))
    assert caught.value.code == "photo-used"
    assert len(journal.facts(TODAY)) == 3


def test_a_key_that_is_gone_keeps_nothing(
    database: Database, folder: Path, journal_on: Callable[[Database], JournalStore], keys: FileKeyHolder
) -> None:
    without = JournalStore(database, FileKeyHolder(folder / "photos"), ManualClock(), lambda: 1, lambda: WIB)
    with pytest.raises(KioskError) as caught:
        without.append(arrived())
    assert caught.value.code == "keys-missing"
    assert journal_on(database).visits(TODAY) == ()
    assert Outbox(database).counts().captured == 0


def test_every_record_is_chained_to_the_one_before(journal: JournalStore, database: Database) -> None:
    journal.append(arrived())
    journal.append(called())
    first, second = Outbox(database).due(10, 10_000)
    assert first.prev_sha == GENESIS
    link = Link(first.epoch, 1, first.id, "v1", "checkin", 1, sha256_hex(first.body), GENESIS)
    assert second.prev_sha == link.sha256()
    assert Outbox(database).head() == (
        2,
        replace(
            link, seq=2, id=second.id, kind="call", body_sha256=second.body_sha256, prev_sha=second.prev_sha
        ).sha256(),
    )


def test_everything_is_there_after_reopening(
    folder: Path, keys: FileKeyHolder, journal_on: Callable[[Database], JournalStore]
) -> None:
    with open_journal(folder / "journal.db", keys) as opened:
        journal = journal_on(opened)
        recorded = [journal.append(arrived("v1")), journal.append(called("v1")), journal.append(arrived("v2"))]
        visits, epoch = journal.visits(TODAY), Outbox(opened).epoch()
    with open_journal(folder / "journal.db", keys) as opened:
        journal = journal_on(opened)
        assert list(journal.facts(TODAY)) == recorded
        assert journal.visits(TODAY) == visits
        assert journal.append(called("v2")).seq == 4
        assert Outbox(opened).epoch() == epoch


@pytest.mark.parametrize("sql", [
    "UPDATE meta SET value = 'soon' WHERE name = 'offset_ms'",
    "DELETE FROM meta WHERE name = 'epoch'",
    "UPDATE visits SET data = '{}'",
    "UPDATE visits SET data = 'nonsense'",
    "UPDATE records SET body = X'7B7D'",
    "UPDATE records SET kind = 'nonsense'",
    "UPDATE counters SET key = 'nonsense'",
])  # fmt: skip
def test_content_that_says_nonsense_is_damage_and_keeps_nothing_new(
    journal: JournalStore, database: Database, sql: str
) -> None:
    Outbox(database).put_meta(meta.OFFSET_MS, 5)
    journal.append(arrived())
    journal.append(TurnedAway(Reason.QUOTA, CodeKind.NONE))
    with database.transaction():
        assert database.execute(sql)

    def use() -> None:
        journal.append(called())
        journal.facts(TODAY)
        journal.count_turned_away(TODAY)

    with pytest.raises(KioskError) as caught:
        use()
    assert caught.value.code == "store-damaged"
    assert "person" not in str(caught.value)
