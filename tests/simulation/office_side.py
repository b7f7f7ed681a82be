"""The office in the simulation: its real application, called without sockets and without an event loop, that can die and come back."""

import sqlite3
from collections.abc import Callable, Coroutine, Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from kiosk_app.office import office as office_module
from kiosk_app.office.app import create_app
from kiosk_app.office.configuration import Configuration
from kiosk_app.office.database import OfficeDatabase
from kiosk_app.office.office import Office
from kiosk_app.paths import OfficePaths
from kiosk_app.sync.transport import Reply, Request
from tests.simulation.clocks import SimClock
from tests.simulation.disk import empty
from tests.simulation.tasks import Crashed, Process, Sim

DATABASE = "sqlite:///file:/kiosk-simulated-office?vfs=memdb&uri=true"
_Message = dict[str, Any]


class _Front:
    """Stands for whichever office is running: the application is made once, because making it costs more than a history."""

    def __init__(self) -> None:
        self.office: Office | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.office, name)


class _Wait:
    """What a request waits for: the next part of its body."""

    def __await__(self) -> Generator[None, _Message, _Message]:
        message = yield
        return message


@dataclass
class Call:
    """One request inside the office. `on_end` hears the answer, None where the connection or the office broke before."""

    request: Request
    on_end: Callable[[Reply | None], None]
    run: Coroutine[Any, Any, None] | None = None
    head: _Message | None = None
    body: bytearray = field(default_factory=bytearray)
    ended: bool = False


class OfficeSide:
    """`folder` holds keys and photos. `office` is the running one; while `up` is false nobody answers."""

    def __init__(self, sim: Callable[[], Sim], folder: Path, clock: Callable[[], SimClock]) -> None:
        self._sim = sim
        self._clock = clock
        self._paths = OfficePaths(folder)
        self._calls: list[Call] = []
        self.front = _Front()
        self._first = Office.open(self._paths, DATABASE, clock=cast(Any, _Late(clock)))
        self.front.office = self._first
        self._app = create_app(cast(Office, self.front))
        self._database: OfficeDatabase = self._first.database
        self._template = sqlite3.connect(":memory:", check_same_thread=False)
        name = DATABASE.removeprefix("sqlite:///").partition("&uri")[0]
        self._observer = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)
        self.process = Process("office")
        self.up = True

    @property
    def office(self) -> Office:
        if self.front.office is None:
            raise RuntimeError("The office is not open.")
        return self.front.office

    def keep_as_template(self) -> None:
        """What the database holds now is what every history begins with."""
        with self._database.engine.connect() as connection:
            cast(Any, connection.connection.driver_connection).backup(self._template)

    def reset(self) -> None:
        """A fresh office for the next history."""
        self._drop_calls()
        with self._database.engine.connect() as connection:
            self._template.backup(cast(Any, connection.connection.driver_connection))
        empty(self._paths.blobs)
        self.start()

    def start(self) -> None:
        """The program starts on what the disk holds."""
        with ExitStack() as stack:
            for target, name, value in [
                (OfficeDatabase, "migrate", lambda _database: None),  # each would cost more than a history
                (Configuration, "publish", lambda _configuration: 0),
                (office_module, "_keys", lambda _database, _folder: self._first.keys),
            ]:
                stack.enter_context(patch.object(target, name, value))
            self.front.office = Office._put_together(
                self._database, self._paths, self._paths.blobs, cast(Any, _Late(self._clock))
            )
        self.process = Process("office")
        self.up = True

    def rows(self, sql: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """What the database says to somebody who looks from outside."""
        return self._observer.execute(sql, values).fetchall()

    def crash(self) -> None:
        """What is in memory is gone, and with it every request that it had begun."""
        self.up = False
        self.process.dead = True
        self._drop_calls()

    def begin(self, request: Request, on_end: Callable[[Reply | None], None]) -> Call:
        """A request comes in; its body comes by `feed`."""
        call = Call(request, on_end)
        if not self.up:
            self._end(call, None)
            return call

        async def send(message: _Message) -> None:
            if message["type"] == "http.response.start":
                call.head = message
            else:
                call.body += message.get("body", b"")

        async def receive() -> _Message:
            return await _Wait()

        call.run = self._app(_scope(request), receive, cast(Any, send))
        self._calls.append(call)
        self._step(call, None)
        return call

    def feed(self, call: Call, part: bytes, more: bool) -> None:
        """The next part of a body."""
        self._step(call, {"type": "http.request", "body": part, "more_body": more})

    def hang_up(self, call: Call) -> None:
        """The other side is gone before its body was whole."""
        self._step(call, {"type": "http.disconnect"})

    def close(self) -> None:
        self._drop_calls()
        self._observer.close()
        self._template.close()
        self._first.close()

    def _step(self, call: Call, message: _Message | None) -> None:
        if call.ended or call.run is None:
            return
        sim = self._sim()
        before, sim.process = sim.process, self.process
        try:
            call.run.send(cast(None, message))
        except StopIteration:
            self._end(call, self._reply(call))
        except Crashed:
            self.crash()
        finally:
            sim.process = before

    def _reply(self, call: Call) -> Reply | None:
        if call.head is None:
            return None
        headers = {name.decode().lower(): value.decode() for name, value in call.head["headers"]}
        headers["date"] = format_datetime(self._clock().now(), usegmt=True)
        return Reply(call.head["status"], headers, bytes(call.body))

    def _end(self, call: Call, reply: Reply | None) -> None:
        call.ended = True
        if call in self._calls:
            self._calls.remove(call)
        call.on_end(reply)

    def _drop_calls(self) -> None:
        office = self.front.office
        if office is not None:
            for upload in office.depot._running.values():
                upload.file.close()
            office.depot._running.clear()
        for call in list(self._calls):
            if call.run is not None:
                call.run.close()
            self._end(call, None)


class _Late:
    """The clock of the history that is running."""

    boot_id = "office"

    def __init__(self, clock: Callable[[], SimClock]) -> None:
        self._clock = clock

    def now(self) -> Any:
        return self._clock().now()

    def monotonic(self) -> float:
        return self._clock().monotonic()


def _scope(request: Request) -> _Message:
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    headers = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    if request.body is not None:
        headers.append((b"content-length", str(len(request.body)).encode()))
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method,
        "path": request.path, "raw_path": request.path.encode(), "query_string": query.encode(), "headers": headers,
        "client": ("booth", 1), "server": ("office", 443), "scheme": "https", "root_path": "",
    }  # fmt: skip


async def inline(function: Callable[..., Any], *values: Any, **_options: Any) -> Any:
    """`anyio.to_thread.run_sync` without a thread: the office's calls are taken one step at a time."""
    return function(*values)
