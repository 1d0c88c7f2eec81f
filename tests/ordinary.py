"""Runs operations by graphql-core alone, as those are run that no one statement answers."""

from typing import Any

from graphql import ExecutionResult

from api.body import GraphQLRequest
from api.documents import Documents
from api.execution import Way, core_of, run_operation
from api.limits import Limits
from resolvers.visit import Visit
from schema.roots import schema
from tests.db.roles import actor
from tests.scenes import Caller, Town


async def ask_ordinary(town: Town, caller: Caller, query: str, **variables: Any) -> Any:
    """Run a query as somebody and give its data; an error fails the test."""
    entry, _ = Documents(core_of(schema), Limits(), introspection=True).check(query, None)
    visit = Visit(town.desk, await actor(town, caller))
    asked = GraphQLRequest(query, None, variables, {})
    try:
        result = await run_operation(schema, entry, asked, visit, hide_suggestions=True, way=Way.ORDINARY)
    finally:
        await visit.close()
    assert isinstance(result, ExecutionResult)
    assert result.errors is None, result.errors
    return result.data
