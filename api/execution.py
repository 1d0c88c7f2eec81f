"""Runs a checked operation: by one compiled statement where that can be, else as Strawberry's `execute` does.

Strawberry's own `execute` would parse and validate every text again, run an unnamed one of several
operations, log errors with their texts, and give suggestions for wrong variables.
"""
# graphql-core and Strawberry leave these generic types open, and this file alone hands them over.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportArgumentType=false

from collections.abc import AsyncGenerator
from enum import Enum, auto
from functools import cache
from inspect import isawaitable
from typing import Any, cast

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    create_source_event_stream,
    execute,
)
from strawberry.execution import optimized_is_awaitable

from api.body import GraphQLRequest
from api.documents import Entry
from domain.refusal import Refusal, TooBusy, TooCostly, Unauthenticated
from resolvers.graph import Doubtful
from resolvers.visit import Visit
from schema.collecting import Uncompilable
from schema.compiling import Asked, Compiler
from schema.execution import Reading


class Way(Enum):
    """How an operation is answered; tests hold the ways against each other."""

    ANY = auto()
    ORDINARY = auto()
    COMPILED = auto()


def core_of(schema: strawberry.Schema) -> GraphQLSchema:
    """Give graphql-core's schema that stands behind Strawberry's.

    Raises:
        ValueError: The schema has Strawberry extensions or operation directives, which are not run here.
    """
    if schema.extensions or schema.directives:
        raise ValueError("Strawberry extensions and operation directives are not run by this face.")
    return schema._schema  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public name


async def run_operation(
    schema: strawberry.Schema,
    entry: Entry,
    asked: GraphQLRequest,
    context: object,
    *,
    hide_suggestions: bool,
    way: Way = Way.ANY,
    event: object = None,
) -> ExecutionResult | bytes:
    """Run the asked-for operation of a valid document.

    Bytes are the JSON text of the `data` of an answer without errors, as one statement gave it. What is
    no row of the graph is executed by graphql-core; an answer in doubt is as well.
    Errors of variables come back as errors without a path, errors of fields with one.
    A subscription is run for one `event` of its stream.

    Raises:
        TooCostly: A query takes too long, or shows too much, so that nothing of it is answered.
        TooBusy: All connections are busy.
        Unauthenticated: The session has ended.
    """
    reading = None if way is Way.ORDINARY else _read(schema, entry, asked, context)
    operation = entry.operation(asked.operation_name, streams=True)
    if isinstance(context, Visit) and operation.operation is OperationType.QUERY:
        if reading is not None:
            answer = await _answer(reading, asked.variables or {}, context)
            if answer is not None:
                return answer
        # An act opens its own transaction, whose guard looks; of queries not every field does.
        await context.confirm()
    if way is Way.COMPILED:
        raise Uncompilable("the whole operation")
    result = execute(
        schema._schema,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public name
        entry.document,
        root_value=event,
        context_value=context,
        variable_values=asked.variables,
        operation_name=asked.operation_name,
        executor_class=schema.execution_context_class,
        is_awaitable=optimized_is_awaitable,
        hide_suggestions=hide_suggestions,
        operation_extensions=asked.extensions,
        # Only an executor of ours takes it, and a schema may have another.
        **({} if reading is None else {"reading": reading}),
    )
    answered = await result if isawaitable(result) else result
    if isinstance(context, Visit) and context.overrun and operation.operation is OperationType.QUERY:
        raise context.overrun
    return answered


async def open_source(
    schema: strawberry.Schema,
    entry: Entry,
    asked: GraphQLRequest,
    context: object,
    *,
    hide_suggestions: bool,
) -> AsyncGenerator[object] | ExecutionResult:
    """Begin the stream of events of a subscription, or tell by errors why there is none."""
    executor_class: Any = schema.execution_context_class
    executor: Any = executor_class.build(
        core_of(schema),
        entry.document,
        context_value=context,
        raw_variable_values=asked.variables,
        operation_name=asked.operation_name,
        is_awaitable=optimized_is_awaitable,
        hide_suggestions=hide_suggestions,
        operation_extensions=asked.extensions,
    )
    if isinstance(executor, list):
        return ExecutionResult(None, errors=cast("list[GraphQLError]", executor))
    source: Any = create_source_event_stream(executor)
    return await source if isawaitable(source) else source


@cache
def _compiler(schema: strawberry.Schema) -> Compiler:
    """Give the compiler of a schema, which lives as long as the process."""
    return Compiler(schema, core_of(schema))


def _read(schema: strawberry.Schema, entry: Entry, asked: GraphQLRequest, context: object) -> Reading | None:
    """Take up an operation for the compiler; a stranger sees no row, and others tell of wrong variables."""
    if not isinstance(context, Visit) or context.actor is None:
        return None
    compiler = _compiler(schema)
    kept = entry.plans.get(compiler)
    if kept is None:
        kept = entry.plans[compiler] = compiler.keep(entry.document)
    return Reading(compiler, entry.operation(asked.operation_name, streams=True), kept)


async def _answer(reading: Reading, variables: dict[str, object], visit: Visit) -> bytes | None:
    """Answer a query by its statement; None where graphql-core has to, and why is counted.

    Raises:
        TooCostly: It takes too long, or shows too much.
        TooBusy: All connections are busy.
        Unauthenticated: The session has ended.
    """
    given = reading.compiler.read_variables(reading.kept, reading.operation, variables)
    if given is None:
        return None
    query = Asked(reading.operation, given, reading.kept)
    try:
        answer = await reading.compiler.answer_alone(visit, query)
        if answer is None:
            # The rights have changed since the session was looked up, or it has ended.
            await visit.confirm()
            answer = await reading.compiler.answer_alone(visit, query)
    except Uncompilable as error:
        reason = str(error)
    except Doubtful:
        reason = "doubt"
    except (Refusal, GraphQLError) as error:
        if isinstance(error, Unauthenticated | TooBusy) or (isinstance(error, TooCostly) and error.ends_all):
            raise
        # Which field is to blame, and how far the others get, graphql-core tells.
        reason = "refused"
    else:
        return answer
    visit.desk.tally.count("fallbacks", reason=reason)
    return None
