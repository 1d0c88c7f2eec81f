"""The person, machine or visitor that asks."""

from typing import Any

import strawberry

from db.tables.organizations import Organization as OrganizationRow
from domain.actor import PrincipalKind
from resolvers.read import load_rows
from resolvers.visit import Visit
from schema.cities import City
from schema.organizations import Organization
from schema.types import closed, resolved, tells

closed(
    PrincipalKind,
    "What sort of caller it is (用户类别).",
    {
        "VISITOR": "Somebody who registers an enterprise (注册申请人).",
        "DEVELOPER": "A person of a developer enterprise (开发建设单位用户).",
        "OFFICE": "A person of the fund office (维修资金管理部门用户).",
        "BANK": "A bank's machine (银行).",
        "SYSTEM": "The product itself (系统).",
        "REPORTER": "A machine that only reads, for reports (报表接口).",
    },
    name="CallerKind",
)


@tells
class Me:
    """The person, machine or visitor that asks (当前用户)."""

    visit: strawberry.Private[Visit]

    @resolved()
    def name(self) -> str:
        """Name (姓名)."""
        return self.visit.signed_in().name

    @resolved()
    def kind(self) -> PrincipalKind:
        """What sort of caller it is (用户类别)."""
        return self.visit.signed_in().kind

    @resolved()
    def city(self) -> City:
        """The city in which the caller acts (城市)."""
        return City(rules=self.visit.city)

    @resolved()
    async def roles(self) -> list[str]:
        """Roles that the caller holds (角色)."""
        return sorted((await self.visit.load_rights()).roles)

    @resolved()
    async def actions(self) -> list[str]:
        """Actions that the caller may take somewhere (权限)."""
        return sorted((await self.visit.snapshot()).actions)

    @resolved()
    async def organization(self) -> Organization | None:
        """The caller's own organization, if it belongs to one that exists (本单位)."""
        actor = self.visit.signed_in()
        if actor.organization is None:
            return None
        rows: Any = await load_rows(self.visit, OrganizationRow, "id", [actor.organization])
        return rows.get(actor.organization)
