"""The office as a running server."""

import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.server import HANDLED_SIGNALS

from kiosk_app.errors import KioskError
from kiosk_app.log import event, where
from kiosk_app.office.app import create_app
from kiosk_app.office.office import Office
from kiosk_app.office.sweep import Sweeper

_log = logging.getLogger("office")
_KEEP_ALIVE_SECONDS = 75  # longer than a booth keeps an idle connection, so that the booth is the one to close it
_STOP_SECONDS = 10
_SWEEP_SECONDS = 3600
_LOOPBACK = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to reach an office that listens everywhere


class OfficeServer:
    """An office on a port of this machine, in a thread of its own or in the caller's. Port 0 takes a free one."""

    def __init__(self, office: Office, host: str = "127.0.0.1", port: int = 0) -> None:
        self._socket = _listen(host, port)
        self._host = host
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            create_app(office),
            log_config=None,
            access_log=False,  # an address may name a booking
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        self._server = _QuietServer(config)
        self._sweeping = _Hourly(office.sweeper)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where booths of this machine reach it."""
        host = _LOOPBACK.get(self._host, self._host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start(self) -> None:
        """Starts serving and returns once requests are answered."""
        self._thread = threading.Thread(target=self.serve, name="office-server", daemon=True)
        self._thread.start()
        if not self._server.up.wait(_STOP_SECONDS):
            raise KioskError("office-start", "The office's server did not start.", "Look into its log.")

    def serve(self, announce: Callable[[], None] | None = None) -> None:
        """Serves until stopped or, in the main thread, until SIGTERM or Ctrl+C; `announce` is called when it answers."""
        self._server.announce = announce
        with self._sweeping:
            self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Ends after the requests in hand."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS * 2)
        self._socket.close()


class _Hourly:
    """Sweeps the photos at once and every hour, beside the requests; a fault is logged and the next hour tries again."""

    def __init__(self, sweeper: Sweeper) -> None:
        self._sweeper = sweeper
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="office-sweeper", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._sweeper.sweep()
            except (OSError, SQLAlchemyError, KioskError) as error:
                event(_log, "sweep-failed", logging.ERROR, error=where(error))
            self._over.wait(_SWEEP_SECONDS)


class _QuietServer(uvicorn.Server):
    """Says when it is up, and takes a signal for the wish to end well: it is not raised again after that."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()
        self.announce: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()
        if self.announce is not None:
            self.announce()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    # With the protocol named, asyncio sends small answers at once instead of waiting for the other side's ack (40 ms).
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OverflowError as error:
        listener.close()
        raise KioskError("port-wrong", "A port is a number from 0 to 65535.", "Take another with --port.") from error
    except OSError as error:
        listener.close()
        raise KioskError(
            "port-used",
            f"Port {port} cannot be used at {host or 'any address'} ({error.strerror}).",
            "Stop what is using it, or take another with --port or --host.",
        ) from error
    return listener
