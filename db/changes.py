"""Applies the primitive changes of an approved order, many rows a statement, in one transaction."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import insert, select, update

from db.contracts import bind_contracts
from db.given import among
from db.moves import move_buildings
from db.numbers import take_numbers
from db.owners import Home, add_owners, owner_row, remove_owners
from db.refunds import create_refunds
from db.search import index_buildings
from db.site import Site
from db.splits import replace_units
from db.tables.estates import Building, Estate, Unit
from db.tables.identity import Principal
from db.tables.money import Account
from db.tables.organizations import Organization
from db.units import cancel_units, update_units
from domain.change import (
    AdmitOrganization,
    BindContract,
    CancelBuilding,
    CancelUnit,
    Change,
    Changes,
    CreateBuilding,
    CreateEstate,
    CreateRefund,
    CreateUnit,
    DismissOrganization,
    MoveBuilding,
    ReplaceOwners,
    ReplaceUnits,
    UpdateBuilding,
    UpdateEstate,
    UpdateOrganization,
    UpdateUnit,
)


async def apply_changes(site: Site, changes: Changes) -> None:
    """Apply changes kind by kind in the order in which later ones refer to earlier ones."""
    for kind, apply in _APPLIERS:
        mine = [change for change in changes if isinstance(change, kind)]
        if mine:
            await apply(site, mine)


async def _numbers(site: Site, letters: str, count: int) -> list[str]:
    return await take_numbers(site.session, site.city, site.letters + letters, site.today, count)


async def _admit(site: Site, changes: Sequence[AdmitOrganization]) -> None:
    for change in changes:
        admitted: dict[str, Any] = {"status": "PROVISIONAL"}
        if change.papers_seen:
            admitted = {"status": "ACTIVE", "papers_status": "RECEIVED", "papers_received_on": site.today}
        await _set_organization(site, change.organization, admitted, principals="ACTIVE")


async def _dismiss(site: Site, changes: Sequence[DismissOrganization]) -> None:
    for change in changes:
        await _set_organization(site, change.organization, {"status": "REJECTED"}, principals="REFUSED")


async def _set_organization(
    site: Site, organization: UUID, values: Mapping[str, Any], *, principals: str
) -> None:
    await site.session.execute(
        update(Organization)
        .where(Organization.city == site.city, Organization.id == organization)
        .values(version=Organization.version + 1, **values)
    )
    await site.session.execute(
        update(Principal)
        .where(Principal.city == site.city, Principal.org_id == organization, Principal.kind == "DEVELOPER")
        .values(status=principals, version=Principal.version + 1)
    )


async def _create_estates(site: Site, changes: Sequence[CreateEstate]) -> None:
    codes = await _numbers(site, "ES", len(changes))
    accounts = await _numbers(site, "SA", len(changes))
    rows = [
        {
            "city": site.city,
            "id": change.estate,
            "org_id": change.organization,
            "code": code,
            **{name: getattr(change, name) for name in _ESTATE_COLUMNS},
        }
        for change, code in zip(changes, codes, strict=True)
    ]
    await site.session.execute(insert(Estate), rows)
    special = [
        {
            "city": site.city,
            "id": site.new_id(),
            "org_id": change.organization,
            "kind": "SPECIAL",
            "account_no": number,
            "bank": change.bank,
            "estate_id": change.estate,
            "status": "OPEN",
            "opened_at": site.now,
        }
        for change, number in zip(changes, accounts, strict=True)
    ]
    await site.session.execute(insert(Account), special)


_ESTATE_COLUMNS = (
    "name",
    "name_key",
    "address",
    "address_key",
    "district",
    "property_company",
    "project_name",
    "presale_permit_no",
    "total_land_area",
    "started_on",
    "completed_on",
    "route",
    "bank",
)


async def _create_buildings(site: Site, changes: Sequence[CreateBuilding]) -> None:
    codes = await _numbers(site, "BU", len(changes))
    rows = [
        {
            "city": site.city,
            "id": change.building,
            "org_id": change.organization,
            "estate_id": change.estate,
            "code": code,
            "name": change.name,
            "name_key": change.name_key,
            "position": change.position,
            "completed_ym": change.completed_ym,
            "structure": change.structure,
            "floors_above": change.floors_above,
            "status": "ACTIVE",
        }
        for change, code in zip(changes, codes, strict=True)
    ]
    await site.session.execute(insert(Building), rows)


async def _create_units(site: Site, changes: Sequence[CreateUnit]) -> None:
    codes = await _numbers(site, "UN", len(changes))
    accounts = await _numbers(site, "UA", len(changes))
    await site.session.execute(
        insert(Unit), [_unit_row(site, change, code) for change, code in zip(changes, codes, strict=True)]
    )
    await site.session.execute(
        insert(Account),
        [_account_row(site, change, no) for change, no in zip(changes, accounts, strict=True)],
    )
    await index_buildings(site.session, site.city, {change.building for change in changes})
    owners = [row for change in changes for row in _owner_rows(site, change)]
    if owners:
        await add_owners(site.session, site.city, site.sealer, owners)


def _unit_row(site: Site, change: CreateUnit, code: str) -> dict[str, Any]:
    content = change.content
    return {
        "city": site.city,
        "id": change.unit,
        "org_id": change.organization,
        "estate_id": change.estate,
        "building_id": change.building,
        "code": code,
        "section": content.section,
        "floor": content.floor,
        "room_no": content.room_no,
        "place_key": change.place_key,
        "address": content.address,
        "usage": content.usage,
        "category": change.category,
        "gross_area": content.gross_area,
        "net_area": content.net_area,
        "has_lift": content.has_lift,
        "sale_status": content.sale_status,
        "deposit_point": change.deposit_point,
        "contract_no": content.contract_no,
        "external_id": content.external_id,
        "remark": content.remark,
        "status": "ACTIVE",
    }


def _account_row(site: Site, change: CreateUnit, number: str) -> dict[str, Any]:
    return {
        "city": site.city,
        "id": change.account,
        "org_id": change.organization,
        "kind": "UNIT",
        "account_no": number,
        "bank": change.bank,
        "estate_id": change.estate,
        "unit_id": change.unit,
        "holder": "OWNER" if change.owners else "DEVELOPER",
        "due": change.due,
        "rate": change.rate,
        "rate_id": change.rate_id,
        "status": "OPEN",
        "opened_at": site.now,
        "order_id": site.order,
    }


def _owner_rows(site: Site, change: CreateUnit) -> list[dict[str, Any]]:
    home = Home(site.city, change.organization, change.estate, change.unit)
    return [
        owner_row(home, site.new_id(), position, owner, source="IMPORT", reviewed=False)
        for position, owner in enumerate(change.owners, start=1)
    ]


async def _update_estates(site: Site, changes: Sequence[UpdateEstate]) -> None:
    for change in changes:
        await site.session.execute(
            update(Estate)
            .where(Estate.city == site.city, Estate.id == change.estate)
            .values(version=Estate.version + 1, **change.values)
        )


async def _free_names(site: Site, changes: Sequence[UpdateBuilding]) -> None:
    """Let go of the names that change, so that buildings may take each other's in one order."""
    for change in changes:
        if "name_key" in change.values:
            await _set_building(site, change.building, {"name_key": change.building.hex})


