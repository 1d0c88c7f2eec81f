"""The web application: GraphQL, files and health behind one secure face."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request

from api.files import file_routes
from api.graphiql import Page
from api.graphql import FaceSettings, graphql_routes
from api.health import health_routes
from api.limits import Limits
from api.security import SecureFace
from api.visits import make_visit
from api.worker import Worker
from resolvers.desk import Desk
from resolvers.visit import Visit
from schema.guards import check_guards
from schema.roots import schema


@dataclass(frozen=True, slots=True)
class Face:
    """How open the application is."""

    introspection: bool = False
    graphiql: bool = False
    https: bool = False
    limits: Limits = field(default_factory=Limits)
    first_query: str = ""
    worker: bool = True


def make_app(desk: Desk, face: Face) -> Starlette:
    """Make the application of one process; it refuses to start while a field is unguarded.

    Raises:
        UnguardedError: A field, mutation or argument declares no right.
    """
    check_guards(schema)

    async def make_context(request: Request) -> Visit:
        return await make_visit(desk, request)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        worker = Worker(desk)
        if face.worker:
            worker.start()
        yield
        await worker.stop()

    settings = FaceSettings(
        introspection=face.introspection,
        graphiql=face.graphiql,
        limits=face.limits,
        page=Page(query=face.first_query),
    )
    routes = [
        *graphql_routes(schema, settings=settings, make_context=make_context),
        *file_routes(desk),
        *health_routes(desk),
    ]
    return Starlette(routes=routes, middleware=[Middleware(SecureFace, https=face.https)], lifespan=lifespan)
