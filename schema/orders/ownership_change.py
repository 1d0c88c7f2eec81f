"""Ownership change (房屋权属批量变更) in the graph: its content, a unit's owners, and how they are edited."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from resolvers.orders.owners import GivenShare
from resolvers.people import GivenOwner
from schema.fields import masked, stored
from schema.mutation import row_id
from schema.orders.handler import Handler, HandlerInput, handler_values
from schema.orders.stored_content import is_content
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
class SharingOwnerInput:
    """An owner: a recorded one who stays, or somebody new with all four facts (业主)."""

    owner_id: strawberry.ID | None = maybe("A recorded owner of the estate who stays (业主).")
    name: str | None = maybe("Name, of somebody new (姓名).")
    id_type: str | None = maybe("Kind of identity document by code or name (证件类型).")
    id_number: str | None = maybe("ID number (证件号).")
    mobile: str | None = maybe("Mobile number; of a recorded owner, if it is another now (手机号).")
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
            GivenShare(
                GivenOwner(one.name or "", one.id_type or "", one.id_number or "", one.mobile or ""),
                one.share,
                None
                if one.owner_id is None
                else row_id(info, one.owner_id, "Owner", f"owners.{place}.ownerId"),
            )
            for place, one in enumerate(self.owners)
        ]
