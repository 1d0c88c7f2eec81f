"""The face that carries GraphQL: one address that takes operations by POST, GET and upload."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import strawberry
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from api.answers import Caller
from api.body import (
    BadRequest,
    GraphQLRequest,
    PersistedQueryUnknown,
    media_type_of,
    read_json,
    read_query_string,
)
from api.documents import Documents, Unfit
from api.errors import Code, tell, tell_input
from api.execution import core_of, run_operation
from api.graphiql import Page, page_routes, wants_page
from api.language import language_of
from api.limits import Limits
from api.negotiation import GRAPHQL_RESPONSE, JSON, choose_media_type
from api.security import log_bug, request_id_of
from api.uploads import accept_files_only, read_upload
from domain.refusal import Forbidden, Refusal, Unauthenticated


class Context(Protocol):
    """What resolvers get as `info.context`; it is closed after the operation, however that ended."""

    async def close(self) -> None:
        """Give back what the operation used."""
        ...


MakeContext = Callable[[Request], Awaitable[Context]]


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How the face behaves.

    Attributes:
        introspection: Whether the schema may be asked for; without it nothing is suggested either.
        graphiql: Whether the page for trying queries is served.
        limits: The most that one request may hold.
        path: Address of the GraphQL endpoint.
        page: Address, bundle and first query of the page.
    """

    introspection: bool = False
    graphiql: bool = False
    limits: Limits = field(default_factory=Limits)
    path: str = "/graphql"
    page: Page = field(default_factory=Page)


def graphql_routes(
    schema: strawberry.Schema, *, settings: FaceSettings, make_context: MakeContext
) -> list[BaseRoute]:
    """Make the routes of the GraphQL endpoint and, if it is switched on, of the page beside it.

    They are to be served inside `api.security.SecureFace`. The schema's `execution_context_class` runs
    every operation. `make_context` is asked only for operations that will run; a `Refusal` from it
    turns the caller away.

    Raises:
        ValueError: The schema has Strawberry extensions or operation directives, which are not run here.
    """
    face = _Face(schema, settings, make_context)
    routes: list[BaseRoute] = [Route(settings.path, face.answer, methods=["GET", "POST"])]
    if settings.graphiql:
        routes += page_routes(settings.page, settings.path)
    return routes


class _Face:
    def __init__(self, schema: strawberry.Schema, settings: FaceSettings, make_context: MakeContext) -> None:
        core = core_of(schema)
        accept_files_only(core)
        self._schema = schema
        self._settings = settings
        self._make_context = make_context
        self._documents = Documents(core, settings.limits, introspection=settings.introspection)

    async def answer(self, request: Request) -> Response:
        """Answer one request; nothing that a client sends ends as a server error."""
        if self._settings.graphiql and wants_page(request):
            return RedirectResponse(self._settings.page.path, 303)
        media_type = choose_media_type(request.headers.get("accept"))
        caller = Caller(media_type or JSON, language_of(request), request_id_of(request))
        if media_type is None:
            return caller.turn_away(406, Code.BAD_REQUEST, f"Accept must allow {GRAPHQL_RESPONSE} or {JSON}.")
        try:
            asked = await self._read(request)
            try:
                return await self._answer(request, asked, caller)
            finally:
                await asked.close()
        except (BadRequest, PersistedQueryUnknown, Unfit, Refusal) as refused:
            return _say_no(refused, caller)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _read(self, request: Request) -> GraphQLRequest:
        limits = self._settings.limits
        if request.method != "POST":
            return read_query_string(request, limits)
        media_type = media_type_of(request)
        if media_type == JSON:
            return await read_json(request, limits)
        if media_type == "multipart/form-data":
            return await read_upload(request, limits)
        raise BadRequest(f"The body must be {JSON}, or multipart/form-data for an upload.", 415)

    async def _answer(self, request: Request, asked: GraphQLRequest, caller: Caller) -> Response:
        """Check the document, run the operation in a context of its own and write what came of it."""
        document, operation = self._documents.check(asked.query, asked.operation_name)
        if request.method != "POST" and operation.operation is not OperationType.QUERY:
            raise BadRequest("Only a query may come by GET: use POST.", 405, headers={"Allow": "POST"})
        context = await self._make_context(request)
        try:
            result = await run_operation(
                self._schema, document, asked, context, hide_suggestions=not self._settings.introspection
            )
        finally:
            await _close(context, caller)
        return caller.tell_result(result, operation.name.value if operation.name else None)


def _say_no(refused: BadRequest | PersistedQueryUnknown | Unfit | Refusal, caller: Caller) -> Response:
    """Answer a request for which nothing was run."""
    if isinstance(refused, BadRequest):
        return caller.turn_away(refused.status, refused.code, refused.message, refused.headers)
    if isinstance(refused, PersistedQueryUnknown):
        # Apollo's and urql's clients know this sentence and send the whole query next.
        return caller.refuse(tell(Code.PERSISTED_QUERY_NOT_SUPPORTED, "PersistedQueryNotSupported"))
    if isinstance(refused, Unfit):
        return caller.refuse(*(tell_input(error, refused.code, caller.language) for error in refused.errors))
    message = refused.message_for(caller.language)
    if isinstance(refused, Unauthenticated):
        return caller.turn_away(401, refused.code, message, {"WWW-Authenticate": "Bearer"})
    if isinstance(refused, Forbidden):
        return caller.turn_away(403, refused.code, message)
    return caller.refuse(tell(refused.code, message))


async def _close(context: Context, caller: Caller) -> None:
    """Close a context; the answer is decided by then, so a failure is only logged."""
    try:
        await context.close()
    except Exception as bug:  # noqa: BLE001 - whatever it is, the caller's answer stands
        log_bug(bug, request_id=caller.request_id)
