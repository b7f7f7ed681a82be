"""The kinds of record that a booth's journal holds: things that happened, never changed, never taken back.

Facts name bookings, visits and officers by their ids only; names, NIK and birth dates stay in the roster, so that the journal
says nothing about a person to somebody who has no roster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from kiosk_app.booth.audit import AUDIT_FACTS, AuditFact
from kiosk_app.booth.codec import DecodeError, decode, encode


class CodeKind(StrEnum):
    """How a code was recognised."""

    SIGNED = "signed"
    NUMBER = "number"
    UNKNOWN = "unknown"
    FORGED = "forged"  # looks like ours, and its signature does not hold
    NONE = "none"


class Lane(StrEnum):
    """Which of the queue's lanes a number stands in."""

    ORDINARY = "ordinary"
    PRIORITY = "priority"
    LATE = "late"


class Reason(StrEnum):
    """Why somebody was turned away: the demand not served."""

    UNKNOWN = "unknown"
    EARLY = "early"  # before the window, or booked for a later day
    WRONG_PLACE = "wrong_place"
    OFFICE_ONLY = "office_only"
    CANCELLED = "cancelled"
    NO_BOOKING = "no_booking"
    QUOTA = "quota"


class ArrivalFlag(StrEnum):
    """What the officer is told about an arrival."""

    PROVISIONAL = "provisional"
    LATE = "late"
    SAME_PERSON = "same_person"
    WALK_IN = "walk_in"
    MINOR = "minor"
    UMRAH = "umrah"
    UNPAID = "unpaid"
    EXPRESS = "express"
    SINGLE_NAME = "single_name"
    DATA_MISMATCH = "data_mismatch"
    SERVED_BEFORE = "served_before"
    CLAIMED = "claimed"  # the office said that another booth has checked the booking in


class Outcome(StrEnum):
    """How a visit ended at the desk."""

    DONE = "done"
    INCOMPLETE = "incomplete"
    REFERRED = "referred"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody got a number. `booking` is the roster's id, empty for walk-ins and codes waiting to be matched.

    `code` keeps what identifies a provisional arrival at the office: a signed code's booking id or the 16-digit number.
    """

    KIND: ClassVar[str] = "checkin"
    visit: str
    number: str
    lane: Lane
    code_kind: CodeKind
    code: str = ""
    booking: str = ""
    service: str = ""
    area: str = ""
    person: str = ""
    slot: datetime | None = None
    flags: frozenset[ArrivalFlag] = frozenset()


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Somebody could not be served here and now; no code is kept, only what the head of office asks about."""

    KIND: ClassVar[str] = "turned_away"
    reason: Reason
    code_kind: CodeKind
    service: str = ""
    area: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    KIND: ClassVar[str] = "call"
    visit: str
    desk: str
    officer: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """A number was called and nobody came; it can be brought back."""

    KIND: ClassVar[str] = "missed"
    visit: str
    officer: str


@dataclass(frozen=True, slots=True)
class BroughtBack:
    KIND: ClassVar[str] = "brought_back"
    visit: str
    officer: str


@dataclass(frozen=True, slots=True)
class DocumentsChecked:
    """Catalogue keys of the documents seen and missing."""

    KIND: ClassVar[str] = "documents"
    visit: str
    officer: str
    present: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    """A portrait was accepted and sealed. `blob` is the SHA-256 of the sealed packet, `size` its bytes.

    `plain_sha256` is the hash of the picture inside; `measurements`, `verdicts` and `models` are kept as evidence.
    """

    KIND: ClassVar[str] = "photo_taken"
    visit: str
    officer: str
    blob: str
    size: int
    plain_sha256: str
    key_id: str
    width: int
    height: int
    attempts: int
    automatic: bool
    measurements: dict[str, float] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    override_reason: str = ""
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    """The officer closed the visit; `reason` is a catalogue key where the outcome wants one."""

    KIND: ClassVar[str] = "outcome"
    visit: str
    officer: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    KIND: ClassVar[str] = "login"
    officer: str
    role: str


@dataclass(frozen=True, slots=True)
class LoginFailed:
    """`officer` is empty where no officer of that id exists: what was typed is not kept."""

    KIND: ClassVar[str] = "login_failed"
    officer: str


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """`reason` is "button" or "idle"."""

    KIND: ClassVar[str] = "logout"
    officer: str
    reason: str


@dataclass(frozen=True, slots=True)
class HelpCalled:
    """Somebody at the touchscreen asked for an officer; `screen` is where."""

    KIND: ClassVar[str] = "help_call"
    screen: str


@dataclass(frozen=True, slots=True)
class Incident:
    """Something of the machine that the office should know: a camera that failed, a store that was quarantined, a start."""

    KIND: ClassVar[str] = "incident"
    what: str
    detail: str = ""


Fact: TypeAlias = (
    Arrived | TurnedAway | Called | Missed | BroughtBack | DocumentsChecked | PhotoTaken | Finished | LoggedIn
    | LoginFailed | LoggedOut | HelpCalled | Incident | AuditFact
)  # fmt: skip
FACTS: dict[str, type[Fact]] = {
    kind.KIND: kind
    for kind in (
        Arrived, TurnedAway, Called, Missed, BroughtBack, DocumentsChecked, PhotoTaken, Finished, LoggedIn,
        LoginFailed, LoggedOut, HelpCalled, Incident, *AUDIT_FACTS,
    )
}  # fmt: skip
SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a fact happened, by every clock the booth has, and under which profile.

    `mono_ms` is only comparable within one `boot_id`; `offset_ms` is the last known distance to the office's clock (office minus
    booth), None before the first contact. `trusted`: that distance was measured in this run of the machine and carried on by its
    monotonic clock, so that nobody who sets the wall clock has a say in it.
    """

    at: datetime
    mono_ms: int
    boot_id: str
    offset_ms: int | None
    profile: int
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its stamp, as the journal gives it back."""

    seq: int
    id: str
    stamp: Stamp
    fact: Fact


def to_body(fact: Fact, stamp: Stamp) -> dict[str, object]:
    """The JSON form of a record's body."""
    return {"stamp": encode(stamp), "data": encode(fact)}


def from_body(kind: str, body: Mapping[str, object]) -> tuple[Fact, Stamp]:
    """The fact and its stamp; raises DecodeError for an unknown kind or a body that does not fit it."""
    if kind not in FACTS:
        raise DecodeError("kind", "is not a known kind of record")
    missing = {"stamp", "data"} - set(body)
    if missing:
        raise DecodeError(min(missing), "is missing")
    return decode(FACTS[kind], body["data"], "data"), decode(Stamp, body["stamp"], "stamp")


def visit_of(fact: Fact) -> str:
    """The visit that a fact belongs to, "" for facts of the booth itself. It is the `applicant_key` of the record."""
    return getattr(fact, "visit", "")
