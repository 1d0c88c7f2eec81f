"""Writes owners, and with them what their units are found by; nobody else inserts or deletes them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.given import among
from db.sealing import Sealer
from db.search import forget_owners, index_owners
from db.tables.estates import Owner


async def add_owners(
    session: AsyncSession, city: int, sealer: Sealer, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert owners."""
    if not rows:
        return
    await session.execute(insert(Owner), rows)
    named = ((row["org_id"], row["estate_id"], row["unit_id"], row["name"]) for row in rows)
    await index_owners(session, city, sealer, named)


async def remove_owners(session: AsyncSession, city: int, sealer: Sealer, units: Collection[UUID]) -> None:
    """Delete every owner of some units."""
    gone = delete(Owner).where(Owner.city == city, among(Owner.unit_id, list(units)))
    named = await session.execute(gone.returning(Owner.org_id, Owner.estate_id, Owner.unit_id, Owner.name))
    await forget_owners(session, city, sealer, named.all())
