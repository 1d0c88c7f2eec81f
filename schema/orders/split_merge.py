"""Split and merge (房屋拆分合并) in the graph: its content, and the units before and after."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.fields import stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.ownership_change import SharingOwner
from schema.orders.stored_content import is_content
from schema.scalars import Area
from schema.types import asks, given, maybe, tells


@tells
class SplitMerge:
    """Why units are split or merged; the units are the order's lines (房屋拆分合并)."""

    is_type_of = is_content("SPLIT_MERGE")
    reason: str | None = stored("reason", "Why (拆分合并原因).")
    handler: Handler = stored("handler", "Handler (经办人).")


@tells
class SplitMergeSource:
    """A unit that is split, or merged with others (拆分合并前的房屋)."""

    is_type_of = is_content("SOURCE")
    code: str = stored("code", "Its readable number, by which new units name it (房屋编号).")
    building: str = stored("building", "Name of the building (楼栋名称).")
    section: str = stored("section", "Section, empty where there is none (单元).")
    floor: int = stored("floor", "Floor; basements are negative (楼层).")
    room_no: str = stored("room_no", "Room number (室号).")
    address: str = stored("address", "Address (地址).")
    usage: str = stored("usage", "Code of the usage (房屋用途).")
    gross_area: Area = stored("gross_area", "Gross floor area (建筑面积).")
    net_area: Area | None = stored("net_area", "Internal floor area (套内面积).")
    has_lift: bool = stored("has_lift", "Whether a lift serves it (电梯).")


@tells
class SplitMergeResult:
    """A unit that comes of others (拆分合并后的房屋)."""

    is_type_of = is_content("RESULT")
    sources: list[str] = stored("sources", "Numbers of the units that it comes of (原房屋编号).")
    building: str = stored("building", "Name of the building (楼栋名称).")
    section: str = stored("section", "Section, empty where there is none (单元).")
    floor: int = stored("floor", "Floor; basements are negative (楼层).")
    room_no: str = stored("room_no", "Room number (室号).")
    address: str = stored("address", "Address (地址).")
    usage: str = stored("usage", "Code of the usage (房屋用途).")
    gross_area: Area = stored("gross_area", "Gross floor area (建筑面积).")
    net_area: Area | None = stored("net_area", "Internal floor area (套内面积).")
    has_lift: bool = stored("has_lift", "Whether a lift serves it (电梯).")
    sale_status: str | None = stored("sale_status", "Code of the sale status (销售状态).")
    remark: str | None = stored("remark", "Remark (备注).")
    owners: list[SharingOwner] = stored(
        "owners", "Its owners where somebody had to say them; else they stay as they were (业主)."
    )


@asks
class SplitMergeInput:
    """Units of an estate to split or merge; pick them, then say what comes of them (房屋拆分合并)."""

    estate_id: strawberry.ID = given("The estate whose units they are (物业区域).")
    reason: str | None = maybe("Why (拆分合并原因).")
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        return {"reason": self.reason, **handler_values(self.handler)}
