"""The records of one message: first every one is judged against what the office holds, then all are written at once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from kiosk_app.booth.facts import Arrived
from kiosk_app.contract.messages import RecordMessage, RecordProblem, RecordResult, ResultStatus, SyncRequest
from kiosk_app.log import event
from kiosk_app.office.arrivals import CheckIns
from kiosk_app.office.chain_check import ChainView, Judged
from kiosk_app.office.conflicts import mark_conflicts
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.flagging import CLOCK, CONFLICTS, ID_REUSE, PRACTICE, add_flag
from kiosk_app.office.heads import FORK, Head, heads_of, note_head
from kiosk_app.office.leasing import LeaseBook
from kiosk_app.office.tables import alarms, flags, record_blobs, records
from kiosk_app.office.timing import Reckoning, reckon

_log = logging.getLogger("office")
_DETAILS = {
    "bad-signature": "The booth's key did not sign this record.",
    "body-hash": "The body is not the one that was hashed.",
    "body-malformed": "The body or the signature is not base64.",
    "chain-broken": "The record does not fit its neighbours in the booth's chain.",
    "id-reuse": "Another record has this id.",
    "earlier-record-waits": "An earlier record of the same visit could not be stored.",
    "store": "The office could not store this record now.",
    "duplicate-checkin": "The booking has been used at another booth or before.",
    "checked-in-after-cancel": "The booking had been cancelled or moved.",
    "cancelled-after-checkin": "The booking was cancelled or moved after this arrival.",
}


_KNOWN = select(records.c.id, records.c.pos, records.c.device_id, records.c.body_sha256).where(
    records.c.id.in_(bindparam("ids", expanding=True))
)


class TurnsTooFewError(Exception):
    """The message names more than its turn was taken for."""


@dataclass(frozen=True, slots=True)
class Context:
    """What all records of a message share."""

    database: OfficeDatabase
    connection: Connection
    device: Device
    request: SyncRequest
    now: datetime
    lent: LeaseBook

    def alarm(self, problem: str, record_id: str, seq: int, detail: str = "") -> None:
        """Notes, once, what should never happen: somebody should look at this booth."""
        row = {
            "device_id": self.device.id, "type": problem, "record_id": record_id, "epoch": self.request.epoch,
            "seq": seq,
        }  # fmt: skip
        known = select(alarms.c.pos).where(*(alarms.c[name] == value for name, value in row.items()))
        if self.connection.execute(known).first() is None:
            self.connection.execute(insert(alarms).values(**row, detail=detail, at=self.now))
            event(_log, "booth-alarm", logging.WARNING, fault=problem, seq=seq)


@dataclass(frozen=True, slots=True)
class _Known:
    """A record that the office holds; `pos` is None while it is one of this very message."""

    pos: int | None
    device_id: str
    body_sha256: str


@dataclass(frozen=True, slots=True)
class _Verdict:
    one: Judged
    status: ResultStatus
    problem: str = ""


class Batch:
    """Records in order of seq. Reads a few times for all of them, not for each."""

    def __init__(self, context: Context, offered: Sequence[Judged]) -> None:
        self._context = context
        self._offered = offered
        connection, device = context.connection, context.device
        self._chain = ChainView(
            context.database, connection, device.id, context.request.epoch, offered, context.request.queue.head_seq
        )
        self._there = self._chain.link_at(context.request.queue.head_seq)
        rows = connection.execute(_KNOWN, {"ids": [one.message.id for one in offered]}) if offered else ()
        self._known = {row.id: _Known(row.pos, row.device_id, row.body_sha256) for row in rows}
        self._arrivals = CheckIns(connection, device, [one.reading.fact for one in offered])
        self._records: list[dict[str, object]] = []
        self._blobs: list[dict[str, object]] = []
        self._flags: list[tuple[str, str]] = []
        self._conflicts: list[tuple[str, str]] = []

    def conflict(self) -> RecordMessage | None:
        """The first record whose place in the chain belongs to another."""
        return self._chain.conflict()

    def names(self) -> set[str]:
        """The bookings that it reads and may flag."""
        return self._arrivals.names()

    def take(self) -> list[RecordResult]:
        """One result for each record."""
        verdicts = [self._judge(one) for one in self._offered]
        positions = self._write()
        return [
            told(verdict.one, verdict.status, self._position(verdict, positions), verdict.problem)
            for verdict in verdicts
        ]

    def _judge(self, one: Judged) -> _Verdict:
        message, device = one.message, self._context.device
        if one.problem:
            return self._reject(one, one.problem)
        known = self._known.get(message.id)
        if known is not None and (known.device_id != device.id or known.body_sha256 != message.body_sha256):
            add_flag(self._context.connection, message.id, ID_REUSE, self._context.now)
            return self._reject(one, ID_REUSE)
        if known is not None and self._chain.holds(one):
            if self._chain.differs(one):
                self._context.alarm(FORK, message.id, message.seq, "The same record came with another past.")
            return self._duplicate(one)
        if self._chain.contradicts(one):
            return self._reject(one, "chain-broken")
        self._chain.keep(one)
        if known is not None:  # sent again under a new epoch
            return self._duplicate(one)
        return self._accept(one)

    def _duplicate(self, one: Judged) -> _Verdict:
        """With what was found meanwhile: the first answer may have been lost, or another booth's record came in since."""
        marks = select(flags.c.flag).where(flags.c.record_id == one.message.id, flags.c.flag.in_(CONFLICTS))
        conflict = self._context.connection.scalars(marks.order_by(flags.c.flag)).first()
        return _Verdict(one, ResultStatus.DUPLICATE, conflict or "")

    def _accept(self, one: Judged) -> _Verdict:
        message, context = one.message, self._context
        stamp = one.reading.stamp
        now = context.now
        reckoning = reckon(stamp, context.request.clock, now) if stamp is not None else Reckoning(now, False, False)
        self._records.append(
            {
                "id": message.id, "device_id": context.device.id, "epoch": one.link.epoch, "seq": message.seq,
                "applicant_key": message.applicant_key, "kind": message.kind, "schema": message.schema_,
                "body": one.body, "body_sha256": message.body_sha256, "sig": one.signature, "received_at": now,
                "stamped_at": stamp.at if stamp is not None else None, "happened_at": reckoning.happened_at,
                "clock_trusted": reckoning.trusted,
            }
        )  # fmt: skip
        self._blobs += [{"record_id": message.id, "sha256": blob} for blob in sorted(set(message.blobs))]
        found = set(one.reading.flags)
        found |= {CLOCK} if reckoning.suspect else set()
        found |= {PRACTICE} if context.device.practice else set()
        if isinstance(one.reading.fact, Arrived):
            found |= self._arrivals.check_in(message.id, one.reading.fact, reckoning)
        if one.reading.fact is not None and stamp is not None:
            found |= context.lent.note(context.connection, context.device, one.reading.fact, stamp.at)
        self._flags += [(message.id, flag) for flag in sorted(found - CONFLICTS)]
        self._conflicts += [(message.id, flag) for flag in sorted(found & CONFLICTS)]
        self._known[message.id] = _Known(None, context.device.id, message.body_sha256)
        conflicts = sorted(found & CONFLICTS)
        return _Verdict(one, ResultStatus.CONFLICT if conflicts else ResultStatus.ACCEPTED, (*conflicts, "")[0])

    def _write(self) -> dict[str, int]:
        """Everything that was accepted; the positions by id."""
        connection, context = self._context.connection, self._context
        started = context.request.queue.epoch_from
        if self._chain.strays(started):
            context.alarm(FORK, "", started, "A new epoch does not go on from any record that came in.")
        self._note_head(self._chain.write())
        many = context.database.insert_many
        positions = {row.id: row.pos for row in many(connection, records, self._records, records.c.id, records.c.pos)}
        many(connection, record_blobs, self._blobs)
        self._arrivals.keep(context.database)
        fresh = [{"record_id": name, "flag": flag, "at": context.now} for name, flag in self._flags]
        many(connection, flags, fresh)
        mark_conflicts(context.database, connection, [*self._conflicts, *self._arrivals.marks], context.now)
        return positions

    def _note_head(self, links: int) -> None:
        context, request = self._context, self._context.request
        said = Head(context.device.id, request.epoch, request.queue, request.clock, self._there)
        for finding in note_head(context.connection, said, heads_of(context.connection, context.device.id), links):
            context.alarm(finding.type, "", finding.seq, finding.detail)

    def _position(self, verdict: _Verdict, positions: dict[str, int]) -> int | None:
        if verdict.status is ResultStatus.REJECTED:
            return None
        known = self._known[verdict.one.message.id]
        return known.pos if known.pos is not None else positions[verdict.one.message.id]

    def _reject(self, one: Judged, problem: str) -> _Verdict:
        """The record is not kept, but that it was offered is."""
        self._context.alarm(problem, one.message.id, one.message.seq)
        return _Verdict(one, ResultStatus.REJECTED, problem)


def told(one: Judged, status: ResultStatus, pos: int | None = None, problem: str = "") -> RecordResult:
    """The answer for one record."""
    said = RecordProblem(type=problem, detail=_DETAILS.get(problem, "")) if problem else None
    return RecordResult(id=one.message.id, status=status, pos=pos, problem=said)
