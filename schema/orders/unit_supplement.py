"""Unit supplement (房屋补充) in the graph: its content, in and out."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.fields import day, stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.scalars import Day
from schema.types import asks, given, maybe, tells


@tells
class UnitSupplement:
    """What a unit supplement says as a whole; its new units are the order's lines (房屋补充)."""

    is_type_of = is_content("UNIT_SUPPLEMENT")
    deposit_point: Day | None = day("deposit_point", "The day whose rates hold (交存时点).")
    handler: Handler = stored("handler", "Handler (经办人).")


@asks
class UnitSupplementInput:
    """New units for an estate that is there already; type, import or fetch them afterwards (房屋补充)."""

    estate_id: strawberry.ID = given("The estate to which the units come (物业区域).")
    deposit_point: Day | None = maybe(
        "The day whose rates hold; where the city does not ask, the day of submission (交存时点) [J 1.3.5]."
    )
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        return {"deposit_point": self.deposit_point, **handler_values(self.handler)}
