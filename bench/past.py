"""What happened before: the bookings and the facts of a booth that has served for many days, the same for the same seed."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.facts import (
    Arrived,
    Called,
    CodeKind,
    DocumentsChecked,
    Fact,
    Finished,
    Lane,
    Outcome,
    PhotoTaken,
    Reason,
    TurnedAway,
)
from kiosk_app.booth.profile import Profile
from kiosk_app.booth.queue import number_text
from kiosk_app.office.keys import OfficeKeys
from kiosk_app.office.samples import sample_bookings

NOW = datetime(2025, 1, 25, 10, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
"""The moment of the measurement, a fixed one, so that every run does the same."""

TODAY = 100
"""Bookings and facts of the day of the measurement: the same for every size of the past."""

A_DAY = 150
"""Bookings and facts of each other day; an office serves 150 to 250 applications a day, a booth a part of them."""

ARRIVED = 40
"""The first so many of today's bookings are for those who are here already; the others may still come."""

WAITING = 12
"""So many stand in the queue when somebody is admitted."""

_A_VISIT = 5
_DOCUMENTS = ("doc.ktp", "doc.old")
_MEASURES = (
    "inter_eye_px", "yaw_deg", "pitch_deg", "roll_deg", "eyes_open", "mouth_open", "smile", "sharpness",
    "background_l", "background_spread", "left_right", "dark_glasses", "glasses",
)  # fmt: skip
_RULES = (
    "single_face", "centred", "size", "pose", "sharpness", "light", "background", "eyes_open", "mouth_closed",
    "expression", "dark_glasses", "glasses",
)  # fmt: skip


class PastClock:
    """Goes on from the moment that was set last; fulfils `kiosk_app.clock.Clock`."""

    boot_id = "bench"

    def __init__(self) -> None:
        self.set(NOW)

    def set(self, moment: datetime) -> None:
        """From now on it is `moment` (aware), and time goes on."""
        self._moment = moment.astimezone(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        return self._moment + timedelta(seconds=time.monotonic() - self._since)

    def monotonic(self) -> float:
        return time.monotonic()


def roster_of(rows: int, seed: int, profile: Profile, keys: OfficeKeys) -> tuple[Booking, ...]:
    """`rows` bookings. The first `TODAY` of them are for now and can be admitted; the others lie `A_DAY` a day around today."""
    made = sample_bookings(rows, seed, NOW.date(), profile.place, profile, keys)
    today = [
        replace(booking, slot=NOW, place=profile.place, service="renew", status=BookingStatus.BOOKED)
        for booking in made[:TODAY]
    ]
    others = [replace(booking, slot=_slot(place)) for place, booking in enumerate(made[TODAY:])]
    return (*today, *others)


def _slot(place: int) -> datetime:
    days = place // A_DAY
    away = days // 2 + 1
    return NOW + timedelta(days=away if days % 2 == 0 else -away)


def facts_of(total: int, seed: int, roster: Sequence[Booking]) -> Iterator[tuple[datetime, Fact]]:
    """`total` facts with their moments, oldest first: whole visits, one in ten turned away, and today's queue at the end."""
    rng = random.Random(seed)  # noqa: S311 - figures, no secrets
    today = min(total, TODAY)
    days, rest = divmod(total - today, A_DAY)
    for ago in range(days + 1, 0, -1):
        count = rest if ago == days + 1 else A_DAY
        yield from _day(rng, NOW - timedelta(days=ago), count, 0, roster)
    yield from _day(rng, NOW, today, min(WAITING, today // _A_VISIT), roster[: min(ARRIVED, len(roster) * 4 // 10)])


def _day(
    rng: random.Random, end: datetime, count: int, waiting: int, roster: Sequence[Booking]
) -> Iterator[tuple[datetime, Fact]]:
    """`count` facts in the two hours before `end`; the last `waiting` are arrivals that nobody has called yet."""
    visits = (count - waiting) * 9 // 10 // _A_VISIT
    booked = rng.sample(roster, visits + waiting)
    facts: list[Fact] = []
    for place, booking in enumerate(booked):
        arrived = _arrived(rng, booking, place + 1)
        facts += [arrived] if place >= visits else [arrived, *_served(rng, arrived.visit)]
        if place == visits - 1:
            away = count - waiting - len(facts)
            facts += [TurnedAway(rng.choice(list(Reason)), CodeKind.NUMBER) for _ in range(away)]
    facts += [TurnedAway(Reason.UNKNOWN, CodeKind.UNKNOWN)] * (count - len(facts))
    step = timedelta(hours=2) / (count + 1)
    for place, fact in enumerate(facts):
        yield end - step * (count - place), fact


def _arrived(rng: random.Random, booking: Booking, count: int) -> Arrived:
    return Arrived(
        visit=rng.randbytes(16).hex(),
        number=number_text("A", Lane.ORDINARY, count),
        lane=Lane.ORDINARY,
        code_kind=CodeKind.SIGNED,
        booking=booking.id,
        service=booking.service,
        area=booking.area,
        person=booking.person,
        slot=booking.slot,
    )


def _served(rng: random.Random, visit: str) -> tuple[Fact, ...]:
    """The four facts after an arrival."""
    officer = "1001"
    return (
        Called(visit, "1", officer),
        DocumentsChecked(visit, officer, _DOCUMENTS, ()),
        PhotoTaken(
            visit=visit,
            officer=officer,
            blob=rng.randbytes(32).hex(),
            size=60_000,
            plain_sha256=rng.randbytes(32).hex(),
            key_id="1",
            width=413,
            height=531,
            attempts=1,
            automatic=True,
            measurements={name: round(rng.random(), 4) for name in _MEASURES},
            verdicts=dict.fromkeys(_RULES, "pass"),
            models={"face": rng.randbytes(32).hex()},
        ),
        Finished(visit, officer, Outcome.DONE),
    )
