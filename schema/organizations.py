"""Developer enterprises in the graph."""

from collections.abc import Sequence

from db.kept import Condition
from db.tables.organizations import Organization as OrganizationRow
from domain.identity import mask_mobile
from domain.status import OrganizationStatus, PapersStatus
from resolvers.asker import Asker
from resolvers.filters import organization_filter
from resolvers.visit import Visit
from schema.fields import column, derived
from schema.node import Node
from schema.scalars import Day
from schema.types import asks, closed, maybe, shows

closed(
    OrganizationStatus,
    "How far an enterprise's registration has come (机构状态).",
    {
        "PENDING_REVIEW": "Handed in; the office has not decided (待审核).",
        "PROVISIONAL": "Usable, while the papers come with the first order (待交要件).",
        "ACTIVE": "Admitted (正常).",
        "REJECTED": "Refused (不予通过).",
    },
)
closed(
    PapersStatus,
    "Whether the registration papers have come (注册要件状态).",
    {"PENDING": "Not yet (未收).", "RECEIVED": "They came (已收)."},
)


def _mobile(_visit: Visit, number: str) -> str:
    return mask_mobile(number)


@shows(OrganizationRow)
class Organization(Node):
    """A developer enterprise (开发建设单位)."""

    name: str = column("name", "Name (单位名称).")
    uscc: str = column("uscc", "Unified social credit code (统一社会信用代码).")
    org_code: str | None = column("org_code", "Institution code (机构代码).")
    legal_representative: str = column("legal_representative", "Legal representative (法定代表人).")
    legal_rep_id_number: str = column(
        "legal_rep_id_masked", "The representative's ID number, masked (证件号)."
    )
    contact_name: str = column("contact_name", "Contact (联系人).")
    contact_mobile: str = derived(
        ("contact_mobile",), _mobile, "The contact's mobile number, masked (联系人手机)."
    )
    phone: str | None = column("phone", "Telephone (单位电话).")
    registered_address: str = column("registered_address", "Registered address (注册地址).")
    office_address: str | None = column("office_address", "Office address (办公地址).")
    qualification_no: str | None = column("qualification_no", "Qualification certificate (资质证书号).")
    status: OrganizationStatus = column("status", "How far its registration has come (状态).")
    papers_status: PapersStatus = column("papers_status", "Whether the registration papers came (要件状态).")
    papers_received_on: Day | None = column("papers_received_on", "Day on which the papers came (收件日期).")
    totp_required: bool = column(
        "totp_required", "Whether all its users need one-time codes at the sign-in (须使用动态口令)."
    )
    version: int = column("version", "Rises with every change (版本).")


@asks
class OrganizationFilter:
    """Which organizations are asked for; all conditions must hold (机构查询条件)."""

    search: str | None = maybe("Part of the name or credit code (单位名称、信用代码), up to 50 characters.")
    status: OrganizationStatus | None = maybe("Only in this status (状态).")

    def conditions(self, _asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        return organization_filter(self.search, self.status)
