"""The face that carries GraphQL: one address that takes operations by POST, GET and upload."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import strawberry
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from api.answers import Answer, Caller
from api.arrival import Arrival, arrival_of
from api.body import GraphQLRequest, read_json, read_query_string
from api.documents import Unfit
from api.errors import Code
from api.events import COMPLETE, next_event
from api.execution import core_of
from api.graphiql import Page, page_routes, wants_page
from api.intake import BadRequest, body_type
from api.language import choose_language
from api.limits import Limits
from api.negotiation import (
    EVENT_STREAM,
    GRAPHQL_RESPONSE,
    JSON,
    choose_media_type,
    takes_events,
)
from api.operations import Context, MakeContext, Operations, say_no
from api.sockets import Sockets
from api.streams import EVENT_HEADERS, EventStream
from api.uploads import accept_files_only, read_upload
from domain.refusal import Refusal
from resolvers.standing import Standing
from resolvers.tally import Tally

__all__ = ["Context", "FaceSettings", "MakeContext", "graphql_routes"]


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How the face behaves.

    Attributes:
        introspection: Whether the schema may be asked for; without it nothing is suggested either.
        graphiql: Whether the page for trying queries is served.
        limits: The most that one request may hold.
        path: Address of the GraphQL endpoint.
        page: Address, bundle and first query of the page.
        trusted: Texts of trusted documents by their hashes; None where clients cannot name documents.
        trusted_only: Whether no other document is taken.
    """

    introspection: bool = False
    graphiql: bool = False
    limits: Limits = field(default_factory=Limits)
    path: str = "/graphql"
    page: Page = field(default_factory=Page)
    trusted: Mapping[str, str] | None = None
    trusted_only: bool = False


def graphql_routes(
    schema: strawberry.Schema,
    *,
    settings: FaceSettings,
    make_context: MakeContext,
    tally: Tally | None = None,
    standing: Standing | None = None,
) -> list[BaseRoute]:
    """Make the routes of the GraphQL endpoint and, if it is switched on, of the page beside it.

    They are to be served inside `api.security.SecureFace`. The schema's `execution_context_class` runs
    every operation. `make_context` is asked only for operations that will run; a `Refusal` from it
    turns the caller away. `tally` counts the requests by what came of them. `standing` looks after those
    who keep a WebSocket open.

    Raises:
        ValueError: The schema has Strawberry extensions or operation directives, which are not run here.
        UntrustworthyError: A trusted document exceeds a limit or does not fit the schema.
    """
    accept_files_only(core_of(schema))
    operations = Operations(
        schema,
        limits=settings.limits,
        introspection=settings.introspection,
        make_context=make_context,
        tally=tally or Tally(),
        trusted=settings.trusted,
        trusted_only=settings.trusted_only,
    )
    face = _Face(operations, settings)
    sockets = Sockets(operations, standing)
    routes: list[BaseRoute] = [
        Route(settings.path, face, methods=["GET", "POST"]),
        WebSocketRoute(settings.path, sockets),
    ]
    if settings.graphiql:
        routes += page_routes(settings.page, settings.path)
    return routes


class _Face:
    """The endpoint: an ASGI application, because Starlette's own way to one costs as much as all of this."""

    def __init__(self, operations: Operations, settings: FaceSettings) -> None:
        self._operations = operations
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing that a client sends ends as a server error."""
        request = Request(scope, receive)
        if self._settings.graphiql and wants_page(request):
            await RedirectResponse(self._settings.page.path, 303)(scope, receive, send)
            return
        answer = await self._answer(request, arrival_of(scope))
        self._operations.tally.count("requests", outcome=answer.outcome)
        await answer(scope, receive, send)

    async def _answer(self, request: Request, arrival: Arrival) -> Answer | EventStream:
        media_type = choose_media_type(arrival.header(b"accept"))
        language = choose_language(arrival.header(b"accept-language"))
        caller = Caller(media_type or JSON, language, arrival.request_id)
        if media_type is None:
            wanted = f"Accept must allow {GRAPHQL_RESPONSE}, {JSON} or {EVENT_STREAM}."
            return caller.turn_away(406, Code.BAD_REQUEST, wanted)
        try:
            asked = await self._read(request, arrival)
            try:
                return await self._run(request, asked, caller)
            finally:
                if asked.files:
                    await asked.close()
        except (BadRequest, Unfit, Refusal) as refused:
            return say_no(refused, caller)
        except ClientDisconnect:
            return Answer(Code.BAD_REQUEST, 400, [], b"")

    async def _read(self, request: Request, arrival: Arrival) -> GraphQLRequest:
        limits = self._settings.limits
        if request.method != "POST":
            return read_query_string(request, limits)
        media_type = body_type(arrival)
        if media_type == JSON:
            return await read_json(arrival, request.receive, limits)
        if media_type == "multipart/form-data":
            return await read_upload(request, limits)
        raise BadRequest(f"The body must be {JSON}, or multipart/form-data for an upload.", 415)

    async def _run(self, request: Request, asked: GraphQLRequest, caller: Caller) -> Answer | EventStream:
        """Check the document, and run it or begin to tell what it waits for."""
        # Whoever waits takes event streams wherever they are named; of an answer a client may take both.
        listens = takes_events(arrival_of(request.scope).header(b"accept"))
        question = self._operations.check(request, asked, caller, streams=listens)
        if request.method != "POST" and question.operation.operation is OperationType.MUTATION:
            raise BadRequest("Only a query may come by GET: use POST.", 405, headers={"Allow": "POST"})
        if not question.streams:
            return await self._operations.run(question)
        listener = Caller(GRAPHQL_RESPONSE, caller.language, caller.request_id)
        question = replace(question, caller=listener)
        source = await self._operations.open(question)
        if isinstance(source, Answer):
            return Answer(source.outcome, 200, EVENT_HEADERS.copy(), next_event(source.body) + COMPLETE)
        return EventStream(self._operations, question, source)
