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
from kiosk_app.office.chain_check import Judged, chain_problem, epoch_conflict, head_alarm, judge, keep_link
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.flagging import CLOCK, CONFLICTS, ID_REUSE, PRACTICE, add_flag, check_in, read_body
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import alarms, devices, links, record_blobs, records
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


@dataclass(frozen=True, slots=True)
class Batch:
    """What all records of one message share."""

    device: Device
    request: SyncRequest
    received_at: datetime


class Intake:
    """Takes batches of records. A fact that happened is never refused; what was not written by the booth is."""

    def __init__(self, database: OfficeDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, device: Device, request: SyncRequest) -> list[RecordResult]:
        """One result for each record, in order of seq, durable when this returns. Raises ProblemError 409 `epoch-conflict`."""
        key = device_key(device.public_key)
        batch = Batch(device, request, self._clock.now())
        judged = [judge(message, request.epoch, key) for message in sorted(request.records, key=lambda one: one.seq)]
        sound = [one for one in judged if not one.problem]
        with self._database.write() as connection:
            conflict = epoch_conflict(connection, device.id, request.epoch, sound)
            if conflict is not None:
                _alarm(connection, batch, "epoch-conflict", conflict.id, conflict.seq)
                results = None
            else:
                self._note_report(connection, batch)
                results = self._take_each(connection, batch, judged)
        if results is None:
            raise ProblemError(
                409, "epoch-conflict", "Another record has this place in the journal: start a new epoch and send again."
            )
        return results

    def _take_each(self, connection: Connection, batch: Batch, judged: list[Judged]) -> list[RecordResult]:
        results: list[RecordResult] = []
        waiting: set[str] = set()
        for one in judged:
            applicant = one.message.applicant_key
            if applicant and applicant in waiting:
                results.append(_result(one, ResultStatus.RETRY, problem="earlier-record-waits"))
                continue
            try:
                with connection.begin_nested():
                    results.append(_take_one(connection, batch, one))
            except (DataError, IntegrityError) as error:
                # Only what concerns this row. A full disk or a lost connection undoes the whole batch: nobody gets an answer.
                event(
                    _log, "record-waits", logging.ERROR, error=where(error), kind=one.message.kind, seq=one.message.seq
                )
                waiting.add(applicant)
                results.append(_result(one, ResultStatus.RETRY, problem="store"))
        return results

    def _note_report(self, connection: Connection, batch: Batch) -> None:
        request = batch.request
        alarm = head_alarm(connection, batch.device.id, request.epoch, request.queue, request.clock)
        if alarm:
            _alarm(connection, batch, alarm, "", request.queue.head_seq)
        health = {k: v for k, v in request.health.items() if not isinstance(v, float) or math.isfinite(v)}
        report = {
            "app": request.app,
            "clock": request.clock.model_dump(mode="json"),
            "queue": request.queue.model_dump(mode="json"),
            "health": health,
        }
        connection.execute(
            update(devices)
            .where(devices.c.id == batch.device.id)
            .values(seen_at=batch.received_at, report=json.dumps(report, sort_keys=True))
        )


def safe_position(connection: Connection) -> int:
    """Up to where records are safe at the office. This office keeps them on one disk, so that is the last one committed."""
    return connection.execute(select(func.max(records.c.pos))).scalar_one() or 0


def _take_one(connection: Connection, batch: Batch, one: Judged) -> RecordResult:
    message, device = one.message, batch.device
    if one.problem:
        return _reject(connection, batch, one, one.problem)
    known = connection.execute(
        select(records.c.pos, records.c.device_id, records.c.body_sha256).where(records.c.id == message.id)
    ).one_or_none()
    if known is not None and (known.device_id != device.id or known.body_sha256 != message.body_sha256):
        add_flag(connection, message.id, ID_REUSE, batch.received_at)
        return _reject(connection, batch, one, ID_REUSE)
    if known is not None and _has_link(connection, batch, one):
        return _result(one, ResultStatus.DUPLICATE, known.pos)
    if chain_problem(connection, device.id, one.link):
        return _reject(connection, batch, one, "chain-broken")
    keep_link(connection, device.id, one.link)
    if known is not None:  # sent again under a new epoch
        return _result(one, ResultStatus.DUPLICATE, known.pos)
    return _keep(connection, batch, one)


def _keep(connection: Connection, batch: Batch, one: Judged) -> RecordResult:
    message, device, now = one.message, batch.device, batch.received_at
    reading = read_body(message.kind, message.schema_, one.body)
    reckoning = Reckoning(now, False, False)
    if reading.stamp is not None:
        reckoning = reckon(reading.stamp, batch.request.clock, now)
    inserted = connection.execute(
        insert(records).values(
            id=message.id, device_id=device.id, epoch=one.link.epoch, seq=message.seq,
            applicant_key=message.applicant_key, kind=message.kind, schema=message.schema_, body=one.body,
            body_sha256=message.body_sha256, sig=one.signature, received_at=now,
            stamped_at=reading.stamp.at if reading.stamp is not None else None, happened_at=reckoning.happened_at,
            clock_trusted=reckoning.trusted,
        )
    )  # fmt: skip
    for blob in set(message.blobs):
        connection.execute(insert(record_blobs).values(record_id=message.id, sha256=blob))
    found = set(reading.flags)
    found |= {CLOCK} if reckoning.suspect else set()
    found |= {PRACTICE} if device.practice else set()
    if isinstance(reading.fact, Arrived):
        found |= check_in(connection, device, message.id, reading.fact, reckoning, now)
    for flag in sorted(found):
        add_flag(connection, message.id, flag, now)
    conflicts = sorted(found & CONFLICTS)
    status = ResultStatus.CONFLICT if conflicts else ResultStatus.ACCEPTED
    return _result(one, status, _position(inserted.inserted_primary_key), conflicts[0] if conflicts else "")


def _position(key: Sequence[object] | None) -> int:
    if key is None or not isinstance(key[0], int):
        raise RuntimeError("The database gave a new record no position.")
    return key[0]


def _has_link(connection: Connection, batch: Batch, one: Judged) -> bool:
    place = links.c.device_id == batch.device.id, links.c.epoch == one.link.epoch, links.c.seq == one.link.seq
    return connection.execute(select(links.c.seq).where(*place)).first() is not None


def _reject(connection: Connection, batch: Batch, one: Judged, problem: str) -> RecordResult:
    """The record is not kept, but that it was offered is: somebody should look at this booth."""
    _alarm(connection, batch, problem, one.message.id, one.message.seq)
    return _result(one, ResultStatus.REJECTED, problem=problem)


def _alarm(connection: Connection, batch: Batch, problem: str, record_id: str, seq: int) -> None:
    row = {
        "device_id": batch.device.id, "type": problem, "record_id": record_id, "epoch": batch.request.epoch, "seq": seq,
    }  # fmt: skip
    known = select(alarms.c.pos).where(*(alarms.c[name] == value for name, value in row.items()))
    if connection.execute(known).first() is None:
        connection.execute(insert(alarms).values(**row, at=batch.received_at))
        event(_log, "booth-alarm", logging.WARNING, fault=problem, seq=seq)


def _result(one: Judged, status: ResultStatus, pos: int | None = None, problem: str = "") -> RecordResult:
    told = RecordProblem(type=problem, detail=_DETAILS.get(problem, "")) if problem else None
    return RecordResult(id=one.message.id, status=status, pos=pos, problem=told)
