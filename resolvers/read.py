"""Reading the graph: rows by key, many keys a statement, always within what the reader may see."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, literal

from db.base import Base
from db.graph.lists import MAX_LIST
from db.sorting import Sorting, sorted_by
from domain.refusal import TooCostly
from resolvers.past import Rows, rows_at
from resolvers.visit import MAX_ROWS, Visit


def among(column: ColumnElement[Any], keys: Sequence[UUID]) -> ColumnElement[bool]:
    """Write "is one of these keys" with one parameter, however many they are."""
    return column == any_(literal(list(keys), ARRAY(Uuid())))


async def load_rows(
    visit: Visit, entity: type[Base], column: str, keys: Sequence[UUID], moment: datetime | None = None
) -> Mapping[UUID, Any]:
    """Load one row for each key; a key whose row is missing or not to be seen is left out.

    Where several rows have a key, as a closed account and the open one after it, the newest is given.
    """
    table = rows_at(entity, moment)
    seen = await see_rows(visit, table)
    if seen is None:
        return {}
    statement = table.select(seen, among(table.columns[column], keys))
    rows = await visit.run(statement if column == "id" else statement.order_by(table.columns["id"]))
    return {getattr(row, column): row for row in rows.scalars()}


async def load_lists(
    visit: Visit,
    entity: type[Base],
    column: str,
    keys: Sequence[UUID],
    sorting: Sorting,
    where: Sequence[tuple[str, Any]] = (),
    moment: datetime | None = None,
) -> Mapping[UUID, list[Any]]:
    """Load the rows that belong to each key, sorted.

    Raises:
        TooCostly: A parent has more rows than a plain list holds, or all of them together have too many; no
            more rows than that are read.
    """
    table = rows_at(entity, moment)
    seen = await see_rows(visit, table)
    if seen is None:
        return {}
    chosen = [table.columns[name] == value for name, value in where]
    most = min(MAX_LIST * len(keys), MAX_ROWS)
    statement = table.select(seen, among(table.columns[column], keys), *chosen)
    rows = await visit.run(statement.order_by(*sorted_by(table.columns, sorting)).limit(most + 1))
    found: dict[UUID, list[Any]] = {}
    for row in rows.scalars():
        found.setdefault(getattr(row, column), []).append(row)
    if any(len(rows) > MAX_LIST for rows in found.values()):
        raise TooCostly("rows", MAX_LIST)
    if sum(map(len, found.values())) > most:
        raise TooCostly("rows", most)
    return found


async def see_rows(visit: Visit, table: Rows) -> ColumnElement[bool] | None:
    """Write which rows of a table the reader may see; None for none, so that the table is not even asked.

    The database role of somebody who may see none has no privilege on the table either.
    """
    scope = await visit.sight(table.entity)
    return scope.clause(table.entity, table.rows) if scope else None
