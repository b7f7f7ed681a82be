"""What the office's people look through: alarms of booths, and who did what, at the booths and at the office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from kiosk_app.booth.audit import (
    AUDIT_FACTS,
    Exported,
    LeaseReturned,
    LockedOut,
    Overridden,
    Purged,
    Unlocked,
    Viewed,
)
from kiosk_app.booth.facts import Fact, LoggedIn, LoggedOut, LoginFailed, PhotoTaken
from kiosk_app.office.deeds import list_deeds
from kiosk_app.office.flagging import read_body
from kiosk_app.office.tables import alarms, devices, records

_KINDS = [kind.KIND for kind in (LoggedIn, LoginFailed, LoggedOut, PhotoTaken, *AUDIT_FACTS)]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What should never happen at a booth; `record` is "" where the whole journal is meant."""

    pos: int
    booth: str
    device_id: str
    type: str
    record: str
    epoch: str
    seq: int
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Who did what: at a booth, or ("" for booth) at the office itself. `ref` is a random id, `detail` a key or a count."""

    at: datetime
    booth: str
    who: str
    what: str
    ref: str
    detail: str


def list_alarms(connection: Connection, booth: str = "", limit: int = 1000) -> list[Alarm]:
    """The newest `limit`, in the order in which they were found; of one booth by its name or id."""
    wanted = (
        select(alarms, devices.c.name).join(devices, devices.c.id == alarms.c.device_id).order_by(alarms.c.pos.desc())
    )
    if booth:
        wanted = wanted.where((devices.c.name == booth) | (devices.c.id == booth))
    return [
        Alarm(row.pos, row.name, row.device_id, row.type, row.record_id, row.epoch, row.seq, row.detail, row.at)
        for row in reversed(connection.execute(wanted.limit(limit)).all())
    ]


def list_acts(connection: Connection, since: datetime | None = None, booth: str = "") -> list[Act]:
    """Who logged in, captured, saw, overrode, unlocked or exported at the booths, and what was done at the office.

    By time, and of one moment as it came in.
    """
    wanted = (
        select(records.c.id, records.c.kind, records.c.schema, records.c.body, records.c.happened_at, devices.c.name)
        .join(devices, devices.c.id == records.c.device_id)
        .where(records.c.kind.in_(_KINDS))
        .order_by(records.c.pos)
    )
    if since is not None:
        wanted = wanted.where(records.c.happened_at >= since)
    if booth:
        wanted = wanted.where((devices.c.name == booth) | (devices.c.id == booth))
    found = list(_of_booths(connection, wanted))
    if not booth:
        found += [Act(deed.at, "", deed.who, deed.what, deed.ref, "") for deed in list_deeds(connection, since)]
    return sorted(found, key=lambda act: act.at)


def _of_booths(connection: Connection, wanted: Select[Any]) -> Iterator[Act]:
    for row in connection.execute(wanted):
        fact = read_body(row.kind, row.schema, row.body).fact
        if fact is not None:
            who, ref, detail = _told(fact, row.id)
            yield Act(row.happened_at, row.name, who, row.kind, ref, detail)


def _told(fact: Fact, record_id: str) -> tuple[str, str, str]:
    """Who, on what, and how: never what the fact may say of an applicant."""
    return getattr(fact, "officer", ""), _ref(fact, record_id), _how(fact)


def _ref(fact: Fact, record_id: str) -> str:
    match fact:
        case PhotoTaken():
            return record_id
        case Viewed() | Exported():
            return fact.ref
        case Overridden():
            return fact.visit
        case LeaseReturned():
            return fact.lease
        case _:
            return ""


def _how(fact: Fact) -> str:
    match fact:
        case PhotoTaken():
            return fact.override_reason or ("automatic" if fact.automatic else "by hand")
        case Viewed():
            return fact.what.value
        case Overridden():
            return ", approved by ".join(filter(None, (f"{fact.rule}: {fact.reason}", fact.approved_by)))
        case Unlocked():
            return f"officer {fact.subject}"
        case LoggedIn():
            return fact.role
        case LoggedOut():
            return fact.reason
        case _:
            return _how_many(fact)


def _how_many(fact: Fact) -> str:
    match fact:
        case LockedOut():
            return f"{fact.failures} wrong PINs"
        case Exported():
            return f"{fact.what.value}: {fact.records} records, {fact.photos} photos"
        case Purged():
            return f"{fact.records} records, {fact.photos} photos"
        case LeaseReturned():
            return f"{fact.slots} slots"
        case _:
            return ""
