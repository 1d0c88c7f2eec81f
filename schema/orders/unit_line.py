"""A unit as an order's line says it, in and out."""

from schema.fields import masked, stored
from schema.orders.stored_content import is_content
from schema.scalars import Area
from schema.types import asks, given, maybe, tells


@tells
class LineOwner:
    """An owner as an order says it, masked (业主)."""

    name: str = stored("name", "Name (姓名).")
    id_type: str = stored("id_type", "Code of the kind of identity document (证件类型).")
    id_number: str = masked("id_number", "ID number, masked (证件号).")
    mobile: str = masked("mobile", "Mobile number, masked (手机号).")


@tells
class UnitContent:
    """A unit as an order says it (房屋)."""

    is_type_of = is_content("UNIT")
    building: str = stored("building", "Name of the building (楼栋名称).")
    section: str = stored("section", "Section, empty where there is none (单元).")
    floor: int = stored("floor", "Floor; basements are negative (楼层).")
    room_no: str = stored("room_no", "Room number (室号).")
    address: str = stored("address", "Address (地址).")
    usage: str = stored("usage", "Code of the usage (房屋用途).")
    gross_area: Area = stored("gross_area", "Gross floor area (建筑面积).")
    net_area: Area | None = stored("net_area", "Internal floor area (套内面积).")
    has_lift: bool = stored("has_lift", "Whether a lift serves it (电梯).")
    completed_ym: str | None = stored("completed_ym", "Year and month of completion as 201409 (建成年月).")
    structure: str | None = stored("structure", "Code of the structure (建筑结构).")
    floors_above: int | None = stored("floors_above", "Floors above ground (总层数).")
    sale_status: str | None = stored("sale_status", "Code of the sale status (销售状态).")
    contract_no: str | None = stored("contract_no", "Sale contract number (合同号).")
    remark: str | None = stored("remark", "Remark (备注).")
    external_id: str | None = stored(
        "external_id", "What the transaction system calls it, if it came from there (接口编号)."
    )
    owner: LineOwner | None = stored("owner", "Owner, if one was given (业主).")


@asks
class UnitLineInput:
    """A unit typed by hand; every value as it would stand in the workbook (房屋)."""

    no: int | None = maybe("Number of the line to replace; none adds one (行号).")
    sources: str | None = maybe(
        "Of a split or merge: numbers of the original units, with semicolons between them (原房屋编号)."
    )
    building: str = given("Name of the building (楼栋名称).")
    section: str | None = maybe("Section (单元).")
    floor: str = given("Floor as text, such as `3` or `-1` (楼层).")
    room_no: str = given("Room number (室号).")
    address: str = given("Address (地址).")
    usage: str = given("Usage by code or name (房屋用途).")
    gross_area: str = given("Gross floor area in square metres (建筑面积).")
    net_area: str | None = maybe("Internal floor area in square metres (套内面积).")
    has_lift: str = given("有 or 无 (电梯).")
    completed_ym: str | None = maybe("As 201409 (建成年月).")
    structure: str | None = maybe("Structure by code or name (建筑结构).")
    floors_above: str | None = maybe("Floors above ground (总层数).")
    sale_status: str | None = maybe("Sale status by code or name (销售状态).")
    owner_name: str | None = maybe("Owner's name (业主姓名).")
    owner_id_type: str | None = maybe("Kind of identity document by code or name (证件类型).")
    owner_id_number: str | None = maybe("ID number (证件号).")
    owner_mobile: str | None = maybe("Mobile number (手机号).")
    contract_no: str | None = maybe("Sale contract number (合同号).")
    remark: str | None = maybe("Remark (备注).")
