"""Estates, buildings, units, owners and organizations as they were: each row's version at a moment.

Both executors read the same text. It is a plain select without grouping, so that whatever is asked of it
(a parent, an id, the scope) reaches the history's indexes.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from sqlalchemy import ARRAY, Column, DateTime, DefaultClause, Subquery, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB, dialect

from db.base import Base

_DIALECT: Any = dialect()
# What a query goes by stands in columns of the history: an index on the stored row itself would not serve
# under row-level security, because taking values out of JSON might tell what is in rows of others.
_OWN = {"city": "city", "id": "row_id"}
_LINKS = ("org_id", "estate_id", "building_id", "unit_id")


@cache
def write_past(entity: type[Base], moment: str) -> str:
    """Write the rows of a table as they were, under the names of the table's own columns.

    The version that was written last before the moment counts, as it does for the table itself: of two acts
    on one row the later one may have begun earlier.

    Args:
        entity: A table of which a history is kept.
        moment: The moment, as an expression.

    Raises:
        TypeError: No history is kept of the table.
    """
    if not entity.history:
        raise TypeError(f"No history is kept of {entity.__name__}.")
    name = entity.__tablename__
    columns = ", ".join(f'{_write_column(column)} as "{column.name}"' for column in _columns(entity))
    # The fence makes it one look into the index for each version. As a join it would be planned badly where
    # nothing was counted yet, just after many rows were written.
    later = (
        f"select from row_history as l where l.city = h.city and l.table_name = '{name}'"
        f" and l.row_id = h.row_id and l.seq > h.seq and l.at <= {moment} offset 0"
    )
    return (
        f"select {columns} from row_history as h where h.table_name = '{name}' and h.at <= {moment}"
        f" and h.operation <> 'DELETE' and not exists ({later})"
    )


def past_rows(entity: type[Base], moment: object) -> Subquery:
    """Give the rows of a table as they were, in the place of the table itself."""
    written = text(write_past(entity, ":moment")).bindparams(
        bindparam("moment", moment, type_=DateTime(timezone=True))
    )
    return written.columns(*_columns(entity)).subquery(entity.__tablename__)


def _columns(entity: type[Base]) -> Iterator[Column[Any]]:
    yield from entity.__table__.columns  # pyright: ignore[reportReturnType] - a table's own are all plain ones


def _write_column(column: Column[Any]) -> str:
    name = column.name
    kind = column.type
    if name in _OWN or name in _LINKS:
        return f"h.{_OWN.get(name, name)}"
    if isinstance(kind, ARRAY):
        item = cast("Any", kind).item_type.compile(_DIALECT)
        return f"array(select cast(e as {item}) from jsonb_array_elements_text(h.row -> '{name}') as e)"
    if isinstance(kind, JSONB):
        return f"h.row -> '{name}'"
    value = f"h.row ->> '{name}'"
    if not isinstance(kind, Text):
        value = f"cast({value} as {kind.compile(_DIALECT)})"
    # What was written before a column was added is what the column's addition made of it.
    default = column.server_default
    if not column.nullable and isinstance(default, DefaultClause):
        return f"coalesce({value}, {default.arg})"
    return value
