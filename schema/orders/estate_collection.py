"""Estate collection (物业区域采集) in the graph: its content, in and out."""

from collections.abc import Mapping
from typing import Any

from schema.fields import day, stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.scalars import Area, Day
from schema.types import asks, maybe, tells


@tells
class EstateCollection:
    """What an estate collection says of the estate; its units are the order's lines (物业区域采集)."""

    is_type_of = is_content("ESTATE_COLLECTION")
    name: str | None = stored("name", "Name of the estate (物业区域名称).")
    address: str | None = stored("address", "Address (坐落地址).")
    district: str | None = stored("district", "Code of the county or district (行政区划).")
    bank: str | None = stored("bank", "Code of the bank that shall keep the special account (专户银行).")
    deposit_point: Day | None = day("deposit_point", "The day whose rates hold (交存时点).")
    property_company: str | None = stored("property_company", "Property management company (物业服务企业).")
    project_name: str | None = stored("project_name", "Name of the sales project (项目名称).")
    presale_permit_no: str | None = stored("presale_permit_no", "Pre-sale permit (预售许可证号).")
    total_land_area: Area | None = stored("total_land_area", "Land area (用地面积).")
    started_on: Day | None = day("started_on", "Begin of building (开工日期).")
    completed_on: Day | None = day("completed_on", "Completion (竣工日期).")
    handler: Handler = stored("handler", "Handler (经办人).")


@asks
class EstateCollectionInput:
    """What is known of the estate; a draft may leave out what it does not know yet (物业区域采集)."""

    name: str | None = maybe("Name of the estate (物业区域名称).")
    address: str | None = maybe("Address (坐落地址).")
    district: str | None = maybe("County or district by code or name (行政区划).")
    bank: str | None = maybe("The custodian bank by code or name (专户银行).")
    deposit_point: Day | None = maybe(
        "The day whose rates hold; the day of submission unless given (交存时点)."
    )
    property_company: str | None = maybe("Property management company (物业服务企业).")
    project_name: str | None = maybe("Name of the sales project (项目名称).")
    presale_permit_no: str | None = maybe("Pre-sale permit (预售许可证号).")
    total_land_area: Area | None = maybe("Land area (用地面积).")
    started_on: Day | None = maybe("Begin of building (开工日期).")
    completed_on: Day | None = maybe("Completion (竣工日期).")
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        plain = {name: value for name, value in vars(self).items() if name != "handler"}
        return {**plain, **handler_values(self.handler)}
