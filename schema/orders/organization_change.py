"""Organization change (机构信息变更) in the graph: its content, in and out, before and after."""

from collections.abc import Mapping
from typing import Any

import strawberry

from domain.identity import mask_mobile
from domain.status import OrganizationStatus
from schema.fields import masked, stored
from schema.orders.stored_content import is_content
from schema.types import asks, maybe, tells

# What is left out of a change stays as it is; null empties it.
_KEPT: Any = strawberry.UNSET


@tells
class OrganizationChange:
    """Why an enterprise's data change; what changes stands in the order's one line (机构信息变更)."""

    is_type_of = is_content("ORGANIZATION_CHANGE")
    reason: str | None = stored("reason", "Why (变更原因).")


@tells
class OrganizationContent:
    """An enterprise as an order says it (开发建设单位)."""

    is_type_of = is_content("ORGANIZATION")
    name: str = stored("name", "Name (单位名称).")
    uscc: str = stored("uscc", "Unified social credit code (统一社会信用代码).")
    org_code: str | None = stored("org_code", "Institution code (机构代码).")
    legal_representative: str = stored("legal_representative", "Legal representative (法定代表人).")
    legal_rep_id_type: str = stored("legal_rep_id_type", "Kind of identity document, by its code (证件类型).")
    legal_rep_id_number: str = masked(
        "legal_rep_id_number", "The representative's ID number, masked (证件号)."
    )
    contact_name: str = stored("contact_name", "Contact (联系人).")
    contact_mobile: str = stored(
        "contact_mobile", "The contact's mobile number, masked (联系人手机).", mask_mobile
    )
    phone: str | None = stored("phone", "Telephone (单位电话).")
    registered_address: str = stored("registered_address", "Registered address (注册地址).")
    office_address: str | None = stored("office_address", "Office address (办公地址).")
    qualification_no: str | None = stored("qualification_no", "Qualification certificate (资质证书号).")
    status: OrganizationStatus = stored("status", "How far its registration had come (状态).")


@asks
class OrganizationChangeInput:
    """What the own enterprise shall be; what is left out stays, null empties (机构信息变更)."""

    name: str | None = maybe("Name (单位名称).", _KEPT)
    uscc: str | None = maybe("Credit code, fixed once the papers came (统一社会信用代码).", _KEPT)
    org_code: str | None = maybe("Institution code (机构代码).", _KEPT)
    legal_representative: str | None = maybe("Legal representative (法定代表人).", _KEPT)
    legal_rep_id_type: str | None = maybe("Kind of identity document, by its code (证件类型).", _KEPT)
    legal_rep_id_number: str | None = maybe("The representative's ID number (证件号).", _KEPT)
    contact_name: str | None = maybe("Contact (联系人).", _KEPT)
    contact_mobile: str | None = maybe("The contact's mobile number (联系人手机).", _KEPT)
    phone: str | None = maybe("Telephone (单位电话).", _KEPT)
    registered_address: str | None = maybe("Registered address (注册地址).", _KEPT)
    office_address: str | None = maybe("Office address (办公地址).", _KEPT)
    qualification_no: str | None = maybe("Qualification certificate (资质证书号).", _KEPT)
    reason: str | None = maybe("Why (变更原因).")

    def values(self) -> Mapping[str, Any]:
        """Give the content by the field names of the kind and of its line."""
        return {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
