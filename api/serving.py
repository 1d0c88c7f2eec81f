"""Serving: a port, a web server that drains before it stops, and a welcome for whoever started it."""

import contextlib
import socket
from collections.abc import Iterable

import uvicorn
from starlette.applications import Starlette

from api.settings import Settings

_TRIED_PORTS = 20


class NoPortError(RuntimeError):
    """No port near the wanted one is free."""


def open_port(host: str, port: int) -> socket.socket:
    """Take the wanted port or the next free one; 0 takes any.

    Raises:
        NoPortError: Twenty ports in a row are taken.
    """
    for candidate in range(port, port + _TRIED_PORTS):
        taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host, candidate))
            # Without listening, another process could still take the same port.
            taken.listen(1024)
        except OSError:
            taken.close()
            continue
        return taken
    raise NoPortError(f"Ports {port} to {port + _TRIED_PORTS - 1} are taken: set WEIXIU_PORT.")


async def serve(app: Starlette, settings: Settings, port: socket.socket, welcome: Iterable[str]) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first."""
    config = uvicorn.Config(
        app,
        log_config=None,
        server_header=False,
        access_log=False,
        timeout_graceful_shutdown=settings.drain_seconds,
        timeout_keep_alive=30,
    )
    server = uvicorn.Server(config)
    for line in welcome:
        print(line, flush=True)  # noqa: T201 - the welcome is meant for the terminal
    with contextlib.suppress(KeyboardInterrupt):
        await server.serve(sockets=[port])
