"""The way between a booth and its office: a queue of requests and answers, and what a mall's network does to them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import READ_S, SLOWEST_BYTES_S, NoAnswerError, Reply, Request, StoppedError
from tests.simulation.office_side import OfficeSide
from tests.simulation.tasks import Sim, Waiter

Outcome = Reply | NoAnswerError | StoppedError
Fate = Callable[["Network", "Exchange"], None]
Spoil = Callable[[Request, Reply], Reply]
_PART = 1500  # bytes of a photo that travel together


class Exchange:
    """One request and whatever becomes of it. The first outcome counts: nobody hears of a later one."""

    def __init__(self, sim: Sim, request: Request, lane: str) -> None:
        self.request = request
        self.lane = lane
        self.sent_at = sim.now
        self.allowed = READ_S + len(request.body or b"") / SLOWEST_BYTES_S
        self.outcome: Outcome | None = None
        self._sim = sim
        self._waiter: Waiter | None = None

    def come_to(self, outcome: Outcome, delay: float = 0.0) -> None:
        """The sender hears `outcome` after `delay`."""

        def arrive() -> None:
            if self.outcome is None:
                self.outcome = outcome
                if self._waiter is not None:
                    self._waiter.wake()

        self._sim.at(delay, arrive)

    def wait(self) -> Outcome:
        """Parks the sender until there is an outcome; a silent other side is one."""
        self.come_to(silence(), self.allowed)
        while self.outcome is None:
            self._waiter = Waiter(self._sim)
            self._waiter.wait()
        return self.outcome


def silence() -> NoAnswerError:
    return NoAnswerError(Step.OFFICE, timed_out=True)


def broken() -> NoAnswerError:
    return NoAnswerError(Step.OFFICE)


class Weather:
    """What the network is like now. `fates` are drawn by weight for the requests whose path they concern."""

    def __init__(self) -> None:
        self.fates: list[tuple[str, float, Fate]] = []
        self.fastest_s, self.slowest_s = 0.02, 0.3

    def clear(self) -> None:
        self.fates.clear()
        self.fastest_s, self.slowest_s = 0.02, 0.3

    def add(self, fate: Fate, share: float, path: str = "/v1/") -> None:
        """`share` of the requests below `path` meet `fate`."""
        self.fates.append((path, share, fate))

    def draw(self, request: Request, rng: random.Random) -> Fate:
        roll = rng.random()
        for path, share, fate in self.fates:
            if request.path.startswith(path):
                roll -= share
                if roll < 0:
                    return fate
        return honest


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the network saw it begin, and the pause that its answer asked for."""

    at: float
    lane: str
    path: str


class Network:
    """`watch` hears of every answer that the office gives, before anything happens to it on its way."""

    def __init__(self, sim: Sim, office: OfficeSide, rng: random.Random) -> None:
        self.sim = sim
        self.office = office
        self.rng = rng
        self.weather = Weather()
        self.last_sync: Reply | None = None
        self.requests = 0
        self.watch: Callable[[Request, Reply], None] = lambda _request, _reply: None
        self.on_sent: Callable[[Exchange], None] = lambda _exchange: None
        self.on_heard: Callable[[Exchange], None] = lambda _exchange: None
        self.spoil: Spoil = lambda _request, reply: reply
        self.trace: list[str] = []

    def travel(self) -> float:
        return self.rng.uniform(self.weather.fastest_s, self.weather.slowest_s)

    def exchange(self, request: Request, lane: str, begun: Callable[[Exchange], None]) -> Reply:
        """What a transport's call comes to; raises NoAnswerError or StoppedError."""
        self.requests += 1
        exchange = Exchange(self.sim, request, lane)
        begun(exchange)
        self.on_sent(exchange)
        fate = self.weather.draw(request, self.rng)
        fate(self, exchange)
        outcome = exchange.wait()
        told = outcome.status if isinstance(outcome, Reply) else type(outcome).__name__
        self.trace.append(f"{self.sim.now:.3f} {lane} {request.method} {request.path[:14]} {_name(fate)} {told}")
        if not isinstance(outcome, Reply):
            raise outcome
        if len(outcome.body) > request.max_answer:
            raise NoAnswerError(Step.NONSENSE)
        self.on_heard(exchange)
        return outcome

    def deliver(
        self, request: Request, on_end: Callable[[Reply | None], None], delay: float, cut_at: int | None = None
    ) -> None:
        """Brings a request to the office after `delay`; with `cut_at` only so many bytes of its body, and then the line is dead."""
        plain = replace(request, headers={k: v for k, v in request.headers.items() if k != "Accept-Encoding"})
        body = plain.body or b""
        whole = cut_at is None
        body = body[:cut_at]
        size = _PART if request.path.startswith("/v1/blobs/") else max(len(body), 1)
        parts = [body[start : start + size] for start in range(0, len(body), size)] or [b""]

        def begin() -> None:
            call = self.office.begin(plain, ended)

            def feed(index: int) -> None:
                if index < len(parts):
                    self.office.feed(call, parts[index], not whole or index < len(parts) - 1)
                    self.sim.at(0.01, lambda: feed(index + 1))
                elif not whole:
                    self.office.hang_up(call)

            feed(0)

        def ended(reply: Reply | None) -> None:
            if reply is not None:
                self.watch(plain, reply)
                reply = self.spoil(plain, reply)
            on_end(reply)
            if reply is not None and plain.path == "/v1/sync" and reply.status == 200:
                self.last_sync = reply

        self.sim.at(delay, begin)


def _name(fate: Fate) -> str:
    return getattr(fate, "__name__", "fate")


def honest(network: Network, exchange: Exchange) -> None:
    def answer(reply: Reply | None) -> None:
        exchange.come_to(reply or broken(), network.travel())

    network.deliver(exchange.request, answer, network.travel())


class SimTransport:
    """Fulfils `sync.transport.Transport`; like the real one it sends once more what died on a connection that had served before."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._exchange: Exchange | None = None
        self._aborted = False
        self._warm = False

    def send(self, request: Request) -> Reply:
        warm = self._warm
        try:
            return self._once(request)
        except NoAnswerError as failure:
            self._warm = False
            if failure.timed_out or not warm:
                raise
        return self._once(request)

    def abort(self) -> None:
        self._aborted = True
        if self._exchange is not None:
            self._exchange.come_to(StoppedError())

    def close(self) -> None:
        self._exchange = None

    def _once(self, request: Request) -> Reply:
        if self._aborted:
            raise StoppedError
        task = self._network.sim.task
        lane = task.name if task is not None else ""
        try:
            reply = self._network.exchange(request, lane, self._begin)
        except NoAnswerError as failure:
            if self._aborted:
                raise StoppedError from failure
            raise
        self._warm = True
        return reply

    def _begin(self, exchange: Exchange) -> None:
        self._exchange = exchange
