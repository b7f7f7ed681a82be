"""What a network and an office are like for an hour or so: each weather mixes fates for a booth's requests."""

import random
from collections.abc import Callable

from tests.simulation.fates import (
    LINK,
    NONSENSE,
    PORTAL,
    SERVER,
    busy,
    cached,
    damaged_request,
    late,
    part_of_batch,
    stale,
    too_big,
    twice,
)
from tests.simulation.network import Weather

Change = Callable[[Weather, random.Random], None]
BLOBS, SYNC = "/v1/blobs/", "/v1/sync"


def fair(weather: Weather, _rng: random.Random) -> None:
    weather.clear()


def storm(weather: Weather, rng: random.Random) -> None:
    """A bit of everything."""
    weather.clear()
    for fates in (LINK, PORTAL, SERVER, NONSENSE):
        for fate in rng.sample(fates, min(3, len(fates))):
            weather.add(fate, 0.05)
    weather.slowest_s = rng.choice([0.3, 2.0])


def bad_link(weather: Weather, rng: random.Random) -> None:
    weather.clear()
    for fate in LINK:
        weather.add(fate, 0.04)


def portal(weather: Weather, rng: random.Random) -> None:
    """The mall's network wants a log-in: everything is answered by it."""
    weather.clear()
    for fate in rng.sample(PORTAL, 2):
        weather.add(fate, 0.5)


def outage(weather: Weather, rng: random.Random) -> None:
    weather.clear()
    weather.add(rng.choice(LINK[:6]), 1.0)


def load(weather: Weather, rng: random.Random) -> None:
    weather.clear()
    weather.add(busy(rng.choice([3, 20, 60])), rng.choice([0.3, 1.0]))


def odd_office(weather: Weather, rng: random.Random) -> None:
    weather.clear()
    for fate in NONSENSE + SERVER:
        weather.add(fate, 0.04)
    weather.add(too_big(rng.randrange(1, 4)), 0.3)


def no_photos(weather: Weather, rng: random.Random) -> None:
    """The way of the photos alone is broken."""
    weather.clear()
    weather.add(rng.choice(LINK + SERVER), 1.0, BLOBS)


def bad_photos(weather: Weather, rng: random.Random) -> None:
    weather.clear()
    weather.add(damaged_request, 0.2, BLOBS)
    for fate in (*LINK, *PORTAL):
        weather.add(fate, 0.035, BLOBS)


def choosy_office(weather: Weather, rng: random.Random) -> None:
    """It puts off some of what it is sent, forgets to answer for some, or answers as it did before."""
    weather.clear()
    for fate in (part_of_batch(True), part_of_batch(False), stale, cached):
        weather.add(fate, 0.2, SYNC)


def cache(weather: Weather, _rng: random.Random) -> None:
    """A proxy answers batches with what it remembers of others."""
    weather.clear()
    weather.add(stale, 0.2, SYNC)
    weather.add(cached, 0.4, SYNC)


def putting_off(weather: Weather, _rng: random.Random) -> None:
    """The office takes little at a time, and says so."""
    weather.clear()
    weather.add(part_of_batch(True), 0.6, SYNC)


def held_up(weather: Weather, _rng: random.Random) -> None:
    """Somebody on the way keeps messages, and lets them go when much else has been said."""
    weather.clear()
    weather.add(late, 0.3, SYNC)
    weather.add(twice, 0.3, SYNC)


def photo_portal(weather: Weather, _rng: random.Random) -> None:
    """The portal has opened for the office, but not for long requests."""
    weather.clear()
    for fate in PORTAL:
        weather.add(fate, 0.12, BLOBS)


WEATHERS: list[Change] = [
    fair, storm, storm, bad_link, portal, outage, load, odd_office, no_photos, bad_photos, choosy_office,
]  # fmt: skip
