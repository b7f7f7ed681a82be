"""A proxy between a booth and the office that does to their calls what a bad network does.

It speaks real HTTP; a fault is one of `Misdeed`, drawn from a seed. Whatever goes wrong at the office's side (it
was killed, it starts) the booth sees as a broken connection.
"""

import asyncio
import contextlib
import socket
import struct
import threading
import weakref
from collections.abc import Coroutine
from typing import Self, TypeVar

from bench.faults.http_bytes import Message, read_answer, read_request
from bench.faults.misdeeds import Misdeed, Weather, stranger

_LONGEST_BODY = 1 << 22
_GONE_S = 0.3  # so long nobody listens after a refusal
_LINGER_NOT = struct.pack("ii", 1, 0)  # close by a reset, not in good order
_PIECE = 16
_ROUNDS, _CLOSING_S = 3, 0.02
T = TypeVar("T")


class FaultProxy:
    """Runs in a thread of its own from `with` on, on the office's own machine. `away()` and `back()`: an office that is gone."""

    def __init__(self, office_port: int, weather: Weather, host: str = "127.0.0.1", port: int = 0) -> None:
        self.office_port = office_port
        self._host = host
        self.weather = weather
        self._held = socket.socket()
        with contextlib.suppress(OSError, AttributeError):  # a system without it may give the port to others meanwhile
            self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind((host, port))  # never listens: it only keeps the port ours while nobody does
        self.port: int = self._held.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._away = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: weakref.WeakSet[asyncio.StreamWriter] = weakref.WeakSet()

    @property
    def url(self) -> str:
        """What the booth takes for the office's address."""
        return f"http://{self._host}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(self, *_error: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._held.close()

    def away(self) -> None:
        """Nobody listens any more."""
        self._away = True
        self._run(self._deaf())

    def back(self) -> None:
        """Somebody does again."""
        self._away = False
        self._run(self._listen())

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> None:
        if self._server is not None or self._away:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError, AttributeError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((self._host, self.port))
        self._server = await asyncio.start_server(self._serve, sock=listener, limit=_LONGEST_BODY)

    async def _deaf(self) -> None:
        if self._server is not None:
            self._server.close()  # connections that stand go on
            self._server = None

    async def _end(self) -> None:
        await self._deaf()
        for _ in range(_ROUNDS):  # a connection that was just taken begins its work only now
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.sleep(_CLOSING_S)  # a transport that was told to close does so in the loop's next rounds

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the booth's."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            while (request := await read_request(reader)) is not None and await self._answer(request, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # the booth or the office went away in the middle: that is what this is about
        finally:
            self._tasks.discard(task)
            _reset(writer)

    async def _answer(self, request: Message, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stands after it."""
        kind = self.weather.strike(request.head.partition(b"\r")[0])
        match kind:
            case None | Misdeed.TWICE:
                answer = await (self._ask(request) if kind is None else self._ask_twice(request))
                return await _send(writer, answer.raw)
            case Misdeed.PORTAL | Misdeed.REDIRECT | Misdeed.GATEWAY:
                return await _send(writer, stranger(kind))
            case Misdeed.REFUSED:
                await self._refuse()
            case Misdeed.RESET:
                await self._send_part(request)
            case Misdeed.STALLED:
                await self._stall(request)
            case Misdeed.LATE:
                await self._ask(request)
                self._later(request)
            case _:
                return await self._spoil(kind, await self._ask(request), writer)
        return False

    async def _spoil(self, kind: Misdeed, answer: Message, writer: asyncio.StreamWriter) -> bool:
        rng, raw = self.weather.rng, answer.raw
        if kind is Misdeed.TRUNCATED:
            await _send(writer, raw[: rng.randrange(1, len(raw))])
            writer.write_eof()
        elif kind is Misdeed.LENGTH:
            # Too long, and the booth waits for what never comes; too short, and the rest stands before the next answer.
            await _send(
                writer, answer.with_length(len(answer.body) + (rng.choice((-7, 7)) if len(answer.body) > 7 else 7))
            )
            return True
        elif kind is Misdeed.DRIP:
            pause = rng.uniform(0.1, 1.0) * self.weather.stall_s / (len(raw) / _PIECE + 1)
            for start in range(0, len(raw), _PIECE):
                await _send(writer, raw[start : start + _PIECE])
                await asyncio.sleep(pause)
            return True
        return False  # LOST: not a byte

    async def _refuse(self) -> None:
        await self._deaf()
        self._loop.call_later(_GONE_S, lambda: self._keep(self._listen()))

    async def _send_part(self, request: Message) -> None:
        raw, rng = request.raw, self.weather.rng
        _reader, writer = await self._connect()
        writer.write(raw[: rng.randrange(len(raw))])
        await writer.drain()
        if rng.random() < 0.5:
            _reset(writer)
        else:
            writer.close()

    async def _stall(self, request: Message) -> None:
        if self.weather.rng.random() < 0.5:
            await self._ask(request)
        await asyncio.sleep(self.weather.stall_s)

    def _later(self, request: Message) -> None:
        async def again() -> None:
            await asyncio.sleep(self.weather.rng.uniform(0.0, self.weather.stall_s))
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._ask(request)

        self._keep(again())

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask_twice(self, request: Message) -> Message:
        answers = await asyncio.gather(self._ask(request), self._ask(request), return_exceptions=True)
        whole = [answer for answer in answers if isinstance(answer, Message)]
        if not whole:
            raise ConnectionResetError("The office answered neither.")
        return self.weather.rng.choice(whole)

    async def _ask(self, request: Message) -> Message:
        """The office's own answer; raises ConnectionResetError where there is none."""
        reader, writer = await self._connect()
        try:
            writer.write(request.raw)
            answer = await read_answer(reader, request.method)
        finally:
            writer.close()
        if answer is None:
            raise ConnectionResetError("The office broke off.")
        return answer.with_part_limit(self.weather.part_limit)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            reader, writer = await asyncio.open_connection(self._host, self.office_port, limit=_LONGEST_BODY)
        except OSError:
            self.weather.missed()
            raise
        self._writers.add(writer)
        return reader, writer


async def _send(writer: asyncio.StreamWriter, data: bytes) -> bool:
    writer.write(data)
    await writer.drain()
    return True


def _reset(writer: asyncio.StreamWriter) -> None:
    inner = writer.transport.get_extra_info("socket")
    if inner is not None and not writer.transport.is_closing():
        inner.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
    writer.transport.abort()
