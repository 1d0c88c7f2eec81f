"""The face that carries GraphQL: one address that takes operations by POST, GET and upload."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import strawberry
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from api.answers import Answer, Caller
from api.arrival import Arrival, arrival_of
from api.body import GraphQLRequest, read_json, read_query_string
from api.documents import Documents, Unfit
from api.errors import Code, tell, tell_input
from api.execution import core_of, run_operation
from api.graphiql import Page, page_routes, wants_page
from api.intake import BadRequest, body_type
from api.language import choose_language
from api.limits import Limits
from api.negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, JSON, choose_media_type
from api.security import log_bug
from api.uploads import accept_files_only, read_upload
from domain.refusal import Forbidden, Refusal, Unauthenticated
from resolvers.tally import Tally
from resolvers.timing import Timing


class Context(Protocol):
    """What resolvers get as `info.context`; it is closed after the operation, however that ended.

    Attributes:
        timing: Where the time of the operation went.
    """

    timing: Timing

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
) -> list[BaseRoute]:
    """Make the routes of the GraphQL endpoint and, if it is switched on, of the page beside it.

    They are to be served inside `api.security.SecureFace`. The schema's `execution_context_class` runs
    every operation. `make_context` is asked only for operations that will run; a `Refusal` from it
    turns the caller away. `tally` counts the requests by what came of them.

    Raises:
        ValueError: The schema has Strawberry extensions or operation directives, which are not run here.
        UntrustworthyError: A trusted document exceeds a limit or does not fit the schema.
    """
    face = _Face(schema, settings, make_context, tally or Tally())
    routes: list[BaseRoute] = [Route(settings.path, face, methods=["GET", "POST"])]
    if settings.graphiql:
        routes += page_routes(settings.page, settings.path)
    return routes


class _Face:
    """The endpoint: an ASGI application, because Starlette's own way to one costs as much as all of this."""

    def __init__(
        self, schema: strawberry.Schema, settings: FaceSettings, make_context: MakeContext, tally: Tally
    ) -> None:
        core = core_of(schema)
        accept_files_only(core)
        self._schema = schema
        self._settings = settings
        self._make_context = make_context
        self._tally = tally
        self._documents = Documents(
            core,
            settings.limits,
            introspection=settings.introspection,
            trusted=settings.trusted,
            only=settings.trusted_only,
        )
        tally.watch("documents_cached", self._documents.__len__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing that a client sends ends as a server error."""
        request = Request(scope, receive)
        if self._settings.graphiql and wants_page(request):
            await RedirectResponse(self._settings.page.path, 303)(scope, receive, send)
            return
        answer = await self._answer(request, arrival_of(scope))
        self._tally.count("requests", outcome=answer.outcome)
        await answer(scope, receive, send)

    async def _answer(self, request: Request, arrival: Arrival) -> Answer:
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
            return _say_no(refused, caller)
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

    async def _run(self, request: Request, asked: GraphQLRequest, caller: Caller) -> Answer:
        """Check the document, run the operation in a context of its own and write what came of it."""
        started = perf_counter()
        if asked.query is None:
            entry, operation = self._documents.find(asked.name or "", asked.operation_name)
        else:
            entry, operation = self._documents.check(asked.query, asked.operation_name)
        checked = perf_counter()
        if request.method != "POST" and operation.operation is not OperationType.QUERY:
            raise BadRequest("Only a query may come by GET: use POST.", 405, headers={"Allow": "POST"})
        context = await self._make_context(request)
        try:
            result = await run_operation(
                self._schema, entry, asked, context, hide_suggestions=not self._settings.introspection
            )
        finally:
            await _close(context, caller)
        answer = caller.tell_result(result, operation.name.value if operation.name else None)
        context.timing.parse = checked - started
        answer.headers.append(_tell_timing(context.timing, perf_counter() - started))
        return answer


def _say_no(refused: BadRequest | Unfit | Refusal, caller: Caller) -> Answer:
    """Answer a request for which nothing was run."""
    if isinstance(refused, BadRequest):
        return caller.turn_away(refused.status, refused.code, refused.message, refused.headers)
    if isinstance(refused, Unfit):
        told = (tell_input(error, refused.code, caller.language) for error in refused.errors)
        return caller.refuse(refused.code, *told)
    message = refused.message_for(caller.language)
    if isinstance(refused, Unauthenticated):
        return caller.turn_away(401, refused.code, message, {"WWW-Authenticate": "Bearer"})
    if isinstance(refused, Forbidden):
        return caller.turn_away(403, refused.code, message)
    return caller.refuse(refused.code, tell(refused.code, message))


async def _close(context: Context, caller: Caller) -> None:
    """Close a context; the answer is decided by then, so a failure is only logged."""
    try:
        await context.close()
    except Exception as bug:  # noqa: BLE001 - whatever it is, the caller's answer stands
        log_bug(bug, request_id=caller.request_id)


def _tell_timing(timing: Timing, total: float) -> tuple[bytes, bytes]:
    """Write the Server-Timing header, in milliseconds (W3C Server Timing)."""
    parts = timing.parse * 1000, timing.plan * 1000, timing.db * 1000, total * 1000
    return b"server-timing", b"parse;dur=%.3f, plan;dur=%.3f, db;dur=%.3f, total;dur=%.3f" % parts
