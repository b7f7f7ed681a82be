"""What the journal keeps of the people who work at a booth: who saw, overrode, was locked out, unlocked, took data away.

These are facts like all others (`booth.facts.FACTS`). They name officers by id and everything else by a random reference, a
catalogue key or a count: a value that could hold a person's data is refused where the fact is made.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

_REF = re.compile(r"[0-9A-Za-z_.-]{0,64}", re.ASCII)
_KEY = re.compile(r"[a-z][a-z0-9_.-]{0,59}", re.ASCII)
# A NIK, an application number, a phone number: what people type is all digits, and no reference of ours is.
_TYPED = re.compile(r"[0-9]{8,}", re.ASCII)


class Sight(StrEnum):
    """What an officer had shown unmasked."""

    APPLICANT = "applicant"
    PHOTO = "photo"
    JOURNAL = "journal"
    REPORT = "report"


class Export(StrEnum):
    """What left the booth on a medium."""

    ARCHIVE = "archive"
    REPORT = "report"
    RECEIPTS = "receipts"
    DIAGNOSTICS = "diagnostics"


@dataclass(frozen=True, slots=True)
class Viewed:
    """`officer` saw what is masked otherwise; `ref` is the visit or record, "" for lists and reports."""

    KIND: ClassVar[str] = "viewed"
    officer: str
    what: Sight
    ref: str = ""

    def __post_init__(self) -> None:
        check_reference(self.ref)


@dataclass(frozen=True, slots=True)
class Overridden:
    """A rule did not hold and an officer let it pass; `approved_by` is the supervisor where the rule wants one."""

    KIND: ClassVar[str] = "override"
    officer: str
    rule: str
    reason: str
    visit: str = ""
    approved_by: str = ""

    def __post_init__(self) -> None:
        check_key(self.rule)
        check_key(self.reason)


@dataclass(frozen=True, slots=True)
class LockedOut:
    """So many wrong PINs in a row that this officer may not log in until somebody unlocks."""

    KIND: ClassVar[str] = "lockout"
    officer: str
    failures: int


@dataclass(frozen=True, slots=True)
class Unlocked:
    """`officer`, a supervisor, let `subject` try again."""

    KIND: ClassVar[str] = "unlock"
    officer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Exported:
    """Data left the booth; `ref` is the archive's random id or the SHA-256 of its file."""

    KIND: ClassVar[str] = "export"
    officer: str
    what: Export
    ref: str = ""
    records: int = 0
    photos: int = 0

    def __post_init__(self) -> None:
        check_reference(self.ref)


@dataclass(frozen=True, slots=True)
class Purged:
    """Sent and safe at the office, therefore erased here: counts only."""

    KIND: ClassVar[str] = "purge"
    records: int
    photos: int


@dataclass(frozen=True, slots=True)
class LeaseReturned:
    """Slots of a walk-in lease that this booth will not use; the office may give them to another."""

    KIND: ClassVar[str] = "lease_return"
    lease: str
    slots: int

    def __post_init__(self) -> None:
        check_reference(self.lease)
        if self.slots < 1:
            raise ValueError("slots must be positive")


AuditFact: TypeAlias = Viewed | Overridden | LockedOut | Unlocked | Exported | Purged | LeaseReturned
AUDIT_FACTS: tuple[type[AuditFact], ...] = (Viewed, Overridden, LockedOut, Unlocked, Exported, Purged, LeaseReturned)


def check_reference(text: str) -> None:
    """Raises ValueError for what is no random reference: free text, or a number that somebody has."""
    if not _REF.fullmatch(text) or _TYPED.fullmatch(text):
        raise ValueError("a reference must be an id of ours")


def check_key(text: str) -> None:
    """Raises ValueError for what is no key of the catalogue."""
    if not _KEY.fullmatch(text):
        raise ValueError("a reason must be a key of the catalogue")
