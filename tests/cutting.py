"""A TCP line between a client and the product that loses requests, and replies after the commit."""

import asyncio
import random
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

_CHUNK = 1 << 16


class Fate(StrEnum):
    """What becomes of one exchange."""

    WHOLE = "arrives"
    LOST = "request lost"
    TORN = "request torn in the middle"
    CUT = "reply lost after the commit"
    TORN_REPLY = "reply torn in the middle"


_OF_REQUEST = (Fate.LOST, Fate.LOST, Fate.TORN)
_OF_REPLY = (Fate.CUT, Fate.CUT, Fate.TORN_REPLY)


@dataclass
class CuttingProxy:
    """Listens on a port of its own, and passes on bytes both ways until it breaks the connection.

    A reply is first seen here when the product has committed what it tells of. HTTP/1.1 without pipelining
    is all that it knows: whatever a client sends after a reply begins the next exchange.

    Attributes:
        lost: How many of a hundred requests do not arrive whole.
        cut: How many of a hundred replies do not come back whole.
        fates: What became of how many exchanges.
    """

    dice: random.Random
    product: int
    lost: int = 10
    cut: int = 30
    port: int = 0
    fates: Counter[Fate] = field(default_factory=Counter[Fate])
    _open: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])

    @property
    def broken(self) -> int:
        """How many exchanges were broken."""
        return self.fates.total() - self.fates[Fate.WHOLE]

    def draw(self) -> Fate:
        """Decide what becomes of the next exchange."""
        fate = Fate.WHOLE
        if self.dice.randrange(100) < self.lost:
            fate = self.dice.choice(_OF_REQUEST)
        elif self.dice.randrange(100) < self.cut:
            fate = self.dice.choice(_OF_REPLY)
        self.fates[fate] += 1
        return fate

    async def lead(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Lead one client's connection to the product."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        there, back = await asyncio.open_connection("127.0.0.1", self.product)
        pipe = _Pipe(self, writer, back)
        ways = [asyncio.ensure_future(pipe.ask(reader)), asyncio.ensure_future(pipe.answer(there))]
        try:
            # Whoever closes the proxy breaks what is open, which is no mistake to be told of.
            with suppress(asyncio.CancelledError):
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, back):
                end.close()

    async def close(self) -> None:
        """Break whatever is open."""
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)


class _Pipe:
    """One connection of a client, with the fate of the exchange that is under way."""

    def __init__(self, proxy: CuttingProxy, client: StreamWriter, product: StreamWriter) -> None:
        self._proxy = proxy
        self._client = client
        self._product = product
        self._fate: Fate | None = None
        self._is_answered = True

    async def ask(self, reader: StreamReader) -> None:
        """Pass on what the client sends."""
        while data := await reader.read(_CHUNK):
            if self._is_answered:
                self._is_answered, self._fate = False, self._proxy.draw()
            if self._fate is Fate.LOST:
                return self._break()
            if self._fate is Fate.TORN:
                data = data[: len(data) // 2]
            with suppress(ConnectionError):
                self._product.write(data)
                await self._product.drain()
            if self._fate is Fate.TORN:
                return self._break()
        return None

    async def answer(self, reader: StreamReader) -> None:
        """Pass on what the product answers."""
        while data := await reader.read(_CHUNK):
            self._is_answered = True
            if self._fate is Fate.CUT:
                return self._break()
            if self._fate is Fate.TORN_REPLY:
                data = data[: len(data) // 2]
            with suppress(ConnectionError):
                self._client.write(data)
                await self._client.drain()
            if self._fate is Fate.TORN_REPLY:
                return self._break()
        return None

    def _break(self) -> None:
        """End the connection both ways, now politely and now as a line that is cut."""
        for end in (self._client, self._product):
            if self._proxy.dice.randrange(2):
                end.transport.abort()
            else:
                end.close()


@asynccontextmanager
async def cutting(product: int, dice: random.Random) -> AsyncGenerator[CuttingProxy]:
    """Give a line to a port of this machine that breaks; afterwards nothing of it is left."""
    proxy = CuttingProxy(dice, product)
    server = await asyncio.start_server(proxy.lead, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
