"""Lies about photos, tokens and who it is that answers."""

import json
from typing import Any

from kiosk_app.sync.client import OfficeClient
from tests.hostile.lies import OURS, changed, endless, plain, raw, says
from tests.hostile.stage import PHOTOS, PULLS, RECORDS, Stage
from tests.hostile.trial import Case
from tests.sync import hostile
from tests.sync.hostile import Answer, Connection, Misdeed, Seen

BLOBS, TOKEN, CHALLENGE, PING = "/v1/blobs", "/v1/devices/token", "/v1/devices/challenge", "/v1/ping"
EVERYTHING = (RECORDS, PHOTOS, PULLS)


def _photo(name: str, status: int, told: dict[str, str] | None = None, **more: Any) -> Case:
    return Case(f"photo: {name}", PHOTOS, BLOBS, says(status, {**hostile.OURS, **(told or {})}), **more)


def _all(name: str, path: str, lie: Any, **more: Any) -> Case:
    return Case(name, RECORDS, path, lie, keeps=EVERYTHING, **more)


def _strangers_token(stage: Stage) -> Misdeed:
    """A token that is good, for another booth."""
    from kiosk_app.contract.messages import TokenResponse

    with stage.booth() as other:
        tokens: list[TokenResponse] = []
        client: OfficeClient = other.client()
        client.snapshot()
        tokens.append(TokenResponse(access_token=client._tokens._token, expires_in=3600, scope="full"))  # type: ignore[arg-type]
    return hostile.answer(200, hostile.JSON, tokens[0].model_dump_json().encode())


def _token(**more: object) -> Any:
    return says(200, None, {"access_token": "t" * 40, "expires_in": 3600, "scope": "full", **more})


def _wrong_nonce(connection: Connection, _seen: Seen) -> None:
    body = {"service": "kiosk-central", "n": "0" * 16, "server_time": "2025-01-25T02:00:00Z"}
    connection.send(Answer(200, hostile.JSON, json.dumps(body).encode()))


def _first_kbyte(connection: Connection, seen: Seen) -> None:
    """Says after the first request that all is there, under another length."""
    told = {**hostile.OURS, "Upload-Offset": "1", "Upload-Complete": "?1", "Upload-Length": "1"}
    connection.send(Answer(204, told))


PHOTO_CASES = (
    _photo("an offset beyond its end", 204, {"Upload-Offset": "999999999"}),
    _photo("an offset before its beginning", 204, {"Upload-Offset": "-5"}),
    _photo("an offset beyond all numbers", 204, {"Upload-Offset": "9" * 400}),
    _photo("an offset in Arabic digits", 204, {"Upload-Offset": "%d1"}),
    _photo("no offset", 204),
    _photo("complete, and not one byte there", 204, {"Upload-Offset": "0", "Upload-Complete": "?1"}),
    _photo("never one byte further", 204, {"Upload-Offset": "0"}),
    _photo("a conflict that leads nowhere", 409, {"Upload-Offset": "0"}),
    _photo("a conflict beyond its end", 409, {"Upload-Offset": "999999999"}),
    _photo("dropped again and again", 422),
    _photo("too big, always", 413),
    _photo("200 where 201 belongs", 200, {"Upload-Complete": "?1"}),
    _photo("gone", 410),
    _photo("a limit of nothing", 204, {"Upload-Offset": "0", "Upload-Limit": "max-append-size=0"}),
    Case("photo: complete under another length", PHOTOS, BLOBS, plain(_first_kbyte)),
    Case("photo: 201 of a portal", PHOTOS, BLOBS, says(201, {"Content-Type": "text/html"}, b"<html>"), portal=True),
    Case("photo: half a head that says created", PHOTOS, BLOBS, plain(hostile.half_head)),
    Case("photo: a body of 1 GiB", PHOTOS, BLOBS, endless(OURS + b"Connection: close\n\n", b" " * 65536)),
)  # fmt: skip

CASES = (
    *PHOTO_CASES,
    Case("a token for another booth", RECORDS, TOKEN, _strangers_token),
    _all("a token that is none", TOKEN, _token(access_token="")),
    _all("a token that would be a header", TOKEN, _token(access_token="a\r\nX-Evil: 1")),
    _all("a token of another alphabet", TOKEN, _token(access_token="\u0442\u043e\u043a\u0435\u043d")),
    _all("a token for ever", TOKEN, _token(expires_in=10**400)),
    _all("a token that ended long ago", TOKEN, _token(expires_in=-(10**400))),
    _all("a token for everything", TOKEN, _token(scope="admin")),
    _all("a challenge that was not asked for", CHALLENGE, changed(lambda c: c.update(nonce="AAAA"))),
    _all("a challenge of another device", CHALLENGE, says(200, None, {"nonce": "", "server_time": "2025-01-25T02:00:00Z"})),
    _all("a challenge without end", CHALLENGE, endless(OURS + b"Connection: close\n\n", b"A" * 65536)),
    _all("a login page for all", "/v1", plain(hostile.PORTAL_PAGE), portal=True, without_token=PING),
    _all("silence for all", "/v1", plain(hostile.stall)),
    _all("a gateway that is broken", "/v1", plain(hostile.BAD_GATEWAY)),
    _all("a certificate page", "/v1", raw(b"HTTP/1.0 400 Bad Request\n\n", b"The plain HTTP request was sent to HTTPS port")),
    Case(
        "a wrong answer to the nonce", RECORDS, "/v1/sync", plain(hostile.PORTAL_PAGE), portal=True, without_token=PING,
        then=((PING, plain(_wrong_nonce)),),
    ),
)  # fmt: skip
