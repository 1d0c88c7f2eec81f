"""Many values given to a statement as arrays: one parameter each, however many they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, TableValuedAlias, Uuid, any_, column, func, literal
from sqlalchemy.types import TypeEngine


def array_of(values: Sequence[Any], kind: TypeEngine[Any]) -> ColumnElement[Any]:
    """Write values as one array."""
    return literal(values, ARRAY(kind))


def among(
    column: ColumnElement[Any] | Any,  # noqa: ANN401 - a mapped column is told as its value's type
    values: Sequence[Any],
    kind: TypeEngine[Any] | None = None,
) -> ColumnElement[bool]:
    """Write "is one of these", ids unless another kind is named."""
    return column == any_(array_of(values, kind or Uuid()))


def rows_of(name: str, **columns: tuple[TypeEngine[Any], Sequence[Any]]) -> TableValuedAlias:
    """Write arrays as rows, each column's type and values side by side."""
    arrays = (array_of(values, kind) for kind, values in columns.values())
    named = (column(key, kind) for key, (kind, _) in columns.items())
    return func.unnest(*arrays).table_valued(*named).render_derived(name)
