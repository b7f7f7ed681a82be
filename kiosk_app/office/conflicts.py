"""Records that contradict each other or the book: both are kept, an officer of the office decides, and the booth is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, and_, func, insert, select

from kiosk_app.clock import Clock
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.deeds import note_deed
from kiosk_app.office.flagging import CONFLICTS, ID_REUSE
from kiosk_app.office.more_tables import decisions
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import changes, checkins, devices, flags, records

CONFLICT = "conflict"
# What waits for somebody's decision: beside what booths are answered as a conflict, an id that was offered twice.
_DECIDED_BY_PEOPLE = CONFLICTS | {ID_REUSE}


class Choice(StrEnum):
    """What an officer finds: the record counts, or it is kept and does not count."""

    KEEP = "keep"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Conflict:
    """`id` is "RECORD.FLAG"; `others` are the records on the same booking. `choice` is "" while nobody has decided."""

    id: str
    record: str
    flag: str
    booth: str
    seq: int
    happened_at: datetime
    flagged_at: datetime
    booking: str
    others: tuple[str, ...]
    choice: str
    officer: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConflictDesk:
    """Lists and decides."""

    database: OfficeDatabase
    clock: Clock

    def find(self, everything: bool = False, limit: int = 1000) -> list[Conflict]:
        """The open ones in the order in which they were flagged; with `everything` those that are decided too."""
        decided = and_(decisions.c.record_id == flags.c.record_id, decisions.c.flag == flags.c.flag)
        wanted = (
            select(
                flags.c.record_id, flags.c.flag, flags.c.at.label("flagged_at"), records.c.seq, records.c.happened_at,
                devices.c.name, checkins.c.booking_id, decisions.c.choice, decisions.c.officer,
                decisions.c.at.label("decided_at"),
            )
            .join(records, records.c.id == flags.c.record_id)
            .join(devices, devices.c.id == records.c.device_id)
            .outerjoin(checkins, checkins.c.record_id == flags.c.record_id)
            .outerjoin(decisions, decided)
            .where(flags.c.flag.in_(_DECIDED_BY_PEOPLE))
            .order_by(flags.c.at, records.c.pos, flags.c.flag)
            .limit(limit)
        )  # fmt: skip
        if not everything:
            wanted = wanted.where(decisions.c.choice.is_(None))
        with self.database.read() as connection:
            rows = connection.execute(wanted).all()
            others = _by_booking(connection, {row.booking_id for row in rows if row.booking_id})
        return [
            Conflict(
                conflict_id(row.record_id, row.flag), row.record_id, row.flag, row.name, row.seq, row.happened_at,
                row.flagged_at, row.booking_id or "",
                tuple(name for name in others.get(row.booking_id, ()) if name != row.record_id),
                row.choice or "", row.officer or "", row.decided_at,
            )
            for row in rows
        ]  # fmt: skip

    def decide(self, connection: Connection, conflict: str, choice: Choice, officer: str) -> datetime:
        """Keeps a decision for good and tells the booth; raises ProblemError 404 `conflict-unknown` or 409 `already-decided`."""
        record_id, _, flag = conflict.partition(".")
        known = flags.c.record_id == record_id, flags.c.flag == flag, flags.c.flag.in_(_DECIDED_BY_PEOPLE)
        if connection.execute(select(flags.c.flag).where(*known)).first() is None:
            raise ProblemError(404, "conflict-unknown", "There is no such conflict.")
        own = decisions.c.record_id == record_id, decisions.c.flag == flag
        before = connection.execute(select(decisions).where(*own)).one_or_none()
        if before is not None:
            when = before.at.strftime("%Y-%m-%dT%H:%M:%SZ")
            raise ProblemError(409, "already-decided", f"Officer {before.officer} decided {before.choice} at {when}.")
        now = self.clock.now()
        row = {"record_id": record_id, "flag": flag, "choice": choice.value, "officer": officer, "at": now}
        connection.execute(insert(decisions).values(row))
        note_deed(connection, officer, f"decide-{choice.value}", conflict, now)
        tell_conflicts(self.database, connection, [(record_id, flag)], now)
        return now


def conflict_id(record_id: str, flag: str) -> str:
    """The name of a conflict."""
    return f"{record_id}.{flag}"


def mark_conflicts(
    database: OfficeDatabase, connection: Connection, found: Iterable[tuple[str, str]], now: datetime
) -> None:
    """Flags records that contradict something, once, and tells the booths that sent them."""
    wanted = sorted(set(found))
    if not wanted:
        return
    known = select(flags.c.record_id, flags.c.flag).where(flags.c.record_id.in_([record for record, _ in wanted]))
    there = {(row.record_id, row.flag) for row in connection.execute(known)}
    fresh = [one for one in wanted if one not in there]
    if fresh:
        rows = [{"record_id": record, "flag": flag, "at": now} for record, flag in fresh]
        connection.execute(insert(flags), rows)
        tell_conflicts(database, connection, fresh, now)


def tell_conflicts(
    database: OfficeDatabase, connection: Connection, found: Sequence[tuple[str, str]], now: datetime
) -> None:
    """A line of the feed for the booth of each record."""
    sent = select(records.c.id, records.c.device_id, devices.c.site).join(devices, devices.c.id == records.c.device_id)
    booths = {row.id: row for row in connection.execute(sent.where(records.c.id.in_([record for record, _ in found])))}
    names = [conflict_id(record, flag) for record, flag in found if record in booths]
    told = select(changes.c.subject, func.max(changes.c.v).label("v")).where(changes.c.subject.in_(names))
    before = {row.subject: row.v for row in connection.execute(told.group_by(changes.c.subject))}
    xid = database.transaction_id(connection)
    rows = [
        {
            "xid": xid, "site": booths[record].site, "type": CONFLICT, "subject": conflict_id(record, flag),
            "device_id": booths[record].device_id, "v": before.get(conflict_id(record, flag), 0) + 1, "at": now,
        }
        for record, flag in found
        if record in booths
    ]  # fmt: skip
    if rows:
        connection.execute(insert(changes), rows)


def conflict_data(connection: Connection, names: Sequence[str]) -> dict[str, tuple[int, dict[str, object]]]:
    """Version and form on the wire of each conflict that stands, by its id."""
    if not names:
        return {}
    decided = and_(decisions.c.record_id == flags.c.record_id, decisions.c.flag == flags.c.flag)
    rows = connection.execute(
        select(flags.c.record_id, flags.c.flag, decisions.c.choice)
        .outerjoin(decisions, decided)
        .where(flags.c.record_id.in_([name.partition(".")[0] for name in names]))
    )
    found = {}
    for row in rows:
        data: dict[str, object] = {"record": row.record_id, "flag": row.flag, "decision": row.choice or ""}
        found[conflict_id(row.record_id, row.flag)] = (1 if row.choice is None else 2), data
    return {name: found[name] for name in names if name in found}


def _by_booking(connection: Connection, bookings: Iterable[str]) -> dict[str, list[str]]:
    """The records of arrivals on each booking, in the order in which they came in."""
    rows = connection.execute(
        select(checkins.c.booking_id, checkins.c.record_id)
        .join(records, records.c.id == checkins.c.record_id)
        .where(checkins.c.booking_id.in_(list(bookings)))
        .order_by(records.c.pos)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.booking_id, []).append(row.record_id)
    return found
