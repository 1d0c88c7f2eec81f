"""The graph of what is built: estates, buildings, units, their owners, and the unit grid."""

from typing import Annotated, Any

import strawberry

from db.tables.estates import Building as BuildingRow
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Owner as OwnerRow
from db.tables.estates import Unit as UnitRow
from db.tables.money import Account as AccountRow
from db.tables.organizations import Organization as OrganizationRow
from resolvers.estates import unit_filter
from resolvers.grid import grid_of
from resolvers.page import Order
from resolvers.visit import Visit
from schema.fields import (
    BINDING,
    INHERIT,
    RIGHT,
    Listed,
    column,
    derived,
    is_row,
    load_connection,
    many,
    node_id,
    one,
    visit_of,
)
from schema.node import Node
from schema.paging import After, Before, Connection, First, Last, connection, window
from schema.scalars import Area, Day

Lazy = strawberry.lazy
_UNITS = Listed(UnitRow, Order(("id",)), "estate_id")


def _usage(visit: Visit, code: str) -> str:
    return visit.city.code_label("usage", code)


def _structure(visit: Visit, code: str | None) -> str | None:
    return visit.city.code_label("structure", code) if code else None


def _sale_status(visit: Visit, code: str | None) -> str | None:
    return visit.city.code_label("sale_status", code) if code else None


def _id_type(visit: Visit, code: str) -> str:
    return visit.city.code_label("id_type", code)


@strawberry.input(description="Which units are asked for (房屋查询条件).")
class UnitFilter:
    """Conditions that all must hold."""

    building_id: strawberry.ID | None = strawberry.field(default=None, description="Only this building's (楼幢).")
    section: str | None = strawberry.field(default=None, description="Only this section's (单元).")
    floor: int | None = strawberry.field(default=None, description="Only this floor's (楼层).")
    search: str | None = strawberry.field(
        default=None, description="Part of the room number or address (室号、地址), up to 50 characters."
    )
    has_lift: bool | None = strawberry.field(default=None, description="Only with, or only without, a lift (电梯).")
    paid: bool | None = strawberry.field(
        default=None, description="Only units whose first deposit is, or is not, fully paid (首期是否交清)."
    )
    status: str | None = strawberry.field(
        default="ACTIVE", description="Status of the unit, `ACTIVE` unless said; null for every one (状态)."
    )


@strawberry.type(description="One owner of a unit; personal numbers are masked (业主).")
class Owner(Node):
    """An owner, as anybody with the right to see owners sees them."""

    is_type_of = is_row(OwnerRow)
    id: strawberry.ID = node_id("Owner")
    name: str = column("name", "Name (姓名).")
    id_type: str = column("id_type", "Code of the kind of identity document (证件类型).")
    id_type_label: str = derived(("id_type",), _id_type, "Kind of identity document in words (证件类型).")
    id_number: str = column("id_number_masked", "Number of the identity document, masked (证件号).")
    mobile: str = column("mobile_masked", "Mobile number, masked (手机号).")
    share: str | None = column("share", "Share of the unit, if shares are recorded (份额).")
    reviewed: bool = column("reviewed", "Whether the fund office has reviewed this ownership (已审核).")


@strawberry.type(description="A housing unit: where it is, what it is and how large (房屋).")
class Unit(Node):
    """A unit."""

    is_type_of = is_row(UnitRow)
    id: strawberry.ID = node_id("Unit")
    code: str = column("code", "The product's readable number of the unit (房屋编号).")
    section: str = column("section", "Stairwell or entrance section, empty where there is none (单元).")
    floor: int = column("floor", "Floor; basements are negative (楼层).")
    room_no: str = column("room_no", "Room number (室号).")
    address: str = column("address", "Full address (地址).")
    usage: str = column("usage", "Code of what the unit is used for (房屋用途).")
    usage_label: str = derived(("usage",), _usage, "What the unit is used for, in words (房屋用途).")
    rate_category: str = column("category", "Category of deposit rates that holds for the unit (交存类别).")
    gross_area: Area = column("gross_area", "Gross floor area, the basis of the deposit (建筑面积).")
    net_area: Area | None = column("net_area", "Internal floor area (套内面积).")
    has_lift: bool = column("has_lift", "Whether a lift serves the unit (电梯).")
    sale_status: str | None = column("sale_status", "Code of the sale status (销售状态).")
    sale_status_label: str | None = derived(("sale_status",), _sale_status, "Sale status in words (销售状态).")
    deposit_point: Day = column("deposit_point", "The day whose rates hold for the unit (交存时点).")
    contract_no: str | None = column("contract_no", "Number of the sale contract (房屋合同号).")
    manual_filing: bool = column("manual_filing", "Whether its contract must be filed by hand (人工备案).")
    remark: str | None = column("remark", "Remark (备注).")
    status: str = column("status", "ACTIVE, SPLIT, MERGED or CANCELLED (状态).")
    version: int = column("version", "Rises with every change (版本).")
    building: Annotated["Building", Lazy("schema.estates")] | None = one(BuildingRow, "building_id", "Building (楼幢).")
    estate: Annotated["Estate", Lazy("schema.estates")] | None = one(EstateRow, "estate_id", "Estate (物业区域).")
    owners: list[Owner] = many(OwnerRow, "unit_id", ("position", "id"), "Owners in their order (业主).")
    account: Annotated["Account", Lazy("schema.money")] | None = one(
        AccountRow, "id", "The unit's account with the fund (分户账).", remote="unit_id"
    )


