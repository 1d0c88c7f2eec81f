"""Finds what was written without what searches go by, as before there were any, and makes up for it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, exists, select

from db.given import among
from db.search import index_buildings, index_owners
from db.tables.estates import Building, Owner, Unit
from db.tables.search import PlaceToken
from domain.search import EVERYWHERE
from resolvers.act import Outcome, Work
from resolvers.desk import Desk
from resolvers.upkeep import run_system, say_rows

_AT_ONCE = 100


async def complete_search(desk: Desk, city: int) -> int:
    """Index the buildings that are not, with the owners of their units, and say how many they were."""
    total = 0
    while True:
        done = await run_system(desk, city, "searchComplete", _complete)
        total += done
        if done < _AT_ONCE:
            return total


async def _complete(work: Work) -> Outcome:
    await work.must("search.complete", organization=None, estate=None)
    city = work.actor.city
    known = exists().where(
        PlaceToken.city == city,
        PlaceToken.token == EVERYWHERE,
        PlaceToken.org_id == Building.org_id,
        PlaceToken.building_id == Building.id,
    )
    missing = select(Building.id).where(Building.city == city, ~known).order_by(Building.id).limit(_AT_ONCE)
    buildings = (await work.session.scalars(missing)).all()
    if buildings:
        await index_buildings(work.session, city, buildings)
        await _index_owners(work, buildings)
    return say_rows("Building", len(buildings))


async def _index_owners(work: Work, buildings: Sequence[UUID]) -> None:
    city = work.actor.city
    owners = (
        select(Owner.org_id, Owner.estate_id, Owner.unit_id, Owner.name)
        .join(Unit, and_(Unit.city == Owner.city, Unit.id == Owner.unit_id))
        .where(Owner.city == city, Unit.city == city, among(Unit.building_id, buildings))
    )
    found = await work.session.execute(owners)
    await index_owners(work.session, city, work.visit.desk.sealer, found.all())
