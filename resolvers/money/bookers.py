"""Who booked: people of the office by name to the office, to a developer by their side alone."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.identity import Principal
from resolvers.audit import name_actor
from resolvers.visit import Visit


async def name_bookers(visit: Visit, principals: Collection[UUID]) -> Mapping[UUID, str | None]:
    """Name those who booked, as far as the reader may know them."""
    rows = await visit.run(
        select(Principal.id, Principal.kind, Principal.name).where(
            Principal.city == visit.signed_in().city, among(Principal.id, sorted(set(principals)))
        )
    )
    return {row.id: name_actor(visit, row.kind, row.name, None) for row in rows}