async def _update_buildings(site: Site, changes: Sequence[UpdateBuilding]) -> None:
    for change in changes:
        await _set_building(site, change.building, {"version": Building.version + 1, **change.values})


async def _set_building(site: Site, building: UUID, values: Mapping[str, Any]) -> None:
    await site.session.execute(
        update(Building).where(Building.city == site.city, Building.id == building).values(**values)
    )


async def _cancel_buildings(site: Site, changes: Sequence[CancelBuilding]) -> None:
    for change in changes:
        values = {"status": "CANCELLED", "version": Building.version + 1}
        await _set_building(site, change.building, values)


async def _replace_owners(site: Site, changes: Sequence[ReplaceOwners]) -> None:
    """Write units' new owners; the old ones stay in the history of their rows."""
    ids = [change.unit for change in changes]
    found = await site.session.execute(
        select(Unit.id, Unit.org_id, Unit.estate_id).where(Unit.city == site.city, among(Unit.id, ids))
    )
    homes = {row.id: Home(site.city, row.org_id, row.estate_id, row.id) for row in found}
    await remove_owners(site.session, site.city, site.sealer, ids)
    rows = [
        owner_row(homes[change.unit], site.new_id(), position, owner, source="ORDER", reviewed=True)
        for change in changes
        for position, owner in enumerate(change.owners, start=1)
    ]
    await add_owners(site.session, site.city, site.sealer, rows)
    for holder in ("OWNER", "DEVELOPER"):
        held = [change.account for change in changes if bool(change.owners) is (holder == "OWNER")]
        await site.session.execute(
            update(Account).where(Account.city == site.city, among(Account.id, held)).values(holder=holder)
        )


async def _update_organizations(site: Site, changes: Sequence[UpdateOrganization]) -> None:
    for change in changes:
        await site.session.execute(
            update(Organization)
            .where(Organization.city == site.city, Organization.id == change.organization)
            .values(version=Organization.version + 1, **change.values)
        )


_Apply = Callable[[Site, Sequence[Any]], Coroutine[Any, Any, None]]

# Estates before their buildings, buildings before their units: later rows point at earlier ones.
_APPLIERS = cast(
    "tuple[tuple[type[Change], _Apply], ...]",
    (
        (AdmitOrganization, _admit),
        (DismissOrganization, _dismiss),
        (CreateEstate, _create_estates),
        (CreateBuilding, _create_buildings),
        (CreateUnit, _create_units),
        (UpdateEstate, _update_estates),
        (UpdateOrganization, _update_organizations),
        (UpdateBuilding, _free_names),
        (MoveBuilding, move_buildings),
        (UpdateBuilding, _update_buildings),
        (UpdateUnit, update_units),
        (CreateRefund, create_refunds),
        (CancelUnit, cancel_units),
        (CancelBuilding, _cancel_buildings),
        (ReplaceUnits, replace_units),
        (ReplaceOwners, _replace_owners),
        (BindContract, bind_contracts),
    ),
)
