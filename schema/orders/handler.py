"""Who handles an order for the developer, in and out."""

from collections.abc import Mapping

from schema.fields import stored
from schema.types import asks, maybe, tells


@tells
class Handler:
    """Who handles an order for the developer (经办人)."""

    name: str = stored("name", "Name (姓名).")
    mobile: str = stored("mobile", "Mobile number (手机号).")


@asks
class HandlerInput:
    """Who handles the order for the developer (经办人)."""

    name: str | None = maybe("Name (姓名).")
    mobile: str | None = maybe("Mobile number (手机号).")


def handler_values(handler: HandlerInput | None) -> Mapping[str, str | None]:
    """Give a handler by the field names of the kinds."""
    return {
        "handler.name": handler.name if handler else None,
        "handler.mobile": handler.mobile if handler else None,
    }
