"""The checks of this folder, against bugs planted in the engine: each must fail where its bug is in place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.office.office import Office
from kiosk_app.store import epochs, office_clock
from kiosk_app.store.database import Database
from kiosk_app.store.epochs import NewEpoch
from kiosk_app.store.keys import Signer
from kiosk_app.store.office_clock import Offset
from kiosk_app.store.outbox import Outbox
from kiosk_app.sync import claims, pulls, records, watch
from kiosk_app.sync.memory import SyncMemory
from kiosk_app.sync.records import RecordsLane
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync import kit as kit_module
from tests.sync import test_claims as claim_checks
from tests.sync import test_epoch_conflict as epoch_checks
from tests.sync import test_offered_again as offer_checks
from tests.sync import test_pulls_leases as pull_checks
from tests.sync import test_records_lane as record_checks
from tests.sync import test_watch as watch_checks
from tests.sync.kit import BoothKit

Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture
def check(
    booth: BoothKit, office: Office, front: hostile.Front, clock: ManualClock, tmp_path: Path
) -> Callable[..., None]:
    """Runs a check with what it asks for, and demands that it fails."""
    given = {"booth": booth, "office": office, "front": front, "clock": clock, "tmp_path": tmp_path}

    def run(test: Callable[..., None], monkeypatch: pytest.MonkeyPatch, plant: Plant, **more: object) -> None:
        names = test.__code__.co_varnames[: test.__code__.co_argcount]
        wanted = {**given, "monkeypatch": monkeypatch, **more}
        with monkeypatch.context() as planted:
            plant(planted)
            with pytest.raises((AssertionError, ValueError)):
                test(**{name: wanted[name] for name in names})

    return run


def _overtakes(planted: pytest.MonkeyPatch) -> None:
    planted.setattr(records, "unsettled", lambda _sent, _results: frozenset())


def _applies_first(planted: pytest.MonkeyPatch) -> None:
    """Results are on disk before the next batch is even begun: a write more on every way there and back."""
    planted.setattr(RecordsLane, "_read_ahead", lambda _lane, _batch: ())


def _forgets_under_way(planted: pytest.MonkeyPatch) -> None:
    due = Outbox.due
    planted.setattr(Outbox, "due", lambda outbox, limit, size, _under_way=(): due(outbox, limit, size))


@pytest.mark.parametrize(
    ("test", "plant"),
    [
        (record_checks.test_nobody_s_later_record_is_sent_while_an_earlier_one_is_not_settled, _overtakes),
        (record_checks.test_the_next_batch_is_sent_before_the_last_results_are_on_disk, _applies_first),
        (record_checks.test_the_next_batch_is_sent_before_the_last_results_are_on_disk, _forgets_under_way),
    ],
)
def test_batches(
    check: Callable[..., None], monkeypatch: pytest.MonkeyPatch, test: Callable[..., None], plant: Plant
) -> None:
    check(test, monkeypatch, plant)


def _same_epoch(planted: pytest.MonkeyPatch) -> None:
    def none(database: Database, _signer: Signer) -> NewEpoch:
        name = Outbox(database).epoch()
        return NewEpoch(name, name, 1, 0)

    planted.setattr(kit_module, "start_epoch", none)


def _new_name_without_new_links(planted: pytest.MonkeyPatch) -> None:
    planted.setattr(epochs._Links, "behind", lambda _links: 0)
    planted.setattr(epochs._Links, "go_on", lambda _links, _limit: None)


def _never_again(planted: pytest.MonkeyPatch) -> None:
    planted.setattr(SyncMemory, "epoch_conflict", lambda _memory: True)


@pytest.mark.parametrize(
    ("test", "plant"),
    [
        (epoch_checks.test_both_copies_of_a_disk_get_everything_to_the_office, _same_epoch),
        (epoch_checks.test_a_disk_that_was_put_back_goes_on, _new_name_without_new_links),
        (epoch_checks.test_a_disk_that_was_put_back_goes_on, _never_again),
    ],
)
def test_epochs(
    check: Callable[..., None], monkeypatch: pytest.MonkeyPatch, test: Callable[..., None], plant: Plant
) -> None:
    check(test, monkeypatch, plant)


def test_the_offered_again(check: Callable[..., None], monkeypatch: pytest.MonkeyPatch, refused: list[str]) -> None:
    def deaf(planted: pytest.MonkeyPatch) -> None:
        planted.setattr(SyncMemory, "is_upgrade", lambda _memory, _schema: False)

    check(offer_checks.test_an_office_that_reads_more_is_offered_it_again, monkeypatch, deaf, refused=refused)


refused = offer_checks.refused


def test_counts_and_leases(check: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    def believes(planted: pytest.MonkeyPatch) -> None:
        planted.setattr(pulls.PullsLane, "_check_count", lambda _lane, _count: None)

    check(pull_checks.test_a_count_that_does_not_fit_leads_to_a_snapshot_once, monkeypatch, believes)


def test_the_watch(check: Callable[..., None], monkeypatch: pytest.MonkeyPatch, booth: BoothKit) -> None:
    def pesters(planted: pytest.MonkeyPatch) -> None:
        planted.setattr(watch, "waits_for_the_way", lambda _status: True)

    case: dict[str, Any] = {"mode": watch_checks.LaneMode.IDLE, "problem": "", "waits": False}
    check(
        watch_checks.test_who_asked_for_patience_is_left_alone,
        monkeypatch,
        pesters,
        watched=watch_checks.Watched(booth),
        **case,
    )


def test_the_claims(
    check: Callable[..., None], monkeypatch: pytest.MonkeyPatch, booking: str, desk: Callable[..., claims.ClaimDesk]
) -> None:
    def insists(planted: pytest.MonkeyPatch) -> None:
        planted.setattr(claims.ClaimDesk, "_rest", lambda _desk, _why: None)
        planted.setattr(claims, "ALREADY", "another-word")

    check(claim_checks.test_who_comes_second_hears_of_it, monkeypatch, insists, desk=desk, booking=booking)


booking, desk = claim_checks.booking, claim_checks.desk


def test_the_office_s_clock(booth: BoothKit, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of `tests/store/test_office_clock.py`, in short."""

    def moved(outbox: Outbox) -> Offset:
        outbox.keep_offset(1500)
        clock.moment = clock.moment.replace(year=clock.moment.year + 10)
        return outbox.offset()

    right = moved(booth.stores.outbox)
    monkeypatch.setattr(office_clock, "offset_now", lambda _database, _clock: Offset(1500, True))
    assert moved(booth.stores.outbox) != right
