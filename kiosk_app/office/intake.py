"""Records coming in: each is judged by itself, kept in order, and answered only after it is on disk."""

import json
import logging
import math
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.exc import DataError, IntegrityError

from kiosk_app.booth.facts import Arrived
from kiosk_app.clock import Clock
from kiosk_app.contract.messages import RecordResult, ResultStatus, SyncRequest
from kiosk_app.contract.signatures import device_key
from kiosk_app.log import event, where
from kiosk_app.office.arrivals import booking_keys
from kiosk_app.office.batch import Batch, Context, TurnsTooFewError, told
from kiosk_app.office.chain_check import Judged, judge
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.devices import Device
from kiosk_app.office.heads import ROLLBACK, note_head
from kiosk_app.office.leasing import LeaseBook
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.tables import devices

_log = logging.getLogger("office")


class Intake:
    """Takes batches of records. A fact that happened is never refused; what was not written by the booth is."""

    def __init__(self, database: OfficeDatabase, leases: LeaseBook, clock: Clock) -> None:
        self._database = database
        self._leases = leases
        self._clock = clock

    def take(self, device: Device, request: SyncRequest) -> list[RecordResult]:
        """One result for each record, in order of seq, durable when this returns. Raises ProblemError 409 `epoch-conflict`."""
        key = device_key(device.public_key)
        offered = [judge(message, request.epoch, key) for message in sorted(request.records, key=lambda one: one.seq)]
        now = self._clock.now()
        turns = self._turns(device, offered)
        try:
            with self._database.write(turns) as connection:
                results = _Message(self._context(connection, device, request, now)).take(offered, turns)
        except TurnsTooFewError:  # a booking came in since they were looked up
            with self._database.write() as connection:
                results = _Message(self._context(connection, device, request, now)).take(offered, None)
        if results is None:
            raise ProblemError(
                409, "epoch-conflict", "Another record has this place in the journal: start a new epoch and send again."
            )
        return results

    def _context(self, connection: Connection, device: Device, request: SyncRequest, now: datetime) -> Context:
        return Context(self._database, connection, device, request, now, self._leases)

    def _turns(self, device: Device, offered: Sequence[Judged]) -> set[str] | None:
        """What nobody else may change meanwhile: the booth's chain, the bookings that are named, the place's walk-in slots."""
        if self._database.sqlite:
            return None
        facts = [one.reading.fact for one in offered]
        turns = {device.id}
        if any(isinstance(fact, Arrived) for fact in facts):
            with self._database.read() as connection:
                turns |= booking_keys(connection, facts)
        if self._leases.concerned(device, facts):
            turns.add(self._leases.turn(device))
        return turns


class _Message:
    """One message being taken, in one transaction."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(self, offered: Sequence[Judged], turns: set[str] | None) -> list[RecordResult] | None:
        """One result for each record; None for a batch of a journal that goes another way than the one the office knows."""
        context = self._context
        for finding in note_head(
            context.connection, context.device.id, context.request.epoch, context.request.queue, context.request.clock
        ):
            context.alarm(finding.type, "", finding.seq, finding.detail)
        batch = Batch(context, offered)
        conflict = batch.conflict()
        if conflict is not None:
            context.alarm("epoch-conflict", conflict.id, conflict.seq)
            context.alarm(ROLLBACK, conflict.id, conflict.seq, "Another record has come in at this place before.")
            return None
        if turns is not None and not batch.names() <= turns:
            raise TurnsTooFewError
        self._note_report()
        context.lent.ensure(context.connection, context.device)
        try:
            with context.connection.begin_nested():
                return batch.take()
        except (DataError, IntegrityError):
            return self._one_by_one(offered)

    def _one_by_one(self, offered: Sequence[Judged]) -> list[RecordResult]:
        """Only what concerns one row. A full disk or a lost connection undoes the whole message: nobody gets an answer."""
        results: list[RecordResult] = []
        waiting: set[str] = set()
        for one in offered:
            applicant = one.message.applicant_key
            if applicant and applicant in waiting:
                results.append(told(one, ResultStatus.RETRY, problem="earlier-record-waits"))
                continue
            try:
                with self._context.connection.begin_nested():
                    results += Batch(self._context, [one]).take()
            except (DataError, IntegrityError) as error:
                fields = {"kind": one.message.kind, "seq": one.message.seq}
                event(_log, "record-waits", logging.ERROR, error=where(error), **fields)
                waiting.add(applicant)
                results.append(told(one, ResultStatus.RETRY, problem="store"))
        return results

    def _note_report(self) -> None:
        """What the booth says of itself, for the office's list of booths."""
        context, request = self._context, self._context.request
        health = {k: v for k, v in request.health.items() if not isinstance(v, float) or math.isfinite(v)}
        report = {
            "app": request.app,
            "clock": request.clock.model_dump(mode="json"),
            "queue": request.queue.model_dump(mode="json"),
            "health": health,
        }
        own = devices.c.id == context.device.id
        values = {"seen_at": context.now, "report": json.dumps(report, sort_keys=True)}
        context.connection.execute(update(devices).where(own).values(**values))
