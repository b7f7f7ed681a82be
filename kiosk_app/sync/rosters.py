"""The office's bookings as the booth's own values; what cannot be read is counted, never guessed and never a reason to stop."""

from dataclasses import dataclass

from kiosk_app.booth.bookings import Booking
from kiosk_app.booth.canonical import canonical_bytes
from kiosk_app.booth.codec import DecodeError, decode, encode
from kiosk_app.booth.leases import Lease
from kiosk_app.contract.messages import Change, ChangeOp, ChangesResponse, SnapshotResponse
from kiosk_app.store import roster
from kiosk_app.store.leases import LeaseChange
from kiosk_app.store.roster import RosterChange, RosterRow
from kiosk_app.sync.outcomes import CallError, Fault
from kiosk_app.sync.reachability import Step

BOOKING, LEASE = "booking", "lease"

_LONGEST_ID = 64
_MOST_SLOTS = 100_000
_OUR_YEARS = range(2000, 2201)


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of the feed; kinds of row that this version does not know are left out."""

    changes: tuple[RosterChange, ...]
    leases: tuple[LeaseChange, ...]
    cursor: str
    unreadable: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole roster."""

    rows: tuple[RosterRow, ...]
    leases: tuple[LeaseChange, ...]
    cursor: str
    unreadable: int


def read_changes(answer: ChangesResponse) -> ChangesPage:
    """The page's bookings and leases. A row that cannot be read moves nothing: the booth keeps what it knew of it."""
    changes, leases, unreadable = [], [], 0
    for change in answer.changes:
        if change.type == LEASE:
            leases.append(_lease(change.id, change.v, change.data if change.op is ChangeOp.PUT else None))
        if change.type != BOOKING:
            continue
        known = _change(change)
        if known is None:
            unreadable += 1
        else:
            changes.append(known)
    known_leases = tuple(lease for lease in leases if lease is not None)
    return ChangesPage(tuple(changes), known_leases, answer.cursor, unreadable + len(leases) - len(known_leases))


def read_snapshot(answer: SnapshotResponse) -> Snapshot:
    """The snapshot's bookings; raises CallError for one that is not as long as it says, or names a booking twice."""
    if answer.count != len(answer.rows) or len({row.id for row in answer.rows}) != len(answer.rows):
        raise CallError(Fault.NONSENSE, Step.NONSENSE, slug="snapshot-incomplete", from_office=True)
    read = ((row, _booking(row.id, row.data)) for row in answer.rows)
    rows = tuple(RosterRow(row.id, row.v, booking) for row, booking in read if booking is not None)
    leases = tuple(lease for row in answer.leases if (lease := _lease(row.id, row.v, row.data)) is not None)
    unreadable = len(answer.rows) + len(answer.leases) - len(rows) - len(leases)
    return Snapshot(rows, leases, answer.cursor, unreadable)


def _lease(row_id: str, v: int, data: object) -> LeaseChange | None:
    """The lease, taken away where there is no `data`; None for one that cannot be read."""
    if data is None:
        return LeaseChange(row_id, v, None)
    try:
        lease = decode(Lease, data, ignore_unknown=True)
    except DecodeError:
        return None
    fits = (
        lease.id == row_id
        and len(row_id) <= _LONGEST_ID
        and lease.day.year in _OUR_YEARS
        and lease.slots <= _MOST_SLOTS
    )
    return LeaseChange(row_id, v, lease) if fits else None


def _change(change: Change) -> RosterChange | None:
    if change.op is ChangeOp.DEL:
        return RosterChange(roster.ChangeOp.DEL, change.id, change.v)
    booking = _booking(change.id, change.data)
    return None if booking is None else RosterChange(roster.ChangeOp.PUT, change.id, change.v, booking)


def _booking(row_id: str, data: object) -> Booking | None:
    try:
        booking = decode(Booking, data, ignore_unknown=True)
        _demand_storable(booking)
    except (DecodeError, ValueError, OverflowError):
        return None  # counted by the caller; the place of the fault could only be told with the row
    return booking if booking.id == row_id and booking.slot.year in _OUR_YEARS else None


def _demand_storable(value: object) -> None:
    """Half a letter (a lone surrogate) and a time at the calendar's end can be read and not be written.

    Raises ValueError or OverflowError.
    """
    canonical_bytes(encode(value))
