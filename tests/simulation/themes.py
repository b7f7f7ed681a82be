"""What a history is about. Most are about everything; some stay with one thing, and find its faults sooner."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulation import weathers
from tests.simulation.invariants import demand
from tests.simulation.play import Play
from tests.simulation.weathers import Change
from tests.simulation.world import WALK_INS

Move = Callable[[Play], object]
_LOOK_S, _ROUND_TRIPS_S = 5.0, 4.0  # a lane looks again at least so often; a token and a batch want so long at most


@dataclass(frozen=True, slots=True)
class Theme:
    """`moves` with their weights; `booths` how many; `check` what must hold beside the invariants, asked before the end."""

    name: str
    weathers: tuple[Change, ...]
    moves: tuple[tuple[int, Move], ...]
    booths: int = 1
    check: Callable[[Play], None] = lambda _play: None


def _serve(play: Play) -> None:
    play.serve(play.rng.randrange(3))


def _crash(play: Play) -> None:
    play.crash(play.rng.random() < 0.3)


def _office_crash(play: Play) -> None:
    play.office_crash(play.rng.uniform(1.0, 30.0))


def _office_crash_later(play: Play) -> None:
    play.office_crash_later(play.rng.uniform(1.0, 30.0))


def _disk(play: Play) -> None:
    play.disk_full(play.rng.random() < 0.5)


def _records_are_quick(play: Play) -> None:
    demand(play.watch.slowest() <= _LOOK_S + _ROUND_TRIPS_S, "I8: a dead way of the photos held up a record")


def _nothing_overrun(play: Play) -> None:
    came = play.world.office.rows("SELECT count(*) FROM record WHERE CAST(body AS TEXT) LIKE '%\"walk_in\"%'")
    flagged = play.world.office.rows("SELECT 1 FROM flag WHERE flag = 'lease-overrun'")
    demand(came[0][0] <= WALK_INS and not flagged, "leases: more walk-ins than the day has")


_WORK: tuple[tuple[int, Move], ...] = ((10, _serve), (8, Play.photograph), (2, Play.help))
_CRASHES: tuple[tuple[int, Move], ...] = ((2, _crash), (6, Play.crash_later), (3, _office_crash_later))
EVERYTHING = Theme(
    "everything", tuple(weathers.WEATHERS),
    (
        *_WORK, *_CRASHES, (4, Play.change_bookings), (1, Play.change_status), (2, Play.die_at_news), (1, Play.stop),
        (1, _crash), (2, _office_crash), (2, Play.move_clock), (2, Play.wake), (1, Play.poison), (1, Play.spoil_photo),
        (1, _disk), (1, Play.start_twice), (4, Play.walk_in), (1, Play.give_back),
    ),
    check=_nothing_overrun,
)  # fmt: skip
_ODD = ((4, Play.wake), (3, Play.crash_later), (1, Play.poison))
THEMES = {
    theme.name: theme
    for theme in (
        EVERYTHING,
        Theme("two-booths", tuple(weathers.WEATHERS), EVERYTHING.moves, booths=2, check=_nothing_overrun),
        Theme("batches", (weathers.choosy_office, weathers.odd_office, weathers.portal), (*_WORK, *_ODD)),
        Theme("photos", (weathers.bad_photos,), ((10, Play.photograph), *_CRASHES, (1, Play.spoil_photo))),
        Theme("cache", (weathers.cache,), (*_WORK, (3, Play.wake))),
        Theme("putting-off", (weathers.putting_off,), ((10, _serve), (3, Play.wake), (1, Play.crash_later))),
        Theme("held-up", (weathers.held_up,), ((10, _serve), (5, lambda play: play.crash(reboots=True)), (2, Play.wake))),
        Theme("portal", (weathers.portal, weathers.photo_portal), (*_WORK, (3, Play.wake))),
        Theme("news", (weathers.fair, weathers.bad_link), ((3, Play.change_bookings), (6, Play.die_at_news))),
        Theme("load", (weathers.load,), ((6, _serve), (2, Play.photograph), (4, _crash), (1, Play.wake))),
        Theme("no-photos", (weathers.no_photos,), _WORK, check=_records_are_quick),
        Theme("shut-out", (weathers.fair, weathers.storm), (*_WORK, *_CRASHES, (5, Play.revoke), (3, Play.change_bookings))),
        Theme("old-disk", (weathers.fair, weathers.bad_link), (*_WORK, (6, Play.copy_disk), (6, Play.restore_disk), (2, Play.crash_later))),
        Theme("walk-ins", (weathers.fair, weathers.storm, weathers.outage), (
            (12, Play.walk_in), (3, Play.give_back), (2, _crash), (2, Play.crash_later), (2, _office_crash_later)
        ), booths=2, check=_nothing_overrun),
        Theme("full-disk", (weathers.fair, weathers.bad_link), (*_WORK, (8, _disk), (3, Play.start_twice), (2, Play.crash_later))),
    )
}  # fmt: skip
