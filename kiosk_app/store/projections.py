"""What screens and rules read, computed from the facts: in the same transaction as each fact, or all anew."""

import functools
import json
from dataclasses import dataclass
from datetime import date, datetime

from kiosk_app.booth.codec import DecodeError, decode
from kiosk_app.booth.facts import Arrived, Fact, PhotoTaken, Stamp, TurnedAway, from_body, visit_of
from kiosk_app.booth.visits import IllegalTransition, Visit, apply
from kiosk_app.errors import KioskError
from kiosk_app.store.database import Database
from kiosk_app.store.stored import to_text

ARRIVALS = "arrivals"
TURNED_AWAY = "turned_away"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where in the journal a fact stands."""

    seq: int
    record_id: str
    at: datetime
    day: date


def project(database: Database, fact: Fact, placed: Placed) -> None:
    """Brings every projection up to `fact`, inside the caller's transaction; raises IllegalTransition."""
    visit_id = visit_of(fact)
    visit = apply(read_visit(database, visit_id) if visit_id else None, fact, placed.at, placed.seq)
    if visit is not None:
        _write_visit(database, visit, placed.day)
    match fact:
        case Arrived():
            _count(database, placed.day, ARRIVALS, fact.lane.value)
        case TurnedAway():
            _count(database, placed.day, TURNED_AWAY, fact.reason.value)
        case PhotoTaken():
            keep_blob(database, fact, placed)
        case _:
            pass


def read_visit(database: Database, visit_id: str) -> Visit | None:
    """The visit as its facts have left it."""
    row = database.row("SELECT data FROM visits WHERE id = ?", (visit_id,))
    return None if row is None else to_visit(row[0], database)


@functools.lru_cache(maxsize=1024)
def _remembered(text: str) -> Visit:
    return decode(Visit, json.loads(text))


def to_visit(text: str, database: Database) -> Visit:
    """The visit in a row; most rows of a day have not changed since they were last read, and a Visit never changes."""
    try:
        return _remembered(text)
    except (ValueError, DecodeError) as error:
        raise database.damaged() from error


def rebuild(database: Database) -> None:
    """Computes every projection anew from the facts in one transaction; facts and what was sent stay as they are."""
    with database.transaction():
        database.execute("DELETE FROM visits")
        database.execute("DELETE FROM counters")
        rows = database.rows("SELECT seq FROM records ORDER BY seq")
        for (seq,) in rows:
            row = database.row("SELECT id, kind, body, day FROM records WHERE seq = ?", (seq,))
            if row is None:
                raise database.damaged()
            record_id, kind, body, day = row
            fact, stamp = read_body(database, kind, body)
            try:
                project(database, fact, Placed(seq, record_id, stamp.at, date.fromisoformat(day)))
            except (IllegalTransition, ValueError) as error:
                raise database.damaged() from error


def read_body(database: Database, kind: str, body: bytes) -> tuple[Fact, Stamp]:
    """The fact in a stored body; raises KioskError "store-damaged"."""
    try:
        return from_body(kind, json.loads(body))
    except (ValueError, TypeError, DecodeError) as error:
        raise database.damaged() from error


def _write_visit(database: Database, visit: Visit, day: date) -> None:
    database.execute(
        "INSERT INTO visits (arrival_seq, id, day, state, booking, code, person, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (arrival_seq) DO UPDATE SET state = excluded.state, data = excluded.data",
        (
            visit.arrival_seq, visit.id, day.isoformat(), visit.state.value, visit.booking, visit.code, visit.person,
            to_text(visit),
        ),
    )  # fmt: skip


def keep_blob(database: Database, fact: PhotoTaken, placed: Placed) -> None:
    """The photo's row. How far a photo is on its way is known to its row alone: computing anew must not forget it."""
    kept = database.execute(
        "INSERT INTO blobs (sha256, seq, record_id, size) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (sha256) DO UPDATE SET size = excluded.size WHERE seq = excluded.seq",
        (fact.blob, placed.seq, placed.record_id, fact.size),
    )
    if not kept:
        raise KioskError("photo-used", "Another record already names this photo.", "Take the photo again.")


def _count(database: Database, day: date, name: str, key: str) -> None:
    database.execute(
        "INSERT INTO counters VALUES (?, ?, ?, 1) ON CONFLICT (day, name, key) DO UPDATE SET n = n + 1",
        (day.isoformat(), name, key),
    )
