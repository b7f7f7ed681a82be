"""Records coming in: each is judged by itself, kept in order, and answered only after it is on disk."""

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, update
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
from kiosk_app.office.heads import ROLLBACK
from kiosk_app.office.leasing import LeaseBook
from kiosk_app.office.problems import ProblemError
from kiosk_app.office.standing import Standing, read_standing
from kiosk_app.office.tables import devices

_log = logging.getLogger("office")


_SEEN = (
    update(devices)
    .where(devices.c.id == bindparam("own"))
    .values(seen_at=bindparam("seen_at"), report=bindparam("report"))
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a message is answered with."""

    results: list[RecordResult]
    standing: Standing


class Intake:
    """Takes batches of records. A fact that happened is never refused; what was not written by the booth is."""

    def __init__(self, database: OfficeDatabase, leases: LeaseBook, clock: Clock) -> None:
        self._database = database
        self._leases = leases
        self._clock = clock

    def take(self, device: Device, request: SyncRequest) -> Taken:
        """One result for each record, in order of seq, durable when this returns. Raises ProblemError 409 `epoch-conflict`."""
        key = device_key(device.public_key)
        offered = [judge(message, request.epoch, key) for message in sorted(request.records, key=lambda one: one.seq)]
        turns = self._turns(device, offered)
        try:
            taken = self._take(device, request, offered, turns, at_once=True)
        except TurnsTooFewError:  # a booking came in since they were looked up
            taken = self._take(device, request, offered, None, at_once=True)
        except (DataError, IntegrityError):  # one row does not fit: which one only shows when each is taken by itself
            taken = self._take(device, request, offered, None, at_once=False)
        if taken is None:
            raise ProblemError(
                409, "epoch-conflict", "Another record has this place in the journal: start a new epoch and send again."
            )
        return taken

    def _take(
        self, device: Device, request: SyncRequest, offered: list[Judged], turns: set[str] | None, at_once: bool
    ) -> Taken | None:
        with self._database.write(turns) as connection:
            context = Context(self._database, connection, device, request, self._clock.now(), self._leases)
            message = _Message(context, offered)
            if message.conflicts():
                return None
            results = message.take(turns) if at_once else message.take_one_by_one()
            standing = read_standing(connection, device)
        self._leases.hear(standing.config_version)
        return Taken(results, standing)

    def _turns(self, device: Device, offered: Sequence[Judged]) -> set[str] | None:
        """What nobody else may change meanwhile: the booth's chain, the bookings that are named, the place's walk-in slots."""
        if self._database.sqlite:
            return None
        facts = [one.reading.fact for one in offered]
        turns = {device.id}
        if any(isinstance(fact, Arrived) for fact in facts):
            with self._database.look() as connection:
                turns |= booking_keys(connection, facts)
        if self._leases.concerned(device, facts):
            turns.add(self._leases.turn(device))
        return turns


class _Message:
    """One message being taken, in one transaction."""

    def __init__(self, context: Context, offered: Sequence[Judged]) -> None:
        self._context = context
        self._offered = offered
        self._batch = Batch(context, offered)

    def conflicts(self) -> bool:
        """Whether this journal goes another way than the one the office knows; notes it then."""
        found = self._batch.conflict()
        if found is not None:
            self._context.alarm("epoch-conflict", found.id, found.seq)
            self._context.alarm(ROLLBACK, found.id, found.seq, "Another record has come in at this place before.")
        return found is not None

    def take(self, turns: set[str] | None) -> list[RecordResult]:
        """One result for each record. Raises TurnsTooFewError where `turns` leaves out what the message names."""
        if turns is not None and not self._batch.names() <= turns:
            raise TurnsTooFewError
        self._note_report()
        self._context.lent.ensure(self._context.connection, self._context.device)
        return self._batch.take()

    def take_one_by_one(self) -> list[RecordResult]:
        """Only what concerns one row waits. A full disk or a lost connection undoes the whole message: nobody gets an answer."""
        self._note_report()
        results: list[RecordResult] = []
        waiting: set[str] = set()
        for one in self._offered:
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
        values = {"own": context.device.id, "seen_at": context.now, "report": json.dumps(report, sort_keys=True)}
        context.connection.execute(_SEEN, values)
