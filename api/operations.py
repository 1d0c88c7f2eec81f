"""Runs operations of one schema, however they came: by a request, an event stream or a WebSocket."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol, cast

import strawberry
from graphql import ExecutionResult, OperationDefinitionNode, OperationType
from starlette.requests import Request

from api.answers import Answer, Caller
from api.body import GraphQLRequest
from api.documents import Documents, Entry, Unfit
from api.errors import Code, mask, tell, tell_input
from api.execution import core_of, open_source, run_operation
from api.intake import BadRequest
from api.limits import Limits
from api.security import log_bug
from domain.refusal import Forbidden, Refusal, Unauthenticated, Unavailable
from resolvers.outage import is_outage
from resolvers.tally import Tally
from resolvers.timing import Timing

MOST_TOLD_AT_ONCE = 2
"""How many events are read at a time: when many wait for the same one, requests still find a connection."""


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


class News(Protocol):
    """An event that is read anew for each who gets it, by that one's own rights."""

    async def read(self, context: object, /) -> object | None:
        """Give what the operation is run for; None where there is nothing for this one."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """An operation that was found fit to be run, and how it came.

    Attributes:
        request: By which its context is made, for a subscription before every event.
        caller: The form in which it is answered.
        seconds: How long the check took.
    """

    request: Request
    asked: GraphQLRequest
    entry: Entry
    operation: OperationDefinitionNode
    caller: Caller
    seconds: float

    @property
    def streams(self) -> bool:
        """Whether it is a subscription."""
        return self.operation.operation is OperationType.SUBSCRIPTION

    @property
    def name(self) -> str | None:
        """Its name, for the log."""
        return self.operation.name.value if self.operation.name else None


class Operations:
    """Checks, runs and answers operations.

    Args:
        schema: The schema; its `execution_context_class` runs every operation.
        limits: The most that one may hold.
        introspection: Whether the schema may be asked for.
        make_context: Makes the context of one operation; a `Refusal` turns the caller away.
        tally: Counts them.
        trusted: Texts of trusted documents by their hashes.
        trusted_only: Whether no other document is taken.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        limits: Limits,
        introspection: bool,
        make_context: MakeContext,
        tally: Tally,
        trusted: Mapping[str, str] | None = None,
        trusted_only: bool = False,
    ) -> None:
        self.limits = limits
        self.tally = tally
        self.make_context = make_context
        self._schema = schema
        self._telling = asyncio.Semaphore(MOST_TOLD_AT_ONCE)
        self._hide_suggestions = not introspection
        self._documents = Documents(
            core_of(schema), limits, introspection=introspection, trusted=trusted, only=trusted_only
        )
        tally.watch("documents_cached", self._documents.__len__)

    def check(
        self, request: Request, asked: GraphQLRequest, caller: Caller, *, streams: bool = False
    ) -> Question:
        """Find what is to be run.

        Raises:
            Unfit: The document is none, does not fit the schema, or is not trusted.
            TooCostly: It exceeds a limit.
            BadRequest: It is a subscription, and those may not come this way.
        """
        started = perf_counter()
        if asked.query is None:
            entry, operation = self._documents.find(asked.name or "", asked.operation_name, streams=streams)
        else:
            entry, operation = self._documents.check(asked.query, asked.operation_name, streams=streams)
        return Question(request, asked, entry, operation, caller, perf_counter() - started)

    async def run(self, question: Question) -> Answer:
        """Run a query or mutation in a context of its own, and write what came of it."""
        started = perf_counter()
        caller = question.caller
        context = await self.make_context(question.request)
        try:
            result = await self._execute(question, context)
        finally:
            await close(context, caller)
        answer = caller.tell_result(result, question.name)
        context.timing.parse = question.seconds
        answer.headers.append(_tell_timing(context.timing, perf_counter() - started + question.seconds))
        return answer

    async def open(self, question: Question) -> "AsyncGenerator[object] | Answer":
        """Begin a subscription: its events, or an answer that tells why there are none.

        Raises:
            Refusal: Its caller may not have it.
        """
        caller = question.caller
        context = await self.make_context(question.request)
        try:
            source = await open_source(
                self._schema, question.entry, question.asked, context, hide_suggestions=self._hide_suggestions
            )
        finally:
            # What is waited for holds no connection.
            await close(context, caller)
        if not isinstance(source, ExecutionResult):
            return source
        for error in source.errors or ():
            if isinstance(error.original_error, Refusal):
                raise error.original_error
        return caller.tell_result(source, question.name)

    async def tell(self, question: Question, event: object) -> Answer | None:
        """Run a subscription for one event, its caller found out anew; None where it is not told of it.

        Raises:
            Refusal: The caller may be told nothing more.
        """
        async with self._telling:
            return await self._tell(question, event)

    async def _tell(self, question: Question, event: object) -> Answer | None:
        context = await self.make_context(question.request)
        try:
            if hasattr(event, "read"):
                event = await cast("News", event).read(context)
                if event is None:
                    return None
            result = await self._execute(question, context, event)
        finally:
            await close(context, question.caller)
        return question.caller.tell_result(result, question.name)

    async def _execute(
        self, question: Question, context: Context, event: object = None
    ) -> ExecutionResult | bytes:
        return await run_operation(
            self._schema,
            question.entry,
            question.asked,
            context,
            hide_suggestions=self._hide_suggestions,
            event=event,
        )


def say_no(refused: BadRequest | Unfit | Refusal, caller: Caller) -> Answer:
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


def say_bug(bug: Exception, caller: Caller) -> Answer:
    """Answer where something went wrong that is a mistake of ours; it is logged, and masked."""
    log_bug(bug, request_id=caller.request_id)
    if is_outage(bug):
        return say_no(Unavailable(), caller)
    return caller.refuse(Code.INTERNAL_SERVER_ERROR, mask(caller.language, caller.request_id))


async def close(context: Context, caller: Caller) -> None:
    """Close a context; the answer is decided by then, so a failure is only logged."""
    try:
        await context.close()
    except Exception as bug:  # noqa: BLE001 - whatever it is, the caller's answer stands
        log_bug(bug, request_id=caller.request_id)


def _tell_timing(timing: Timing, total: float) -> tuple[bytes, bytes]:
    """Write the Server-Timing header, in milliseconds (W3C Server Timing)."""
    parts = timing.parse * 1000, timing.plan * 1000, timing.db * 1000, total * 1000
    return b"server-timing", b"parse;dur=%.3f, plan;dur=%.3f, db;dur=%.3f, total;dur=%.3f" % parts
