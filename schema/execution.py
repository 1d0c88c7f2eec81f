"""Runs operations that no one statement answers: acts, what is no row, and answers in doubt."""
# graphql-core leaves the types of what it hands down open.
# ruff: noqa: ANN401
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from typing import Any

import msgspec
from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_non_null_type,
)
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from domain.refusal import Refusal, TooCostly
from resolvers.act import abandon, settle
from resolvers.graph import Doubtful
from resolvers.visit import Visit
from schema.collecting import Uncompilable
from schema.compiling import Asked, Compiler
from schema.plans import Kept
from schema.variables import Given


@dataclass(frozen=True, slots=True)
class Reading:
    """An operation as the compiler reads it."""

    compiler: Compiler
    operation: OperationDefinitionNode
    kept: Kept


class ActExecution(StrawberryGraphQLCoreExecutionContext):
    """Commits each mutation field once its whole answer was read, and rolls it back if reading failed.

    Where a `reading` is given, lists of the outermost door, and rows in the answers of acts, are read by
    compiled statements within the same transaction.
    """

    def __init__(self, *given: Any, reading: Reading | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.reading = reading

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Path,
        position_context: Any,
    ) -> Any:
        """Execute a field; a root field of a mutation is followed by its commit."""
        usual = partial(
            super().execute_field, parent_type, source, field_details_list, path, position_context
        )
        if self.reading is not None and parent_type is self.schema.query_type:
            answer = self.reading.compiler.answer_root
            return self._read(usual, partial(answer, details=field_details_list))
        result = usual()
        if parent_type is self.schema.mutation_type and isawaitable(result):
            return self._settle(result)
        return result

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_details_list: Any,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete an object; a row is read by a compiled statement."""
        usual = partial(
            super().complete_object_value,
            return_type,
            field_details_list,
            info,
            path,
            result,
            position_context,
        )
        if self.reading is None or not self.reading.compiler.is_row(return_type):
            return usual()
        return self._read(usual, self._rows([result], return_type, field_details_list), one=True)

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_details_list: Any,
        info: Any,
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Any:
        """Complete a list; rows are read together by one compiled statement."""
        usual = partial(
            super().complete_list_value,
            return_type,
            field_details_list,
            info,
            path,
            result,
            position_context,
        )
        kind: Any = get_named_type(return_type)
        # An item that may be null says nothing of its type, so its list is completed item by item.
        if self.reading is None or not is_non_null_type(return_type.of_type):
            return usual()
        if not self.reading.compiler.is_row(kind):
            return usual()
        return self._read(usual, self._rows(result, kind, field_details_list))

    def _rows(
        self, rows: Sequence[Any], kind: GraphQLObjectType, details: Any
    ) -> Callable[[Visit, Asked], Awaitable[bytes]]:
        compiler = self.reading.compiler if self.reading else None
        if compiler is None:
            raise TypeError("Rows are read by a compiler only where there is one.")
        return partial(compiler.answer_rows, kind=kind, details=details, rows=rows)

    async def _read(
        self,
        usual: Callable[[], Any],
        read: Callable[[Visit, Asked], Awaitable[bytes]],
        *,
        one: bool = False,
    ) -> Any:
        """Read something by a compiled statement; what that cannot is executed as usual."""
        visit: Visit = self.context_value
        if self.reading is not None:
            try:
                given = Given.of(self.variable_values)
                answer = await read(visit, Asked(self.reading.operation, given, self.reading.kept))
                return msgspec.Raw(answer[1:-1] if one else answer)
            except Uncompilable as error:
                self._count(str(error))
            except (Doubtful, Refusal, GraphQLError) as error:
                if isinstance(error, TooCostly) and error.ends_all:
                    # A statement that ran too long took the act's transaction with it, and what would show
                    # too much would do so the usual way as well.
                    raise
                # From here on everything is looked at one by one, so that what is wrong is told in its place.
                self.reading = None
                self._count("doubt")
        result = usual()
        return await result if isawaitable(result) else result

    def _count(self, reason: str) -> None:
        """Count why something is executed as usual; of a query that was counted when it came."""
        if self.operation.operation is not OperationType.QUERY:
            visit: Visit = self.context_value
            visit.desk.tally.count("fallbacks", reason=reason)

    async def _settle(self, result: Awaitable[Any]) -> Any:
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
