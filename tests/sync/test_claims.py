"""Asking the office who checks a booking in: an answer counts, silence costs 1.5 s at most and once in a while."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.sync.claims import REST_S, ClaimDesk
from kiosk_app.sync.threads import DaemonExecutor
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import SITE, BoothKit

UUID7 = r"[0-9a-f]{8}-[0-9a-f]{4}-7"
CLAIM = "/v1/bookings"


@pytest.fixture
def booking(office: Office) -> str:
    with office.database.read() as connection:
        profile = office.configuration.profile(connection, SITE)
    rows = sample_bookings(1, 1, date(2025, 1, 25), SITE, profile, office.keys)
    office.bookings.put(rows)
    return rows[0].id


@pytest.fixture
def desk(booth: BoothKit) -> Iterator[Callable[..., ClaimDesk]]:
    made: list[ClaimDesk] = []

    def make(online: bool = True, limit_s: float = 5.0) -> ClaimDesk:
        made.append(ClaimDesk(booth.client(), booth.clock, DaemonExecutor(), lambda: online, limit_s))
        return made[-1]

    yield make
    for one in made:
        one.abort()


def test_a_booking_is_held_for_the_id_that_its_record_will_have(
    desk: Callable[..., ClaimDesk], booking: str, front: hostile.Front
) -> None:
    claim = desk().claim(booking)
    assert claim.record_id[14] == "7"
    assert not claim.elsewhere
    (seen,) = front.paths(CLAIM)
    assert claim.record_id.encode() in seen.body


def test_who_comes_second_hears_of_it(desk: Callable[..., ClaimDesk], booking: str) -> None:
    first, second = desk(), desk()
    assert not first.claim(booking).elsewhere
    assert second.claim(booking).elsewhere


def test_the_office_has_no_say_in_a_booking_that_it_does_not_know(desk: Callable[..., ClaimDesk]) -> None:
    asker = desk()
    for _ in range(2):  # nor is that a reason to stop asking
        assert asker.claim("A" * 11) == type(asker.claim("A" * 11))()


def test_nobody_is_asked_while_the_office_is_out_of_reach(
    desk: Callable[..., ClaimDesk], booking: str, front: hostile.Front
) -> None:
    assert desk(online=False).claim(booking).record_id == ""
    assert not front.seen


def test_silence_is_waited_for_once_and_the_id_stands(
    desk: Callable[..., ClaimDesk], booking: str, front: hostile.Front, clock: ManualClock
) -> None:
    front.misbehave(hostile.stall, "PUT", CLAIM)
    asker = desk(limit_s=0.3)
    late = asker.claim(booking)
    assert late.record_id
    assert not late.elsewhere
    assert asker.claim(booking).record_id == ""
    clock.forward(seconds=REST_S + 1)
    assert asker.claim(booking).record_id == ""  # the first question is still in the air
    assert len(front.paths(CLAIM)) == 1


@pytest.mark.parametrize("misdeed", [hostile.PORTAL_PAGE, hostile.reset, hostile.SERVER_ERROR, hostile.NOT_JSON])
def test_what_is_no_answer_is_silence(
    desk: Callable[..., ClaimDesk], booking: str, front: hostile.Front, clock: ManualClock, misdeed: hostile.Misdeed
) -> None:
    front.misbehave(misdeed, "PUT", CLAIM, times=2)
    asker = desk()
    claim = asker.claim(booking)
    assert (claim.record_id, claim.elsewhere) == ("", False)
    front.behave()
    clock.forward(seconds=REST_S + 1)
    assert asker.claim(booking).record_id


def test_an_answer_about_another_record_is_none(
    desk: Callable[..., ClaimDesk], booking: str, front: hostile.Front
) -> None:
    other = "01949a3e-0000-7000-8000-000000000001"
    front.misbehave(hostile.tampered(lambda body: {**body, "record_id": other}), "PUT", CLAIM)
    assert desk().claim(booking).record_id == ""


def test_two_at_once_do_not_wait_for_each_other(
    desk: Callable[..., ClaimDesk], booking: str, front: hostile.Front
) -> None:
    front.misbehave(hostile.stall, "PUT", CLAIM)
    asker, begun = desk(limit_s=2.0), time.monotonic()
    first = threading.Thread(target=asker.claim, args=(booking,))
    first.start()
    while not front.paths(CLAIM):
        time.sleep(0.01)
    assert asker.claim(booking).record_id == ""
    assert first.is_alive() or time.monotonic() - begun > 1.9
    first.join()
