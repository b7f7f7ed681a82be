"""Bugs that a hurried programmer would write, each with the lie that must find it."""

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import requests

from kiosk_app.contract import config as contract_config
from kiosk_app.contract.messages import RecordResult, SyncResponse
from kiosk_app.store.config import ConfigStore
from kiosk_app.store.outbox import Answer, RecordAnswer
from kiosk_app.sync import client, outcomes, pulls, records, uploads
from kiosk_app.sync.outcomes import CallError, Fault, read_message
from kiosk_app.sync.rosters import Snapshot
from kiosk_app.sync.transport import Reply, RequestsTransport
from kiosk_app.sync.uploads import Progress

_EMPTY = SyncResponse.model_validate({"server_time": "2025-01-25T02:00:00Z", "results": [], "safe_pos": 0})


@dataclass(frozen=True)
class Mutant:
    """`case` names the lie; `plant` puts the bug in for the time of a block."""

    case: str
    plant: Callable[[], AbstractContextManager[object]]


def _patched(*changes: tuple[object, str, object]) -> Callable[[], AbstractContextManager[object]]:
    @contextmanager
    def plant() -> Any:
        with ExitStack() as stack:
            for owner, name, value in changes:
                stack.enter_context(mock.patch.object(owner, name, value))
            yield

    return plant


def _all_acked(sent: Collection[str], _results: Sequence[RecordResult]) -> tuple[RecordAnswer, ...]:
    return tuple(RecordAnswer(one, Answer.ACCEPTED, 1) for one in sent)


def _by_place(sent: Collection[str], results: Sequence[RecordResult]) -> tuple[RecordAnswer, ...]:
    return tuple(RecordAnswer(one, Answer(two.status.value), two.pos) for one, two in zip(sent, results, strict=False))


def _nothing(*_args: object) -> None:
    """A check that was forgotten."""


def _any_answer(kind: Any, reply: Reply) -> Any:
    try:
        return read_message(kind, reply)
    except CallError:
        if kind is SyncResponse and reply.status == 200:
            return _EMPTY
        raise


def _follow(real: Callable[..., Any]) -> Callable[..., Any]:
    def request(session: requests.Session, method: str, url: str, **more: Any) -> Any:
        return real(session, method, url, **{**more, "allow_redirects": True})

    return request


def _read_all(_transport: RequestsTransport, response: requests.Response, _cap: int) -> bytes:
    received = bytearray()
    while chunk := response.raw.read1(65536, decode_content=True):
        received += chunk
    return bytes(received)


def _save_any(store: ConfigStore, version: int, body: bytes, sig: bytes) -> None:
    with store._database.transaction():
        store._database.execute("INSERT OR REPLACE INTO config VALUES (1, ?, ?, ?)", (version, body, sig))


def _any_snapshot(answer: Any) -> Snapshot:
    from kiosk_app.sync.rosters import RosterRow, _booking

    read = ((row, _booking(row.id, row.data)) for row in answer.rows)
    return Snapshot(
        tuple(RosterRow(row.id, row.v, found) for row, found in read if found is not None), (), answer.cursor, 0
    )


def _any_403(status: int, slug: str, real: Callable[[int, str], Fault] = outcomes._by_status) -> Fault:
    return Fault.REVOKED if status == 403 else real(status, slug)


_NO_SENDER = ((outcomes, "check_sender", _nothing), (client, "check_sender", _nothing))
MUTANTS = {
    "accept any 200": Mutant(
        "login page",
        _patched(*_NO_SENDER, (client, "read_message", _any_answer), (records, "believed", _all_acked)),
    ),
    "follow redirects": Mutant("redirect 302", _patched((requests.Session, "request", _follow(requests.Session.request)))),
    "no cap on a body": Mutant("1 GiB", _patched((RequestsTransport, "_read", _read_all))),
    "no cap on a packed body": Mutant("config: a gzip bomb", _patched((RequestsTransport, "_read", _read_all))),
    "ack by position": Mutant("ids that were not sent", _patched((records, "believed", _by_place))),
    "no header wanted": Mutant("acks without the office's header", _patched(*_NO_SENDER)),
    "no media type wanted": Mutant("acks as a web page", _patched((outcomes, "media_type", lambda _reply: "application/json"))),
    "the last of two keys counts": Mutant("a key told twice", _patched((outcomes, "strict_json", json.loads))),
    "any signature will do": Mutant(
        "config: of another office", _patched((contract_config, "verify_office", lambda *_args: True))
    ),
    "an older configuration will do": Mutant(
        "config: an older one of the office's", _patched((ConfigStore, "save", _save_any))
    ),
    "nobody counts the rows": Mutant("snapshot: fewer rows than said", _patched((pulls, "read_snapshot", _any_snapshot))),
    "any 204 is complete": Mutant(
        "photo: complete, and not one byte there",
        _patched((uploads, "_progress", lambda _reply, length: Progress(length, True))),
    ),
    "any 403 revokes": Mutant("revoked: as plain JSON", _patched((outcomes, "_by_status", _any_403))),
}  # fmt: skip
