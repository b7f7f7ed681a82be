"""One call over a real connection against everything that a bad network does to it."""

import gzip
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk_app.errors import KioskError
from kiosk_app.sync import transport
from kiosk_app.sync.connections import bear_loss
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import NoAnswerError, Reply, Request, RequestsTransport, StoppedError
from tests.sync import hostile

PING = Request("GET", "/v1/ping", query={"n": "7"})
POST = Request("POST", "/v1/sync", {"Content-Type": "application/json"}, body=b"{}")


@pytest.fixture
def line(front: hostile.Front) -> RequestsTransport:
    return RequestsTransport(front.url, connect_s=5.0, read_s=10.0)


@pytest.fixture
def hasty(front: hostile.Front) -> RequestsTransport:
    return RequestsTransport(front.url, connect_s=5.0, read_s=0.4)


def failure_of(line: RequestsTransport, request: Request = PING) -> NoAnswerError:
    with pytest.raises(NoAnswerError) as caught:
        line.send(request)
    return caught.value


def test_an_answer_comes_whole_with_lower_case_names(line: RequestsTransport) -> None:
    reply = line.send(PING)
    assert (reply.status, reply.headers["kiosk-api"]) == (200, "1")
    assert b'"n":"7"' in reply.body


def test_connections_are_kept_alive(line: RequestsTransport, front: hostile.Front) -> None:
    ports = set()

    def note(connection: hostile.Connection, seen: hostile.Seen) -> None:
        ports.add(connection._handler.client_address)
        hostile.honest(connection, seen)

    front.misbehave(note, times=5)
    for _ in range(5):
        line.send(PING)
    assert len(ports) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(line: RequestsTransport, front: hostile.Front, status: int) -> None:
    front.misbehave(hostile.answer(status, {"Location": f"{front.url}/login"}))
    assert line.send(POST).status == status
    assert [seen.method for seen in front.seen] == ["POST"]


@pytest.mark.parametrize(
    "misdeed",
    [
        hostile.reset,
        hostile.hang_up,
        hostile.truncated,
        hostile.half_head,
        hostile.broken_head,
        hostile.not_http,
    ],
)
def test_half_an_answer_is_none(line: RequestsTransport, front: hostile.Front, misdeed: hostile.Misdeed) -> None:
    front.misbehave(misdeed)
    error = failure_of(line)
    assert (error.step, error.timed_out) == (Step.OFFICE, False)


@pytest.mark.parametrize("misdeed", [hostile.reset, hostile.hang_up])
def test_a_kept_connection_that_died_is_replaced_once(
    line: RequestsTransport, front: hostile.Front, misdeed: hostile.Misdeed
) -> None:
    line.send(PING)
    front.misbehave(misdeed)
    assert line.send(POST).status in (401, 422)
    assert len(front.paths("/v1/sync")) == 2


def test_a_fresh_connection_that_dies_is_not_tried_over_and_over(line: RequestsTransport, front: hostile.Front) -> None:
    line.send(PING)
    front.misbehave(hostile.reset, path="/v1/sync", times=9)
    failure_of(line, POST)
    assert len(front.paths("/v1/sync")) == 2


@pytest.mark.parametrize("misdeed", [hostile.stall, hostile.drip_head, hostile.drip_body])
def test_silence_and_drops_end_in_time(
    hasty: RequestsTransport, front: hostile.Front, misdeed: hostile.Misdeed
) -> None:
    front.misbehave(misdeed, times=9)
    assert failure_of(hasty).timed_out
    assert len(front.seen) == 1  # a call that took too long is not repeated at once


def test_a_peer_that_takes_the_body_drop_by_drop_is_left(front: hostile.Front) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def sip() -> None:
            taker, _ = listener.accept()
            taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with taker:
                while not stop.wait(0.02) and taker.recv(256):
                    pass

        thread = threading.Thread(target=sip, daemon=True)
        thread.start()
        line = RequestsTransport(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_s=0.3, read_s=0.1)
        error = failure_of(line, Request("PATCH", "/x", body=b"x" * 12_000_000))
        stop.set()
        thread.join(5)
    assert error.timed_out


def test_a_body_without_end_is_cut(line: RequestsTransport, front: hostile.Front) -> None:
    front.misbehave(hostile.huge)
    assert failure_of(line).step is Step.NONSENSE


def test_a_packed_bomb_is_cut_at_the_unpacked_size(line: RequestsTransport, front: hostile.Front) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    front.misbehave(hostile.answer(200, {**hostile.JSON, "Content-Encoding": "gzip"}, bomb))
    assert failure_of(line).step is Step.NONSENSE


def test_a_packed_answer_is_unpacked(line: RequestsTransport, front: hostile.Front) -> None:
    front.misbehave(hostile.answer(200, {**hostile.JSON, "Content-Encoding": "gzip"}, gzip.compress(b"{}")))
    assert line.send(PING).body == b"{}"


def test_a_damaged_packed_answer_is_none(line: RequestsTransport, front: hostile.Front) -> None:
    damaged = gzip.compress(b"{}" * 500)[:-9]
    front.misbehave(hostile.answer(200, {**hostile.JSON, "Content-Encoding": "gzip"}, b"\x00" + damaged))
    failure_of(line)


def test_nobody_listening_is_an_office_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure_of(RequestsTransport(f"http://127.0.0.1:{port}"))
    assert (error.step, error.timed_out) == (Step.OFFICE, False)


def test_an_idle_connection_is_not_trusted(
    line: RequestsTransport, front: hostile.Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = []

    def note(connection: hostile.Connection, seen: hostile.Seen) -> None:
        addresses.append(connection._handler.client_address)
        hostile.honest(connection, seen)

    front.misbehave(note, times=2)
    line.send(PING)
    monkeypatch.setattr(transport, "MAX_IDLE_S", -1.0)
    line.send(PING)
    assert addresses[0] != addresses[1]


def test_the_environment_names_no_proxy_and_no_credentials(
    front: hostile.Front, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("machine 127.0.0.1 login spy password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert RequestsTransport(front.url).send(PING).status == 200
    assert "Authorization" not in front.seen[0].headers


def test_stop_ends_a_call_under_way_and_every_later_one(line: RequestsTransport, front: hostile.Front) -> None:
    front.misbehave(hostile.stall, times=9)
    caught: list[BaseException | Reply] = []

    def call() -> None:
        try:
            caught.append(line.send(PING))
        except StoppedError as error:
            caught.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    until = time.monotonic() + 10
    while not front.seen and time.monotonic() < until:
        time.sleep(0.01)
    line.abort()
    thread.join(8)
    assert not thread.is_alive()
    assert isinstance(caught[0], StoppedError)
    with pytest.raises(StoppedError):
        line.send(PING)
    assert len(front.seen) == 1


def test_a_ca_file_that_is_not_there_is_said_at_once() -> None:
    with pytest.raises(KioskError) as caught:
        RequestsTransport("https://127.0.0.1", ca_file="/nowhere/ca.pem")
    assert caught.value.code == "ca-missing"


def test_a_connection_bears_loss_where_the_kernel_can() -> None:
    """A lost packet in a mall's air is no sign of a full link."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        able = bear_loss(client)
        if sys.platform != "linux":
            return
        allowed = Path("/proc/sys/net/ipv4/tcp_allowed_congestion_control").read_text().split()
        named = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode()
        assert able is (named == "bbr")
        assert able or "bbr" not in allowed
