"""Days of a booth whose bookings lie behind officers' PINs: what is pulled while they are shut, who opens them, and who begins anew."""

from contextlib import closing
from pathlib import Path

from kiosk_app.paths import BoothPaths
from kiosk_app.store.officers import OfficerRow, OfficerStore
from kiosk_app.store.tiers import tier_of
from kiosk_app.sync.stores import BoothFiles
from tests.crash.booths import OFFICER, PIN, PIN_HASH, Say, paths_in, start, take_page
from tests.memory import ManualClock

SUPERVISOR = "2001"


def work(folder: Path, say: Say, days: int) -> None:
    """Each day pages come before and after the first log-in; at last nobody is left who could open, and a supervisor begins anew."""
    paths, clock = paths_in(folder), ManualClock()
    for day in range(days):
        _day(paths, say, clock, OFFICER, 3 * day)
    with closing(start(paths, clock)) as booth:
        say("cursor", -1)  # from now on whoever logs in may find nothing
        OfficerStore(booth.journal_db, clock).replace_all([OfficerRow(SUPERVISOR, "Ibu Rahma", "supervisor", PIN_HASH)])
        booth.officers.log_in(SUPERVISOR, PIN)
        say("behind")
    _day(paths, say, clock, SUPERVISOR, 6 * days)


def _day(paths: BoothPaths, say: Say, clock: ManualClock, officer: str, page: int) -> None:
    clock.forward(hours=20)
    with (
        closing(start(paths, clock)) as booth,
        closing(BoothFiles(paths, booth.keys, clock).open(with_roster=True)) as sync,
    ):
        for number in range(page, page + 3):
            if number == page + 2:
                booth.officers.log_in(officer, PIN)
                say("behind")
            take_page(sync.roster, number, clock)
            say("cursor", number)
        tier_of(paths.keys, booth.keys).close()  # as if the program ended: the next start begins without a person
