"""Records coming in: each is judged by itself, kept in order, and answered only after it is on disk."""

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError

from kiosk_app.booth.facts import Arrived
from kiosk_app.clock import Clock
from kiosk_app.contract.messages import RecordProblem, RecordResult, ResultStatus, SyncRequest
from kiosk_app.contract.signatures import device_key
from kiosk_app.log import event, where
from kiosk_app.office.arrivals import check_in
from kiosk_app.office.chain_check import ChainView, Judged, head_alarm, judge
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.flagging import CLOCK, CONFLICTS, ID_REUSE, PRACTICE, add_flag, read_body
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import alarms, devices, flags, record_blobs, records
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


_INSERT_RECORD = insert(records)


@dataclass(frozen=True, slots=True)
class _Known:
    """A record that the office holds."""

    pos: int
    device_id: str
    body_sha256: str


class Intake:
    """Takes batches of records. A fact that happened is never refused; what was not written by the booth is."""

    def __init__(self, database: OfficeDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, device: Device, request: SyncRequest) -> list[RecordResult]:
        """One result for each record, in order of seq, durable when this returns. Raises ProblemError 409 `epoch-conflict`."""
        key = device_key(device.public_key)
        judged = [judge(message, request.epoch, key) for message in sorted(request.records, key=lambda one: one.seq)]
        with self._database.write() as connection:
            results = _Batch(connection, device, request, self._clock.now(), judged).take()
        if results is None:
            raise ProblemError(
                409, "epoch-conflict", "Another record has this place in the journal: start a new epoch and send again."
            )
        return results


def safe_position(connection: Connection) -> int:
    """Up to where records are safe at the office. This office keeps them on one disk, so that is the last one committed."""
    return connection.execute(select(func.max(records.c.pos))).scalar_one() or 0


