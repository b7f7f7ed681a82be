"""Which fault strikes a request, and the answers of those who are not the office."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Misdeed(StrEnum):
    """What a network, a mall's portal or a broken server does to one request and its answer."""

    REFUSED = "connection refused"
    RESET = "reset after n bytes up"
    LOST = "answer lost"
    TRUNCATED = "answer truncated"
    PORTAL = "portal's page, 200"
    REDIRECT = "portal's redirect, 302"
    GATEWAY = "bad gateway, 502"
    STALLED = "stalled"
    TWICE = "request duplicated"
    LATE = "request again, late"
    DRIP = "slow drip"
    LENGTH = "wrong length"


@dataclass(slots=True)
class Weather:
    """A share of the requests meets one of `kinds`, each as often; seeded, and safe to ask from any thread.

    `stall_s`: how long a stalled request is held; an answer that drips takes up to as long. `part_limit`: the most bytes that
    one upload may bring, told in the office's name, so that a photo comes in many. `only`: a word of the request's line; others
    meet no fault.
    """

    share: float
    seed: int
    kinds: Sequence[Misdeed] = tuple(Misdeed)
    stall_s: float = 4.0
    part_limit: int | None = None
    only: bytes = b""
    requests: int = 0  # until it was calm
    struck: Counter[Misdeed] = field(default_factory=Counter)
    unreached: int = 0  # ones that found no office
    rng: random.Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - no secret

    def strike(self, line: bytes = b"") -> Misdeed | None:
        """What happens to the next request, whose first line may spare it."""
        with self._lock:
            if not self.share or self.only not in line:
                return None
            self.requests += 1
            if self.rng.random() >= self.share:
                return None
            kind = self.rng.choice(self.kinds)
            self.struck[kind] += 1
            return kind

    def missed(self) -> None:
        """A request found no office."""
        with self._lock:
            self.unreached += self.share > 0

    def calm(self) -> None:
        """From now on all is well."""
        self.share = 0.0

    @property
    def spoiled(self) -> float:
        """The share of the requests that met a fault of the network's; those that found no office come on top."""
        return sum(self.struck.values()) / max(self.requests, 1)


_PAGE = b"<!doctype html><title>Free Mall Wi-Fi</title><p>Tap to accept our terms and go online.</p>"
_BROKEN = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


def stranger(kind: Misdeed) -> bytes:
    """The whole answer of a portal or of a gateway without an office behind it."""
    if kind is Misdeed.REDIRECT:
        return b"HTTP/1.1 302 Found\r\nLocation: http://login.mall.example/hello\r\nContent-Length: 0\r\n\r\n"
    status, page = (b"200 OK", _PAGE) if kind is Misdeed.PORTAL else (b"502 Bad Gateway", _BROKEN)
    return b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (status, len(page), page)
