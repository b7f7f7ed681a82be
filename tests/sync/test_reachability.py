"""Which step of the way is broken, in words that the catalogues have."""

import errno
import json
import socket
from pathlib import Path

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from kiosk_app.paths import assets_dir
from kiosk_app.sync import reachability
from kiosk_app.sync.outcomes import Fault
from kiosk_app.sync.reachability import Step, has_route, step_of
from kiosk_app.sync.status import LaneMode, LaneStatus, StatusBoard, SyncStatus
from kiosk_app.sync.transport import NoAnswerError, Request, RequestsTransport


def test_every_step_has_its_words_in_every_language() -> None:
    for file in sorted(Path(assets_dir() / "i18n").glob("*.json")):
        words = json.loads(file.read_text(encoding="utf-8"))
        assert {step.key for step in Step} <= set(words), file.name


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN])
def test_no_way_out_is_the_link(number: int) -> None:
    """As urllib3 and requests wrap it."""
    inner = OSError(number, "no")
    try:
        raise NewConnectionError(None, "no") from inner  # type: ignore[arg-type]
    except NewConnectionError as wrapped:
        error = requests.ConnectionError(MaxRetryError(None, "/", wrapped))  # type: ignore[arg-type]
    assert step_of(error) is Step.LINK


@pytest.mark.parametrize(("route", "step"), [(True, Step.DNS), (False, Step.LINK)])
def test_a_name_that_is_not_found(monkeypatch: pytest.MonkeyPatch, route: bool, step: Step) -> None:
    def unknown(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(reachability, "has_route", lambda: route)
    with pytest.raises(NoAnswerError) as caught:
        RequestsTransport("https://office.invalid").send(Request("GET", "/v1/ping"))
    assert (caught.value.step, caught.value.timed_out) == (step, False)


def test_the_route_is_asked_without_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[int] = []
    real = socket.socket

    class Noted(real):  # type: ignore[misc, valid-type]
        def __init__(self, family: int, kind: int) -> None:
            kinds.append(kind)
            super().__init__(family, kind)

        def connect(self, _address: object) -> None:
            raise OSError(errno.ENETUNREACH, "no")

    monkeypatch.setattr(socket, "socket", Noted)
    assert has_route() is False
    assert kinds == [socket.SOCK_DGRAM] * 2


def test_a_broken_link_is_everybody_s() -> None:
    board = StatusBoard()
    assert board.judge("records", Step.OK, None) is Step.OK
    assert board.judge("photos", Step.PORTAL, Fault.PORTAL) is Step.PORTAL


def test_one_lane_s_trouble_is_not_the_way_s() -> None:
    board = StatusBoard()
    board.update(lambda status: SyncStatus(step=board.judge("records", Step.OK, None)))
    assert board.judge("photos", Step.OFFICE, Fault.SERVER) is Step.OK
    assert board.judge("records", Step.OFFICE, Fault.SERVER) is Step.OFFICE
    assert board.judge("photos", Step.OK, None) is Step.OK


def test_a_change_is_told_once_and_a_wait_ends_with_it() -> None:
    told: list[SyncStatus] = []
    board = StatusBoard(told.append)
    lane = LaneStatus("records", LaneMode.BUSY)
    board.set_lane(lane)
    board.set_lane(lane)
    assert len(told) == 1
    assert board.wait_for(lambda status: status.lane("records").mode is LaneMode.BUSY, 0)
    assert not board.wait_for(lambda status: status.revoked, 0.01)
    assert board.status.lane("photos").mode is LaneMode.IDLE
