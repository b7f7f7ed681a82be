"""Walk-in slots lent to booths: a booth that is offline may spend its own, and all booths together never more than the day has.

Every booth of a place gets an equal share of each day ahead; what it gives back, and what nobody has yet, goes to those that have
none left. A lease only shrinks by the booth's own record: what an offline booth may have spent already cannot be taken back.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from kiosk_app.booth.audit import LeaseReturned
from kiosk_app.booth.codec import encode
from kiosk_app.booth.facts import ArrivalFlag, Arrived, Fact, Lane
from kiosk_app.booth.leases import Lease
from kiosk_app.clock import Clock
from kiosk_app.office.configuration import Configuration
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.more_tables import capacities, leases
from kiosk_app.office.tables import changes, devices

LEASE = "lease"
OVERRUN, UNKNOWN_LEASE = "lease-overrun", "lease-unknown"
_DAYS_AHEAD = 3
_LANE = Lane.PRIORITY


@dataclass(frozen=True, slots=True)
class _Pool:
    """The walk-in slots of one place and day; practice has its own."""

    site: str
    practice: bool
    day: date


class LeaseBook:
    """Lends, counts and takes back. All calls are inside a writer's turn at `turn(device)`."""

    def __init__(self, database: OfficeDatabase, configuration: Configuration, clock: Clock) -> None:
        self._database = database
        self._configuration = configuration
        self._clock = clock
        self._lent: dict[str, tuple[int, date]] = {}
        self._rules: tuple[int, ZoneInfo, int] | None = None

    def turn(self, device: Device) -> str:
        """What a writer names who lends or counts."""
        return f"{LEASE}:{device.site}:{device.practice}"

    def concerned(self, device: Device, facts: Sequence[Fact | None]) -> bool:
        """Whether taking these facts may touch a lease."""
        return self._due(device) or any(map(_counts, facts))

    def hear(self, version: int) -> None:
        """The version of the rules, as it is read with every message anyway."""
        if self._rules is not None and self._rules[0] != version:
            self._rules = None

    def ensure(self, connection: Connection, device: Device) -> None:
        """Lends this booth its share of the next days, once a day and when the rules have changed."""
        if not self._due(device):
            return
        version, _, _ = self._rules_in_force(connection)
        today = self._today()
        for step in range(_DAYS_AHEAD):
            self._spread(connection, _Pool(device.site, device.practice, today + timedelta(days=step)))
        self._lent[device.id] = version, today

    def note(self, connection: Connection, device: Device, fact: Fact, at: datetime) -> set[str]:
        """Counts a walk-in or takes slots back; the flags of the record."""
        match fact:
            case Arrived() if _counts(fact):
                day = at.astimezone(self._rules_in_force(connection)[1]).date()
                return self._spend(connection, device, day)
            case LeaseReturned():
                return self._take_back(connection, device, fact)
            case _:
                return set()

    def set_capacity(self, site: str, practice: bool, day: date, slots: int) -> None:
        """Another number of walk-ins for a day; what is lent already stays lent."""
        pool = _Pool(site, practice, day)
        row = {"site": site, "practice": practice, "day": day, "lane": _LANE.value}
        own = [capacities.c[name] == value for name, value in row.items()]
        with self._database.write() as connection:
            if connection.execute(update(capacities).where(*own).values(slots=slots)).rowcount == 0:
                connection.execute(insert(capacities).values(**row, slots=slots))
            self._spread(connection, pool)

    def capacity(self, connection: Connection, site: str, practice: bool, day: date) -> int:
        """How many walk-ins a day has."""
        own = capacities.c.site == site, capacities.c.practice == practice, capacities.c.day == day
        found: int | None = connection.execute(select(capacities.c.slots).where(*own)).scalar_one_or_none()
        return self._rules_in_force(connection)[2] if found is None else found

    def of_day(
        self, connection: Connection, site: str, practice: bool, day: date
    ) -> "Sequence[Row[tuple[object, ...]]]":
        """The leases of a place and day, with the booth's name."""
        return connection.execute(
            select(leases, devices.c.name, devices.c.letter)
            .join(devices, devices.c.id == leases.c.device_id)
            .where(*_in_pool(_Pool(site, practice, day)))
            .order_by(devices.c.letter, devices.c.enrolled_at)
        ).all()

    def current(self, connection: Connection, device_id: str) -> "Sequence[Row[tuple[object, ...]]]":
        """What a booth holds of today and later."""
        own = leases.c.device_id == device_id, leases.c.day >= self._today()
        return connection.execute(select(leases).where(*own).order_by(leases.c.day)).all()

    def _spend(self, connection: Connection, device: Device, day: date) -> set[str]:
        own = leases.c.device_id == device.id, leases.c.day == day, leases.c.lane == _LANE.value
        row = connection.execute(
            update(leases).where(*own).values(spent=leases.c.spent + 1).returning(leases.c.slots, leases.c.spent)
        ).one_or_none()
        if row is None:  # a booth that no slots were ever lent to works by the profile's number alone
            return set()
        if row.spent == row.slots:
            self._spread(connection, _Pool(device.site, device.practice, day))
        return {OVERRUN} if row.spent > row.slots else set()

    def _take_back(self, connection: Connection, device: Device, fact: LeaseReturned) -> set[str]:
        own = leases.c.id == fact.lease, leases.c.device_id == device.id
        row = connection.execute(select(leases).where(*own)).one_or_none()
        if row is None:
            return {UNKNOWN_LEASE}
        back = max(min(fact.slots, row.slots - row.spent), 0)
        self._change(connection, row, -back, returned=back)
        self._spread(connection, _Pool(row.site, row.practice, row.day))
        return {OVERRUN} if back < fact.slots else set()

    def _spread(self, connection: Connection, pool: _Pool) -> None:
        """Lends what is free: first each booth its share, then more to those that have spent all they had."""
        mine = devices.c.site == pool.site, devices.c.practice == pool.practice, devices.c.revoked_at.is_(None)
        booths = connection.scalars(select(devices.c.id).where(*mine).order_by(devices.c.enrolled_at)).all()
        rows = {row.device_id: row for row in connection.execute(select(leases).where(*_in_pool(pool)))}
        free = self.capacity(connection, pool.site, pool.practice, pool.day) - sum(row.slots for row in rows.values())
        share = (free + sum(row.slots for row in rows.values())) // max(len(booths), 1)
        for booth in booths:
            row = rows.get(booth)
            if row is None:
                lent = max(min(share, free), 0)
                self._lend(connection, pool, booth, lent)
            else:
                spent_all = row.spent >= row.slots
                wanted = max(
                    0 if row.returned else share - row.slots, 1 + free // (2 * len(booths)) if spent_all else 0
                )
                lent = max(min(wanted, free), 0)
                if lent:
                    self._change(connection, row, lent)
            free -= lent

    def _lend(self, connection: Connection, pool: _Pool, booth: str, slots: int) -> None:
        row = {
            "id": secrets.token_hex(16), "device_id": booth, "site": pool.site, "practice": pool.practice,
            "day": pool.day, "lane": _LANE.value, "slots": slots, "returned": 0, "spent": 0, "v": 1,
        }  # fmt: skip
        connection.execute(insert(leases).values(row))
        self._tell(connection, pool.site, booth, cast("str", row["id"]), 1)

    def _change(self, connection: Connection, row: "Row[tuple[object, ...]]", more: int, returned: int = 0) -> None:
        found = row._mapping
        connection.execute(
            update(leases)
            .where(leases.c.id == found["id"])
            .values(slots=leases.c.slots + more, returned=leases.c.returned + returned, v=leases.c.v + 1)
        )
        self._tell(connection, found["site"], found["device_id"], found["id"], found["v"] + 1)

    def _tell(self, connection: Connection, site: str, device_id: str, lease: str, v: int) -> None:
        row = {
            "xid": self._database.transaction_id(connection), "site": site, "type": LEASE, "subject": lease,
            "device_id": device_id, "v": v, "at": self._clock.now(),
        }  # fmt: skip
        connection.execute(insert(changes).values(row))

    def _due(self, device: Device) -> bool:
        known = self._rules
        return device.revoked_at is None and (known is None or self._lent.get(device.id) != (known[0], self._today()))

    def _rules_in_force(self, connection: Connection) -> tuple[int, ZoneInfo, int]:
        """Version, time zone and walk-ins a day; the profile is only read again when there is another one."""
        known = self._rules
        if known is None:
            profile = self._configuration.profile(connection)
            known = self._rules = profile.version, profile.zone, profile.admission.priority_quota
        return known

    def _today(self) -> date:
        """By the zone last read; before that by UTC, which only lends a little earlier or later."""
        now = self._clock.now()
        return (now.astimezone(self._rules[1]) if self._rules else now).date()


def lease_data(row: "Row[tuple[object, ...]]") -> dict[str, object]:
    """A lease as it travels."""
    found = row._mapping
    return cast("dict[str, object]", encode(Lease(found["id"], found["day"], Lane(found["lane"]), found["slots"])))


def _counts(fact: Fact | None) -> bool:
    return isinstance(fact, LeaseReturned) or (isinstance(fact, Arrived) and ArrivalFlag.WALK_IN in fact.flags)


def _in_pool(pool: _Pool) -> tuple[ColumnElement[bool], ...]:
    return (
        leases.c.site == pool.site, leases.c.practice == pool.practice, leases.c.day == pool.day,
        leases.c.lane == _LANE.value,
    )  # fmt: skip
