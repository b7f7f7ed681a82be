"""What can happen to a request and its answer, each as a function of the network and the exchange."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kiosk_app.contract.messages import API_HEADER
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import NoAnswerError, Reply, Request
from tests.simulation.network import Exchange, Fate, Network, broken, honest

_OURS = {API_HEADER.lower(): "1"}
_JSON = {**_OURS, "content-type": "application/json"}
_PROBLEM = {**_OURS, "content-type": "application/problem+json"}
_HTML = {"content-type": "text/html"}


def fixed(reply: Reply, name: str) -> Fate:
    """Somebody on the way answers, whatever was asked; the office hears nothing."""

    def fate(network: Network, exchange: Exchange) -> None:
        exchange.come_to(reply, network.travel())

    fate.__name__ = name
    return fate


def problem(status: int, slug: str, headers: dict[str, str] | None = None) -> Reply:
    """An error in the office's own form."""
    body = json.dumps({"type": slug, "status": status, "detail": "x", "retry": False}).encode()
    return Reply(status, {**_PROBLEM, **(headers or {})}, body)


def unreachable(step: Step) -> Fate:
    def fate(network: Network, exchange: Exchange) -> None:
        exchange.come_to(NoAnswerError(step), network.travel())

    fate.__name__ = f"no_{step.value}"
    return fate


def lost(_network: Network, _exchange: Exchange) -> None:
    """The request never arrives, and nobody says so."""


def nothing(_reply: Reply | None) -> None:
    """The answer goes nowhere."""


def answer_lost(network: Network, exchange: Exchange) -> None:
    """The office does its work; the line breaks before its answer is through."""
    network.deliver(exchange.request, lambda _: exchange.come_to(broken(), network.travel()), network.travel())


def answer_silent(network: Network, exchange: Exchange) -> None:
    """As before, but the booth waits in vain."""
    network.deliver(exchange.request, nothing, network.travel())


def twice(network: Network, exchange: Exchange) -> None:
    """A proxy sends the request a second time, right away or when much else has been said."""
    network.deliver(exchange.request, nothing, network.rng.choice([0.0, 0.2, 5.0, 40.0]))
    honest(network, exchange)


def late(network: Network, exchange: Exchange) -> None:
    """The request is held up until the booth has long given up and gone on."""
    network.deliver(exchange.request, nothing, exchange.allowed + network.rng.uniform(0.0, 30.0))


def reset_before(network: Network, exchange: Exchange) -> None:
    exchange.come_to(broken(), network.travel())


def torn_request(network: Network, exchange: Exchange) -> None:
    """The line breaks in the middle of the body."""
    length = len(exchange.request.body or b"")
    network.deliver(exchange.request, nothing, network.travel(), cut_at=network.rng.randrange(length + 1))
    exchange.come_to(broken(), 2 * network.weather.slowest_s)


def damaged_request(network: Network, exchange: Exchange) -> None:
    """A byte of a photo is another one when it arrives."""
    body = bytearray(exchange.request.body or b"")
    if body and exchange.request.path.startswith("/v1/blobs/"):
        body[network.rng.randrange(len(body))] ^= 1
    changed_request = replace(exchange.request, body=bytes(body) if body else exchange.request.body)
    network.deliver(changed_request, lambda reply: exchange.come_to(reply or broken(), 0.1), network.travel())


def hanging_request(network: Network, exchange: Exchange) -> None:
    """Part of the body arrives and the line stays open: the office waits for the rest, the booth for an answer."""
    length = len(exchange.request.body or b"")
    cut_at = network.rng.randrange(length + 1)
    plain = exchange.request

    def begin() -> None:
        call = network.office.begin(plain, nothing)
        network.office.feed(call, (plain.body or b"")[:cut_at], True)
        network.sim.at(exchange.allowed * 3, lambda: network.office.hang_up(call))

    network.sim.at(network.travel(), begin)


def changed(change: Callable[[Network, Request, Reply], Reply], name: str) -> Fate:
    """The office's answer is changed on its way."""

    def fate(network: Network, exchange: Exchange) -> None:
        def answer(reply: Reply | None) -> None:
            given = broken() if reply is None else change(network, exchange.request, reply)
            exchange.come_to(given, network.travel())

        network.deliver(exchange.request, answer, network.travel())

    fate.__name__ = name
    return fate


def _cut(network: Network, _request: Request, reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: network.rng.randrange(len(reply.body) + 1)])


def cached(network: Network, exchange: Exchange) -> None:
    """A proxy does not even ask the office: it has an answer to such a call."""
    if network.last_sync is None or exchange.request.path != "/v1/sync":
        honest(network, exchange)
    else:
        exchange.come_to(network.last_sync, network.travel())


def _headless(_network: Network, _request: Request, reply: Reply) -> Reply:
    return replace(reply, headers={k: v for k, v in reply.headers.items() if not k.startswith("kiosk-")})


def _stale(network: Network, request: Request, reply: Reply) -> Reply:
    """A cache answers a batch with what it remembers of another one."""
    return network.last_sync or reply if request.path == "/v1/sync" else reply


