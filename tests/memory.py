"""The ports of the rules held in memory, for tests of rules and screens; the real store has its own tests."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from kiosk_app.booth import visits
from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.facts import Arrived, Fact, Lane, PhotoTaken, Reason, Recorded, Stamp, TurnedAway, visit_of
from kiosk_app.booth.ports import OfficerSession, SealedPhoto
from kiosk_app.booth.profile import Admission, Area, Place, Profile, QueueRules, Service
from kiosk_app.booth.visits import Visit, VisitState
from kiosk_app.errors import KioskError

WIB = ZoneInfo("Asia/Jakarta")
NINE = datetime(2025, 1, 25, 9, 0, tzinfo=WIB)


def profile(**changes: object) -> Profile:
    """A small profile of two malls and the office."""
    values: dict[str, object] = {
        "version": 1,
        "office_name": "Kantor Imigrasi Kelas I TPI Palembang",
        "ministry_name": "Kementerian Imigrasi dan Pemasyarakatan",
        "place": "ptc",
        "timezone": "Asia/Jakarta",
        "opens": time(8),
        "closes": time(16),
        "places": (
            Place("ptc", 1, "PTC Mall", "Jl. R. Soekamto"),
            Place("icon", 2, "Palembang Icon"),
            Place("office", 3, "Kantor Imigrasi"),
        ),
        "services": (
            Service("new", 1, "type.new", True, ("doc.ktp", "doc.kk", "doc.birth"), ("doc.kk",)),
            Service("renew", 2, "type.renew", True, ("doc.ktp", "doc.old")),
            Service("lost", 3, "type.lost", False, ("doc.ktp",)),
        ),
        "areas": (Area("16.71", "Kota Palembang"), Area("16.07", "Kab. Banyuasin")),
        "admission": Admission(30, 60, 24, 100, 2),
        "queue": QueueRules(15, 2),
    }
    return Profile(**{**values, **changes})  # type: ignore[arg-type]  # keyword values checked by the profile itself


def booking(**changes: object) -> Booking:
    """A booking at PTC at nine."""
    values: dict[str, object] = {
        "id": "AAAAAAAAAAA",
        "number": "1234567890123456",
        "name": "Budi Santoso",
        "service": "new",
        "slot": NINE,
        "place": "ptc",
        "area": "16.71",
        "person": "p1",
    }
    return Booking(**{**values, **changes})  # type: ignore[arg-type]


@dataclass
class ManualClock:
    """A clock that moves when told."""

    moment: datetime = NINE
    seconds: float = 0.0
    boot_id: str = "boot-1"

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def forward(self, **span: float) -> None:
        step = timedelta(**span)
        self.moment += step
        self.seconds += step.total_seconds()


@dataclass
class MemoryJournal:
    """Facts in a list, projections by the rules themselves; `broken` makes the next append fail as a full disk would."""

    clock: ManualClock
    records: list[Recorded] = field(default_factory=list)
    by_id: dict[str, Visit] = field(default_factory=dict)
    broken: KioskError | None = None

    def append(self, fact: Fact, record_id: str = "", stamp: Stamp | None = None) -> Recorded:
        if self.broken is not None:
            raise self.broken
        at = self.clock.now()
        seq = len(self.records) + 1
        visit_id = visit_of(fact)
        visit = visits.apply(self.by_id.get(visit_id) if visit_id else None, fact, at, seq)
        recorded = Recorded(seq, record_id or str(uuid.uuid4()), stamp or Stamp(at, 0, "boot-1", None, 1), fact)
        self.records.append(recorded)
        if visit is not None:
            self.by_id[visit.id] = visit
        return recorded

    def visit(self, visit_id: str) -> Visit | None:
        return self.by_id.get(visit_id)

    def visits(self, day: date) -> tuple[Visit, ...]:
        return tuple(v for v in self.by_id.values() if v.arrived_at.astimezone(WIB).date() == day)

    def open_visits(self, day: date) -> tuple[Visit, ...]:
        return tuple(v for v in self.visits(day) if v.state is not VisitState.FINISHED)

    def visit_of(self, code: str, day: date) -> Visit | None:
        return next((v for v in self.visits(day) if code in (v.booking, v.code)), None)

    def person_arrived(self, person: str, day: date) -> bool:
        return any(v.person == person for v in self.visits(day))

    def count_arrivals(self, day: date, lane: Lane | None = None) -> int:
        return sum(lane in (None, v.lane) for v in self.visits(day))

    def count_turned_away(self, day: date) -> dict[Reason, int]:
        return dict(Counter(r.fact.reason for r in self.records if isinstance(r.fact, TurnedAway)))

    def facts(self, day: date) -> tuple[Recorded, ...]:
        return tuple(r for r in self.records if r.stamp.at.astimezone(WIB).date() == day)

    def arrivals(self) -> list[Arrived]:
        return [r.fact for r in self.records if isinstance(r.fact, Arrived)]


@dataclass
class MemoryRoster:
    bookings: list[Booking] = field(default_factory=list)
    pulled: datetime | None = NINE
    withdrawn: set[str] = field(default_factory=set)

    def by_id(self, booking_id: str) -> Booking | None:
        return next((b for b in self.bookings if b.id == booking_id), None)

    def by_number(self, number: str) -> Booking | None:
        return next((b for b in self.bookings if b.number == number), None)

    def is_withdrawn(self, booking_id: str) -> bool:
        return booking_id in self.withdrawn

    def read_at(self) -> datetime | None:
        return self.pulled


@dataclass
class FixedProfile:
    value: Profile = field(default_factory=profile)

    def current(self) -> Profile:
        return self.value


class NoVerifier:
    """Trusts no signature."""

    def verify(self, key_id: int, message: bytes, signature: bytes) -> bool:
        return False


class MemorySafe:
    """Keeps hashes only."""

    def seal(
        self, picture: bytes, visit: str, media_type: str = "image/jpeg", draft: PhotoTaken | None = None
    ) -> SealedPhoto:
        digest = sha256(picture).hexdigest()
        return SealedPhoto(str(uuid.uuid4()), digest, len(picture), digest, "k1")


@dataclass
class MemoryOfficers:
    """One officer, one PIN."""

    pin: str = "246810"

    def log_in(self, officer: str, pin: str) -> OfficerSession:
        if (officer, pin) != ("1001", self.pin):
            raise KioskError("login-wrong", "The officer number or PIN is wrong.", "Try again.")
        return OfficerSession("1001", "Sari", "officer")
