"""What the office notes about a record that it keeps: conflicts that an officer decides, and things worth knowing."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from kiosk_app.booth.codec import DecodeError
from kiosk_app.booth.facts import FACTS, Fact, Stamp, from_body
from kiosk_app.contract.messages import SCHEMA_MAX, SCHEMA_MIN
from kiosk_app.office.tables import flags

DUPLICATE, AFTER_CANCEL, BEFORE_CANCEL = "duplicate-checkin", "checked-in-after-cancel", "cancelled-after-checkin"
CLOCK, KIND, SCHEMA, BODY = "clock-suspect", "unknown-kind", "unknown-schema", "body-unreadable"
UNMATCHED, PRACTICE, ID_REUSE = "booking-unknown", "practice", "id-reuse"
# These are answered as "conflict": the booth's staff should know, and an officer at the office decides.
CONFLICTS = frozenset({DUPLICATE, AFTER_CANCEL, BEFORE_CANCEL})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the office understands of a body; all may be missing, and the record is kept all the same."""

    fact: Fact | None
    stamp: Stamp | None
    flags: frozenset[str]


def read_body(kind: str, schema: int, body: bytes) -> Reading:
    """The fact and its stamp, or the flag that says why there is none."""
    if not SCHEMA_MIN <= schema <= SCHEMA_MAX:
        return Reading(None, None, frozenset({SCHEMA}))
    if kind not in FACTS:
        return Reading(None, None, frozenset({KIND}))
    try:
        value = json.loads(body)
        if not isinstance(value, dict):
            raise DecodeError("body", "must be an object")
        fact, stamp = from_body(kind, value)
        _check_times(stamp.at, getattr(fact, "slot", None))
    except (ValueError, RecursionError, DecodeError):
        return Reading(None, None, frozenset({BODY}))
    return Reading(fact, stamp, frozenset())


def _check_times(*times: datetime | None) -> None:
    """Times that no calendar of ours reaches would overflow when they are brought to UTC."""
    if any(time is not None and not 2000 <= time.year <= 2200 for time in times):
        raise ValueError("year")


def add_flag(connection: Connection, record_id: str, flag: str, at: datetime) -> None:
    """Puts a flag on a record, once."""
    known = select(flags.c.flag).where(flags.c.record_id == record_id, flags.c.flag == flag)
    if connection.execute(known).first() is None:
        connection.execute(insert(flags).values(record_id=record_id, flag=flag, at=at))