def _fewer_results(network: Network, request: Request, reply: Reply) -> Reply:
    return _with_results(request, reply, lambda results: network.rng.sample(results, len(results) // 2))


def _twice_named(network: Network, request: Request, reply: Reply) -> Reply:
    return _with_results(request, reply, lambda results: results + results[:1])


def _with_results(request: Request, reply: Reply, change: Callable[[list[Any]], list[Any]]) -> Reply:
    if request.path != "/v1/sync" or reply.status != 200:
        return reply
    answer = json.loads(reply.body)
    answer["results"] = change(answer["results"])
    return replace(reply, body=json.dumps(answer).encode())


def part_of_batch(keeps_word: bool) -> Fate:
    """An office that takes only the first records of a batch: says "retry" of the others, or (`keeps_word` false) nothing."""

    def fate(network: Network, exchange: Exchange) -> None:
        request = exchange.request
        batch = batch_of(request)
        if batch is None:
            honest(network, exchange)
            return
        taken = network.rng.randrange(len(batch["records"]) + 1)
        later, batch["records"] = batch["records"][taken:], batch["records"][:taken]
        body = json.dumps(batch).encode()
        plain = {k: v for k, v in request.headers.items() if k != "Content-Encoding"}

        def answer(reply: Reply | None) -> None:
            retries = [{"id": one["id"], "status": "retry"} for one in later] if keeps_word else []
            given = broken() if reply is None else _with_results(request, reply, lambda results: results + retries)
            exchange.come_to(given, network.travel())

        network.deliver(replace(request, headers=plain, body=body), answer, network.travel())

    fate.__name__ = "retry_rest" if keeps_word else "forget_rest"
    return fate


def batch_of(request: Request) -> dict[str, Any] | None:
    """The message in a call to /v1/sync."""
    if request.path != "/v1/sync" or request.body is None:
        return None
    packed = request.headers.get("Content-Encoding") == "gzip"
    batch: dict[str, Any] = json.loads(gzip.decompress(request.body) if packed else request.body)
    return batch


def too_big(most: int) -> Fate:
    """Somebody on the way, or the office, takes no more than `most` records at once."""

    def fate(network: Network, exchange: Exchange) -> None:
        batch = batch_of(exchange.request)
        if batch is None or len(batch["records"]) <= most:
            honest(network, exchange)
        else:
            ours = _PROBLEM if network.rng.random() < 0.5 else _HTML
            exchange.come_to(Reply(413, ours, b"{}"), network.travel())

    fate.__name__ = "too_big"
    return fate


def poisoned(ids: set[str]) -> Fate:
    """The office refuses every batch with one of these records in it."""

    def fate(network: Network, exchange: Exchange) -> None:
        batch = batch_of(exchange.request)
        if batch is not None and any(one["id"] in ids for one in batch["records"]):
            exchange.come_to(problem(422, "invalid"), network.travel())
        else:
            honest(network, exchange)

    fate.__name__ = "poisoned"
    return fate


def busy(seconds: int) -> Fate:
    """The office asks for patience."""
    retry = {"retry-after": str(seconds)}
    return fixed(problem(503, "database-busy", retry), "busy")


stale = changed(_stale, "stale")
PORTAL: list[Fate] = [
    fixed(Reply(200, _HTML, b"<html>Log in</html>"), "portal_page"),
    fixed(Reply(200, {"content-type": "application/json"}, b'{"results": [], "ok": true}'), "portal_json"),
    fixed(Reply(302, {**_HTML, "location": "http://portal.invalid/"}, b""), "portal_redirect"),
    fixed(Reply(511, _HTML, b"<html>Log in</html>"), "network_login"),
    fixed(Reply(204, {}, b""), "portal_nothing"),
    fixed(Reply(201, _HTML, b""), "portal_created"),
]
LINK: list[Fate] = [
    *map(unreachable, (Step.LINK, Step.DNS, Step.TLS, Step.CLOCK)), lost, reset_before, answer_lost, answer_silent,
    twice, late, torn_request, hanging_request, changed(_cut, "cut_answer"),
]  # fmt: skip
SERVER: list[Fate] = [
    fixed(problem(500, "internal"), "server_error"), fixed(Reply(502, _HTML, b"<h1>502</h1>"), "bad_gateway"),
    fixed(problem(507, "office-full"), "office_full"), fixed(Reply(503, _HTML, b""), "unavailable"),
    fixed(problem(429, "slow-down", {"retry-after": "7"}), "too_many"), fixed(problem(408, "slow"), "slow"),
]  # fmt: skip
NONSENSE: list[Fate] = [
    fixed(problem(401, "token-expired"), "unauthorised"), fixed(Reply(200, _JSON, b"{}"), "empty_json"),
    fixed(Reply(200, _JSON, b'{"results": [], "server_time": 3}'), "wrong_json"),
    fixed(Reply(200, {**_OURS, **_HTML}, b"<html></html>"), "our_html"),
    changed(_headless, "headless"), stale, cached, changed(_fewer_results, "fewer_results"),
    changed(_twice_named, "twice_named"), part_of_batch(True), part_of_batch(False),
]  # fmt: skip
