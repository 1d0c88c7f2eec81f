"""How a mutation is declared: its right, its one input, its dry run, and the answer read before the commit."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from graphql import GraphQLObjectType
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from domain.refusal import NotFound
from resolvers.act import Done, Effect, Outcome, abandon, act, settle
from resolvers.read import load_rows
from resolvers.sight import ENTITIES
from resolvers.visit import Visit
from schema.fields import RIGHT, visit_of
from schema.ids import read_id
from schema.problem import Rejected, reject

Answer = TypeVar("Answer")

KEY = "Idempotency key, up to 64 characters: a repetition with the same key and input changes nothing more."
DRY_RUN = "Say what would happen, and write nothing."


def mutation(right: str, description: str) -> Callable[[Callable[..., Any]], Any]:
    """Declare a mutation field with the right that it asks for; its act is where the right is enforced."""
    return strawberry.mutation(description=description, metadata={RIGHT: right})  # pyright: ignore[reportReturnType]


async def answer(
    info: strawberry.Info,
    effect: Effect,
    given: Any,  # noqa: ANN401 - any input type
    read: Callable[[Visit, Done], Awaitable[Answer]],
    *,
    key: str | None = None,
    dry_run: bool = False,
) -> Answer | Rejected:
    """Run an act and write its answer: what it was about, or every problem."""
    visit = visit_of(info)
    outcome: Outcome = await act(visit, info.field_name, effect, given=given, key=key, dry_run=dry_run)
    if isinstance(outcome, Done):
        return await read(visit, outcome)
    return reject(visit, outcome)


async def subject(visit: Visit, done: Done) -> Any:  # noqa: ANN401 - the type is the act's
    """Read the one thing an act was about, as its actor sees it."""
    return (await subjects(visit, done))[0]


async def subjects(visit: Visit, done: Done) -> list[Any]:
    """Read everything an act was about, in its order."""
    rows = await load_rows(visit, ENTITIES[done.type], "id", done.ids)
    return [rows[one] for one in done.ids]


def row_id(info: strawberry.Info, text: str, type_name: str, argument: str) -> Any:  # noqa: ANN401 - uuid
    """Read a global id that must name a row of a type in the caller's own city.

    Raises:
        NotFound: It names another type or another city.
    """
    found, city, row = read_id(text, argument)
    if found != type_name or city != visit_of(info).signed_in().city:
        raise NotFound
    return row


class ActExecution(StrawberryGraphQLCoreExecutionContext):
    """Commits each mutation field once its whole answer was read, and rolls it back if reading failed."""

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: Any, path: Path, position_context: Any  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Execute a field; a root field of a mutation is followed by its commit."""
        result = super().execute_field(parent_type, source, field_details_list, path, position_context)
        if parent_type is self.schema.mutation_type and self.is_awaitable(result):
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
