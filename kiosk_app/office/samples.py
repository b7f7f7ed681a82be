"""Bookings for practice: invented people, plausible for Palembang, so that everything that can happen at a booth does."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk_app.booth.bookings import Booking, BookingFlag, BookingStatus
from kiosk_app.booth.codes import booking_id_text
from kiosk_app.booth.people import OTHER_AREA, age_on
from kiosk_app.booth.profile import Profile
from kiosk_app.errors import KioskError
from kiosk_app.office import sample_names as names
from kiosk_app.office.keys import OfficeKeys

_ID_BITS = 50
_SLOT = timedelta(minutes=30)
# Inhabitants of the six areas (2025, thousands) and a share from elsewhere: anybody may apply anywhere.
_AREA_WEIGHTS = {"16.71": 1801, "16.07": 888, "16.02": 801, "16.06": 737, "16.10": 446, "16.74": 214, OTHER_AREA: 300}
_ELSEWHERE = "31.74"
# 52,624 of 54,814 ordinary passports of the office in 2025 were electronic; expected at a booth, rounded.
_ELECTRONIC_SHARE = 0.92
_SERVICES = {"renew": 50, "new": 42, "full": 8}
_FLAG_SHARES = {BookingFlag.UMRAH: 0.25, BookingFlag.UNPAID: 0.06, BookingFlag.EXPRESS: 0.03}
_CHILD_SHARE, _SINGLE_SHARE, _TITLE_SHARE, _SAME_PERSON_SHARE = 0.12, 0.1, 0.12, 0.02
# One in so many is out of the ordinary in this way; and in every list that is long enough, one at least.
_ODD_EVERY = {"lost": 30, "damaged": 40, "other_place": 20, "other_day": 20, "cancelled": 20}
_CHILD_AGES, _ADULT_AGES = (1, 16), (18, 78)
_NUMBER_DIGITS = 16


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    birth_date: date
    area: str
    nik: str


def sample_bookings(
    count: int, seed: int, day: date, place: str, profile: Profile, keys: OfficeKeys
) -> tuple[Booking, ...]:
    """`count` bookings around one place and day, the same for the same seed; slots are spread over the opening hours.

    Most are booked here and today. Some are at another place, on another day, cancelled, lost or damaged passports, unpaid, of
    children, for umrah, or of somebody who has two bookings. Raises KioskError for a place that the profile does not know.
    """
    if profile.place_by_id(place) is None:
        raise KioskError("place-unknown", "The profile has no such place.", "See: kiosk-app office profile show")
    if not 1 <= count <= 100_000:
        raise KioskError("sample-size", "A sample has 1 to 100,000 bookings.", "Choose another number.")
    source = _Source(random.Random(seed), day, profile, keys)  # noqa: S311 - practice, not secrets
    slots = source.slots(count)
    odd = source.oddities(count)
    made: list[Booking] = []
    persons: list[_Person] = []
    for index in range(count):
        again = persons and source.rng.random() < _SAME_PERSON_SHARE
        person = source.rng.choice(persons) if again else source.person()
        persons.append(person)
        made.append(source.booking(person, slots[index], place, odd.get(index, "")))
    return tuple(made)


class _Source:
    """Draws people and bookings from one seeded stream."""

    def __init__(self, rng: random.Random, day: date, profile: Profile, keys: OfficeKeys) -> None:
        self.rng = rng
        self._day = day
        self._profile = profile
        self._keys = keys
        self._numbers: set[str] = set()

    def slots(self, count: int) -> list[datetime]:
        """Half-hour slots over the opening hours, evenly filled, in an order that is not that of the day."""
        profile = self._profile
        opens = datetime.combine(self._day, profile.opens, profile.zone)
        closes = datetime.combine(self._day, profile.closes, profile.zone)
        times = [opens + _SLOT * step for step in range(max(1, (closes - opens) // _SLOT))]
        spread = [times[index * len(times) // count] for index in range(count)]
        self.rng.shuffle(spread)
        return spread

    def oddities(self, count: int) -> dict[int, str]:
        """Which of the bookings are out of the ordinary, and how."""
        wanted = [
            kind for kind, every in _ODD_EVERY.items() for _ in range(max(count // every, count >= 2 * len(_ODD_EVERY)))
        ]
        chosen = self.rng.sample(range(count), min(len(wanted), count))
        return dict(zip(chosen, wanted, strict=False))

    def person(self) -> _Person:
        """Somebody with a name, a birth date, a home and a NIK that fit each other."""
        rng = self.rng
        child = rng.random() < _CHILD_SHARE
        female = rng.random() < 0.5
        low, high = _CHILD_AGES if child else _ADULT_AGES
        birth_date = self._day - timedelta(days=rng.randint(low * 366, high * 365))
        area = rng.choices(list(_AREA_WEIGHTS), list(_AREA_WEIGHTS.values()))[0]
        region = _ELSEWHERE if area == OTHER_AREA else area
        day = birth_date.day + (40 if female else 0)
        nik = f"{region.replace('.', '')}{rng.randint(1, 16):02d}{day:02d}{birth_date:%m%y}{rng.randint(1, 9999):04d}"
        return _Person(self._name(child, female), birth_date, area, nik)

    def booking(self, person: _Person, slot: datetime, place: str, odd: str) -> Booking:
        """A booking of that person; `odd` is a key of _ODD_EVERY or empty."""
        rng = self.rng
        minor = age_on(person.birth_date, self._day) < 17
        flags = {flag for flag, share in _FLAG_SHARES.items() if rng.random() < share}
        service = "child" if minor else rng.choices(list(_SERVICES), list(_SERVICES.values()))[0]
        if odd == "other_place":
            place = rng.choice([other.id for other in self._profile.places if other.id != place] or [place])
        if odd == "other_day":
            slot += timedelta(days=rng.randint(1, 7))
        return Booking(
            id=booking_id_text(rng.getrandbits(_ID_BITS)),
            number=self._number(),
            name=person.name,
            service=odd if odd in ("lost", "damaged") else service,
            slot=slot,
            place=place,
            area=person.area,
            person=self._keys.person_mark(place, person.nik),
            birth_date=person.birth_date,
            electronic=rng.random() < _ELECTRONIC_SHARE,
            flags=frozenset(flags | ({BookingFlag.MINOR} if minor else set())),
            status=BookingStatus.CANCELLED if odd == "cancelled" else BookingStatus.BOOKED,
        )

    def _name(self, child: bool, female: bool) -> str:
        rng = self.rng
        if child:
            return rng.choice(names.CHILDREN_FEMALE if female else names.CHILDREN_MALE)
        if rng.random() < _SINGLE_SHARE:
            return rng.choice(names.SINGLE_FEMALE if female else names.SINGLE_MALE)
        name = rng.choice(names.FEMALE if female else names.MALE)
        if rng.random() < _TITLE_SHARE:
            return f"{rng.choice(names.TITLES_FEMALE if female else names.TITLES_MALE)} {name}"
        return name

    def _number(self) -> str:
        while True:
            number = str(self.rng.randrange(10 ** (_NUMBER_DIGITS - 1), 10**_NUMBER_DIGITS))
            if number not in self._numbers:
                self._numbers.add(number)
                return number
