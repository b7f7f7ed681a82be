"""What an answer of the office means to the booth: sorted here once, so that no lane reads a status code again.

The rule behind it: nothing is the office's word unless it carries the office's header. A mall portal answers 200
with a page of its own.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from kiosk_app.contract.messages import API_HEADER, API_VERSION, Problem
from kiosk_app.sync.reachability import Step
from kiosk_app.sync.transport import Reply

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
MAX_RETRY_AFTER_S = 900.0
_SLUG = re.compile(r"[a-z0-9-]{1,60}")
# `[],[],` becomes twenty times as many bytes in memory. 30,000 bookings have half a million values.
_MOST_VALUES = 500_000
_SEPARATORS = (b",", b"[", b"{")
_LOAD = frozenset({408, 425, 429, 503})
Message = TypeVar("Message", bound=BaseModel)


class Fault(StrEnum):
    """Why a call did not do what it was for, told by what the booth has to do next."""

    LINK = "link"  # no whole answer came back: keep all, try again
    PORTAL = "portal"  # somebody else answered: as link, and staff are told to log in
    LOAD = "load"  # the office asks for patience
    SERVER = "server"  # the office is broken: never blame a record for it
    NONSENSE = "nonsense"  # the office answered what the contract does not know
    UNAUTHORISED = "unauthorised"  # a fresh token was refused too
    REVOKED = "revoked"
    UPGRADE = "upgrade"  # booth and office do not speak a common version
    TOO_BIG = "too-big"
    REFUSED = "refused"  # this very content is refused: 400, 415, 422
    CONFLICT = "conflict"
    GONE = "gone"


_STEPS = {Fault.NONSENSE: Step.NONSENSE, Fault.UPGRADE: Step.NONSENSE, Fault.REVOKED: Step.REVOKED}
SOFT_FAULTS = frozenset({Fault.LINK, Fault.PORTAL})


class CallError(Exception):
    """A call that did not succeed. Holds no text from outside but `slug`, a checked short word of the office."""

    def __init__(
        self, fault: Fault, step: Step, *, slug: str = "", retry_after_s: float | None = None, timed_out: bool = False,
        from_office: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(f"{fault.value} {slug}".strip())
        self.fault = fault
        self.step = step
        self.slug = slug
        self.retry_after_s = retry_after_s
        self.timed_out = timed_out
        self.from_office = from_office


def speaks_for_office(reply: Reply) -> bool:
    """Whether the answer carries the office's header; a portal, a proxy or a wrong server does not."""
    return API_HEADER.lower() in reply.headers


def failure(reply: Reply) -> CallError:
    """The meaning of an answer that is not one of those the call hopes for."""
    status, ours = reply.status, speaks_for_office(reply)
    if 300 <= status < 400 or status == 511:
        return CallError(Fault.PORTAL, Step.PORTAL)
    if status in _LOAD:
        return CallError(Fault.LOAD, Step.OFFICE, retry_after_s=retry_after(reply.headers), from_office=ours)
    if status >= 500:
        return CallError(Fault.SERVER, Step.OFFICE, retry_after_s=retry_after(reply.headers), from_office=ours)
    if status == 413:
        return CallError(Fault.TOO_BIG, Step.OK if ours else Step.OFFICE, from_office=ours)
    if not ours:
        return CallError(Fault.PORTAL, Step.PORTAL)
    if reply.headers[API_HEADER.lower()] != API_VERSION:
        return CallError(Fault.UPGRADE, Step.NONSENSE, slug="api-version", from_office=True)
    slug = problem_slug(reply)
    fault = _by_status(status, slug)
    step = _STEPS.get(fault, Step.OK)
    return CallError(fault, step, slug=slug, from_office=True)


def _by_status(status: int, slug: str) -> Fault:
    if status == 403 and slug == "device-revoked":
        return Fault.REVOKED
    known = {
        400: Fault.REFUSED, 401: Fault.UNAUTHORISED, 409: Fault.CONFLICT, 410: Fault.GONE, 415: Fault.REFUSED,
        422: Fault.REFUSED, 426: Fault.UPGRADE,
    }  # fmt: skip
    return known.get(status, Fault.NONSENSE)


def check_sender(reply: Reply) -> None:
    """Raises CallError unless the answer carries the office's header and a version of the contract that we speak."""
    if not speaks_for_office(reply):
        raise CallError(Fault.PORTAL, Step.PORTAL)
    if reply.headers[API_HEADER.lower()] != API_VERSION:
        raise CallError(Fault.UPGRADE, Step.NONSENSE, slug="api-version", from_office=True)


def read_message(kind: type[Message], reply: Reply) -> Message:
    """The message in a good answer; raises CallError unless header, media type and content are all the office's.

    The last is sorted as nonsense, not as a refusal: whatever was sent stays due.
    """
    check_sender(reply)
    if media_type(reply) != JSON_TYPE:
        raise CallError(Fault.PORTAL, Step.PORTAL)
    try:
        return kind.model_validate(strict_json(reply.body))
    except (ValueError, RecursionError, ValidationError) as error:
        raise CallError(Fault.NONSENSE, Step.NONSENSE, from_office=True) from error


def problem_slug(reply: Reply) -> str:
    """The office's own short word on an error, "" where it gave none that can be read."""
    if media_type(reply) != PROBLEM_TYPE:
        return ""
    try:
        slug = Problem.model_validate(strict_json(reply.body)).type
    except (ValueError, RecursionError, ValidationError):
        return ""
    return short_word(slug)


def short_word(text: str) -> str:
    """`text` if it is a stable slug, else "": nothing else of the office's words is stored, shown or logged."""
    return text if _SLUG.fullmatch(text) else ""


def media_type(reply: Reply) -> str:
    """The answer's media type without its parameters."""
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def strict_json(body: bytes) -> object:
    """Parsed JSON, without what JSON does not have: NaN, infinities, a key told twice.

    Raises ValueError, also for so many values that they would fill the memory, or RecursionError for one nested too deep.
    """
    if sum(map(body.count, _SEPARATORS)) > _MOST_VALUES:
        raise ValueError("There are too many values.")
    return json.loads(body, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)


def _no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("A key stands twice.")
    return table


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON.")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After, at most 15 min; None without one that can be read.

    A date is measured against the answer's own Date, because the booth's clock may be wrong.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(float(text), MAX_RETRY_AFTER_S)
    until, sent = _http_date(text), _http_date(headers.get("date", ""))
    if until is None:
        return None
    return min(max((until - (sent or datetime.now(UTC))).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def _http_date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for a zone or an hour that no integer holds
        return None
    return parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)
