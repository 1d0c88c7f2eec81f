"""Estate collection (物业区域采集) in the graph: its content, in and out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import strawberry

from schema.fields import stored
from schema.orders.stored_content import is_content
from schema.scalars import Area, Day


@strawberry.type(description="Who handles an order for the developer (经办人).")
class Handler:
    """A handler."""

    name: str = stored("name", "Name (姓名).")
    mobile: str = stored("mobile", "Mobile number (手机号).")


@strawberry.type(description="What an estate collection says of the estate (物业区域采集).")
class EstateCollection:
    """The content of an estate collection; its units are the order's lines."""

    is_type_of = is_content("ESTATE_COLLECTION")
    name: str | None = stored("name", "Name of the estate (物业区域名称).")
    address: str | None = stored("address", "Address (坐落地址).")
    district: str | None = stored("district", "County or district (行政区划).")
    bank: str | None = stored("bank", "Bank that shall keep the special account (专户银行).")
    deposit_point: Day | None = stored("deposit_point", "The day whose rates hold (交存时点).", date.fromisoformat)
    property_company: str | None = stored("property_company", "Property management company (物业服务企业).")
    project_name: str | None = stored("project_name", "Name of the sales project (项目名称).")
    presale_permit_no: str | None = stored("presale_permit_no", "Pre-sale permit (预售许可证号).")
    total_land_area: Area | None = stored("total_land_area", "Land area (用地面积).")
    started_on: Day | None = stored("started_on", "Begin of building (开工日期).", date.fromisoformat)
    completed_on: Day | None = stored("completed_on", "Completion (竣工日期).", date.fromisoformat)
    handler: Handler = stored("handler", "Handler (经办人).")


@strawberry.input(description="Who handles the order for the developer (经办人).")
class HandlerInput:
    """A handler."""

    name: str | None = strawberry.field(default=None, description="Name (姓名).")
    mobile: str | None = strawberry.field(default=None, description="Mobile number (手机号).")


@strawberry.input(description="What is known of the estate; a draft may leave out what it does not know yet.")
class EstateCollectionInput:
    """The content of an estate collection."""

    name: str | None = strawberry.field(default=None, description="Name of the estate (物业区域名称).")
    address: str | None = strawberry.field(default=None, description="Address (坐落地址).")
    district: str | None = strawberry.field(default=None, description="County or district by code or name (行政区划).")
    bank: str | None = strawberry.field(default=None, description="Code of the custodian bank (专户银行).")
    deposit_point: Day | None = strawberry.field(
        default=None, description="The day whose rates hold; the day of submission unless given (交存时点)."
    )
    property_company: str | None = strawberry.field(default=None, description="Property management company (物业服务企业).")
    project_name: str | None = strawberry.field(default=None, description="Name of the sales project (项目名称).")
    presale_permit_no: str | None = strawberry.field(default=None, description="Pre-sale permit (预售许可证号).")
    total_land_area: Area | None = strawberry.field(default=None, description="Land area (用地面积).")
    started_on: Day | None = strawberry.field(default=None, description="Begin of building (开工日期).")
    completed_on: Day | None = strawberry.field(default=None, description="Completion (竣工日期).")
    handler: HandlerInput | None = strawberry.field(default=None, description="Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        handler = self.handler or HandlerInput()
        plain = {name: value for name, value in vars(self).items() if name != "handler"}
        return {**plain, "handler.name": handler.name, "handler.mobile": handler.mobile}
