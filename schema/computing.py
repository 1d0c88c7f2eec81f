"""What Python adds to the database's answer: fields that it works out of columns."""
# graphql-core leaves the types of what it hands down open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from inspect import isawaitable
from typing import Any

from graphql import GraphQLOutputType, is_leaf_type, is_list_type, is_non_null_type

from domain.refusal import Refusal
from resolvers.graph import Doubtful, Plan, complete
from resolvers.visit import Visit
from schema.selection import Computation, Tree


async def complete_answer(visit: Visit, answer: bytes, plan: Plan, tree: Tree) -> bytes:
    """Put in what Python works out."""
    known: dict[str, Any] = {}

    async def compute(item: list[Any]) -> Any:  # noqa: ANN401 - JSON
        computation: Computation = tree.computations[item[0]]
        place = repr(item)
        if place not in known:
            given = [
                value if restore is None or value is None else restore(value)
                for restore, value in zip(computation.restore, item[1:], strict=True)
            ]
            try:
                result = computation.read(visit, *given)
                known[place] = _write(computation.kind, await result if isawaitable(result) else result)
            except Refusal:
                raise
            except Exception as error:
                # What is wrong with a row, the ordinary executor tells in its place.
                raise Doubtful("a value cannot be worked out") from error
        return known[place]

    return await complete(answer, plan.computed, compute)


def _write(kind: GraphQLOutputType, value: Any) -> Any:  # noqa: ANN401 - JSON
    """Write a result by its type in the graph, as graphql-core does."""
    if is_non_null_type(kind):
        written = _write(kind.of_type, value)
        if written is None:
            raise Doubtful("a required value is missing")
        return written
    if value is None:
        return None
    if is_list_type(kind):
        return [_write(kind.of_type, item) for item in value]
    if is_leaf_type(kind):
        return kind.coerce_output_value(value)
    raise TypeError(f"{kind} is not worked out in Python.")
