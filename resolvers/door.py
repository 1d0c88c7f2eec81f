"""How an act gets at a thing: finding it and being allowed are one call."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from db.base import Base
from db.given import among
from domain.refusal import NotFound
from resolvers.act import Work
from resolvers.note import About
from resolvers.sight import ENTITIES
from resolvers.visit import Visit

Row = TypeVar("Row", bound=Base)

_TYPES: Mapping[type[Base], str] = {entity: name for name, entity in ENTITIES.items()}


async def see(visit: Visit, entity: type[Row], row_id: UUID, *, lock: bool = False) -> Row:
    """Find a row that the actor may see.

    Raises:
        NotFound: There is none, or the actor may not see it; the two cannot be told apart.
    """
    columns: Any = entity.__table__.columns
    scope = await visit.sight(entity)
    if scope is None:
        raise NotFound
    statement = select(entity).where(columns["id"] == row_id, scope.clause(entity))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = (await visit.run(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def fetch(work: Work, entity: type[Row], row_id: UUID, *actions: str, lock: bool = False) -> Row:
    """Find a row and make sure that the actor may do this to it; its organization and estate decide.

    Raises:
        NotFound: The actor may not see it.
        Forbidden: The actor sees it but lacks a right.
    """
    row: Any = await see(work.visit, entity, row_id, lock=lock and not actions)
    for action in actions:
        await must(work, row, action)
    if lock and actions:
        # Only who may do it takes the lock: the database lets nobody else, and nobody is made to wait.
        row = await see(work.visit, entity, row_id, lock=True)
    return row


async def fetch_all(
    work: Work, entity: type[Row], ids: Sequence[UUID], action: str, *, lock: bool = False
) -> Sequence[Row]:
    """Find rows and make sure that the actor may do this to each; they come, and are locked, by their ids.

    Raises:
        NotFound: The actor may not see one of them.
        Forbidden: The actor sees them but lacks the right on one.
    """
    column: Any = entity.__table__.columns["id"]
    scope = await work.visit.sight(entity)
    if scope is None:
        raise NotFound
    wanted = select(entity).where(scope.clause(entity), among(column, list(ids))).order_by(column)
    found = (await work.session.scalars(wanted)).all()
    if len(found) < len(set(ids)):
        raise NotFound
    for row in found:
        await must(work, row, action)
    if lock:
        # Only who may do it takes the locks, as in `fetch`.
        locked = wanted.with_for_update().execution_options(populate_existing=True)
        found = (await work.session.scalars(locked)).all()
    return found


async def must(work: Work, row: Any, action: str) -> None:  # noqa: ANN401 - any tenant row
    """Ask for one right on a row that was found."""
    work.about = _about(row)
    await work.must(
        action,
        organization=getattr(row, "org_id", None),
        estate=row.id if row.__tablename__ == "estate" else getattr(row, "estate_id", None),
        bank=getattr(row, "bank", None),
    )


def _about(row: Any) -> About | None:  # noqa: ANN401 - any tenant row
    """Name a row as the audit does, by the type of its global id."""
    name = _TYPES.get(row.__class__)
    return About(name, row.id) if name else None
