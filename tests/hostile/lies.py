"""The lies: what a portal, a broken server or somebody who means harm may answer."""

import gzip
import json
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from kiosk_app.contract.signatures import b64, config_input
from tests.hostile.stage import Stage
from tests.sync import hostile
from tests.sync.hostile import Answer, Connection, Misdeed, Seen

GIB = 1 << 30
NOW = "2025-01-25T02:00:00Z"
Lie = Callable[[Stage], Misdeed]


def plain(misdeed: Misdeed) -> Lie:
    """A lie that needs nothing of the stage."""
    return lambda _stage: misdeed


def says(status: int, headers: dict[str, str] | None = None, body: bytes | object = b"") -> Lie:
    """The same answer always; what is not bytes goes as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return plain(hostile.answer(status, hostile.JSON if headers is None else headers, content))


def asked(seen: Seen) -> Any:
    """The JSON of a request."""
    body = gzip.decompress(seen.body) if seen.headers.get("Content-Encoding") == "gzip" else seen.body
    return json.loads(body)


def accepted(ids: Iterable[str], **more: Any) -> dict[str, Any]:
    """An answer to a batch that accepts these ids."""
    results = [{"id": one, "status": "accepted", "pos": place + 1} for place, one in enumerate(ids)]
    return {"server_time": NOW, "results": results, "safe_pos": 0, **more}


def sent(seen: Seen) -> list[str]:
    """The ids of the records in a batch."""
    return [record["id"] for record in asked(seen)["records"]]


def other_id() -> str:
    """A record's id that nobody made."""
    text = uuid.uuid4().hex
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-8{text[17:20]}-{text[20:]}"


def acks(make: Callable[[list[str]], object], status: int = 200, headers: dict[str, str] | None = None) -> Lie:
    """A forged answer to a batch, made of the ids that were sent; text and bytes go as they are."""

    def misdeed(connection: Connection, seen: Seen) -> None:
        made = make(sent(seen))
        body = (
            made if isinstance(made, bytes) else made.encode() if isinstance(made, str) else json.dumps(made).encode()
        )
        connection.send(Answer(status, hostile.JSON if headers is None else headers, body))

    return plain(misdeed)


def raw(head: bytes, body: bytes = b"", hang_up: bool = True) -> Lie:
    """Bytes as they are, whatever HTTP says."""

    def misdeed(connection: Connection, _seen: Seen) -> None:
        connection.raw(head.replace(b"\n", b"\r\n") + body)
        if hang_up:
            connection.hang_up()

    return plain(misdeed)


OURS = b"HTTP/1.1 200 OK\nKiosk-Api: 1\nContent-Type: application/json\n"


def endless(head: bytes, chunk: bytes, limit: int = GIB) -> Lie:
    """A head, then the same chunk for ever (1 GiB)."""

    def misdeed(connection: Connection, _seen: Seen) -> None:
        connection.raw(head.replace(b"\n", b"\r\n"))
        for _ in range(limit // len(chunk)):
            if connection.stopping.is_set():
                return
            connection.raw(chunk)
        connection.hang_up()

    return plain(misdeed)


def dripping(head: bytes, body: bytes, every_s: float = 0.02) -> Lie:
    """A good answer, byte by byte: each byte would start a naive time-out anew."""

    def misdeed(connection: Connection, _seen: Seen) -> None:
        for byte in head.replace(b"\n", b"\r\n") + body:
            if connection.stopping.is_set():
                return
            connection.raw(bytes([byte]))
            time.sleep(every_s)

    return plain(misdeed)


_BOMB = gzip.compress(b" " * (256 << 20), 9)


def bomb(layers: int = 1) -> Lie:
    """256 MiB of spaces in 260 kB, and packed again."""
    body, names = _BOMB, ["gzip"]
    for _ in range(layers - 1):
        body, names = gzip.compress(body, 9), [*names, "gzip"]
    return says(200, {**hostile.JSON, "Content-Encoding": ", ".join(names)}, body)


def changed(change: Callable[[Any], object]) -> Lie:
    """The office's own answer with something of it changed in place (or replaced by what `change` returns)."""

    def tamper(value: Any) -> Any:
        other = change(value)
        return value if other is None else other

    return plain(hostile.tampered(tamper))


def signed_config(change: Callable[[dict[str, Any]], object], raise_version: int = 1, key: str = "office") -> Lie:
    """A configuration with a good signature of the office's (or of a stranger's) over changed content."""

    def make(stage: Stage) -> Misdeed:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        signer = stage.office.keys.config if key == "office" else Ed25519PrivateKey.generate()

        def misdeed(connection: Connection, seen: Seen) -> None:
            bare = {name: value for name, value in seen.headers.items() if name.lower() != "if-none-match"}
            real = connection.forward(Seen(seen.method, seen.path, {**bare, "Accept-Encoding": "identity"}, b""))
            message = json.loads(real.body)
            import base64

            content = json.loads(base64.b64decode(message["body"]))
            content["profile"]["version"] = message["version"] + raise_version
            change(content)
            body = json.dumps(content).encode()
            version = content["profile"]["version"] if isinstance(content["profile"], dict) else message["version"] + 1
            answer = {"version": version, "body": b64(body), "sig": b64(signer.sign(config_input(version, body)))}
            connection.send(Answer(200, hostile.JSON, json.dumps(answer).encode()))

        return misdeed

    return make
