"""Reading the graph: rows by key, many keys a statement, always within what the reader may see."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import false, select

from db.base import Base
from domain.refusal import TooCostly
from resolvers.visit import Visit

MAX_LIST = 5_000
"""A plain list holds at most this many rows a parent; larger ones are connections."""



async def load_rows(visit: Visit, entity: type[Base], column: str, keys: Sequence[Any]) -> Mapping[Any, Any]:
    """Load one row for each key; a key whose row is missing or not to be seen is left out."""
    columns: Any = entity.__table__.columns
    scope = await visit.sight(entity)
    seen = scope.clause(entity) if scope else false()
    rows = await visit.run(select(entity).where(seen, columns[column].in_(keys)))
    return {getattr(row, column): row for row in rows.scalars()}


async def load_lists(
    visit: Visit, entity: type[Base], column: str, keys: Sequence[UUID], order: Sequence[str], where: Mapping[str, Any]
) -> Mapping[UUID, list[Any]]:
    """Load the rows that belong to each key, sorted.

    Raises:
        TooCostly: A parent has more rows than a plain list holds.
    """
    columns: Any = entity.__table__.columns
    scope = await visit.sight(entity)
    seen = scope.clause(entity) if scope else false()
    chosen = [columns[name] == value for name, value in where.items()]
    statement = select(entity).where(seen, columns[column].in_(keys), *chosen)
    rows = await visit.run(statement.order_by(*(columns[name] for name in order)))
    found: dict[UUID, list[Any]] = {}
    for row in rows.scalars():
        found.setdefault(getattr(row, column), []).append(row)
    if any(len(rows) > MAX_LIST for rows in found.values()):
        raise TooCostly("rows", MAX_LIST)
    return found
