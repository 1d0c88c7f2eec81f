"""The product on a real port, in the test's own process, and clients that listen to it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from api.app import Face, make_app
from api.serving import make_server, open_port
from api.settings import Settings
from resolvers.desk import Desk
from resolvers.watching import Watch
from tests.scenes import Caller

PROTOCOL = "graphql-transport-ws"
CHANGES = "subscription { orderChanged { step at version order { id orderNo status version } } }"
_PATIENCE = 20  # seconds, on a busy machine; nothing waits so long that works


@dataclass
class Place:
    """Where the product listens.

    Attributes:
        watch: What is open there; None for another process.
    """

    port: int
    watch: Watch | None = None

    @property
    def http(self) -> str:
        """The address for requests."""
        return f"http://127.0.0.1:{self.port}"

    async def until_idle(self) -> None:
        """Wait until nothing is open and nothing runs there."""
        assert self.watch is not None
        await until(lambda: self.watch is not None and self.watch.is_idle)

    async def until_heard(self, number: int = 1) -> None:
        """Wait until so many subscriptions are open and miss nothing from now on."""
        assert self.watch is not None
        watch = self.watch
        await until(lambda: watch.ready == number)


async def until(what: Any) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(_PATIENCE):
        while not what():  # noqa: ASYNC110 - what is waited for belongs to the product, and tells nobody
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(desk: Desk) -> AsyncGenerator[Place]:
    """Serve on a port of this machine; afterwards nothing of it is left."""
    app = make_app(desk, Face(introspection=True, worker=False))
    with open_port("127.0.0.1", 0) as port:
        server = make_server(app, Settings(drain_seconds=2), signals=False)
        running = asyncio.create_task(server.serve(sockets=[port]))
        await until(lambda: server.started)
        try:
            yield Place(port.getsockname()[1], app.state.watch)
        finally:
            server.should_exit = True
            await running


@dataclass
class Socket:
    """A client of graphql-transport-ws, message by message."""

    wire: ClientConnection

    @classmethod
    @asynccontextmanager
    async def open(cls, place: Place, *protocols: str, **more: Any) -> AsyncGenerator[Self]:
        """Connect, and say nothing yet."""
        offered = [Subprotocol(one) for one in protocols or (PROTOCOL,)]
        url = f"ws://127.0.0.1:{place.port}/graphql"
        async with connect(url, subprotocols=offered, proxy=None, close_timeout=1, **more) as wire:
            yield cls(wire)

    @classmethod
    @asynccontextmanager
    async def greeted(cls, place: Place, caller: Caller) -> AsyncGenerator[Self]:
        """Connect as somebody."""
        async with cls.open(place) as socket:
            await socket.say(type="connection_init", payload=dict(caller.headers))
            assert await socket.hear() == {"type": "connection_ack"}
            yield socket

    async def say(self, **message: Any) -> None:
        """Send a message."""
        await self.wire.send(json.dumps(message))

    async def subscribe(self, name: str, query: str = CHANGES, **variables: Any) -> None:
        """Send an operation."""
        await self.say(id=name, type="subscribe", payload={"query": query, "variables": variables})

    async def hear(self) -> Any:
        """Wait for the next message."""
        async with asyncio.timeout(_PATIENCE):
            return json.loads(await self.wire.recv())

    async def closed(self) -> tuple[int | None, str]:
        """Wait for the end, whatever is said before it: its code and reason."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(_PATIENCE):
                while True:
                    await self.wire.recv()
        return self.wire.close_code, self.wire.close_reason or ""


@dataclass
class Listener:
    """A client of an event stream, event by event."""

    response: httpx.Response
    lines: Any = None
    comments: int = 0
    names: list[str] = field(default_factory=list[str])

    @classmethod
    @asynccontextmanager
    async def open(
        cls, place: Place, headers: Mapping[str, str], query: str = CHANGES, **variables: Any
    ) -> AsyncGenerator[Self]:
        """Subscribe as somebody."""
        asked = {"query": query, "variables": variables}
        own = {**headers, "accept": "text/event-stream"}
        async with (
            httpx.AsyncClient(trust_env=False, timeout=_PATIENCE) as web,
            web.stream("POST", f"{place.http}/graphql", json=asked, headers=own) as response,
        ):
            yield cls(response, response.aiter_lines())

    async def hear(self) -> tuple[str, Any]:
        """Wait for the next event: its name and what it says; the end has no name."""
        name, said = "", None
        async for line in self.lines:
            if line.startswith(":"):
                self.comments += 1
            elif line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data:"):
                text = line.removeprefix("data:").strip()
                said = json.loads(text) if text else None
            elif name:
                return name, said
        return "", None
