"""Serving: a port, a web server that drains before it stops, and a welcome for whoever started it."""

import asyncio
import signal
import socket
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from api.settings import Settings
from api.wire import Wire
from resolvers.watching import Watch

if sys.platform != "win32":
    from uvloop import new_event_loop
else:
    from asyncio import new_event_loop

__all__ = ["NoPortError", "make_server", "new_event_loop", "open_port", "serve"]

_TRIED_PORTS = 20


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


class _Server(uvicorn.Server):
    """Uvicorn's server, but a signal that it obeyed is not raised again afterwards.

    Raised again, SIGTERM would end the process before the database is stopped.
    """

    def __init__(self, config: uvicorn.Config, *, signals: bool, watch: Watch | None) -> None:
        super().__init__(config)
        self._signals = signals
        self._watch = watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain; event streams would never end by themselves, so they end first."""
        if self._watch is not None:
            self._watch.leave()
        await super().shutdown(sockets)

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
        http=Wire,
        log_config=None,
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=settings.drain_seconds,
        timeout_keep_alive=30,
        ws="websockets-sansio",
        ws_max_size=settings.limits.body,
        # A client that vanished is noticed after both of them.
        ws_ping_interval=20,
        ws_ping_timeout=20,
        # Compression costs memory for each connection, and lets a small message become a large one.
        ws_per_message_deflate=False,
    )
    return _Server(config, signals=signals, watch=getattr(app.state, "watch", None))


async def serve(app: Starlette, settings: Settings, port: socket.socket, welcome: Iterable[str]) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first."""
    server = make_server(app, settings)
    for line in welcome:
        print(line, flush=True)  # noqa: T201 - the welcome is meant for the terminal
    await server.serve(sockets=[port])
