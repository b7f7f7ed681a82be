"""The office's own people at work while everything else goes wrong: bookings move to the booth's place and away, and are cancelled."""

import random
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

from kiosk_app.office.office import Office

_WRITERS = 2


class Clerk:
    """Two writers at once, from `with` to its end; `changes` counts what they did."""

    def __init__(self, office: Office, bookings: Sequence[str], seed: int, pause_s: float) -> None:
        self._office = office
        self._bookings = bookings
        self._pause_s = pause_s
        self._stopping = threading.Event()
        self._counted = [0] * _WRITERS
        self._threads = [
            threading.Thread(target=self._work, args=(place, random.Random(seed + place)), name=f"clerk-{place}")  # noqa: S311
            for place in range(_WRITERS)
        ]

    @property
    def changes(self) -> int:
        return sum(self._counted)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self, place: int, rng: random.Random) -> None:
        """Each has bookings of its own, so that what it does next never depends on the other's speed."""
        own = self._bookings[place::_WRITERS]
        with self._office.database.read() as connection:
            sites = [one.id for one in self._office.configuration.profile(connection).places]
        while not self._stopping.wait(rng.uniform(0.0, 2 * self._pause_s)):
            booking = rng.choice(own)
            if rng.random() < 0.2:
                self._office.bookings.cancel(booking)
            else:
                slot = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=rng.randrange(600))
                self._office.bookings.move(booking, rng.choice(sites), slot)
            self._counted[place] += 1
