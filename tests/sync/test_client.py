"""The calls: tokens, who may hear them, and what every request carries."""

import gzip
import json
import threading
from collections.abc import Iterator

import pytest

from kiosk_app.contract.messages import Scope, TokenResponse
from kiosk_app.office.office import Office
from kiosk_app.sync.client import OfficeClient
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.tokens import TokenBox
from tests.memory import ManualClock
from tests.sync import hostile
from tests.sync.kit import BoothKit


@pytest.fixture
def client(booth: BoothKit) -> Iterator[OfficeClient]:
    return booth.client()


def fault_of(client: OfficeClient) -> Fault:
    with pytest.raises(CallError) as caught:
        client.snapshot()
    return caught.value.fault


def test_a_refused_token_is_renewed_once_and_the_call_goes_through(
    client: OfficeClient, office: Office, front: hostile.Front, clock: ManualClock
) -> None:
    client.snapshot()
    clock.forward(hours=1, seconds=1)
    client._tokens._until = 1e12  # the booth believes its token to be good still
    client.snapshot()
    assert [seen.path for seen in front.seen].count("/v1/devices/token") == 2


def test_a_fresh_token_that_is_refused_too_is_a_failure(client: OfficeClient, front: hostile.Front) -> None:
    front.misbehave(hostile.problem(401, "token-expired"), path="/v1/snapshot", times=99)
    assert fault_of(client) is Fault.UNAUTHORISED
    assert len(front.paths("/v1/snapshot")) == 2
    assert len(front.paths("/v1/devices/token")) == 2


def test_a_token_is_renewed_before_it_ends(client: OfficeClient, front: hostile.Front, clock: ManualClock) -> None:
    client.snapshot()
    clock.forward(minutes=59, seconds=30)
    client.snapshot()
    assert len(front.paths("/v1/devices/token")) == 2
    assert all(seen.headers["Authorization"] for seen in front.paths("/v1/snapshot"))


def test_a_booth_that_the_office_does_not_know_is_told_so(client: OfficeClient, front: hostile.Front) -> None:
    front.misbehave(hostile.problem(401, "challenge-failed"), path="/v1/devices/token", times=9)
    assert fault_of(client) is Fault.UNAUTHORISED
    assert not front.paths("/v1/snapshot")


def test_a_booth_that_stays_unknown_is_said_to_need_enrolling(
    booth: BoothKit, front: hostile.Front, clock: ManualClock
) -> None:
    booth.arrive(1)
    front.misbehave(hostile.problem(401, "challenge-failed"), path="/v1/devices/token", times=9)
    lane = booth.records_lane()
    steps = []
    for _ in range(4):
        clock.forward(seconds=lane.due_in())
        lane.turn()
        steps.append(booth.board.status.step)
    assert (steps[0], steps[-1]) == (Step.OK, Step.REVOKED)
    assert not booth.stores.memory.revoked()  # nobody said so: nothing is erased
    front.behave()
    clock.forward(seconds=lane.due_in())
    lane.turn()
    assert booth.board.status.step is Step.OK


def test_a_revoked_booth_drains(client: OfficeClient, office: Office, booth: BoothKit) -> None:
    client.snapshot()
    assert client.scope is Scope.FULL
    office.devices.revoke(booth.identity.device_id)
    assert fault_of(client) is Fault.REVOKED
    assert client.scope is Scope.DRAIN


@pytest.mark.parametrize("misdeed", [hostile.PORTAL_PAGE, hostile.PORTAL_REDIRECT, hostile.NO_HEADER])
def test_after_a_portal_the_next_call_asks_who_is_there_before_it_shows_a_token(
    client: OfficeClient, front: hostile.Front, misdeed: hostile.Misdeed
) -> None:
    client.snapshot()
    front.misbehave(misdeed, path="/v1", times=3)
    for _ in range(3):
        assert fault_of(client) is Fault.PORTAL
    shown = [seen for seen in front.seen[3:] if "Authorization" in seen.headers]
    assert len(shown) == 1  # only the first, which could not know
    client.snapshot()
    assert [seen.path.partition("?")[0] for seen in front.seen[-2:]] == ["/v1/ping", "/v1/snapshot"]
    client.snapshot()
    assert front.seen[-2].path == "/v1/snapshot"


@pytest.mark.parametrize(
    "change",
    [lambda body: {**body, "n": "other"}, lambda body: {**body, "service": "mall-wifi"}],
    ids=["another nonce", "another service"],
)
def test_a_ping_must_bring_the_nonce_back(client: OfficeClient, front: hostile.Front, change: object) -> None:
    front.misbehave(hostile.tampered(change), path="/v1/ping")  # type: ignore[arg-type]
    with pytest.raises(CallError) as caught:
        client.ping()
    assert (caught.value.fault, caught.value.step) == (Fault.PORTAL, Step.PORTAL)
    assert client.ping().service == "kiosk-central"


def test_every_request_says_which_contract_it_speaks(client: OfficeClient, front: hostile.Front) -> None:
    client.snapshot()
    for seen in front.seen:
        assert seen.headers["Kiosk-Api"] == "1"
        assert seen.headers["User-Agent"].startswith("kiosk-app/")
        assert len(seen.headers["X-Request-Id"]) == 32
        assert seen.headers["Accept-Encoding"] == "gzip"
    assert len({seen.headers["X-Request-Id"] for seen in front.seen}) == len(front.seen)


def test_large_bodies_are_packed(booth: BoothKit, front: hostile.Front) -> None:
    booth.arrive(20)
    booth.records_lane().turn()
    (seen,) = front.paths("/v1/sync")
    assert seen.headers["Content-Encoding"] == "gzip"
    plain = gzip.decompress(seen.body)
    assert len(json.loads(plain)["records"]) == 20
    assert len(seen.body) < len(plain) / 2


def test_one_of_several_connections_fetches_the_token_for_all() -> None:
    box = TokenBox(lambda: 100.0)
    fetched: list[int] = []
    gate = threading.Event()

    def fetch() -> TokenResponse:
        gate.wait(5)
        fetched.append(1)
        return TokenResponse(access_token="t", expires_in=3600, scope=Scope.FULL)

    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(box.get(fetch))) for _ in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join(5)
    assert (len(fetched), got) == (1, ["t"] * 4)


def test_a_late_refusal_does_not_throw_a_newer_token_away() -> None:
    box = TokenBox(lambda: 100.0)
    tokens = iter("ab")

    def fetch() -> TokenResponse:
        return TokenResponse(access_token=next(tokens), expires_in=3600, scope=Scope.FULL)

    assert box.get(fetch) == "a"
    box.refuse("a")
    assert box.get(fetch) == "b"
    box.refuse("a")
    assert box.get(fetch) == "b"


def test_a_token_of_no_time_is_not_asked_for_without_end() -> None:
    """An office that gives tokens of a few seconds gets asked again, but each is used at least once."""
    box = TokenBox(lambda: 100.0)
    answer = TokenResponse(access_token="t", expires_in=10, scope=Scope.FULL)
    calls: list[int] = []
    for _ in range(3):
        box.get(lambda: calls.append(1) or answer)  # type: ignore[func-returns-value]
    assert len(calls) == 1
