"""What every request passes: size limits, unpacking, our headers, and a last resort that says nothing but "internal"."""

import logging
import re
import uuid
import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk_app.contract.messages import API_HEADER, API_VERSION, MAX_BODY_BYTES, SCHEMA_MAX, SCHEMA_MIN, Problem
from kiosk_app.log import event, where
from kiosk_app.office.problems import ProblemError, problem_response

_log = logging.getLogger("office")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_GZIP = 16 + zlib.MAX_WBITS
BLOB_PREFIX = "/v1/blobs/"


class Envelope:
    """Puts our headers on every answer and turns what nobody caught into a plain 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers[API_HEADER] = API_VERSION
                headers[f"{API_HEADER}-Min"] = str(SCHEMA_MIN)
                headers[f"{API_HEADER}-Max"] = str(SCHEMA_MAX)
                headers["X-Request-Id"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if Headers(scope=scope).get(API_HEADER, API_VERSION) != API_VERSION:
            problem = Problem(type="schema-too-new", status=426, detail="This office speaks version 1 of the contract.")
            await problem_response(problem)(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            event(_log, "request-failed", logging.ERROR, error=where(error))
            if started:
                raise  # half an answer is out: the connection must break so that nobody takes it for a whole one
            problem = Problem(
                type="internal", status=500, detail="The office made a mistake; it is logged.", retry=True
            )
            await problem_response(problem)(scope, receive, send_with_headers)


class BodyGuard:
    """Reads a message's body within the limit, packed or not, before anything looks at it; photos pass by untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(BLOB_PREFIX):
            await self._app(scope, receive, send)
            return
        try:
            body = await _read_body(Headers(scope=scope), receive)
        except ProblemError as error:
            await problem_response(error.problem, error.headers)(scope, receive, send)
            return
        if body is None:
            return  # the sender went away: there is nobody to answer
        headers = MutableHeaders(scope=scope)
        if "content-encoding" in headers:
            del headers["content-encoding"]
            headers["content-length"] = str(len(body))
        told = False

        async def replay() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


async def _read_body(headers: Headers, receive: Receive) -> bytes | None:
    encoding = headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise ProblemError(415, "content-encoding", "Only gzip is understood.")
    unpacker = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
    body, received = bytearray(), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk: bytes = message.get("body", b"")
        received += len(chunk)
        body += _unpack(unpacker, chunk, MAX_BODY_BYTES - len(body)) if unpacker else chunk
        if len(body) > MAX_BODY_BYTES or received > MAX_BODY_BYTES:
            raise ProblemError(413, "too-big", f"At most {MAX_BODY_BYTES} bytes before packing.", retry=True)
        if not message.get("more_body", False):
            break
    if unpacker is not None and (not unpacker.eof or unpacker.unused_data):
        raise ProblemError(400, "malformed", "The packed body is not one whole gzip stream.", retry=True)
    return bytes(body)


def _unpack(unpacker: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    """At most one byte more than there is room for: a small body that unpacks to gigabytes is stopped at the limit."""
    try:
        return unpacker.decompress(chunk, room + 1)
    except zlib.error as error:
        raise ProblemError(400, "malformed", "The packed body is damaged.") from error
