"""Estate change (物业区域变更) in the graph: its content, in and out, and the estate before and after."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.fields import day, stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.scalars import Area, Day
from schema.types import asks, given, maybe, tells

# What is left out of a change stays as it is; null empties it.
_KEPT: Any = strawberry.UNSET


@tells
class EstateChange:
    """Why an estate is changed; what changes stands in the order's one line (物业区域变更)."""

    is_type_of = is_content("ESTATE_CHANGE")
    reason: str | None = stored("reason", "Why (变更原因).")
    handler: Handler = stored("handler", "Handler (经办人).")


@tells
class EstateContent:
    """An estate as an order says it (物业区域)."""

    is_type_of = is_content("ESTATE")
    name: str = stored("name", "Name (物业区域名称).")
    address: str = stored("address", "Address (坐落地址).")
    district: str = stored("district", "Code of the county or district (行政区划).")
    property_company: str | None = stored("property_company", "Property management company (物业服务企业).")
    project_name: str | None = stored("project_name", "Name of the sales project (项目名称).")
    presale_permit_no: str | None = stored("presale_permit_no", "Pre-sale permit (预售许可证号).")
    total_land_area: Area | None = stored("total_land_area", "Land area (用地面积).")
    started_on: Day | None = day("started_on", "Begin of building (开工日期).")
    completed_on: Day | None = day("completed_on", "Completion (竣工日期).")


@asks
class EstateChangeInput:
    """What an estate shall be; what is left out stays, null empties (物业区域变更)."""

    estate_id: strawberry.ID = given("The estate (物业区域).")
    name: str | None = maybe("Name (物业区域名称).", _KEPT)
    address: str | None = maybe("Address (坐落地址).", _KEPT)
    district: str | None = maybe("Code of the county or district (行政区划).", _KEPT)
    property_company: str | None = maybe("Property management company (物业服务企业).", _KEPT)
    project_name: str | None = maybe("Name of the sales project (项目名称).", _KEPT)
    presale_permit_no: str | None = maybe("Pre-sale permit (预售许可证号).", _KEPT)
    total_land_area: Area | None = maybe("Land area (用地面积).", _KEPT)
    started_on: Day | None = maybe("Begin of building (开工日期).", _KEPT)
    completed_on: Day | None = maybe("Completion (竣工日期).", _KEPT)
    reason: str | None = maybe("Why (变更原因).")
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind and of its line."""
        plain = {
            name: value
            for name, value in vars(self).items()
            if value is not strawberry.UNSET and name not in {"estate_id", "handler"}
        }
        return {**plain, **handler_values(self.handler)}
