"""The graph of what is built: estates, buildings, units, their owners, and the unit grid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from db.kept import Condition
from db.sorting import Order
from db.tables.estates import Building as BuildingRow
from db.tables.estates import Estate as EstateRow
from db.tables.estates import Owner as OwnerRow
from db.tables.estates import Unit as UnitRow
from db.tables.money import Account as AccountRow
from db.tables.organizations import Organization as OrganizationRow
from db.tables.trading import Push as PushRow
from domain.rates import RateCategory
from domain.status import BuildingStatus, UnitStatus
from resolvers.asker import Asker
from resolvers.filters import UnitsAsked, account_filter, contract_filter, estate_filter, number_filter
from resolvers.grid import GRID, GROUPS, Section, lay_out
from resolvers.search import search_units
from schema.cities import bank_name
from schema.fields import coded, column, derived, many, named, one
from schema.ids import read_key
from schema.node import Node
from schema.organizations import Organization
from schema.paging import Connection, connection
from schema.scalars import Area, Day
from schema.types import asks, closed, maybe, shows, tells, value

if TYPE_CHECKING:
    from schema.money import Account
    from schema.trading import Push

closed(
    BuildingStatus,
    "Whether a building is in use (楼幢状态).",
    {"ACTIVE": "In use (正常).", "CANCELLED": "Cancelled for good, because it is gone (已注销)."},
)
closed(
    UnitStatus,
    "Whether a unit is in use, and what became of it otherwise (房屋状态).",
    {
        "ACTIVE": "In use (正常).",
        "SPLIT": "Split into others (已拆分).",
        "MERGED": "Merged into another (已合并).",
        "CANCELLED": "Cancelled for good, because it is gone (已注销).",
    },
)
closed(
    RateCategory,
    "Category of units that have a deposit rate of their own (交存类别).",
    {
        "RESIDENTIAL": "Homes (住宅).",
        "NON_RESIDENTIAL": "Shops, offices and the like (非住宅).",
        "PARKING": "Parking spaces and garages (车位、车库).",
        "EXEMPT": "Units for which nothing is due (免交).",
    },
)


@shows(OwnerRow)
class Owner(Node):
    """One owner of a unit; personal numbers are masked (业主)."""

    name: str = column("name", "Name (姓名).")
    id_type: str = column("id_type", "Code of the kind of identity document (证件类型).")
    id_type_label: str = coded("id_type", "id_type", "Kind of identity document in words (证件类型).")
    id_number: str = column("id_number_masked", "Number of the identity document, masked (证件号).")
    mobile: str = column("mobile_masked", "Mobile number, masked (手机号).")
    share: str | None = column("share", "Share of the unit, if shares are recorded (份额).")
    reviewed: bool = column("reviewed", "Whether the fund office has reviewed this ownership (已审核).")
    unit: "Unit | None" = one(UnitRow, "unit_id", "The unit (房屋).")


@shows(UnitRow)
class Unit(Node):
    """A housing unit: where it is, what it is and how large (房屋)."""

    code: str = column("code", "The product's readable number of the unit (房屋编号).")
    section: str = column("section", "Stairwell or entrance section, empty where there is none (单元).")
    floor: int = column("floor", "Floor; basements are negative (楼层).")
    room_no: str = column("room_no", "Room number (室号).")
    address: str = column("address", "Full address (地址).")
    usage: str = column("usage", "Code of what the unit is used for (房屋用途).")
    usage_label: str = coded("usage", "usage", "What the unit is used for, in words (房屋用途).")
    rate_category: RateCategory = column(
        "category", "Category of deposit rates that holds for it (交存类别)."
    )
    gross_area: Area = column("gross_area", "Gross floor area, the basis of the deposit (建筑面积).")
    net_area: Area | None = column("net_area", "Internal floor area (套内面积).")
    has_lift: bool = column("has_lift", "Whether a lift serves the unit (电梯).")
    sale_status: str | None = column("sale_status", "Code of the sale status (销售状态).")
    sale_status_label: str | None = coded("sale_status", "sale_status", "Sale status in words (销售状态).")
    deposit_point: Day = column("deposit_point", "The day whose rates hold for the unit (交存时点).")
    contract_no: str | None = column(
        "contract_no", "Number of the sale contract (房屋合同号).", "contract.view"
    )
    manual_filing: bool = column("manual_filing", "Whether its contract must be filed by hand (人工备案).")
    remark: str | None = column("remark", "Remark (备注).")
    status: UnitStatus = column("status", "Whether it is in use (状态).")
    version: int = column("version", "Rises with every change (版本).")
    building: "Building | None" = one(BuildingRow, "building_id", "Building (楼幢).")
    estate: "Estate | None" = one(EstateRow, "estate_id", "Estate (物业区域).")
    owners: list[Owner] = many(OwnerRow, "unit_id", ("position", "id"), "Owners in their order (业主).")
    predecessors: list["Unit"] = named(
        UnitRow, "predecessor_ids", "The units that were split or merged into it (拆分合并前的房屋)."
    )
    successors: list["Unit"] = named(
        UnitRow, "successor_ids", "The units that it was split or merged into (拆分合并后的房屋)."
    )
    account: Annotated["Account", strawberry.lazy("schema.money")] | None = one(
        AccountRow, "id", "The unit's account with the fund (分户账).", remote="unit_id"
    )
    pushes: list[Annotated["Push", strawberry.lazy("schema.trading")]] = many(
        PushRow, "unit_id", ("seq",), "What the transaction system is told of it, in order (推送记录)."
    )


@tells
class GridFloor:
    """One floor of a section in the building table (楼层)."""

    floor: int = value("Floor; basements are negative (楼层).")
    units: list[Unit] = value("Its units by room number (房屋图例).")


@tells
class GridSection:
    """One section of the building table (单元)."""

    section: str = value("Name of the section, empty where there is none (单元).")
    floors: list[GridFloor] = value("Its floors, the top one first (楼层).")


def _grid(units: Sequence[UnitRow]) -> list[GridSection]:
    return [_section(section) for section in lay_out(units)]


def _section(section: Section) -> GridSection:
    name, floors = section
    shown: list[Any] = [GridFloor(floor=floor, units=list[Any](units)) for floor, units in floors]
    return GridSection(section=name, floors=shown)


@shows(BuildingRow)
class Building(Node):
    """A building of an estate (楼幢)."""

    code: str = column("code", "The product's readable number of the building (楼幢编号).")
    name: str = column("name", "Name, unique in its estate (楼栋名称).")
    completed_ym: str | None = column("completed_ym", "Year and month of completion as 201409 (建成年月).")
    structure: str | None = column("structure", "Code of the building's structure (建筑结构).")
    structure_label: str | None = coded("structure", "structure", "Structure in words (建筑结构).")
    floors_above: int | None = column("floors_above", "Floors above ground (总层数).")
    status: BuildingStatus = column("status", "Whether it is in use (状态).")
    version: int = column("version", "Rises with every change (版本).")
    estate: "Estate | None" = one(EstateRow, "estate_id", "Estate (物业区域).")
    units: list[Unit] = many(
        UnitRow,
        "building_id",
        GRID,
        "Its units in use, as the building table shows them (房屋).",
        status="ACTIVE",
    )
    grid: list[GridSection] = many(
        UnitRow,
        "building_id",
        GRID,
        "The building table: sections by floors, the top floor first (楼盘表).",
        shape=_grid,
        by=GROUPS,
        status="ACTIVE",
    )


@asks
class UnitFilter:
    """Which units are asked for; all conditions must hold (房屋查询条件)."""

    estate_id: strawberry.ID | None = maybe("Only of this estate (物业区域).")
    building_id: strawberry.ID | None = maybe("Only this building's (楼幢).")
    section: str | None = maybe("Only this section's (单元).")
    floor: int | None = maybe("Only this floor's (楼层).")
    search: str | None = maybe(
        "Part of the address, the room number or, for who may see owners, an owner's name"
        " (地址、室号、业主姓名), up to 50 characters."
    )
    owner_id_number: str | None = maybe(
        "Only units of an owner with exactly this ID number, for who may read it in clear (业主证件号)."
    )
    usage: str | None = maybe("Only used for this, as a code (房屋用途).")
    sale_status: str | None = maybe("Only in this sale status, as a code (销售状态).")
    has_lift: bool | None = maybe("Only with, or only without, a lift (电梯).")
    contract_no: str | None = maybe(
        "Only the unit with exactly this contract number, for who may see those (房屋合同号)."
    )
    has_contract_no: bool | None = maybe(
        "Only units with, or only units without, a contract number, for who may see those (有无合同号)."
    )
    manual_filing: bool | None = maybe(
        "Only units whose contracts must, or need not, be filed by hand (人工备案)."
    )
    paid: bool | None = maybe("Only units whose first deposit is, or is not, fully paid (首期是否交清).")
    low: bool | None = maybe(
        "Only units with, or only units without, less than 30 % of their first deposit left (余额不足30%)."
    )
    status: UnitStatus | None = maybe(
        "Only in this status, in use unless said; null for any (状态).", UnitStatus.ACTIVE
    )

    def conditions(self, asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        own = UnitsAsked(
            estate=read_key(self.estate_id, "Estate", "filter.estateId"),
            building=read_key(self.building_id, "Building", "filter.buildingId"),
            section=self.section,
            floor=self.floor,
            usage=self.usage,
            sale_status=self.sale_status,
            has_lift=self.has_lift,
            manual_filing=self.manual_filing,
            status=self.status,
        )
        contracts = contract_filter(self.contract_no, present=self.has_contract_no, asker=asker)
        accounts = account_filter(paid=self.paid, low=self.low, asker=asker)
        owned = number_filter(self.owner_id_number, asker)
        return [*own.conditions(), *contracts, *accounts, *owned, *search_units(self.search, asker)]


@shows(EstateRow)
class Estate(Node):
    """A property area, for which the fund keeps one special account (物业区域)."""

    code: str = column("code", "The product's readable number of the estate (物业区域编号).")
    name: str = column("name", "Name (物业区域名称).")
    address: str = column("address", "Address (坐落地址).")
    district: str = column("district", "County or district, GB/T 2260 (行政区划).")
    district_label: str = coded("district", "district", "County or district in words (行政区划).")
    property_company: str | None = column("property_company", "Property management company (物业服务企业).")
    project_name: str | None = column("project_name", "Name of the sales project (项目名称).")
    presale_permit_no: str | None = column(
        "presale_permit_no", "Number of the pre-sale permit (预售许可证号)."
    )
    total_land_area: Area | None = column("total_land_area", "Land area (用地面积).")
    started_on: Day | None = column("started_on", "Day on which building began (开工日期).")
    completed_on: Day | None = column("completed_on", "Day of completion (竣工日期).")
    bank: str = column("bank", "Code of the bank that keeps its special account (专户银行).")
    bank_label: str = derived(("bank",), bank_name, "Name of that bank (专户银行).")
    version: int = column("version", "Rises with every change (版本).")
    organization: Organization | None = one(OrganizationRow, "org_id", "The developer (开发建设单位).")
    buildings: list[Building] = many(
        BuildingRow, "estate_id", ("position", "id"), "Its buildings in use (楼幢).", status="ACTIVE"
    )
    units: Connection[Unit] = connection(
        UnitRow, Order(("id",)), "Its units, by pages (房屋列表).", remote="estate_id", filters=UnitFilter
    )


@asks
class EstateFilter:
    """Which estates are asked for (物业区域查询条件)."""

    search: str | None = maybe("Part of the name or address (名称、地址), up to 50 characters.")
    organization_id: strawberry.ID | None = maybe("Only of this developer (开发建设单位).")
    district: str | None = maybe("Only in this county or district, as a code (行政区划).")
    bank: str | None = maybe("Only kept by the bank with this code (专户银行).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        developer = read_key(self.organization_id, "Organization", "filter.organizationId")
        return estate_filter(self.search, organization=developer, district=self.district, bank=self.bank)
