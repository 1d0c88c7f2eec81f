"""Connections that answer compiled queries: each statement is a transaction of its own.

asyncpg's own pool guards against what such statements cannot leave behind, for as much time as a small
query takes; this one only hands connections out, and drops those with which something went wrong.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import asyncpg

# A process keeps some hundreds of plans that are asked often; the longest come to some 200 KiB.
_STATEMENTS_KEPT = 500
_LONGEST_STATEMENT = 1 << 18
_PATIENCE = 10.0
_FAREWELL = 2.0


class Readers:
    """The connections of one database role, opened as they are needed.

    Args:
        given: Where the server is and who signs in, as asyncpg takes it.
        settings: The server settings of each connection.
        size: How many connections there may be.

    Attributes:
        told: Is told of each statement before it runs, for whoever counts them.
    """

    def __init__(self, given: Mapping[str, Any], settings: Mapping[str, str], size: int) -> None:
        self._given = given
        self._settings = dict(settings)
        self._size = size
        self._idle: list[asyncpg.Connection] = []
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._open = 0
        self._parting: set[asyncio.Future[None]] = set()
        self.told: Callable[[str], None] | None = None

    @property
    def busy(self) -> int:
        """How many connections answer something now."""
        return self._open - len(self._idle)

    async def fetch_value(self, statement: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - one value
        """Run a statement and give its one value, None if it gives no row.

        Raises:
            TimeoutError: All connections were busy for too long.
            PostgresError: The statement failed; the connection is fit for the next one.
        """
        if self.told is not None:
            self.told(statement)
        connection: Any = await self._take()
        calm = False
        try:
            found: Any = await connection.fetchval(statement, *values)
            calm = True
        except asyncpg.PostgresError:
            calm = not connection.is_closed()
            raise
        finally:
            if not calm:
                # Its state is not known, as after a request that was given up.
                parting = asyncio.ensure_future(_part(connection))
                self._parting.add(parting)
                parting.add_done_callback(self._parting.discard)
            self._hand_on(connection if calm else None)
        return found

    def close(self) -> None:
        """Close every connection that is idle; the others close when they are given back."""
        self._size = 0
        for connection in self._idle:
            connection.terminate()
        self._open -= len(self._idle)
        self._idle.clear()

    async def _take(self) -> asyncpg.Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._open -= 1
        if self._open < self._size:
            self._open += 1
            return await self._connect()
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(_PATIENCE):
                connection = await waiting
        except BaseException:
            # Who gave up in the very moment of being served hands on what it was given.
            if waiting.done() and not waiting.cancelled():
                self._hand_on(waiting.result())
            raise
        return connection or await self._connect()

    async def _connect(self) -> asyncpg.Connection:
        try:
            opened: Any = await asyncpg.connect(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - it leaves it open
                **self._given,
                statement_cache_size=_STATEMENTS_KEPT,
                max_cacheable_statement_size=_LONGEST_STATEMENT,
                server_settings=self._settings,
            )
        except BaseException:
            self._hand_on(None)
            raise
        return cast("asyncpg.Connection", opened)

    def _hand_on(self, connection: asyncpg.Connection | None) -> None:
        """Give a connection, or the leave to open one, to who waits longest; else keep it."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(connection)
                return
        if connection is None:
            self._open -= 1
        elif self._open > self._size:
            self._open -= 1
            connection.terminate()
        else:
            self._idle.append(connection)


async def _part(connection: Any) -> None:  # noqa: ANN401 - asyncpg leaves its types open
    """Close a connection once the server was told to give up what it does for it."""
    try:
        await connection.close(timeout=_FAREWELL)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
