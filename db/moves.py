"""Puts buildings into another estate: units, owners and accounts go along, their money is booked over."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from db.ledger import Booking, Posting, book
from db.search import index_buildings
from db.site import Site
from db.tables.estates import Building, Owner, Unit
from db.tables.money import Account, Refund
from db.tables.search import OwnerToken
from domain.change import MoveBuilding


async def move_buildings(site: Site, changes: Sequence[MoveBuilding]) -> None:
    """Move each building with all that is in it; units, owners and balances stay (R-BLD-2)."""
    for change in changes:
        units = select(Unit.id).where(Unit.city == site.city, Unit.building_id == change.building)
        await _transfer(site, change, units)
        place = select(func.coalesce(func.max(Building.position), 0) + 1).where(
            Building.city == site.city, Building.estate_id == change.estate
        )
        await site.session.execute(
            update(Building)
            .where(Building.city == site.city, Building.id == change.building)
            .values(estate_id=change.estate, position=place.scalar_subquery(), version=Building.version + 1)
        )
        for table in (Owner, Account):
            await site.session.execute(
                update(table)
                .where(table.city == site.city, table.unit_id.in_(units))
                .values(estate_id=change.estate)
            )
        # What is promised is paid from the special account of the estate in which the units are then.
        await site.session.execute(
            update(Refund)
            .where(Refund.city == site.city, Refund.unit_id.in_(units), Refund.status != "PAID")
            .values(estate_id=change.estate)
        )
        await site.session.execute(
            update(Unit)
            .where(Unit.city == site.city, Unit.building_id == change.building)
            .values(estate_id=change.estate, version=Unit.version + 1)
        )
        await _reindex_owners(site, change, units)
    await index_buildings(site.session, site.city, {change.building for change in changes})


async def _transfer(site: Site, change: MoveBuilding, units: Any) -> None:  # noqa: ANN401 - a select
    """Book what the building's accounts hold from one estate's special account to the other's (I2, I3)."""
    held = await site.session.execute(
        select(Account.org_id, func.coalesce(func.sum(Account.balance), 0))
        .where(Account.city == site.city, Account.unit_id.in_(units))
        .group_by(Account.org_id)
    )
    for organization, total in held:
        if not total:
            continue
        source, target = [await _special(site, estate) for estate in (change.source, change.estate)]
        booking = Booking(
            city=site.city,
            organization=organization,
            reason="MOVE",
            order=site.order,
            booked_at=site.now,
            booked_by=site.principal,
            request_id=site.request_id,
        )
        # A special account holds the bank's side, so what leaves it is a credit.
        postings = (
            Posting(source, "TRANSFER_OUT", int(total), organization),
            Posting(target, "TRANSFER_IN", -int(total), organization),
        )
        await book(site.session, booking, postings, site.new_id)


async def _special(site: Site, estate: UUID) -> UUID:
    return (
        await site.session.execute(
            select(Account.id).where(
                Account.city == site.city, Account.estate_id == estate, Account.kind == "SPECIAL"
            )
        )
    ).scalar_one()


async def _reindex_owners(site: Site, change: MoveBuilding, units: Any) -> None:  # noqa: ANN401 - a select
    """Write anew in which estate the owners of the units are found."""
    gone = (
        delete(OwnerToken)
        .where(OwnerToken.city == site.city, OwnerToken.unit_id.in_(units))
        .returning(OwnerToken.org_id, OwnerToken.token, OwnerToken.unit_id)
    )
    rows = (await site.session.execute(gone)).all()
    if rows:
        await site.session.execute(
            insert(OwnerToken),
            [
                {
                    "city": site.city,
                    "org_id": row.org_id,
                    "estate_id": change.estate,
                    "token": row.token,
                    "unit_id": row.unit_id,
                }
                for row in rows
            ],
        )
