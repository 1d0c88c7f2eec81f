"""What the lines of an order can aim at, as it stands now, in the words of the lines' contents."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.given import among
from db.tables.estates import Building, Estate, Unit
from db.tables.orders import BusinessOrder
from db.tables.organizations import Organization
from domain.orders.building_change import BuildingContent
from domain.orders.contract_rows import ContractContent
from domain.orders.estate_change import EstateContent
from domain.orders.organization_change import OrganizationContent
from domain.orders.ownership_change import OwnersContent
from domain.orders.rows import Shape
from domain.orders.split_rows import SourceContent
from domain.people import Sealed
from domain.status import OrganizationStatus
from domain.unit import UnitContent
from resolvers.act import Work
from resolvers.money.owners import load_owners, owner_of
from resolvers.orders.words import as_json

Present = Mapping[UUID, Mapping[str, Any]]
_Load = Callable[[Work, BusinessOrder, Sequence[UUID]], Awaitable[Present]]


async def load_present(work: Work, order: BusinessOrder, shape: Shape, ids: Sequence[UUID]) -> Present:
    """Read what things of the order's own organization say now; what is no more is left out."""
    return await _LOADERS[shape](work, order, ids) if ids else {}


async def _estates(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> Present:
    rows = await work.session.scalars(
        select(Estate)
        .where(Estate.city == order.city, Estate.org_id == order.org_id, among(Estate.id, ids))
        .execution_options(populate_existing=True)
    )
    return {row.id: as_json(_estate(row)) for row in rows}


def _estate(row: Estate) -> EstateContent:
    return EstateContent(
        name=row.name,
        address=row.address,
        district=row.district,
        property_company=row.property_company,
        project_name=row.project_name,
        presale_permit_no=row.presale_permit_no,
        total_land_area=row.total_land_area,
        started_on=row.started_on,
        completed_on=row.completed_on,
    )


async def _buildings(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> Present:
    """Read active buildings of the order's own estate (R-GEN-5)."""
    rows = await work.session.execute(
        select(Building, Estate.name, Estate.bank)
        .join(Estate, (Estate.city == Building.city) & (Estate.id == Building.estate_id))
        .where(
            Building.city == order.city,
            Building.org_id == order.org_id,
            Building.estate_id == order.estate_id,
            Building.status == "ACTIVE",
            among(Building.id, ids),
        )
        .execution_options(populate_existing=True)
    )
    return {row.id: as_json(_building(row, estate, bank)) for row, estate, bank in rows}


def _building(row: Building, estate_name: str, bank: str) -> BuildingContent:
    return BuildingContent(
        estate=row.estate_id,
        estate_name=estate_name,
        bank=bank,
        name=row.name,
        completed_ym=row.completed_ym,
        structure=row.structure,
        floors_above=row.floors_above,
    )


async def _units(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> Present:
    """Read active units of the order's own estate (R-GEN-5)."""
    names = dict(
        (
            await work.session.execute(
                select(Building.id, Building.name).where(
                    Building.city == order.city, Building.estate_id == order.estate_id
                )
            )
        ).all()
    )
    rows = await work.session.scalars(
        select(Unit)
        .where(
            Unit.city == order.city,
            Unit.org_id == order.org_id,
            Unit.estate_id == order.estate_id,
            Unit.status == "ACTIVE",
            among(Unit.id, ids),
        )
        .execution_options(populate_existing=True)
    )
    return {row.id: as_json(_unit(row, names[row.building_id])) for row in rows}


def _unit(row: Unit, building: str) -> UnitContent:
    return UnitContent(
        building=building,
        section=row.section,
        floor=row.floor,
        room_no=row.room_no,
        address=row.address,
        usage=row.usage,
        gross_area=row.gross_area,
        net_area=row.net_area,
        has_lift=row.has_lift,
        sale_status=row.sale_status,
        remark=row.remark,
    )


async def _sources(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> Present:
    """Read units that shall give way to others, with the numbers by which these will name them."""
    units = await _units(work, order, ids)
    rows = await work.session.execute(
        select(Unit.id, Unit.code).where(Unit.city == order.city, among(Unit.id, list(units)))
    )
    names = [field.name for field in fields(SourceContent) if field.name != "code"]
    return {
        unit: as_json(SourceContent(code=code, **{name: units[unit][name] for name in names}))
        for unit, code in rows
    }


async def _owners(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> Present:
    """Read who owns units now, table by table."""
    units = await _units(work, order, ids)
    owners = await load_owners(work, list(units))
    return {
        unit: as_json(
            OwnersContent(
                building=content["building"],
                section=content["section"],
                floor=content["floor"],
                room_no=content["room_no"],
                owners=tuple(owner_of(row) for row in owners.get(unit, ())),
            )
        )
        for unit, content in units.items()
    }


async def _contracts(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> Present:
    """Read which contracts units bear now, and what the transaction system calls them."""
    units = await _units(work, order, ids)
    rows = await work.session.execute(
        select(Unit.id, Unit.contract_no, Unit.external_id).where(
            Unit.city == order.city, among(Unit.id, list(units))
        )
    )
    return {
        unit: as_json(
            ContractContent(
                building=units[unit]["building"],
                section=units[unit]["section"],
                floor=units[unit]["floor"],
                room_no=units[unit]["room_no"],
                gross_area=units[unit]["gross_area"],
                external_id=external_id,
                contract_no=contract_no,
            )
        )
        for unit, contract_no, external_id in rows
    }


async def _organizations(work: Work, order: BusinessOrder, ids: Sequence[UUID]) -> Present:
    rows = await work.session.scalars(
        select(Organization)
        .where(
            Organization.city == order.city,
            Organization.id == order.org_id,
            among(Organization.id, ids),
        )
        .execution_options(populate_existing=True)
    )
    return {row.id: as_json(_organization(row)) for row in rows}


def _organization(row: Organization) -> OrganizationContent:
    return OrganizationContent(
        name=row.name,
        uscc=row.uscc,
        org_code=row.org_code,
        legal_representative=row.legal_representative,
        legal_rep_id_type=row.legal_rep_id_type,
        legal_rep_id_number=Sealed(row.legal_rep_id_cipher, row.legal_rep_id_masked, row.legal_rep_id_blind),
        contact_name=row.contact_name,
        contact_mobile=row.contact_mobile,
        phone=row.phone,
        registered_address=row.registered_address,
        office_address=row.office_address,
        qualification_no=row.qualification_no,
        status=OrganizationStatus(row.status),
    )


_LOADERS: Mapping[Shape, _Load] = {
    Shape.ESTATE: _estates,
    Shape.BUILDING: _buildings,
    Shape.UNIT: _units,
    Shape.OWNERS: _owners,
    Shape.CONTRACT: _contracts,
    Shape.ORGANIZATION: _organizations,
    Shape.SOURCE: _sources,
}
