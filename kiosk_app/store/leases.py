"""The walk-in slots that the office has lent to this booth: no names, so they are readable before any officer comes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kiosk_app.booth.facts import Lane
from kiosk_app.booth.leases import Lease
from kiosk_app.store import meta
from kiosk_app.store.database import Database
from kiosk_app.store.stored import from_text, to_text

_PREFIX = "lease."
_KEPT = timedelta(days=7)  # an old row that comes late must still meet the newer one


@dataclass(frozen=True, slots=True)
class LeaseChange:
    """A lease as the office has it now; `v` rises with every change of it. None takes it away."""

    id: str
    v: int
    lease: Lease | None


@dataclass(frozen=True, slots=True)
class _Kept:
    v: int
    lease: Lease
    closed: bool = False


class LeaseStore:
    """Fulfils `booth.ports.Leases`, on the journal's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def slots(self, day: date, lane: Lane) -> int | None:
        """How many walk-ins of that day this booth may admit all in all; None where the office has lent it nothing."""
        found = [kept.lease.slots for kept in self._kept() if (kept.lease.day, kept.lease.lane) == (day, lane)]
        return sum(found) if found else None

    def open(self) -> tuple[Lease, ...]:
        """Those of which nothing was given back yet, oldest day first."""
        return tuple(
            sorted((kept.lease for kept in self._kept() if not kept.closed), key=lambda one: (one.day, one.id))
        )

    def close(self, lease_id: str, slots: int) -> None:
        """Keeps only `slots` of a lease: the rest is about to be given back, and can no longer be spent here."""
        with self._database.transaction():
            for kept in self._kept():
                if kept.lease.id == lease_id:
                    self._write(replace(kept, lease=replace(kept.lease, slots=slots), closed=True))

    def apply(self, changes: Iterable[LeaseChange]) -> int:
        """Takes what the office says, all or nothing; how many leases moved. Older `v` moves none."""
        moved = 0
        with self._database.transaction():
            known = {kept.lease.id: kept for kept in self._kept()}
            for change in changes:
                before = known.get(change.id)
                if before is not None and change.v <= before.v:
                    continue
                lease = change.lease
                if lease is None and before is not None:
                    lease = replace(before.lease, slots=0)
                if lease is not None:
                    known[change.id] = _Kept(change.v, lease, before is not None and before.closed)
                    self._write(known[change.id])
                    moved += 1
            newest = max((kept.lease.day for kept in known.values()), default=None)
            for kept in known.values():
                if newest is not None and kept.lease.day < newest - _KEPT:
                    meta.remove(self._database, _PREFIX + kept.lease.id)
        return moved

    def _kept(self) -> tuple[_Kept, ...]:
        rows = self._database.rows("SELECT value FROM meta WHERE name >= 'lease.' AND name < 'lease/'")
        return tuple(from_text(_Kept, value, self._database) for (value,) in rows)

    def _write(self, kept: _Kept) -> None:
        meta.write(self._database, _PREFIX + kept.lease.id, to_text(kept))
