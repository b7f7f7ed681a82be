"""The office as a running server."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import uvicorn

from kiosk_app.errors import KioskError
from kiosk_app.office.app import create_app
from kiosk_app.office.office import Office

_KEEP_ALIVE_SECONDS = 75  # longer than a booth keeps an idle connection, so that the booth is the one to close it
_STOP_SECONDS = 10
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

    def serve(self) -> None:
        """Serves until stopped."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Ends after the requests in hand."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS * 2)
        self._socket.close()


class _QuietServer(uvicorn.Server):
    """Says when it is up; signals are the caller's business where it runs in a thread."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is threading.main_thread():
            with super().capture_signals():
                yield
        else:
            yield


def _listen(host: str, port: int) -> socket.socket:
    # With the protocol named, asyncio sends small answers at once instead of waiting for the other side's ack (40 ms).
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise KioskError(
            "port-used", f"Port {port} cannot be used.", "Stop what is using it, or take another with --port."
        ) from error
    return listener
