"""What the rules need from the outside, told as protocols: the store fulfils them, tests may hold them in memory."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.facts import Fact, Lane, PhotoTaken, Reason, Recorded, Stamp
from kiosk_app.booth.profile import Profile
from kiosk_app.booth.visits import Visit


class Clock(Protocol):
    """See kiosk_app.clock.Clock; told here again in short because rules import nothing but rules."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...


class Roster(Protocol):
    """The bookings that the office sent, and how old that knowledge is."""

    def by_id(self, booking_id: str) -> Booking | None: ...

    def by_number(self, number: str) -> Booking | None: ...

    def is_withdrawn(self, booking_id: str) -> bool:
        """Whether the office took back a booking that this roster once had."""
        ...

    def read_at(self) -> datetime | None:
        """When the office last confirmed this roster; None before the first pull."""
        ...


class Leases(Protocol):
    """The walk-in slots that the office has lent to this booth."""

    def slots(self, day: date, lane: Lane) -> int | None:
        """How many of that day and lane this booth may admit all in all; None where it was lent nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """`record_id` is the UUIDv7 that the arrival's record must take, "" where the office was not asked or did not answer.

    `elsewhere`: the office says that another booth has checked the booking in.
    """

    record_id: str = ""
    elsewhere: bool = False


class Claims(Protocol):
    """The office's word, while it can be had, on who checks a booking in."""

    def claim(self, booking_id: str) -> Claim:
        """Asks for 1.5 s at most and never fails: silence means that the booth decides by itself."""
        ...


class Journal(Protocol):
    """The booth's one list of facts, and the projections that screens and rules read. A day is a date in the booth's zone."""

    def append(self, fact: Fact, record_id: str = "", stamp: Stamp | None = None) -> Recorded:
        """Makes `fact` durable before it returns; raises IllegalTransition or a KioskError and then has kept nothing.

        `record_id` is a UUIDv7 that was given out beforehand (a sealed photo names its record), else a new one is made; so is
        `stamp`, which the packet of a photo holds too.
        """
        ...

    def visit(self, visit_id: str) -> Visit | None: ...

    def visits(self, day: date) -> tuple[Visit, ...]:
        """The day's visits in order of arrival."""
        ...

    def open_visits(self, day: date) -> tuple[Visit, ...]:
        """The day's visits that are not finished, in order of arrival: the queue is made of these."""
        ...

    def visit_of(self, code: str, day: date) -> Visit | None:
        """The day's visit of a booking id or of a provisional code."""
        ...

    def person_arrived(self, person: str, day: date) -> bool:
        """Whether the same person (HMAC of the NIK) has already arrived that day."""
        ...

    def count_arrivals(self, day: date, lane: Lane | None = None) -> int: ...

    def count_turned_away(self, day: date) -> dict[Reason, int]: ...

    def facts(self, day: date) -> tuple[Recorded, ...]:
        """All facts of the day in order."""
        ...


@dataclass(frozen=True, slots=True)
class SealedPhoto:
    """A photo that is already safe on disk: `record_id` and `stamp` are what its record must take (a stamp of None is made then),
    `blob` is the packet's SHA-256."""

    record_id: str
    blob: str
    size: int
    plain_sha256: str
    key_id: str
    stamp: Stamp | None = None


class PhotoSafe(Protocol):
    def seal(
        self, picture: bytes, visit: str, media_type: str = "image/jpeg", draft: PhotoTaken | None = None
    ) -> SealedPhoto:
        """Seals `picture` to the office's key and makes the packet durable before it returns; nothing readable touches the disk.

        `draft` is the fact to come, without what only the sealing gives (blob, size, plain_sha256, key_id): the packet keeps it for
        the booth, so that the record can be made again from the packet alone.
        """
        ...


@dataclass(frozen=True, slots=True)
class OfficerSession:
    """Somebody who is logged in. `role` is officer, supervisor or technician."""

    officer: str
    name: str
    role: str


class Officers(Protocol):
    def log_in(self, officer: str, pin: str) -> OfficerSession:
        """Raises KioskError "login-wrong" or "login-locked"; the attempt is counted durably before it is checked."""
        ...


class ProfileSource(Protocol):
    """The rules in force now; a new version may arrive between two calls."""

    def current(self) -> Profile: ...


class CodeVerifier(Protocol):
    """Checks the office's Ed25519 signature on a booking code; unknown keys are simply False."""

    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool: ...
