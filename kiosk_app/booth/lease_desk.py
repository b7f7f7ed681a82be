"""The booth's side of a lease: how many walk-ins it may still admit, and the rest given back when its day is over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk_app.booth.audit import LeaseReturned
from kiosk_app.booth.leases import Lease
from kiosk_app.booth.ports import Clock, Journal, Leases, ProfileSource


class LeaseBook(Leases, Protocol):
    """A booth's leases, as they are kept."""

    def open(self) -> tuple[Lease, ...]:
        """Those of which nothing was given back yet."""
        ...

    def close(self, lease_id: str, slots: int) -> None:
        """Keeps only `slots`, durably, before the rest is given back."""
        ...


@dataclass(frozen=True, slots=True)
class LeaseDesk:
    """Works in the thread of its journal."""

    book: LeaseBook
    journal: Journal
    profiles: ProfileSource
    clock: Clock

    def give_back(self) -> int:
        """Gives back what was not spent of days that are over; how many slots.

        A crash between keeping less and saying so leaves slots unused; the other way round two booths could spend them.
        """
        now, given = self.clock.now(), 0
        for lease in self.book.open():
            if self._is_over(lease, now):
                spent = self.journal.count_arrivals(lease.day, lease.lane)
                rest = lease.left(spent)
                self.book.close(lease.id, lease.slots - rest)
                if rest:
                    self.journal.append(LeaseReturned(lease.id, rest))
                    given += rest
        return given

    def _is_over(self, lease: Lease, now: datetime) -> bool:
        """Not before midnight: until then somebody may still be at the door, and no other booth has a use for the slots."""
        return lease.day < now.astimezone(self.profiles.current().zone).date()
