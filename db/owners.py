"""Writes owners, and with them what their units are found by; nobody else inserts or deletes them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.given import among
from db.sealing import Sealer
from db.search import forget_owners, index_owners
from db.tables.estates import Owner as OwnerRow
from domain.people import Owner


@dataclass(frozen=True, slots=True)
class Home:
    """The unit that is owned, and where it belongs."""

    city: int
    organization: UUID
    estate: UUID
    unit: UUID


def owner_row(
    home: Home, owner_id: UUID, position: int, owner: Owner, *, source: str, reviewed: bool
) -> dict[str, Any]:
    """Write an owner as a row.

    Args:
        home: The unit.
        owner_id: The row's id.
        position: Place among the unit's owners, from 1.
        owner: Who it is.
        source: What it was learned from: an order, or a notice.
        reviewed: Whether the office has seen it.
    """
    return {
        "city": home.city,
        "id": owner_id,
        "org_id": home.organization,
        "estate_id": home.estate,
        "unit_id": home.unit,
        "position": position,
        "name": owner.name,
        "id_type": owner.id_type,
        "id_number_cipher": owner.id_number.cipher,
        "id_number_masked": owner.id_number.masked,
        "id_number_blind": owner.id_number.blind,
        "mobile_cipher": owner.mobile.cipher,
        "mobile_masked": owner.mobile.masked,
        "mobile_blind": owner.mobile.blind,
        "share": owner.share,
        "source": source,
        "reviewed": reviewed,
    }


async def add_owners(
    session: AsyncSession, city: int, sealer: Sealer, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert owners."""
    if not rows:
        return
    await session.execute(insert(OwnerRow), rows)
    named = ((row["org_id"], row["estate_id"], row["unit_id"], row["name"]) for row in rows)
    await index_owners(session, city, sealer, named)


async def remove_owners(session: AsyncSession, city: int, sealer: Sealer, units: Collection[UUID]) -> None:
    """Delete every owner of some units."""
    gone = delete(OwnerRow).where(OwnerRow.city == city, among(OwnerRow.unit_id, list(units)))
    named = await session.execute(
        gone.returning(OwnerRow.org_id, OwnerRow.estate_id, OwnerRow.unit_id, OwnerRow.name)
    )
    await forget_owners(session, city, sealer, named.all())
