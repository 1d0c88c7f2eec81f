"""Ownership change (房屋权属批量变更) in the graph: its content, a unit's owners, and how they are edited."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from resolvers.orders.owners import GivenShare
from schema.fields import masked, stored
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
from schema.people import OwnerInput
from schema.types import asks, given, maybe, tells


@tells
class OwnershipChange:
    """Why units change hands; the units are the order's lines (房屋权属批量变更)."""

    is_type_of = is_content("OWNERSHIP_CHANGE")
    reason: str | None = stored("reason", "Why (变更原因).")
    handler: Handler = stored("handler", "Handler (经办人).")


@tells
class SharingOwner:
    """An owner as an order says it, with the share, masked (业主)."""

    name: str = stored("name", "Name (姓名).")
    id_type: str = stored("id_type", "Code of the kind of identity document (证件类型).")
    id_number: str = masked("id_number", "ID number, masked (证件号).")
    mobile: str = masked("mobile", "Mobile number, masked (手机号).")
    share: str | None = stored("share", "Share such as 50% or 1/3; none for common ownership (份额).")


@tells
class OwnersContent:
    """Who owns a unit, as an order says it (房屋权属)."""

    is_type_of = is_content("OWNERS")
    building: str = stored("building", "Name of the building (楼栋名称).")
    section: str = stored("section", "Section, empty where there is none (单元).")
    floor: int = stored("floor", "Floor; basements are negative (楼层).")
    room_no: str = stored("room_no", "Room number (室号).")
    owners: list[SharingOwner] = stored("owners", "Its owners (业主).")


@asks
class OwnershipChangeInput:
    """Why units of an estate change hands; pick them afterwards (房屋权属批量变更)."""

    estate_id: strawberry.ID = given("The estate whose units they are (物业区域).")
    reason: str | None = maybe("Why (变更原因).")
    handler: HandlerInput | None = maybe("Handler (经办人).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind."""
        return {"reason": self.reason, **handler_values(self.handler)}


@asks
class SharingOwnerInput(OwnerInput):
    """An owner with a share: a recorded one with what differs, or somebody new with all facts (业主)."""

    share: str | None = maybe("Share such as `50%` or `1/3`; none for common ownership (份额).")


@asks
class OwnersEdit:
    """Who shall own units from now on; an empty list leaves them without owners (权属变更内容)."""

    owners: list[SharingOwnerInput] = given("All owners (业主).")

    def values(self) -> Mapping[str, Any]:
        """Give the edits by the field names of the line; the owners themselves are read apart."""
        return {}

    def typed(self, info: strawberry.Info) -> Sequence[GivenShare]:
        """Give the owners as typed."""
        return [
            GivenShare(one.typed(info, f"owners.{place}"), one.share) for place, one in enumerate(self.owners)
        ]
