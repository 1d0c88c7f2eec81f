"""The usual way: Strawberry over SQLAlchemy's ORM with DataLoaders, every cache on, as documented."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec
import strawberry
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.responses import Response
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.people import Actor
from bench.place import Place
from bench.usual_graph import make_schema
from bench.usual_visit import Visit
from db.engine import encode_json


class Face(GraphQL[Visit, None]):
    """Strawberry's own ASGI application, with a fast JSON library and a session for each request."""

    def __init__(self, schema: strawberry.Schema, engine: AsyncEngine, actors: Mapping[str, Actor]) -> None:
        super().__init__(schema, graphql_ide=None)
        self._engine = engine
        self._actors = actors

    async def run(self, request: Any, context: Any = None, root_value: Any = None) -> Any:  # noqa: ANN401, ARG002 - Strawberry's own loose types
        """Answer one request; what it wrote is committed before the answer goes out."""
        actor = self._actors.get(request.headers.get("authorization", ""))
        if actor is None:
            return Response(status_code=401)
        visit, above = Visit(self._engine, actor), cast("Any", super())
        try:
            answer = await above.run(request, context=visit)
            await visit.session.commit()
        finally:
            await visit.close()
        return answer

    def decode_json(self, data: str | bytes) -> object:
        """Read a body."""
        return msgspec.json.decode(data)

    def encode_json(self, data: object) -> str | bytes:
        """Write an answer."""
        return msgspec.json.encode(data)


def main() -> None:
    """Serve until stopped."""
    place = Place.read()
    engine = create_async_engine(
        place.url(),
        pool_size=place.pool,
        max_overflow=0,
        json_serializer=encode_json,
        json_deserializer=msgspec.json.decode,
    )
    app = Face(make_schema([ParserCache(), ValidationCache()]), engine, place.actors)
    uvicorn.run(app, port=place.listen, access_log=False, log_level="warning", server_header=False)


if __name__ == "__main__":
    main()
