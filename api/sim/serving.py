"""Serving the simulated city on this machine: alone, or beside a product that shows its demo world."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from api.serving import make_server, open_port
from api.settings import Settings
from api.sim.city import SimCity, make_sim, secret_of
from domain.city import City

HOST = "127.0.0.1"
PORT = 8100
_DRAIN_SECONDS = 1


@asynccontextmanager
async def serve_sim(sim: SimCity, port: int = PORT) -> AsyncGenerator[str]:
    """Serve it to this machine alone, at the wanted port or the next free one, and give its address.

    Raises:
        NoPortError: No port near the wanted one is free.
    """
    taken = open_port(HOST, port)
    # Who stops it does not want to wait for an answer that is late on purpose.
    settings = Settings().model_copy(update={"drain_seconds": _DRAIN_SECONDS})
    server = make_server(sim.app, settings, signals=False)
    serving = asyncio.create_task(server.serve(sockets=[taken]), name="simulated city")
    try:
        yield f"http://{HOST}:{taken.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def connections(sim: SimCity, url: str) -> Mapping[str, Mapping[str, str]]:
    """Give what the setting `WEIXIU_TRADING` says of each city of the simulation."""
    return {key: {"url": url, "key": key, "secret": secret_of(key)} for key in sim.towns}


async def run_sim(cities: Mapping[int, City], port: int) -> None:
    """Serve a simulated city alone until stopped, and tell how a product is connected to it."""
    sim = make_sim(cities.values())
    async with serve_sim(sim, port) as url:
        for line in (
            f"Simulated transaction systems and banks, with faults to inject: {url}/",
            "Connect a product to it with this setting:",
            f"  WEIXIU_TRADING='{json.dumps(connections(sim, url))}'",
        ):
            print(line, flush=True)  # noqa: T201 - told to the terminal
        await asyncio.Event().wait()
