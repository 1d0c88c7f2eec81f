"""Runs a checked operation as Strawberry's own `execute` does, without its parsing, checking and logging.

Strawberry's `execute` would parse and validate every text again, run an unnamed one of several
operations, log errors with their texts, and give suggestions for wrong variables.
"""
# graphql-core and Strawberry leave these generic types open, and this file alone hands them over.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportArgumentType=false

from inspect import isawaitable

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute
from strawberry.execution import optimized_is_awaitable

from api.body import GraphQLRequest


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
    document: DocumentNode,
    asked: GraphQLRequest,
    context: object,
    *,
    hide_suggestions: bool,
) -> ExecutionResult:
    """Run the asked-for operation of a valid document with the schema's own execution context class.

    Errors of variables come back as errors without a path, errors of fields with one; none is raised.
    """
    result = execute(
        schema._schema,  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no public name
        document,
        context_value=context,
        variable_values=asked.variables,
        operation_name=asked.operation_name,
        executor_class=schema.execution_context_class,
        is_awaitable=optimized_is_awaitable,
        hide_suggestions=hide_suggestions,
        operation_extensions=asked.extensions,
    )
    return await result if isawaitable(result) else result