class _Batch:
    """One message being taken, in one transaction."""

    def __init__(
        self, connection: Connection, device: Device, request: SyncRequest, now: datetime, judged: list[Judged]
    ) -> None:
        self._connection = connection
        self._device = device
        self._request = request
        self._now = now
        self._judged = judged
        self._chain = ChainView(connection, device.id, request.epoch, judged)
        rows = connection.execute(
            select(records.c.id, records.c.pos, records.c.device_id, records.c.body_sha256).where(
                records.c.id.in_([one.message.id for one in judged])
            )
        )
        self._known = {row.id: _Known(row.pos, row.device_id, row.body_sha256) for row in rows}

    def take(self) -> list[RecordResult] | None:
        """One result for each record; None for a batch of a journal that goes another way than the one the office knows."""
        conflict = self._chain.conflict()
        if conflict is not None:
            self._alarm("epoch-conflict", conflict.id, conflict.seq)
            return None
        self._note_report()
        results: list[RecordResult] = []
        waiting: set[str] = set()
        for one in self._judged:
            applicant = one.message.applicant_key
            if applicant and applicant in waiting:
                results.append(_result(one, ResultStatus.RETRY, problem="earlier-record-waits"))
                continue
            try:
                with self._connection.begin_nested():
                    result = self._take_one(one)
            except (DataError, IntegrityError) as error:
                # Only what concerns this row. A full disk or a lost connection undoes the whole batch: nobody gets an answer.
                fields = {"kind": one.message.kind, "seq": one.message.seq}
                event(_log, "record-waits", logging.ERROR, error=where(error), **fields)
                self._chain.forget(one.link)
                waiting.add(applicant)
                result = _result(one, ResultStatus.RETRY, problem="store")
            results.append(result)
        return results

    def _take_one(self, one: Judged) -> RecordResult:
        message, device = one.message, self._device
        if one.problem:
            return self._reject(one, one.problem)
        known = self._known.get(message.id)
        if known is not None and (known.device_id != device.id or known.body_sha256 != message.body_sha256):
            add_flag(self._connection, message.id, ID_REUSE, self._now)
            return self._reject(one, ID_REUSE)
        if known is not None and self._chain.holds(one.link):
            return self._duplicate(one, known)
        if self._chain.contradicts(one.link):
            return self._reject(one, "chain-broken")
        self._chain.keep(one.link)
        if known is not None:  # sent again under a new epoch
            return self._duplicate(one, known)
        return self._keep(one)

    def _duplicate(self, one: Judged, known: _Known) -> RecordResult:
        """With what was found meanwhile: the first answer may have been lost, or another booth's record came in since."""
        marks = select(flags.c.flag).where(flags.c.record_id == one.message.id, flags.c.flag.in_(CONFLICTS))
        conflict = self._connection.scalars(marks.order_by(flags.c.flag)).first()
        return _result(one, ResultStatus.DUPLICATE, known.pos, conflict or "")

    def _keep(self, one: Judged) -> RecordResult:
        message, device, now = one.message, self._device, self._now
        reading = read_body(message.kind, message.schema_, one.body)
        stamp = reading.stamp
        reckoning = reckon(stamp, self._request.clock, now) if stamp is not None else Reckoning(now, False, False)
        row = {
            "id": message.id, "device_id": device.id, "epoch": one.link.epoch, "seq": message.seq,
            "applicant_key": message.applicant_key, "kind": message.kind, "schema": message.schema_, "body": one.body,
            "body_sha256": message.body_sha256, "sig": one.signature, "received_at": now,
            "stamped_at": stamp.at if stamp is not None else None, "happened_at": reckoning.happened_at,
            "clock_trusted": reckoning.trusted,
        }  # fmt: skip
        pos = _position(self._connection.execute(_INSERT_RECORD, row).inserted_primary_key)
        blobs = [{"record_id": message.id, "sha256": blob} for blob in sorted(set(message.blobs))]
        if blobs:
            self._connection.execute(insert(record_blobs), blobs)
        found = set(reading.flags)
        found |= {CLOCK} if reckoning.suspect else set()
        found |= {PRACTICE} if device.practice else set()
        if isinstance(reading.fact, Arrived):
            found |= check_in(self._connection, device, message.id, reading.fact, reckoning, now)
        for flag in sorted(found):
            add_flag(self._connection, message.id, flag, now)
        self._known[message.id] = _Known(pos, device.id, message.body_sha256)
        conflicts = sorted(found & CONFLICTS)
        status = ResultStatus.CONFLICT if conflicts else ResultStatus.ACCEPTED
        return _result(one, status, pos, conflicts[0] if conflicts else "")

    def _note_report(self) -> None:
        """What the booth says of itself: for the office's list of booths, and to see a journal that went back."""
        request = self._request
        alarm = head_alarm(self._connection, self._device.id, request.epoch, request.queue, request.clock)
        if alarm:
            self._alarm(alarm, "", request.queue.head_seq)
        health = {k: v for k, v in request.health.items() if not isinstance(v, float) or math.isfinite(v)}
        report = {
            "app": request.app,
            "clock": request.clock.model_dump(mode="json"),
            "queue": request.queue.model_dump(mode="json"),
            "health": health,
        }
        connection, own = self._connection, devices.c.id == self._device.id
        connection.execute(
            update(devices).where(own).values(seen_at=self._now, report=json.dumps(report, sort_keys=True))
        )

    def _reject(self, one: Judged, problem: str) -> RecordResult:
        """The record is not kept, but that it was offered is: somebody should look at this booth."""
        self._alarm(problem, one.message.id, one.message.seq)
        return _result(one, ResultStatus.REJECTED, problem=problem)

    def _alarm(self, problem: str, record_id: str, seq: int) -> None:
        row = {
            "device_id": self._device.id, "type": problem, "record_id": record_id, "epoch": self._request.epoch,
            "seq": seq,
        }  # fmt: skip
        known = select(alarms.c.pos).where(*(alarms.c[name] == value for name, value in row.items()))
        if self._connection.execute(known).first() is None:
            self._connection.execute(insert(alarms).values(**row, at=self._now))
            event(_log, "booth-alarm", logging.WARNING, fault=problem, seq=seq)


def _position(key: Sequence[object] | None) -> int:
    if key is None or not isinstance(key[0], int):
        raise RuntimeError("The database gave a new record no position.")
    return key[0]


def _result(one: Judged, status: ResultStatus, pos: int | None = None, problem: str = "") -> RecordResult:
    told = RecordProblem(type=problem, detail=_DETAILS.get(problem, "")) if problem else None
    return RecordResult(id=one.message.id, status=status, pos=pos, problem=told)
