"""Which step on the way to the office is broken, so that staff know what to do and whom to call."""

import errno
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import requests
from urllib3.exceptions import NameResolutionError

# OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED: the certificate, or this booth's clock, is
# out of time.
_OUT_OF_TIME = frozenset({9, 10})
EPOCH_CONFLICT = "epoch-conflict"  # the office's word
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
# RFC 5737 and RFC 3849 addresses: connecting a datagram socket asks the routing table and sends nothing.
_ROUTE_PROBES = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class Step(StrEnum):
    """The steps of the way, in the order in which they can break; `key` is the catalogue key of what to do next.

    What is stored is a step's place in this list: new ones go to the end.
    """

    LINK = "link"  # no cable, no Wi-Fi, no route
    DNS = "dns"
    PORTAL = "portal"  # the mall's network wants a log-in
    TLS = "tls"  # the certificate is not the office's
    CLOCK = "clock"  # the certificate is out of time: this booth's clock, or the certificate
    OFFICE = "office"  # no answer, or an error of the server
    NONSENSE = "nonsense"  # the office answers what the contract does not know
    REVOKED = "revoked"
    OK = "ok"
    EPOCH = "epoch"  # the way is whole, but another copy of this booth's journal has been there

    @property
    def key(self) -> str:
        return f"net.step.{self.value}"

    @property
    def report(self) -> str:
        """The word for programs, who know the office's own name of a conflict."""
        return EPOCH_CONFLICT if self is Step.EPOCH else self.value


class RungState(StrEnum):
    """What is known of one rung of the ladder."""

    OK = "ok"
    BROKEN = "broken"
    UNKNOWN = "unknown"  # nobody gets that far


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the way, with what is known of it."""

    step: Step
    state: RungState


LADDER = (Step.LINK, Step.DNS, Step.PORTAL, Step.TLS, Step.CLOCK, Step.OFFICE)
# What a failure at a step proves: an answer of somebody else shows that cable and name server work, and so on.
_PROVEN = {
    Step.LINK: (), Step.DNS: (Step.LINK,), Step.PORTAL: (Step.LINK, Step.DNS), Step.TLS: (Step.LINK, Step.DNS),
    Step.CLOCK: (Step.LINK, Step.DNS, Step.PORTAL), Step.OFFICE: (Step.LINK, Step.DNS),
}  # fmt: skip


def ladder(step: Step | None) -> tuple[Rung, ...]:
    """The rungs from the cable to the office, at the last known `step`; None: nothing was tried yet.

    An office that answers nonsense, or has no use for this booth, is reached all the same.
    """
    if step is None:
        return tuple(Rung(rung, RungState.UNKNOWN) for rung in LADDER)
    if step not in _PROVEN:
        broken = Step.OFFICE if step is Step.NONSENSE else None
        return tuple(Rung(rung, RungState.BROKEN if rung is broken else RungState.OK) for rung in LADDER)
    proven = _PROVEN[step]
    return tuple(
        Rung(rung, RungState.BROKEN if rung is step else RungState.OK if rung in proven else RungState.UNKNOWN)
        for rung in LADDER
    )


def next_action(step: Step | None) -> str:
    """The catalogue key of what to do about it."""
    return f"sync.state.{step.value if step is not None else 'unknown'}"


def has_route() -> bool:
    """Whether this machine knows any way out; asks the kernel, sends nothing."""
    for family, address in _ROUTE_PROBES:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 9))
        except OSError:
            continue
        return True
    return False


def step_of(error: Exception) -> Step:
    """The step that an exception of a request points at."""
    wrapped = list(causes(error))
    for cause in wrapped:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Step.CLOCK if cause.verify_code in _OUT_OF_TIME else Step.TLS
    if any(isinstance(cause, ssl.SSLError | requests.exceptions.SSLError) for cause in wrapped):
        return Step.TLS
    if any(isinstance(cause, OSError) and cause.errno in _NO_WAY for cause in wrapped):
        return Step.LINK
    if any(isinstance(cause, NameResolutionError | socket.gaierror) for cause in wrapped):
        return Step.DNS if has_route() else Step.LINK
    return Step.OFFICE


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that it wraps: urllib3 keeps it now in `reason`, now in `args`, now in `__cause__`."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = (current.__cause__, current.__context__, getattr(current, "reason", None), *current.args)
        waiting.extend(item for item in inner if isinstance(item, BaseException))