@strawberry.type(description="A cell of the unit grid (房屋图例).")
class UnitCell:
    """One place of the grid; an empty place has no unit."""

    room_no: str = strawberry.field(description="Room number (室号).", metadata={RIGHT: INHERIT})
    unit: Unit = strawberry.field(description="The unit (房屋).", metadata={RIGHT: INHERIT})


@strawberry.type(description="One floor of a section in the unit grid (楼层).")
class GridFloor:
    """A row of the grid."""

    floor: int = strawberry.field(description="Floor; basements are negative (楼层).", metadata={RIGHT: INHERIT})
    cells: list[UnitCell] = strawberry.field(description="Its units by room number (房屋).", metadata={RIGHT: INHERIT})


@strawberry.type(description="One section of the unit grid (单元).")
class GridSection:
    """A block of the grid."""

    section: str = strawberry.field(description="Name of the section, may be empty (单元).", metadata={RIGHT: INHERIT})
    floors: list[GridFloor] = strawberry.field(description="Its floors, the top one first.", metadata={RIGHT: INHERIT})


@strawberry.type(description="A building of an estate (楼幢).")
class Building(Node):
    """A building."""

    is_type_of = is_row(BuildingRow)
    id: strawberry.ID = node_id("Building")
    code: str = column("code", "The product's readable number of the building (楼幢编号).")
    name: str = column("name", "Name, unique in its estate (楼栋名称).")
    completed_ym: str | None = column("completed_ym", "Year and month of completion as 201409 (建成年月).")
    structure: str | None = column("structure", "Code of the building's structure (建筑结构).")
    structure_label: str | None = derived(("structure",), _structure, "Structure in words (建筑结构).")
    floors_above: int | None = column("floors_above", "Floors above ground (总层数).")
    status: str = column("status", "ACTIVE or CANCELLED (状态).")
    version: int = column("version", "Rises with every change (版本).")
    estate: Annotated["Estate", Lazy("schema.estates")] | None = one(EstateRow, "estate_id", "Estate (物业区域).")
    units: list[Unit] = many(
        UnitRow, "building_id", ("section", "floor", "room_no", "id"), "Its units in use (房屋).", {"status": "ACTIVE"}
    )

    @strawberry.field(
        description="The building table: sections by floors, the top floor first (楼盘表).",
        metadata={RIGHT: INHERIT, BINDING: None},
    )
    async def grid(self, info: strawberry.Info) -> list[GridSection]:
        """Lay the units of the building out as its table shows them."""
        sections = await grid_of(visit_of(info), self)
        return [
            GridSection(
                section=section,
                floors=[
                    GridFloor(floor=floor, cells=[UnitCell(room_no=unit.room_no, unit=unit) for unit in units])
                    for floor, units in floors
                ],
            )
            for section, floors in sections
        ]


@strawberry.type(description="A property area, for which the fund keeps one special account (物业区域).")
class Estate(Node):
    """An estate."""

    is_type_of = is_row(EstateRow)
    id: strawberry.ID = node_id("Estate")
    code: str = column("code", "The product's readable number of the estate (物业区域编号).")
    name: str = column("name", "Name (物业区域名称).")
    address: str = column("address", "Address (坐落地址).")
    district: str = column("district", "County or district, GB/T 2260 (行政区划).")
    property_company: str | None = column("property_company", "Property management company (物业服务企业).")
    project_name: str | None = column("project_name", "Name of the sales project (项目名称).")
    presale_permit_no: str | None = column("presale_permit_no", "Number of the pre-sale permit (预售许可证号).")
    total_land_area: Area | None = column("total_land_area", "Land area (用地面积).")
    started_on: Day | None = column("started_on", "Day on which building began (开工日期).")
    completed_on: Day | None = column("completed_on", "Day of completion (竣工日期).")
    bank: str = column("bank", "Code of the bank that keeps its special account (专户银行).")
    version: int = column("version", "Rises with every change (版本).")
    organization: Annotated["Organization", Lazy("schema.organizations")] | None = one(
        OrganizationRow, "org_id", "The developer (开发建设单位)."
    )
    buildings: list[Building] = many(
        BuildingRow, "estate_id", ("position", "id"), "Its buildings in use (楼幢).", {"status": "ACTIVE"}
    )

    @strawberry.field(description="Its units, by pages (房屋列表).", metadata={RIGHT: INHERIT, BINDING: _UNITS})
    async def units(  # noqa: PLR0913 - the Relay contract's four and a filter
        self,
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: UnitFilter | None = None,  # noqa: A002 - the argument's name in the graph
    ) -> Connection[Unit]:
        """List the units of the estate."""
        chosen = filter or UnitFilter()
        where: list[Any] = unit_filter(visit_of(info), chosen)
        page = await load_connection(
            visit_of(info), _UNITS, window(first, after, last, before), where, self, repr(chosen)
        )
        return connection(page)
