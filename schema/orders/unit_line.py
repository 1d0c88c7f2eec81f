"""A unit as an order's line says it, in and out."""

from typing import Any

import strawberry

from schema.fields import stored
from schema.scalars import Area


def _masked(sealed: Any) -> str:  # noqa: ANN401 - a sealed number as stored
    return sealed["masked"]


@strawberry.type(description="An owner as an order says it, masked (业主).")
class LineOwner:
    """An owner on a line."""

    name: str = stored("name", "Name (姓名).")
    id_type: str = stored("id_type", "Code of the kind of identity document (证件类型).")
    id_number: str = stored("id_number", "ID number, masked (证件号).", _masked)
    mobile: str = stored("mobile", "Mobile number, masked (手机号).", _masked)


@strawberry.type(description="A unit as an order says it (房屋).")
class UnitContent:
    """The content of a line."""

    building: str = stored("building", "Name of the building (楼栋名称).")
    section: str = stored("section", "Section, may be empty (单元).")
    floor: int = stored("floor", "Floor (楼层).")
    room_no: str = stored("room_no", "Room number (室号).")
    address: str = stored("address", "Address (地址).")
    usage: str = stored("usage", "Code of the usage (房屋用途).")
    gross_area: Area = stored("gross_area", "Gross floor area (建筑面积).")
    net_area: Area | None = stored("net_area", "Internal floor area (套内面积).")
    has_lift: bool = stored("has_lift", "Whether a lift serves it (电梯).")
    completed_ym: str | None = stored("completed_ym", "Year and month of completion (建成年月).")
    structure: str | None = stored("structure", "Code of the structure (建筑结构).")
    floors_above: int | None = stored("floors_above", "Floors above ground (总层数).")
    sale_status: str | None = stored("sale_status", "Code of the sale status (销售状态).")
    contract_no: str | None = stored("contract_no", "Sale contract number (合同号).")
    remark: str | None = stored("remark", "Remark (备注).")
    owner: LineOwner | None = stored("owner", "Owner, if one was given (业主).")


@strawberry.input(description="A unit typed by hand; every value as it would stand in the workbook (房屋).")
class UnitLineInput:
    """One line to add or to put in the place of another."""

    no: int | None = strawberry.field(default=None, description="Number of the line to replace; none adds one (行号).")
    building: str = strawberry.field(description="Name of the building (楼栋名称).")
    section: str | None = strawberry.field(default=None, description="Section (单元).")
    floor: str = strawberry.field(description="Floor as text, such as `3` or `-1` (楼层).")
    room_no: str = strawberry.field(description="Room number (室号).")
    address: str = strawberry.field(description="Address (地址).")
    usage: str = strawberry.field(description="Usage by code or name (房屋用途).")
    gross_area: str = strawberry.field(description="Gross floor area in square metres (建筑面积).")
    net_area: str | None = strawberry.field(default=None, description="Internal floor area (套内面积).")
    has_lift: str = strawberry.field(description="有 or 无 (电梯).")
    completed_ym: str | None = strawberry.field(default=None, description="As 201409 (建成年月).")
    structure: str | None = strawberry.field(default=None, description="Structure by code or name (建筑结构).")
    floors_above: str | None = strawberry.field(default=None, description="Floors above ground (总层数).")
    sale_status: str | None = strawberry.field(default=None, description="Sale status by code or name (销售状态).")
    owner_name: str | None = strawberry.field(default=None, description="Owner's name (业主姓名).")
    owner_id_type: str | None = strawberry.field(default=None, description="Kind of identity document (证件类型).")
    owner_id_number: str | None = strawberry.field(default=None, description="ID number (证件号).")
    owner_mobile: str | None = strawberry.field(default=None, description="Mobile number (手机号).")
    contract_no: str | None = strawberry.field(default=None, description="Sale contract number (合同号).")
    remark: str | None = strawberry.field(default=None, description="Remark (备注).")
