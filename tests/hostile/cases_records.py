"""Lies about records: whatever comes, a record is only acked by a whole answer of the office's that names it."""

from tests.hostile.lies import GIB, OURS, accepted, acks, bomb, dripping, endless, other_id, plain, raw, says, sent
from tests.hostile.stage import RECORDS
from tests.hostile.trial import Case
from tests.sync import hostile
from tests.sync.hostile import Answer, Connection, Seen

SYNC = "/v1/sync"
HTML = {"Content-Type": "text/html"}
JSON_ONLY = {"Content-Type": "application/json"}
HUGE = 10**40


def _case(name: str, lie: object, **more: object) -> Case:
    return Case(name, RECORDS, SYNC, lie, **more)  # type: ignore[arg-type]


def _two_lengths(connection: Connection, seen: Seen) -> None:
    body = str(accepted(sent(seen))).encode()
    connection.raw(OURS.replace(b"\n", b"\r\n") + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\n" + body)
    connection.hang_up()


def _cut(connection: Connection, seen: Seen) -> None:
    import json

    body = json.dumps(accepted(sent(seen))).encode()
    connection.raw(OURS.replace(b"\n", b"\r\n") + b"Content-Length: %d\r\n\r\n" % (len(body) + 40) + body)
    connection.hang_up()


def _with_redirect(status: int) -> Case:
    headers = {"Location": "/elsewhere", **hostile.JSON}
    lie = acks(lambda ids: accepted(ids), status, headers)
    then = (("/elsewhere", acks_anything),)
    return _case(f"redirect {status}", lie, portal=True, unseen="/elsewhere", then=then)


def acks_anything(_stage: object) -> hostile.Misdeed:
    """Says yes to whoever comes, with a body or without."""
    return lambda connection, seen: connection.send(Answer(200, hostile.JSON, b'{"results": [], "safe_pos": 0}'))


CASES = (
    _case("login page", plain(hostile.PORTAL_PAGE), portal=True, without_token="/v1/ping"),
    _case("login page with our header", plain(hostile.HTML_OF_OURS), portal=True),
    _case("network authentication required", plain(hostile.NETWORK_LOGIN), portal=True),
    *(_with_redirect(status) for status in (301, 302, 303, 307, 308)),
    _case("acks without the office's header", acks(accepted, 200, JSON_ONLY), portal=True),
    _case("acks as a web page", acks(accepted, 200, {**hostile.OURS, **HTML}), portal=True),
    _case("acks in another version", acks(accepted, 200, {**hostile.JSON, "Kiosk-Api": "2"})),
    _case("acks with status 201", acks(accepted, 201)),
    _case("acks with status 202", acks(accepted, 202)),
    _case("acks with status 206", acks(accepted, 206)),
    _case("acks with status 500", acks(accepted, 500)),
    _case("204 with acks behind it", raw(b"HTTP/1.1 204 No Content\nKiosk-Api: 1\n\n", b'{"results": []}')),
    _case("acks cut short", plain(_cut)),
    _case("half a body of the office's", plain(hostile.truncated)),
    _case("two lengths", plain(_two_lengths)),
    _case("ids that were not sent", acks(lambda ids: accepted(other_id() for _ in ids))),
    _case("no ids", acks(lambda _ids: accepted([]))),
    _case("ids named twice", acks(lambda ids: accepted([*ids, *ids]))),
    _case("ids in capitals", acks(lambda ids: accepted(one.upper() for one in ids))),
    _case("ids with a newline behind", acks(lambda ids: accepted(f"{one}\n" for one in ids))),
    _case("a status that is none", acks(lambda ids: str(accepted(ids)).replace("accepted", "ok"))),
    _case("results that are no list", acks(lambda _ids: accepted([], results={}))),
    _case("a list of acks", acks(lambda ids: [accepted(ids)])),
    _case("null", says(200, None, b"null")),
    _case("deep JSON", plain(hostile.DEEP_JSON)),
    _case("deep objects", says(200, None, b'{"a":' * 100_000)),
    _case("a key told twice", acks(lambda ids: _twice(ids))),
    _case("NaN", acks(lambda ids: _dumped(accepted(ids, backoff_s=float("nan"))))),
    _case("infinity", acks(lambda ids: _dumped(accepted(ids)).replace('"safe_pos": 0', '"safe_pos": 1e999'))),
    _case("a backoff without end", acks(lambda ids: _dumped(accepted(ids, backoff_s=0)).replace('s": 0}', 's": 1e999}'))),
    _case("a place beyond all numbers", acks(lambda ids: _places(accepted(ids), HUGE))),
    _case("a place before all numbers", acks(lambda ids: _places(accepted(ids), -HUGE))),
    _case("a safe place beyond all numbers", acks(lambda _ids: accepted([], safe_pos=HUGE))),
    _case("a number of a million digits", acks(lambda _ids: _dumped(accepted([])).replace("0}", "9" * 900_000 + "}"))),
    _case("a time before all calendars", acks(lambda ids: accepted([], server_time="0001-01-01T00:00:00+14:00"))),
    _case("a time after all calendars", acks(lambda ids: accepted([], server_time="9999-12-31T23:59:59-14:00"))),
    _case("a time without a zone", acks(lambda ids: accepted(ids, server_time="2025-01-25T02:00:00"))),
    _case("UTF-16", acks(lambda ids: b"\xff\xfe" + _dumped(accepted(other_id() for _ in ids)).encode("utf-16-le"))),
    _case("not UTF-8", says(200, None, b'{"server_time": "\xff\xfe"}')),
    _case("1 GiB", endless(OURS + b"Connection: close\n\n", b" " * 65536)),
    _case("1 GiB announced", raw(OURS + b"Content-Length: %d\n\n" % GIB, b"[" * 1000)),
    _case("a gzip bomb", bomb()),
    _case("a gzip bomb in a gzip bomb", bomb(2)),
    _case("gzip that is none", says(200, {**hostile.JSON, "Content-Encoding": "gzip"}, b"{}" * 100)),
    _case("an encoding that nobody knows", says(200, {**hostile.JSON, "Content-Encoding": "xz"}, b"{}" * 100)),
    _case("a chunk without end", raw(OURS + b"Transfer-Encoding: chunked\n\nFFFFFFFFFFFFFFFF\n", b"x" * 100)),
    _case("a chunk of less than nothing", raw(OURS + b"Transfer-Encoding: chunked\n\n-1\n", b"x" * 100)),
    _case("a chunk size that is none", raw(OURS + b"Transfer-Encoding: chunked\n\nzz\n", b"x" * 100)),
    _case("a length of less than nothing", raw(OURS + b"Content-Length: -5\n\n", b"x" * 100)),
    _case("headers without end", endless(OURS, b"X-More: 1\r\n")),
    _case("a header line without end", endless(OURS + b"X-More: ", b"x" * 65536)),
    _case("a status line without end", endless(b"HTTP/1.1 200 ", b"x" * 65536)),
    _case("100 Continue for ever", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)),
    _case("103 Early Hints and nothing more", raw(b"HTTP/1.1 103 Early Hints\nLink: </x>\n\n")),
    _case("a head that drips", dripping(OURS + b"Content-Length: 2\n\n", b"{}")),
    _case("a body that drips", dripping(OURS + b"Content-Length: 90\n\n", b" " * 90)),
    _case("silence", plain(hostile.stall)),
    _case("a reset", plain(hostile.reset)),
    _case("another protocol", plain(hostile.not_http)),
    _case("an answer of HTTP/0.9", raw(b"{}\n")),
    _case("half a head", plain(hostile.half_head)),
    _case("a head with a broken line", plain(hostile.broken_head)),
    _case("a wait without end", says(503, {**hostile.OURS, "Retry-After": "9" * 30})),
    _case("a wait till the end of days", says(503, {**hostile.OURS, "Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"})),
    _case("a wait that is no time", says(429, {**hostile.OURS, "Retry-After": "\u0663 -1"})),
    _case("too big, always", says(413, hostile.OURS)),
    _case("refused, always", plain(hostile.problem(422, "nonsense"))),
    _case("a conflict without its word", says(409, hostile.OURS)),
    _case("a word with control characters", plain(hostile.problem(400, "\u202e\x1b[31mlog\n"))),
)  # fmt: skip


def _dumped(value: object) -> str:
    import json

    return json.dumps(value)


def _twice(ids: list[str]) -> str:
    return _dumped(accepted([]))[:-1] + ', "results": ' + _dumped(accepted(ids)["results"]) + "}"


def _places(answer: dict[str, object], pos: int) -> dict[str, object]:
    results = answer["results"]
    assert isinstance(results, list)
    for result in results:
        result["pos"] = pos
    return answer
