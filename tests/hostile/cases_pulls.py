"""Lies about what the office decides: configuration and officers want its signature, bookings their form, and neither goes back."""

import base64
import itertools
import json
from collections.abc import Callable
from typing import Any

from tests.hostile.lies import OURS, Lie, bomb, changed, endless, plain, says, signed_config
from tests.hostile.stage import PULLS, Stage
from tests.hostile.trial import Case
from tests.sync import hostile
from tests.sync.hostile import Answer, Connection, Misdeed, Seen

CONFIG, CHANGES, SNAPSHOT = "/v1/config", "/v1/changes", "/v1/snapshot"
PROBLEM_ONLY, HTML = {"Content-Type": "application/problem+json"}, {"Content-Type": "text/html"}
HUGE = 10**40
SURROGATE = "\ud800"
REORDERED = "Budi\u202e\u2066\u200b\x00\x1b[2J"
GONE = plain(hostile.problem(410, "cursor-expired"))


def _config(name: str, lie: Lie, **more: Any) -> Case:
    return Case(f"config: {name}", PULLS, CONFIG, lie, **more)


def _changes(name: str, lie: Lie, **more: Any) -> Case:
    return Case(f"changes: {name}", PULLS, CHANGES, lie, **more)


def _snapshot(name: str, lie: Lie, **more: Any) -> Case:
    """Forces a snapshot by a cursor that was forgotten."""
    return Case(f"snapshot: {name}", PULLS, SNAPSHOT, lie, then=((CHANGES, GONE),), **more)


def _signed(change: Callable[[dict[str, Any]], object]) -> Lie:
    return signed_config(change)


def _old_config(stage: Stage) -> Misdeed:
    return hostile.answer(200, hostile.JSON, stage.old.model_dump_json().encode())


def _old_config_renumbered(stage: Stage) -> Misdeed:
    body = json.dumps({**stage.old.model_dump(), "version": stage.old.version + 5}).encode()
    return hostile.answer(200, hostile.JSON, body)


def _spoilt_signature(stage: Stage) -> Misdeed:
    def spoil(connection: Connection, seen: Seen) -> None:
        bare = {name: value for name, value in seen.headers.items() if name.lower() != "if-none-match"}
        real = connection.forward(Seen(seen.method, seen.path, {**bare, "Accept-Encoding": "identity"}, b""))
        message = json.loads(real.body)
        signature = bytearray(base64.b64decode(message["sig"]))
        signature[5] ^= 1
        connection.send(
            Answer(200, hostile.JSON, json.dumps({**message, "sig": base64.b64encode(signature).decode()}).encode())
        )

    return spoil


def row(**more: Any) -> dict[str, Any]:
    """A booking as the feed tells it."""
    data = {
        "id": "GAAAAAAAAAA", "number": "9" * 16, "name": "Palsu", "service": "new", "slot": "2025-01-25T02:00:00.000Z", "place": "icon",
        "area": "16.71", "person": "", "birth_date": None, "electronic": True, "flags": [], "status": "booked",
    }  # fmt: skip
    return {**data, **more}


def put(v: object = 99, **more: Any) -> dict[str, Any]:
    """A change that brings a booking."""
    data = row(**more)
    return {"pos": 1, "type": "booking", "op": "put", "id": data["id"], "v": v, "data": data}


def page(changes: list[dict[str, Any]], cursor: str = "c", more: bool = False) -> dict[str, Any]:
    """A page of the feed."""
    return {"changes": changes, "cursor": cursor, "more": more}


def _pages(cursor: Callable[[], str]) -> Lie:
    """A feed that always has more."""
    return plain(
        lambda connection, _seen: connection.send(
            Answer(200, hostile.JSON, json.dumps(page([], cursor(), more=True)).encode())
        )
    )


def _rows(rows: list[dict[str, Any]], count: object = None, **more: Any) -> dict[str, Any]:
    made = [{"id": one["id"], "v": 1, "data": one} for one in rows]
    return {"cursor": "c", "count": len(made) if count is None else count, "rows": made, **more}


_numbers = itertools.count()
CONFIG_CASES = (
    _config("an older one of the office's", _old_config),
    _config("an older one under a new number", _old_config_renumbered),
    _config("of another office", signed_config(lambda _content: None, key="stranger")),
    _config("a spoilt signature", _spoilt_signature),
    _config("no signature", says(200, None, {"version": 99, "body": "e30=", "sig": ""})),
    _config("a signature that is no base64", says(200, None, {"version": 99, "body": "e30=", "sig": "===="})),
    _config("a number beyond all numbers", signed_config(lambda c: c["profile"].update(version=HUGE))),
    _config("a number below all", signed_config(lambda c: c["profile"].update(version=-HUGE))),
    _config("another place's", _signed(lambda c: c["profile"].update(place="ptc"))),
    _config("a time zone that is a path", _signed(lambda c: c["profile"].update(timezone="../../etc/passwd"))),
    _config("photos kept for less than nothing", _signed(lambda c: c["profile"].update(retention_hours=-1))),
    _config("minutes beyond all numbers", _signed(lambda c: c["profile"]["queue"].update(desk_minutes=10**400))),
    _config("no key to seal to", _signed(lambda c: c.update(sealing_keys=[]))),
    _config("a key of low order", _signed(lambda c: c["sealing_keys"][0].update(public="A" * 43 + "="))),
    _config("a hash that would take days", _signed(lambda c: _pin(c, "m=65536,t=4000000,p=4"))),
    _config("a hash that takes no time", _signed(lambda c: _pin(c, "m=8,t=1,p=1"))),
    _config("an officer's name of half a letter", _signed(lambda c: _officer(c, "name", SURROGATE))),
    _config("an officer twice", _signed(lambda c: c.update(officers=c["officers"] * 2))),
    _config("1 GiB", endless(OURS + b"Connection: close\n\n", b" " * 65536)),
    _config("a gzip bomb", bomb()),
    _config("304 with the configuration of another", says(304, hostile.OURS), quiet=True),
)  # fmt: skip

