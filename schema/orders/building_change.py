"""Building change (楼幢变更) in the graph: its content, in and out, and a building before and after."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.fields import stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.types import asks, given, maybe, tells

# What is left out of an edit stays as it is; null empties it.
_KEPT: Any = strawberry.UNSET


@tells
class BuildingChange:
    """Why buildings are changed; the buildings are the order's lines (楼幢变更)."""

    is_type_of = is_content("BUILDING_CHANGE")
    reason: str | None = stored("reason", "Why (变更原因).")
    handler: Handler = stored("handler", "Handler (经办人).")


@tells
class BuildingContent:
    """A building as an order says it (楼幢)."""

    is_type_of = is_content("BUILDING")
    estate_name: str = stored("estate_name", "The estate that it belongs to (物业区域).")
    name: str = stored("name", "Name (楼栋名称).")
    completed_ym: str | None = stored("completed_ym", "Year and month of completion as 201409 (建成年月).")
    structure: str | None = stored("structure", "Code of the structure (建筑结构).")
    floors_above: int | None = stored("floors_above", "Floors above ground (总层数).")


@asks
class BuildingChangeInput:
    """Why buildings of an estate shall be changed; pick them afterwards (楼幢变更)."""

    estate_id: strawberry.ID = given("The estate whose buildings they are (物业区域).")
    reason: str | None = maybe("Why (变更原因).")
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        return {"reason": self.reason, **handler_values(self.handler)}


@asks
class BuildingEdit:
    """What buildings shall be; what is left out stays, null empties (楼幢变更内容)."""

    estate_id: strawberry.ID | None = maybe("Another estate of the same developer to move to (物业区域).")
    name: str | None = maybe("Name (楼栋名称).", _KEPT)
    completed_ym: str | None = maybe("Year and month of completion as 201409 (建成年月).", _KEPT)
    structure: str | None = maybe("Structure by code or name (建筑结构).", _KEPT)
    floors_above: str | None = maybe("Floors above ground (总层数).", _KEPT)

    def values(self) -> Mapping[str, Any]:
        """Give the edits by the field names of the line."""
        return {
            name: value
            for name, value in vars(self).items()
            if value is not strawberry.UNSET and name != "estate_id"
        }
