"""The profile: everything that the office decides and a regulation may change, published signed and versioned."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kiosk_app.booth.portrait_rules import PortraitProfile

_LONGEST_RETENTION_H = 8760  # a year: the screen promises that photos leave the device


@dataclass(frozen=True, slots=True)
class Place:
    """A location of service. `code` is the 16-bit office number inside signed booking codes, `id` the name used in bookings."""

    id: str
    code: int
    name: str
    address: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """One type of application. `code` is the number inside signed booking codes; `title` a catalogue key; `documents` catalogue keys."""

    id: str
    code: int
    title: str
    at_booth: bool
    documents: tuple[str, ...]
    often_missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A kabupaten/kota that the office serves, by its Kemendagri code ("16.71")."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Admission:
    """The windows and quotas of check-in. Times in minutes and hours; a quota of 0 means that the lane is closed.

    `priority_leased`: walk-ins are admitted only as far as the office has lent slots to this very booth, so that booths that
    cannot see each other never overrun the day's quota together.
    """

    early_minutes: int
    late_minutes: int
    roster_fresh_hours: int
    daily_capacity: int
    priority_quota: int
    ask_birth_date: bool = False
    priority_leased: bool = False

    def __post_init__(self) -> None:
        for name in ("early_minutes", "late_minutes", "roster_fresh_hours", "daily_capacity", "priority_quota"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative")

    def is_late(self, slot: datetime, now: datetime) -> bool:
        """Whether an appointment at `slot` can no longer be kept on time; both are aware."""
        return now > slot + timedelta(minutes=self.late_minutes)


@dataclass(frozen=True, slots=True)
class QueueRules:
    """How waiting is estimated and shared out between the lanes.

    `desk_minutes` is the time one applicant takes at one desk, `desks` how many desks are open, `priority_turns` how many
    priority numbers are called for each ordinary one while both wait.
    """

    desk_minutes: float
    desks: int
    priority_turns: int = 2

    def __post_init__(self) -> None:
        if self.desk_minutes <= 0 or self.desks < 1 or self.priority_turns < 1:
            raise ValueError("desk_minutes, desks and priority_turns must be positive")


@dataclass(frozen=True, slots=True)
class ScreenRules:
    """Seconds until an untouched step warns, how long the warning stays, and how long a finished ticket is shown."""

    idle_seconds: int = 60
    warning_seconds: int = 20
    ticket_seconds: int = 25
    officer_idle_seconds: int = 600

    def __post_init__(self) -> None:
        if self.warning_seconds < 20:  # WCAG 2.2.1: at least 20 s to ask for more time
            raise ValueError("warning_seconds must be at least 20")


@dataclass(frozen=True, slots=True)
class Profile:
    """One published version of the rules; `version` only rises.

    `roster_behind_pin`: a booth that is not for practice shows bookings only after an officer's PIN has opened them.
    """

    version: int
    office_name: str
    ministry_name: str
    place: str
    timezone: str
    opens: time
    closes: time
    places: tuple[Place, ...]
    services: tuple[Service, ...]
    areas: tuple[Area, ...]
    admission: Admission
    queue: QueueRules
    screens: ScreenRules = field(default_factory=ScreenRules)
    portrait: PortraitProfile = field(default_factory=PortraitProfile)
    override_reasons: tuple[str, ...] = ()
    incomplete_reasons: tuple[str, ...] = ()
    retention_hours: int = 24
    office_hours: str = ""
    roster_behind_pin: bool = True

    def __post_init__(self) -> None:
        _check_zone(self.timezone)
        _check_unique("places", [place.code for place in self.places], [place.id for place in self.places])
        _check_unique(
            "services", [service.code for service in self.services], [service.id for service in self.services]
        )
        _check_unique("areas", [area.code for area in self.areas])
        if not 0 <= self.retention_hours <= _LONGEST_RETENTION_H:
            raise ValueError("retention_hours must be between 0 and 8760")
        if self.place not in {place.id for place in self.places}:
            raise ValueError("place must be one of places")

    @property
    def zone(self) -> ZoneInfo:
        """The booth's time zone: bookings and days are told in it."""
        return ZoneInfo(self.timezone)

    def day_of(self, moment: datetime) -> date:
        """The booth's date at an aware moment."""
        return moment.astimezone(self.zone).date()

    def service(self, service_id: str) -> Service | None:
        """The catalogue's entry, or None for a type that this version does not know."""
        return next((service for service in self.services if service.id == service_id), None)

    def service_by_code(self, code: int) -> Service | None:
        """The same by the number inside signed codes."""
        return next((service for service in self.services if service.code == code), None)

    def place_by_id(self, place_id: str) -> Place | None:
        """The location by its name, or None for one that this version does not know."""
        return next((place for place in self.places if place.id == place_id), None)

    def place_by_code(self, code: int) -> Place | None:
        """The location by the number inside signed codes."""
        return next((place for place in self.places if place.code == code), None)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("timezone must be a name of the IANA time zone database") from None


def _check_unique(what: str, *columns: Sequence[object]) -> None:
    if any(len(set(column)) < len(column) for column in columns):
        raise ValueError(f"two of {what} have the same code or id")