CHANGES_CASES = (
    _changes("a cursor that never ends", _pages(lambda: f"c{next(_numbers)}")),
    _changes("pages that repeat", _pages(lambda: "same")),
    _changes("older rows", says(200, None, page([put(v=0, id="AAAAAAAAAAA", name="Old")])), quiet=True),
    _changes("a version beyond all numbers", says(200, None, page([put(v=HUGE)]))),
    _changes("a version before all numbers", says(200, None, page([put(v=-HUGE)]))),
    _changes("a place beyond all numbers", says(200, None, page([{**put(v=0), "pos": HUGE}]))),
    _changes("a day before all calendars", says(200, None, page([put(slot="0001-01-01T00:00:00+14:00")])), quiet=True),
    _changes("a day after all calendars", says(200, None, page([put(slot="9999-12-31T23:59:59-14:00")])), quiet=True),
    _changes("a name of half a letter", says(200, None, page([put(name=SURROGATE)])), quiet=True),
    _changes("a booking under another id", says(200, None, page([{**put(), "id": "BAAAAAAAAAA"}])), quiet=True),
    _changes("a kind that nobody knows", says(200, None, page([{**put(), "type": "officer"}])), quiet=True),
    _changes("a deed that is none", says(200, None, page([{**put(), "op": "wipe"}]))),
    _changes("a cursor without end", says(200, None, page([], "c" * 5000))),
    _changes("a cursor of half a letter", says(200, None, page([], SURROGATE))),
    _changes("deep data", says(200, None, b'{"changes": [{"data": ' + b"[" * 100_000)),
    _changes("a page without end", endless(OURS + b"Connection: close\n\n", b" " * 65536)),
    _changes("a page of brackets", says(200, None, b'{"changes": [' + b"[]," * 1_300_000)),
    _changes("an empty answer", says(200, None, b"")),
    _changes("a conflict", says(409, hostile.OURS)),
)  # fmt: skip

SNAPSHOT_CASES = (
    _snapshot("fewer rows than said", says(200, None, _rows([row()], count=3))),
    _snapshot("nothing, and said to be three", says(200, None, _rows([], count=3))),
    _snapshot("a row twice", says(200, None, _rows([row(), row()]))),
    _snapshot("a count beyond all numbers", says(200, None, _rows([], count=HUGE))),
    _snapshot("a count of less than nothing", says(200, None, _rows([], count=-1))),
    _snapshot("half of the office's", plain(hostile.truncated)),
    _snapshot("a login page", plain(hostile.PORTAL_PAGE), portal=True),
    _snapshot("204", says(204, hostile.OURS)),
    _snapshot("1 GiB", endless(OURS + b"Connection: close\n\n", b" " * 65536)),
    _snapshot("a gzip bomb", bomb()),
    _snapshot("nothing but short words", says(200, None, b'{"rows": [' + b'"ab",' * 3_300_000)),
    _snapshot("gone, too", GONE),
)  # fmt: skip

# Who is shut out is only believed of the office, in its form and with its word.
REVOKED_CASES = (
    Case("revoked: without the header", PULLS, CHANGES, says(403, PROBLEM_ONLY, {"type": "device-revoked"})),
    Case("revoked: a web page", PULLS, CHANGES, says(403, HTML, b"<h1>device-revoked</h1>")),
    Case("revoked: as plain JSON", PULLS, CHANGES, says(403, hostile.JSON, {"type": "device-revoked", "status": 403, "detail": ""})),
    Case("revoked: without a word", PULLS, CHANGES, says(403, hostile.PROBLEM, b"{}")),
    Case("revoked: in half a sentence", PULLS, CHANGES, says(403, hostile.PROBLEM, b'{"type": "device-revoked", ')),
    Case("revoked: by status alone", PULLS, CHANGES, says(401, hostile.OURS)),
    Case("revoked: as a command", PULLS, CHANGES, changed(lambda c: c.update(commands=["revoke", "wipe"])), quiet=True),
)  # fmt: skip


def _pin(content: dict[str, Any], cost: str) -> None:
    encoded = f"$argon2id$v=19${cost}$YWJjZGVmZ2g${'A' * 43}"
    content["officers"] = [{"id": "77", "name": "Rina", "role": "officer", "pin": encoded}]


def _officer(content: dict[str, Any], name: str, value: object) -> None:
    content["officers"][0][name] = value


CASES = (*CONFIG_CASES, *CHANGES_CASES, *SNAPSHOT_CASES, *REVOKED_CASES)
