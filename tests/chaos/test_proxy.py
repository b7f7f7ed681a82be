"""The proxy does to a request what it says, and nothing else: judged from both sides, by plain sockets."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.faults.misdeeds import Misdeed, Weather
from bench.faults.proxy import FaultProxy

BODY = b"x" * 5000
ANSWER = b'{"service": "kiosk-central", "n": "0123456789abcdef"}'
BROKEN = (OSError, http.client.HTTPException)


@dataclass
class Seen:
    """What reached the office: the bodies of whole requests."""

    bodies: list[bytes] = field(default_factory=list)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def office(seen: Seen) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            seen.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Kiosk-Api", "1")
            self.send_header("Upload-Limit", "max-size=4194304")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]  # a request that broke off is what is wanted here
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def call(proxy: FaultProxy, timeout_s: float = 5.0) -> Iterator[http.client.HTTPConnection]:
    line = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout_s)
    try:
        yield line
    finally:
        line.close()


def ask(line: http.client.HTTPConnection) -> tuple[int, bytes, http.client.HTTPMessage]:
    line.request("POST", "/v1/sync", BODY)
    answer = line.getresponse()
    return answer.status, answer.read(), answer.headers


@contextmanager
def spoiling(office: int, *kinds: Misdeed, share: float = 1.0, stall_s: float = 0.3) -> Iterator[FaultProxy]:
    with FaultProxy(office, Weather(share, 1, kinds or tuple(Misdeed), stall_s)) as proxy:
        yield proxy


def test_in_good_weather_everything_passes_on_one_connection(office: int, seen: Seen) -> None:
    with spoiling(office, share=0.0) as proxy, call(proxy) as line:
        for _ in range(3):
            status, body, headers = ask(line)
            assert (status, body, headers["Kiosk-Api"]) == (200, ANSWER, "1")
    assert seen.bodies == [BODY] * 3


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [(Misdeed.REFUSED, 0), (Misdeed.RESET, 0), (Misdeed.LOST, 1), (Misdeed.STALLED, None)],
)
def test_the_answer_does_not_come(kind: Misdeed, arrived: int | None, office: int, seen: Seen) -> None:
    with spoiling(office, kind) as proxy, call(proxy) as line, pytest.raises(BROKEN):
        ask(line)
    assert arrived is None or len(seen.bodies) == arrived


def test_half_an_answer_comes(office: int) -> None:
    with spoiling(office, Misdeed.TRUNCATED) as proxy:
        for _ in range(6):
            with call(proxy) as line:
                line.request("POST", "/v1/sync", BODY)
                assert line.sock is not None
                got = b"".join(iter(lambda: line.sock.recv(65536), b""))
                assert got == b"" or got.startswith(b"HTTP/1.1 200"[: len(got)])
                assert ANSWER not in got


@pytest.mark.parametrize(
    ("kind", "status"), [(Misdeed.PORTAL, 200), (Misdeed.REDIRECT, 302), (Misdeed.GATEWAY, 502)], ids=str
)
def test_somebody_else_answers(kind: Misdeed, status: int, office: int, seen: Seen) -> None:
    with spoiling(office, kind) as proxy, call(proxy) as line:
        found, _, headers = ask(line)
        assert (found, headers["Kiosk-Api"]) == (status, None)
    assert seen.bodies == []


def test_a_request_comes_twice_and_is_answered_once(office: int, seen: Seen) -> None:
    with spoiling(office, Misdeed.TWICE) as proxy, call(proxy) as line:
        assert ask(line)[1] == ANSWER
    assert seen.bodies == [BODY] * 2


def test_a_request_comes_again_when_nobody_waits_for_it_any_more(office: int, seen: Seen) -> None:
    with spoiling(office, Misdeed.LATE) as proxy:
        with call(proxy) as line, pytest.raises(BROKEN):
            ask(line)
        until = time.monotonic() + 20
        while len(seen.bodies) < 2 and time.monotonic() < until:
            time.sleep(0.02)
    assert seen.bodies == [BODY] * 2


def test_an_answer_that_drips_comes_whole(office: int) -> None:
    with spoiling(office, Misdeed.DRIP) as proxy, call(proxy) as line:
        assert ask(line)[1] == ANSWER


def test_a_wrong_length_cuts_the_answer_or_spoils_the_next_one(office: int) -> None:
    with spoiling(office, Misdeed.LENGTH) as proxy:
        for _ in range(4):
            with call(proxy, timeout_s=0.3) as line:
                try:
                    told = ask(line)[1]
                except BROKEN:
                    continue
                assert told == ANSWER[:-7]
                with pytest.raises(BROKEN):
                    ask(line)


def test_nobody_listens_while_the_office_is_away(office: int) -> None:
    with spoiling(office, share=0.0) as proxy:
        proxy.away()
        with call(proxy) as line, pytest.raises(ConnectionRefusedError):
            ask(line)
        proxy.back()
        with call(proxy) as line:
            assert ask(line)[1] == ANSWER


def test_a_dead_office_is_a_broken_connection(office: int) -> None:
    with spoiling(office, share=0.0) as proxy:
        proxy.office_port = 1
        with call(proxy) as line, pytest.raises(BROKEN):
            ask(line)


def test_an_upload_may_be_told_to_come_in_parts(office: int) -> None:
    with FaultProxy(office, Weather(0.0, 1, part_limit=16_384)) as proxy, call(proxy) as line:
        assert ask(line)[2]["Upload-Limit"] == "max-append-size=16384"


def test_as_many_requests_are_spoiled_as_was_asked_for_each_kind_often() -> None:
    weather = Weather(0.3, 5)
    struck = [weather.strike() for _ in range(4000)]
    assert 0.27 < weather.spoiled < 0.33
    assert min(weather.struck[kind] for kind in Misdeed) > 50
    again = Weather(0.3, 5)
    assert [again.strike() for _ in range(4000)] == struck
    weather.calm()
    assert [weather.strike() for _ in range(100)] == [None] * 100
