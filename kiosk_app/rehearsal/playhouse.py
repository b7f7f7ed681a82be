"""A throw-away booth with an embedded office: everything real, in a folder that goes when the play is over."""

import random
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from kiosk_app.assembly import make_keys
from kiosk_app.booth.bookings import Booking, BookingStatus
from kiosk_app.booth.profile import Profile
from kiosk_app.clock import SystemClock
from kiosk_app.commands.enrol import enrol_booth
from kiosk_app.office.archive import count_photos, list_records
from kiosk_app.office.code_issue import issue_code
from kiosk_app.office.office import Office
from kiosk_app.office.samples import sample_bookings
from kiosk_app.office.serve import OfficeServer
from kiosk_app.paths import BoothPaths, OfficePaths
from kiosk_app.rehearsal.cast import Manner, Part
from kiosk_app.settings import Settings
from kiosk_app.store.lock import DataLock

_SAMPLE = 60
# A promotion on a shopping bag, and a number that nobody ever gave out.
_FOREIGN = "https://promo.example/diskon"


class Playhouse:
    """The office runs from `open` to `close`; `stop_office` and `start_office` take its network away and give it back."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._clock = SystemClock()
        self._folder = tempfile.TemporaryDirectory(prefix="kiosk-demo-")
        self._office: Office | None = None
        self._server: OfficeServer | None = None
        self._bookings: tuple[Booking, ...] = ()
        self.settings = Settings()
        self.booth = BoothPaths(Path(self._folder.name) / "booth")

    def open(self) -> None:
        """Starts the office, books applicants around this moment, and enrols the booth."""
        self._office = Office.open(OfficePaths(Path(self._folder.name) / "office"))
        code = self._office.invite("Demo", self._profile().place, practice=True)
        self._bookings = self._book()
        self._office.bookings.put(self._bookings)
        self.start_office()
        self.booth.make()
        with DataLock(self.booth.lock):
            enrol_booth(self.booth, make_keys(self.booth), self.settings, self.address, code)

    def close(self) -> None:
        """Ends the office and removes every file of the play."""
        self.stop_office()
        if self._office is not None:
            self._office.close()
        self._folder.cleanup()

    @property
    def address(self) -> str:
        """Where the office is."""
        return self._server.url if self._server is not None else ""

    def start_office(self) -> None:
        """The office answers, on the same port as before."""
        port = self._server.port if self._server is not None else 0
        self._server = OfficeServer(self._the_office(), port=port)
        self._server.start()

    def stop_office(self) -> None:
        """Nobody answers at the office's address."""
        if self._server is not None:
            self._server.stop()

    def received(self) -> tuple[int, int]:
        """How many records and whole photos the office has."""
        office = self._the_office()
        return len(list_records(office)), count_photos(office)

    def cast(self, applicants: int) -> tuple[Part, ...]:
        """`applicants` people: at most two of three are served, the others are one for each reason of turning away."""
        rng = random.Random(self._seed)  # noqa: S311 - a play, no secret
        profile, keys = self._profile(), self._the_office().keys
        codes = {booking.id: issue_code(booking, profile, keys) for booking in self._bookings}
        now = self._now()
        away = self._turned_away(codes, now, rng)[: applicants // 3]
        served = [
            Part(
                Manner.TYPES_NUMBER if place % 5 == 3 else Manner.HOLDS_CODE,
                booking.number if place % 5 == 3 else codes[booking.id],
                now,
                rng.randrange(1 << 30),
                restless=place % 3 == 1,
            )
            for place, booking in enumerate(self._here()[: applicants - len(away) - 1])
        ]
        walk_in = Part(Manner.PRIORITY_WITHOUT_CODE, "", now, rng.randrange(1 << 30))
        parts = [*served, walk_in][: applicants - len(away)]
        for place, part in enumerate(away):
            parts.insert(min(len(parts), 1 + place * 3), part)
        return tuple(parts)

    def _turned_away(self, codes: dict[str, str], now: datetime, rng: random.Random) -> list[Part]:
        place = self._profile().place

        def holds(booking: Booking | None) -> list[Part]:
            text = codes[booking.id] if booking is not None else ""
            return [Part(Manner.HOLDS_CODE, text, now, rng.randrange(1 << 30))] if text else []

        def first(*, booked_here: bool = True, **wanted: object) -> Booking | None:
            return next(
                (
                    booking
                    for booking in self._bookings
                    if (booking.place == place) is booked_here
                    and all(getattr(booking, name) == value for name, value in wanted.items())
                ),
                None,
            )

        tomorrow = next((b for b in self._bookings if b.place == place and b.slot > now + timedelta(hours=2)), None)
        return [
            *holds(tomorrow),
            *holds(first(booked_here=False)),
            *holds(first(service="lost", status=BookingStatus.BOOKED)),
            *holds(first(status=BookingStatus.CANCELLED)),
            Part(Manner.HOLDS_CODE, _FOREIGN, now, rng.randrange(1 << 30)),
            Part(Manner.WITHOUT_CODE, "", now, rng.randrange(1 << 30)),
            Part(Manner.TYPES_NUMBER, "9" * 16, now, rng.randrange(1 << 30)),
        ]

    def _here(self) -> list[Booking]:
        """Those who can be served now."""
        near = timedelta(hours=1)
        profile, now = self._profile(), self._now()
        return [
            booking
            for booking in self._bookings
            if booking.place == profile.place
            and booking.status is BookingStatus.BOOKED
            and abs(booking.slot - now) < near
            and (service := profile.service(booking.service)) is not None
            and service.at_booth
        ]

    def _book(self) -> tuple[Booking, ...]:
        """A sample day, with the slots of this place and day moved to this moment: the play may begin at any hour."""
        profile, now = self._profile(), self._now()
        sample = sample_bookings(_SAMPLE, self._seed, now.date(), profile.place, profile, self._the_office().keys)
        slot = now.replace(second=0, microsecond=0)
        here = [b for b in sample if b.place == profile.place and b.slot.astimezone(profile.zone).date() == now.date()]
        moved = {booking.id: slot + timedelta(minutes=5 * (place % 4)) for place, booking in enumerate(here)}
        return tuple(replace(booking, slot=moved.get(booking.id, booking.slot)) for booking in sample)

    def _profile(self) -> Profile:
        office = self._the_office()
        with office.database.read() as connection:
            return office.configuration.profile(connection)

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._profile().zone)

    def _the_office(self) -> Office:
        if self._office is None:
            raise RuntimeError("The playhouse is not open.")
        return self._office
