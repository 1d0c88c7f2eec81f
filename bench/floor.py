"""The floor: a bare Starlette route over statements written by hand, as fast as Python and SQL go here."""

import base64
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.floor_sql import EMPTY, FILL, GUARD, READS, WRITTEN
from bench.people import Actor
from bench.place import Place

_driver: Any = asyncpg  # it has no types
_NIL = UUID(int=0)


def _after(cursor: str | None) -> UUID:
    if cursor is None:
        return _NIL
    return UUID(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[1])


_BOUND: Mapping[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]] = {
    "Q1": lambda given: (UUID(given["unit"]),),
    "Q2": lambda given: (UUID(given["estate"]), _after(given["after"]), given["first"]),
    "Q3": lambda given: (UUID(given["estate"]),),
    "Q4": lambda given: (given["search"], given["first"]),
    "Q5": lambda given: (UUID(given["building"]),),
}


async def _nothing(_connection: asyncpg.Connection) -> None:
    """Give a connection back as it is: every setting was its transaction's own."""


class Floor:
    """Answers by name: the path names the statement, the body holds its values."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._actors = {header: _known(actor) for header, actor in place.actors.items()}
        self._pool: Any = None

    async def open(self) -> None:
        """Open the connections."""
        place = self._place
        self._pool = await _driver.create_pool(
            host=place.socket, port=place.port, user=place.user, password=place.password,
            database=place.database, min_size=place.pool, max_size=place.pool, reset=_nothing,
        )  # fmt: skip

    async def read(self, request: Request) -> Response:
        """Answer a question with one statement."""
        actor = self._actors.get(request.headers.get("authorization", ""))
        if actor is None:
            return Response(status_code=401)
        name = request.path_params["name"]
        bound = _BOUND[name](msgspec.json.decode(await request.body()))
        async with self._pool.acquire() as connection:
            text: str | None = await connection.fetchval(READS[name], *actor, *bound)
        if text is None:
            return Response(status_code=401)
        return Response(text.encode(), media_type="application/json")

    async def write(self, request: Request) -> Response:
        """Write an order's lines and read it back, in one transaction."""
        actor = self._actors.get(request.headers.get("authorization", ""))
        if actor is None:
            return Response(status_code=401)
        given = msgspec.json.decode(await request.body())
        order, lines = UUID(given["order"]), msgspec.json.encode(given["lines"]).decode()
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchrow(GUARD, *actor) is None:
                return Response(status_code=401)
            await connection.execute(EMPTY, actor[0], order)
            await connection.execute(FILL, actor[0], order, lines)
            text: str = await connection.fetchval(WRITTEN, actor[0], order)
        return Response(text.encode(), media_type="application/json")


def _known(actor: Actor) -> tuple[int, UUID, int]:
    return actor.city, UUID(actor.principal), actor.version


def main() -> None:
    """Serve until stopped."""
    place = Place.read()
    floor = Floor(place)
    routes = [
        Route("/M1", floor.write, methods=["POST"]),
        Route("/{name}", floor.read, methods=["POST"]),
    ]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        await floor.open()
        yield

    app = Starlette(routes=routes, lifespan=lifespan)
    uvicorn.run(app, port=place.listen, access_log=False, log_level="warning", server_header=False)


if __name__ == "__main__":
    main()
