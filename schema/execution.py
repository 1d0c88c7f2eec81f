"""Runs operations: each mutation field is committed once its whole answer was read."""

from collections.abc import Awaitable
from inspect import isawaitable
from typing import Any

from graphql import GraphQLObjectType
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.act import abandon, settle
from resolvers.visit import Visit


class ActExecution(StrawberryGraphQLCoreExecutionContext):
    """Commits each mutation field once its whole answer was read, and rolls it back if reading failed."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,  # noqa: ANN401
        field_details_list: Any,  # noqa: ANN401
        path: Path,
        position_context: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Execute a field; a root field of a mutation is followed by its commit."""
        result: Any = super().execute_field(parent_type, source, field_details_list, path, position_context)
        if parent_type is self.schema.mutation_type and isawaitable(result):
            return self._settle(result)
        return result

    async def _settle(self, result: Awaitable[Any]) -> Any:  # noqa: ANN401
        visit: Visit = self.context_value
        before = len(self.collected_errors.errors)
        try:
            completed = await result
        except BaseException:
            await abandon(visit)
            raise
        if len(self.collected_errors.errors) > before:
            await abandon(visit)
        else:
            await settle(visit)
        return completed
