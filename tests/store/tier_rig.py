"""A booth's roster behind PINs, with its officers; `restart` is what a restart of the program leaves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk_app.booth.ports import OfficerSession
from kiosk_app.errors import KioskError
from kiosk_app.store import pin_copies
from kiosk_app.store.database import Database
from kiosk_app.store.keys import KeyHolder
from kiosk_app.store.officers import OfficerRow, OfficerStore
from kiosk_app.store.pin_copies import PepperLock, PinLock
from kiosk_app.store.shifts import Shift
from kiosk_app.store.tiered_roster import TieredRoster, open_tiered_roster
from kiosk_app.store.tiers import PinTier
from tests.memory import NINE, ManualClock
from tests.store.rows import gone, row

LATER = NINE + timedelta(minutes=5)
RINA = OfficerSession("1001", "Rina", "officer")
BUDI = OfficerSession("1002", "Budi", "officer")
DEWI = OfficerSession("2001", "Dewi", "supervisor")
TONO = OfficerSession("3001", "Tono", "technician")
PEOPLE = (RINA, BUDI, DEWI, TONO)
PINS = {RINA.officer: "481516", BUDI.officer: "234200", DEWI.officer: "571113", TONO.officer: "171923"}


def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested is who opens what, not how long it takes."""
    for name, value in (("_PASSES", 1), ("_MEMORY_KIB", 64), ("_LANES", 1)):
        monkeypatch.setattr(pin_copies, name, value)


class TierRig:
    """The hashes in the list are only names of PINs here: nobody is checked against them."""

    def __init__(self, folder: Path, keys: KeyHolder, journal: Database, locks: tuple[PinLock, ...] = ()) -> None:
        self.folder = folder
        self.keys = keys
        self.clock = ManualClock()
        self.officers = OfficerStore(journal, self.clock)
        self.locks = locks or (PepperLock(keys),)
        self.wanted = True
        self.people = {one.officer: f"hash of {one.officer}" for one in PEOPLE}
        self._list()
        self._begin()

    def _begin(self) -> None:
        self.tier = PinTier(self.folder / "keys" / "tier1", self.locks)
        self.roster = self.another()
        self.shift = Shift(self.tier, self.roster, self.officers, lambda: self.wanted, self.clock)

    def another(self) -> TieredRoster:
        """The roster as another thread opens it."""
        return open_tiered_roster(self.folder / "roster.db", self.keys, self.tier)

    def restart(self) -> None:
        self.roster.close()
        self._begin()

    def begin(self, who: OfficerSession) -> None:
        self.shift.begin(who, PINS[who.officer])

    def refused(self, who: OfficerSession) -> str:
        with pytest.raises(KioskError) as caught:
            self.begin(who)
        return caught.value.code

    def new_pin(self, who: OfficerSession) -> None:
        """The office sets another PIN; what is typed from now on is another too."""
        self.people[who.officer] += " anew"
        self._list()

    def left(self, who: OfficerSession) -> None:
        del self.people[who.officer]
        self._list()

    def known(self) -> dict[str, str]:
        """The names that the roster tells for the bookings A to E."""
        found = {name: self.roster.by_id(name) for name in "ABCDE"}
        return {name: one.name for name, one in found.items() if one is not None}

    def _list(self) -> None:
        hashed = "$argon2id$v=19$m=19456,t=1,p=1$a2lvc2stYXBwLXJpZw$" + "A" * 40
        rows = {one.officer: one for one in PEOPLE if one.officer in self.people}
        self.officers.replace_all([])
        self.officers.replace_all(
            [
                OfficerRow(one.officer, one.name, one.role, hashed + _letters(self.people[one.officer]))
                for one in rows.values()
            ]
        )


def _letters(text: str) -> str:
    """Three more of the hash's letters, from the name of the PIN."""
    number = sum(text.encode())
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(3))


@contextmanager
def with_bookings(folder: Path, keys: KeyHolder, database: Database) -> Iterator[TierRig]:
    """A booth that holds A and B, and of C only that it went."""
    rig = TierRig(folder, keys, database)
    rig.roster.replace([row("A"), row("B", 3, name="Siti Aminah"), row("C")], "c1", 3, NINE)
    rig.roster.apply_changes([gone("C", 5)], "c2", LATER)
    yield rig
    rig.roster.close()


@contextmanager
def closed_roster() -> Iterator[None]:
    """Whatever is done inside is refused because nobody has opened the roster."""
    with pytest.raises(KioskError) as caught:
        yield
    assert caught.value.code == "roster-closed"
