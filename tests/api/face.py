"""A small schema behind the real face, for tests that speak HTTP to it."""
# ruff: noqa: D101, D102 - in this made-up schema the names say all there is to say

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, NewType

import httpx
import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from strawberry.file_uploads import Upload
from strawberry.relay import GlobalID
from strawberry.schema.config import StrawberryConfig

from api.graphql import FaceSettings, MakeContext, graphql_routes
from api.security import SecureFace
from domain.problem import Invalid, Problem, ProblemCode
from domain.refusal import BadUserInput, Forbidden, NotFound, TooCostly, Unauthenticated
from resolvers.timing import Timing

SECRET = "secret: postgres://owner:pa55@db"  # what a resolver's exception says and nobody may read


def _read_area(value: object) -> str:
    if not isinstance(value, str):
        raise Invalid(Problem(ProblemCode.AREA_INVALID))
    if value == "bug":
        raise ArithmeticError(SECRET)
    return value


Area = NewType("Area", str)


@strawberry.type
class Thing:
    name: str = "thing"
    size: int = 1

    @strawberry.field
    def inner(self) -> "Thing":
        return Thing()

    @strawberry.field
    def other(self) -> "Thing":
        return Thing()


@strawberry.input
class FilesInput:
    title: str
    files: list[Upload]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "世界") -> str:
        return f"你好，{name}"

    @strawberry.field
    def thing(self) -> Thing:
        return Thing()

    @strawberry.field
    def area(self, value: Area) -> str:
        return value

    @strawberry.field
    def by_id(self, id: GlobalID) -> str | None:  # noqa: A002 - the argument's name in the graph
        return str(id)

    @strawberry.field
    def boom(self) -> str | None:
        raise RuntimeError(SECRET) from KeyError("110101199003070011")

    @strawberry.field
    def boom_always(self) -> str:
        raise RuntimeError(SECRET)

    @strawberry.field
    def broken(self) -> str:
        return None  # pyright: ignore[reportReturnType] - it breaks the schema's promise on purpose

    @strawberry.field
    def mistaken(self) -> str | None:
        raise RuntimeError(SECRET) from NotFound()

    @strawberry.field
    def missing(self) -> str | None:
        raise NotFound

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden

    @strawberry.field
    def signed_in(self) -> str | None:
        raise Unauthenticated

    @strawberry.field
    def costly(self) -> str | None:
        raise TooCostly("rows", 100)

    @strawberry.field
    def page(self, after: str) -> str | None:  # noqa: ARG002 - any cursor is torn here
        raise BadUserInput("after")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def touch(self, info: strawberry.Info["World", None]) -> int:
        info.context.asked += 1
        return info.context.asked

    @strawberry.mutation
    async def read_file(self, file: Upload) -> str:
        content: bytes = await file.read()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - Strawberry types Upload as bytes
        return f"{file.filename}:{len(content)}"  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType, reportUnknownVariableType] - the same

    @strawberry.mutation
    async def read_files(self, input: FilesInput) -> list[str]:  # noqa: A002 - the argument's name in the graph
        return [f"{input.title}:{file.filename}" for file in input.files]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - the same


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> AsyncGenerator[int, None]:
        yield 1


@dataclass(slots=True)
class World:
    """What the tests' resolvers share, and whether it was closed.

    Attributes:
        opened: Contexts that were made.
        closed: Contexts that were closed.
        asked: Calls of the resolvers that count.
        timing: Where the time went.
    """

    opened: int = 0
    closed: int = 0
    asked: int = 0
    timing: Timing = field(default_factory=Timing)

    async def open(self, _request: Request) -> "World":
        """Make the context of one operation."""
        self.opened += 1
        return self

    async def close(self) -> None:
        """Count that an operation ended."""
        self.closed += 1


def make_schema(**more: Any) -> strawberry.Schema:
    """Make the schema, afresh for each application."""
    area = strawberry.scalar(
        name="Area", serialize=str, parse_value=_read_area, specified_by_url="https://example.org/area"
    )
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        config=StrawberryConfig(scalar_map={Area: area}),
        **more,
    )


def make_app(
    settings: FaceSettings | None = None,
    make_context: MakeContext | None = None,
    schema: strawberry.Schema | None = None,
) -> Starlette:
    """Make the application as the product does: the routes inside the middleware."""
    routes = graphql_routes(
        schema or make_schema(),
        settings=settings or FaceSettings(introspection=True),
        make_context=make_context or World().open,
    )
    return Starlette(routes=routes, middleware=[Middleware(SecureFace)])


@dataclass(slots=True)
class Client:
    """Speaks to the face as a client does.

    Attributes:
        web: The HTTP client, bound to the application without a network.
        world: What the resolvers see.
    """

    web: httpx.AsyncClient
    world: World

    async def post(self, query: str, **more: Any) -> httpx.Response:
        """Send an operation as modern clients do, with `variables` and the like beside it."""
        return await self.web.post("/graphql", json={"query": query, **more}, headers=RESPONSE)

    async def old(self, query: str, **more: Any) -> httpx.Response:
        """Send an operation as a client of `application/json` does."""
        return await self.web.post(
            "/graphql", json={"query": query, **more}, headers={"accept": "application/json"}
        )

    async def raw(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Send bytes as JSON."""
        return await self.web.post(
            "/graphql", content=body, headers={"content-type": "application/json", **(headers or {})}
        )


RESPONSE = {"accept": "application/graphql-response+json"}


def make_client(settings: FaceSettings | None = None, make_context: MakeContext | None = None) -> Client:
    """Make a client of a fresh application."""
    world = World()
    app = make_app(settings, make_context or world.open)
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://face.test")
    return Client(web, world)


def code_of(answer: httpx.Response) -> str:
    """Tell the code of the only error of an answer."""
    (error,) = answer.json()["errors"]
    return error["extensions"]["code"]
