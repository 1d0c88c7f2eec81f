"""The simulated city beside a test: transaction systems that a desk asks over HTTP without a network."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.sim.city import SimCity, make_sim, secret_of
from api.sim.town import SimTown
from domain.city import City
from resolvers.trading.http import HttpTradingSystem
from resolvers.trading.system import TradingSystem
from tests.scenes import JIANGMEN, LUZHOU, YUNMENG

KEYS = {LUZHOU: "luzhou", JIANGMEN: "jiangmen", YUNMENG: "yunmeng"}


class Line:
    """The line to an application: an answer that breaks off is met as a connection that was cut."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        whole = False

        async def sending(message: Message) -> None:
            nonlocal whole
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        await self._app(scope, receive, sending)
        if not whole:
            raise httpx.RemoteProtocolError("The other side hung up.")


@dataclass(frozen=True)
class Sim:
    """The simulated city of a test; `sim[JIANGMEN]` is a city's transaction system."""

    city: SimCity

    def __getitem__(self, code: int) -> SimTown:
        return self.city[KEYS[code]]

    def system(self, code: int, **more: Any) -> HttpTradingSystem:
        """Give a client of a city's transaction system, as the product has one."""
        key = KEYS[code]
        given: dict[str, Any] = {"transport": httpx.ASGITransport(Line(self.city.app)), "pause": _at_once}
        return HttpTradingSystem("http://sim", key, secret_of(key), **{**given, **more})


async def _at_once(_seconds: float) -> None:
    """Let a pause between two tries take no time."""


@asynccontextmanager
async def open_sim(cities: Iterable[City], trading: dict[int, TradingSystem]) -> AsyncGenerator[Sim]:
    """Play the transaction systems of the cities, and enter a client for each into what a desk asks."""
    sim = Sim(make_sim(cities))
    clients = {code: sim.system(code) for code in KEYS}
    trading.update(clients)
    yield sim
    for client in clients.values():
        await client.close()
