"""The decision how long to wait: no threads, no network, no clock."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.sync.backoff import OTHERS_CAP_S, RECORDS_CAP_S, Backoff, BackoffRow, Hold, Wake
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.reachability import Step

LINK = CallError(Fault.LINK, Step.OFFICE)
SERVER = CallError(Fault.SERVER, Step.OFFICE)


class Highest(random.Random):
    """Always draws the upper end."""

    def uniform(self, a: float, b: float) -> float:
        return b


def backoff(cap_s: float = RECORDS_CAP_S, row: BackoffRow | None = None, seed: int | None = None) -> Backoff:
    return Backoff(cap_s, Highest() if seed is None else random.Random(seed), 100.0, row)


def busy(seconds: float) -> CallError:
    return CallError(Fault.LOAD, Step.OFFICE, retry_after_s=seconds)


def test_the_window_doubles_from_two_seconds_to_the_cap() -> None:
    one = backoff()
    assert [one.failed(LINK, 100.0) for _ in range(7)] == [2, 4, 8, 16, 32, 60, 60]
    other = backoff(OTHERS_CAP_S)
    assert [other.failed(LINK, 100.0) for _ in range(9)][-2:] == [256, 300]


@given(st.integers(0, 2**32), st.integers(1, 200))
def test_the_wait_is_spread_over_the_whole_window(seed: int, failures: int) -> None:
    one = backoff(seed=seed)
    waits = [one.failed(LINK, 100.0) for _ in range(failures)]
    assert all(0 <= wait <= min(60, 2 * 2**n) for n, wait in enumerate(waits))


def test_full_jitter_uses_the_low_end_too() -> None:
    waits = []
    for seed in range(200):
        one = backoff(seed=seed)
        waits.append([one.failed(LINK, 100.0) for _ in range(6)][-1])
    assert min(waits) < 6 < 54 < max(waits)


def test_success_begins_anew() -> None:
    one = backoff()
    for _ in range(5):
        one.failed(LINK, 100.0)
    one.succeeded(100.0)
    assert (one.attempts, one.wait_s(100.0)) == (0, 0)
    assert one.failed(LINK, 100.0) == 2


def test_retry_after_is_kept_and_spread_and_capped() -> None:
    assert 30 <= backoff().failed(busy(30), 100.0) <= 30 + 7.5
    assert 900 <= backoff().failed(busy(100_000), 100.0) <= 960


def test_many_booths_told_the_same_time_do_not_come_together() -> None:
    waits = [backoff(seed=seed).failed(busy(120), 100.0) for seed in range(100)]
    assert max(waits) - min(waits) > 20


def test_a_pause_that_comes_with_a_success_is_kept() -> None:
    one = backoff()
    one.succeeded(100.0, backoff_s=10)
    assert one.wait_s(100.0) >= 10
    one.wake(Wake.STAFF, 100.0)
    assert one.wait_s(100.0) >= 10


@pytest.mark.parametrize("pause", [0.0, -5.0, float("nan")])
def test_a_senseless_pause_is_none(pause: float) -> None:
    one = backoff()
    one.succeeded(100.0, backoff_s=pause)
    assert one.wait_s(100.0) == 0


@pytest.mark.parametrize("reason", list(Wake))
def test_nobody_shortens_what_the_office_named(reason: Wake) -> None:
    one = backoff()
    wait = one.failed(busy(60), 100.0)
    one.wake(reason, 110.0)
    assert one.wait_s(110.0) == wait - 10


@pytest.mark.parametrize("reason", list(Wake))
def test_a_broken_link_is_tried_again_when_woken(reason: Wake) -> None:
    one = backoff()
    for _ in range(6):
        one.failed(LINK, 100.0)
    one.wake(reason, 105.0)
    assert one.wait_s(105.0) == 0


def test_waking_over_and_over_makes_no_storm() -> None:
    one = backoff()
    for _ in range(6):
        one.failed(LINK, 100.0)
    one.wake(Wake.RECORD, 100.0)
    assert one.wait_s(100.0) == 1


def test_only_a_person_asks_a_broken_office_again() -> None:
    one = backoff()
    for _ in range(6):
        one.failed(SERVER, 100.0)
    one.wake(Wake.RECORD, 110.0)
    assert one.wait_s(110.0) == 50
    one.wake(Wake.STAFF, 110.0)
    assert one.wait_s(110.0) == 0


def test_it_survives_a_restart() -> None:
    one = backoff()
    for _ in range(6):
        one.failed(LINK, 100.0)
    again = backoff(row=one.row(110.0))
    assert (again.attempts, again.wait_s(100.0)) == (6, 50)


def test_a_firm_hold_is_as_firm_after_a_restart() -> None:
    one = backoff()
    one.failed(busy(600), 100.0)
    again = backoff(row=one.row(100.0))
    again.wake(Wake.STAFF, 100.0)
    assert again.wait_s(100.0) >= 600


@pytest.mark.parametrize(("hold", "most"), [(Hold.SOFT, 60), (Hold.HARD, 60), (Hold.FIRM, 960)])
def test_a_clock_that_jumped_does_not_hold_for_years(hold: Hold, most: float) -> None:
    assert backoff(row=BackoffRow(3, 1e9, hold)).wait_s(100.0) == most
    assert backoff(row=BackoffRow(3, -1e9, hold)).wait_s(100.0) == 0


@pytest.mark.parametrize("fault", [Fault.REVOKED, Fault.UPGRADE, Fault.CONFLICT])
def test_what_waiting_does_not_heal_is_asked_rarely_from_the_start(fault: Fault) -> None:
    assert backoff().failed(CallError(fault, Step.OK), 100.0) == 60
