"""Whether the way is there again: asked while a lane waits for it, and at no other time."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk_app.sync import watch
from kiosk_app.sync.backoff import Wake
from kiosk_app.sync.outcomes import Fault
from kiosk_app.sync.status import LaneMode, LaneStatus, SyncStatus
from kiosk_app.sync.transport import StoppedError
from kiosk_app.sync.watch import WayWatch, waits_for_the_way
from tests.sync import hostile
from tests.sync.kit import BoothKit

DOWN = SyncStatus((LaneStatus("records", LaneMode.WAITING, 3, problem="link"),))


class Watched:
    """A watch whose looks are taken by hand."""

    def __init__(self, booth: BoothKit) -> None:
        self.status, self.woken = DOWN, list[Wake]()
        self.watch = WayWatch(booth.client(), lambda: self.status, self.woken.append, random.Random(1))


@pytest.fixture
def watched(booth: BoothKit) -> Iterator[Watched]:
    made = Watched(booth)
    yield made
    made.watch.stop()


def test_an_office_that_answers_again_wakes_the_lanes(watched: Watched, front: hostile.Front) -> None:
    front.misbehave(hostile.reset, "GET", "/v1/ping", times=1)
    watched.watch.look()
    assert not watched.woken
    watched.watch.look()
    assert watched.woken == [Wake.NETWORK]
    assert all(seen.headers.get("Authorization") is None for seen in front.seen)


@pytest.mark.parametrize(
    "misdeed",
    [hostile.PORTAL_PAGE, hostile.PORTAL_REDIRECT, hostile.NOT_JSON, hostile.answer(200, hostile.JSON, b"{}")],
)
def test_somebody_else_who_answers_does_not(watched: Watched, front: hostile.Front, misdeed: hostile.Misdeed) -> None:
    front.misbehave(misdeed, "GET", "/v1/ping", times=9)
    watched.watch.look()
    assert not watched.woken


@pytest.mark.parametrize(
    ("mode", "problem", "waits"),
    [
        (LaneMode.WAITING, Fault.LINK.value, True),
        (LaneMode.WAITING, Fault.PORTAL.value, True),
        (LaneMode.WAITING, Fault.LOAD.value, False),
        (LaneMode.WAITING, Fault.SERVER.value, False),
        (LaneMode.WAITING, "database-busy", False),
        (LaneMode.IDLE, "", False),
        (LaneMode.REVOKED, Fault.REVOKED.value, False),
    ],
)
def test_who_asked_for_patience_is_left_alone(
    watched: Watched, front: hostile.Front, mode: LaneMode, problem: str, waits: bool
) -> None:
    watched.status = replace(DOWN, lanes=(LaneStatus("records", mode, 1, problem=problem),))
    assert waits_for_the_way(watched.status) is waits
    watched.watch.look()
    assert (len(front.seen), len(watched.woken)) == (int(waits), int(waits))


def test_a_cable_that_comes_back_is_enough(
    watched: Watched, front: hostile.Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.status = SyncStatus()
    for has, woken in ((True, 0), (False, 0), (True, 1), (True, 1)):
        monkeypatch.setattr(watch, "has_route", lambda has=has: has)
        watched.watch.look()
        assert len(watched.woken) == woken
    assert not front.seen


def test_it_ends_while_it_asks(watched: Watched, front: hostile.Front) -> None:
    watched.watch.stop()
    with pytest.raises(StoppedError):
        watched.watch.look()
