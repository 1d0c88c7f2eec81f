"""The person, machine or visitor that asks."""

from typing import Any

import strawberry

from authz.spelling import spell_out
from db.tables.organizations import Organization as OrganizationRow
from resolvers.read import load_rows
from resolvers.signing.account import find_own, find_sessions
from resolvers.visit import Visit
from schema.cities import City
from schema.ids import write_id
from schema.kinds import PrincipalKind
from schema.organizations import Organization
from schema.scalars import Moment
from schema.types import resolved, tells, value
from schema.users.rights import UserRight, describe_right


@tells
class OwnSession:
    """A sign-in of one's own that still stands (本人会话)."""

    id: strawberry.ID = value("By which it can be ended (会话).")
    created_at: Moment = value("When it began (登录时间).")
    last_seen_at: Moment = value("When it was used last, to the minute (最近使用).")
    address: str | None = value("From where (网络地址).")
    agent: str | None = value("With which program, as that says of itself (终端).")
    current: bool = value("Whether this request came by it (当前会话).")


@tells
class Profile:
    """What one's own account says of oneself (本人资料)."""

    login_name: str | None = value("Sign-in name (登录名).")
    title: str | None = value("Title (职务).")
    mobile: str | None = value("Mobile number, masked (手机号).")
    has_totp: bool = value("Whether sign-in asks for a code (已启用动态口令).")


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
    async def rights(self) -> list[UserRight]:
        """What the caller may do, spelled out: each action, and on which estates (本人权限明细)."""
        return [describe_right(self.visit, right) for right in spell_out(await self.visit.snapshot())]

    @resolved()
    async def organization(self) -> Organization | None:
        """The caller's own organization, if it belongs to one that exists (本单位)."""
        actor = self.visit.signed_in()
        if actor.organization is None:
            return None
        rows: Any = await load_rows(self.visit, OrganizationRow, "id", [actor.organization])
        return rows.get(actor.organization)

    @resolved("session.view")
    async def sessions(self) -> list[OwnSession]:
        """The caller's own sign-ins that still stand, the one used last first; machines have none (会话)."""
        actor = self.visit.signed_in()
        return [
            OwnSession(
                id=strawberry.ID(write_id("UserSession", row.city, row.id)),
                created_at=Moment(row.created_at),
                last_seen_at=Moment(row.seen_at),
                address=row.address,
                agent=row.agent,
                current=row.id == actor.session,
            )
            for row in await find_sessions(self.visit)
        ]

    @resolved()
    async def profile(self) -> Profile | None:
        """What the caller's own account says; null for machines and visitors (本人资料)."""
        row = await find_own(self.visit)
        if row is None:
            return None
        return Profile(
            login_name=row.login_name, title=row.title, mobile=row.mobile_masked, has_totp=row.has_totp
        )
