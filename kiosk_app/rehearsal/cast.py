"""Who comes to a rehearsed day: applicants from the roster with the codes they would hold, and strangers among them."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import cycle, islice

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.profile import Profile

# Number and PIN of the officer that the office gives to practice booths, and to no other.
PRACTICE_OFFICER = ("1001", "246810")
STRANGER_SHARE = 5  # one in so many has no booking that this booth could know


class Manner(StrEnum):
    """How somebody presents himself."""

    HOLDS_CODE = "holds_code"
    TYPES_NUMBER = "types_number"
    PRIORITY_WITHOUT_CODE = "priority_without_code"
    WITHOUT_CODE = "without_code"


@dataclass(frozen=True, slots=True)
class Part:
    """One person of the day. `text` is what the QR holds or what is typed, "" for those without a code.

    `at` is the moment of arrival in the play, `seed` the looks, `restless` whether the first pose is not yet a good one.
    """

    manner: Manner
    text: str
    at: datetime
    seed: int
    restless: bool = False


def make_cast(
    bookings: Sequence[Booking],
    applicants: int,
    seed: int,
    now: datetime,
    profile: Profile,
    codes: Mapping[str, str] | None = None,
) -> tuple[Part, ...]:
    """`applicants` parts in order of arrival: bookings as long as they last, strangers among them and after them.

    `codes` has the signed code of a booking id where the caller can know it (a booth cannot: it has no key to sign with).
    """
    rng = random.Random(seed)  # noqa: S311 - a play, no secret
    wanted = [booking for booking in bookings if booking.place == profile.place or codes is not None]
    rng.shuffle(wanted)
    strangers = max(1, applicants // STRANGER_SHARE) if applicants > 1 else 0
    known = wanted[: applicants - strangers]
    parts = [_applicant(booking, rng, codes or {}, now) for booking in known]
    moments = [part.at for part in parts] or [now]
    parts += islice(_strangers(rng, min(moments), max(moments)), applicants - len(parts))
    return tuple(sorted(parts, key=lambda part: part.at))


def _applicant(booking: Booking, rng: random.Random, codes: Mapping[str, str], now: datetime) -> Part:
    manner = Manner.HOLDS_CODE if rng.random() < 0.85 else Manner.TYPES_NUMBER
    typed = manner is Manner.TYPES_NUMBER
    text = booking.number if typed else codes.get(booking.id) or _unsigned_code(booking, rng)
    # Most come a little before their time, some too early, some late; all of it today, on the real date.
    minutes = rng.choice((-25, -20, -15, -10, -5, 0, 10, 20, -180, 120))
    slot = booking.slot.astimezone(now.tzinfo)
    arrival = datetime.combine(now.date(), slot.timetz()) + timedelta(minutes=minutes)
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    at = min(max(arrival, start), start + timedelta(hours=23, minutes=59))
    return Part(manner, text, at, rng.randrange(1 << 30), restless=rng.random() < 0.3)


def _unsigned_code(booking: Booking, rng: random.Random) -> str:
    """The forms in which an application number may stand in a QR of somebody else's making."""
    return rng.choice(
        (
            booking.number,
            f"https://mpaspor.example/antrean?permohonan={booking.number}",
            json.dumps({"nomor_permohonan": booking.number, "lokasi": booking.place}),
        )
    )


def _strangers(rng: random.Random, first: datetime, last: datetime) -> Iterator[Part]:
    kinds: tuple[tuple[Manner, Callable[[], str]], ...] = (
        (Manner.HOLDS_CODE, lambda: "https://promo.example/menu-makan-siang"),
        (Manner.PRIORITY_WITHOUT_CODE, lambda: ""),
        (Manner.HOLDS_CODE, lambda: f"{rng.randrange(10**15, 10**16)}"),
        (Manner.WITHOUT_CODE, lambda: ""),
        (Manner.TYPES_NUMBER, lambda: f"{rng.randrange(10**15, 10**16)}"),
    )
    for manner, text in cycle(kinds):
        at = first + (last - first) * rng.random()
        yield Part(manner, text(), at, rng.randrange(1 << 30), restless=rng.random() < 0.3)


def in_groups(parts: Iterable[Part], size: int) -> Iterator[tuple[Part, ...]]:
    """The parts in groups of `size`, the last one as large as is left."""
    remaining = iter(parts)
    while group := tuple(islice(remaining, size)):
        yield group
