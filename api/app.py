"""The web application: GraphQL, files and health behind one secure face."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api.bank import bank_routes
from api.files import file_routes
from api.graphiql import Page
from api.graphql import FaceSettings, graphql_routes
from api.health import health_routes
from api.limits import Limits
from api.metrics import metrics_routes
from api.security import SecureFace
from api.visits import make_visit
from api.worker import Worker
from resolvers.desk import Desk
from resolvers.pools import watch_pools
from resolvers.visit import Visit
from resolvers.watching import Watch
from schema.guards import check_guards
from schema.roots import schema


@dataclass(frozen=True, slots=True)
class Face:
    """How open the application is.

    Attributes:
        introspection: Whether the schema may be asked for.
        graphiql: Whether the page for trying queries is served.
        https: Whether browsers are told to come by HTTPS only.
        limits: The most that one request may hold.
        first_query: What stands in the page's editor at first.
        worker: Whether the upkeep runs beside the requests.
        trusted: Texts of trusted documents by their hashes, if clients may name them.
        trusted_only: Whether no other document is taken.
        metrics: Whether there is `/metrics`.
        metrics_token: The bearer token for it; without one only this machine itself is answered.
    """

    introspection: bool = False
    graphiql: bool = False
    https: bool = False
    limits: Limits = field(default_factory=Limits)
    first_query: str = ""
    worker: bool = True
    trusted: Mapping[str, str] | None = None
    trusted_only: bool = False
    metrics: bool = False
    metrics_token: str | None = None


class _Straight:
    """Leads what is posted for GraphQL straight there, past the search for the route of an address."""

    def __init__(self, app: ASGIApp, *, route: Route) -> None:
        self._app = app
        self._path = route.path
        self._endpoint: ASGIApp = route.app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        straight = scope["type"] == "http" and scope["path"] == self._path and scope["method"] == "POST"
        await (self._endpoint if straight else self._app)(scope, receive, send)


def make_app(desk: Desk, face: Face) -> Starlette:
    """Make the application of one process; it refuses to start while a field is unguarded.

    Raises:
        UnguardedError: A field, mutation or argument declares no right.
        UntrustworthyError: A trusted document exceeds a limit or does not fit the schema.
    """
    check_guards(schema)
    watch = Watch(desk)

    async def make_context(request: Request) -> Visit:
        visit = await make_visit(desk, request, remember=True)
        visit.watch = watch
        return visit

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        worker = Worker(desk)
        if face.worker:
            worker.start()
        yield
        watch.leave()
        await worker.stop()

    watch_pools(desk)
    graphql = graphql_routes(
        schema,
        settings=_settings(face),
        make_context=make_context,
        tally=desk.tally,
        standing=watch.standing,
    )
    routes = [
        *graphql,
        *(*file_routes(desk), *bank_routes(desk)),
        *health_routes(desk),
        *(metrics_routes(desk.tally, face.metrics_token) if face.metrics else []),
    ]
    middleware = [
        Middleware(SecureFace, https=face.https),
        *(Middleware(_Straight, route=route) for route in graphql[:1] if isinstance(route, Route)),
    ]
    app = Starlette(routes=routes, middleware=middleware, lifespan=lifespan)
    # Whoever stops the server lets subscriptions end first: they would be waited for.
    app.state.watch = watch
    return app


def _settings(face: Face) -> FaceSettings:
    """Tell the endpoint how open it is."""
    return FaceSettings(
        introspection=face.introspection,
        graphiql=face.graphiql,
        limits=face.limits,
        page=Page(query=face.first_query),
        trusted=face.trusted,
        trusted_only=face.trusted_only,
    )
