"""Serving: a port, a web server that drains before it stops, and a welcome for whoever started it."""

import asyncio
import signal
import socket
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.settings import Settings

if sys.platform != "win32":
    from uvloop import new_event_loop
else:
    from asyncio import new_event_loop

__all__ = ["NoPortError", "make_server", "new_event_loop", "open_port", "serve"]

_TRIED_PORTS = 20
_LONGEST_HEAD = 65536  # bytes of a request line and headers


class NoPortError(RuntimeError):
    """No port near the wanted one is free."""


def open_port(host: str, port: int) -> socket.socket:
    """Take the wanted port or the next free one; 0 takes any.

    Raises:
        NoPortError: Twenty ports in a row are taken, or the address is not this machine's.
    """
    wanted = range(port, min(port + _TRIED_PORTS, 65536))
    for candidate in wanted:
        # Named as TCP, so that every loop sends answers at once instead of waiting for more (Nagle).
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, candidate))
            # Without listening, another process could still take the same port.
            taken.listen(1024)
        except OSError:
            taken.close()
            continue
        return taken
    raise NoPortError(
        f"Ports {wanted[0]} to {wanted[-1]} of {host} cannot be had: set WEIXIU_PORT or WEIXIU_HOST."
    )


class _Protocol(HttpToolsProtocol):
    """Uvicorn's fast reader of HTTP, with what its slow one has: an end of patience with endless headers.

    It also drops headers after a body (trailers), which would stand among those that a proxy vouches for.
    """

    _idle = 0
    _in_head = False

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._idle, self._in_head = 0, False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._idle = 0
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        """Read on; whoever sends for long what completes no head and is no body is turned away."""
        self._idle += len(data)
        super().data_received(data)
        if self._idle > _LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The headers are too long.")


class _Server(uvicorn.Server):
    """Uvicorn's server, but a signal that it obeyed is not raised again afterwards.

    Raised again, SIGTERM would end the process before the database is stopped.
    """

    def __init__(self, config: uvicorn.Config, *, signals: bool) -> None:
        super().__init__(config)
        self._signals = signals

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Listen until the process ends, so that a second signal cannot cut the stop short."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM) if self._signals else ():
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def make_server(app: Starlette, settings: Settings, *, signals: bool = True) -> uvicorn.Server:
    """Make the web server; it drains for at most the settings' time, then drops what is left.

    Args:
        app: What is served.
        settings: The installation's settings.
        signals: Whether SIGINT and SIGTERM stop it; otherwise `should_exit` does.
    """
    config = uvicorn.Config(
        app,
        http=_Protocol,
        log_config=None,
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=settings.drain_seconds,
        timeout_keep_alive=30,
    )
    return _Server(config, signals=signals)


async def serve(app: Starlette, settings: Settings, port: socket.socket, welcome: Iterable[str]) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first."""
    server = make_server(app, settings)
    for line in welcome:
        print(line, flush=True)  # noqa: T201 - the welcome is meant for the terminal
    await server.serve(sockets=[port])
