"""Unit cancellation (房屋注销) in the graph: its content, in and out."""

from collections.abc import Mapping
from typing import Any

import strawberry

from schema.fields import stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.types import asks, given, maybe, tells


@tells
class UnitCancellation:
    """Why units are cancelled; the units are the order's lines (房屋注销)."""

    is_type_of = is_content("UNIT_CANCELLATION")
    reason: str | None = stored("reason", "Why (注销原因).")
    handler: Handler = stored("handler", "Handler (经办人).")


@asks
class UnitCancellationInput:
    """Why units of an estate are no more; pick them, or whole buildings, afterwards (房屋注销)."""

    estate_id: strawberry.ID = given("The estate whose units they are (物业区域).")
    reason: str | None = maybe("Why (注销原因).")
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        return {"reason": self.reason, **handler_values(self.handler)}
