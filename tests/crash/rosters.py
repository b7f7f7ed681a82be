"""The bookings after each page that the office sends, so that a half-applied one is seen: row id -> (v, which booking or None)."""

from kiosk_app.booth.bookings import Booking
from tests.memory import booking

BASE = 60
_SNAPSHOT_EVERY, _MOVING = 6, 5
Rows = dict[str, tuple[int, int | None]]


def row_id(n: int) -> str:
    return f"{n:011d}"


def booking_of(n: int | None) -> Booking:
    """The booking number `n`, of now."""
    if n is None:
        raise ValueError("A deleted row has no booking.")
    return booking(id=row_id(n), number=f"{n + 1:016d}", person=f"person-{n}", name=f"Pemohon {n}")


def is_snapshot(page: int) -> bool:
    return page % _SNAPSHOT_EVERY == 0


def snapshot_of(page: int) -> Rows:
    """The whole, as the office has it: what every page before it did is forgotten."""
    return {**{row_id(n): (1, n) for n in range(BASE)}, row_id(1000 + page): (page + 1, 1000 + page)}


def changes_of(page: int) -> Rows:
    """One row that comes or changes, and one that goes."""
    comes, goes = BASE + page % _MOVING, BASE + (page + 2) % _MOVING
    return {row_id(comes): (page, comes), row_id(goes): (page, None)}


def roster_at(page: int) -> Rows:
    """What the booth must hold when its cursor says `page`."""
    since = page - page % _SNAPSHOT_EVERY
    rows = snapshot_of(since)
    for later in range(since + 1, page + 1):
        rows.update(changes_of(later))
    return rows
