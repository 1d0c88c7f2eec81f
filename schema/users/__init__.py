"""Users of an organization or of the fund office, and what each of them holds [J 1.2.2]."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from authz.actions import ACTIONS
from authz.roles import ROLES
from db.kept import Condition
from db.tables.estates import Estate as EstateRow
from db.tables.members import (
    Member,
    MemberDeny,
    MemberGrant,
    MemberInvitation,
    MemberKey,
    MemberRole,
    MemberSession,
    OrganizationRole,
)
from domain.users import GrantKind, InvitationStatus, UserStatus, invitation_standing
from resolvers.asker import Asker
from resolvers.users.filters import user_filter
from resolvers.visit import Visit
from schema.estates import Estate
from schema.fields import column, derived, many, one
from schema.ids import read_key
from schema.keys import ApiKey
from schema.kinds import PrincipalKind
from schema.node import Node
from schema.scalars import Moment
from schema.types import asks, closed, maybe, shows
from schema.users.roles import Role

closed(
    UserStatus,
    "How a user stands; only an active one may do anything (用户状态).",
    {
        "PENDING": "Invited or registered, and not admitted yet (待启用).",
        "ACTIVE": "May sign in (正常).",
        "DEACTIVATED": "Shut out, until activated again (已注销).",
        "REFUSED": "Its registration was refused (未通过).",
    },
)
closed(
    InvitationStatus,
    "What became of an invitation (邀请状态).",
    {
        "OPEN": "Can be accepted (待接受).",
        "ACCEPTED": "Accepted (已接受).",
        "REVOKED": "Revoked, or followed by another (已撤销).",
        "EXPIRED": "Not accepted in time (已过期).",
    },
)
closed(
    GrantKind,
    "Kind of business for which an estate is granted (业务类别).",
    {
        "ESTATE": "The estate itself (物业区域).",
        "BUILDING": "Its buildings (楼幢).",
        "UNIT": "Its units (房屋).",
        "OWNER": "Owners (业主).",
        "CONTRACT": "Sale contracts (合同).",
        "PAYMENT": "Deposits, notices and accounts (交款).",
        "ORDER": "Orders and their documents (业务单).",
    },
)

_GIVER = "Who gave it; null if not a user that the caller sees (授权人)."
_GIVEN_AT = "When it was given (授权时间)."
_UNTIL = "Until when it holds; null for good (有效期至)."


def _role_label(visit: Visit, role: str | None) -> str | None:
    known = ROLES.get(role or "")
    return None if known is None else known.text if visit.language == "zh" else known.english


def _action_label(visit: Visit, name: str) -> str:
    action = ACTIONS.get(name)
    return name if action is None else action.text if visit.language == "zh" else action.english


def _kinds(_visit: Visit, kinds: Sequence[str]) -> list[GrantKind]:
    return [kind for kind in GrantKind if kind.stored in kinds]


def _every(_visit: Visit, estate: UUID | None) -> bool:
    return estate is None


def _invitation(
    visit: Visit, used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime
) -> InvitationStatus:
    return invitation_standing(used_at, revoked_at, expires_at, visit.now)


@shows(MemberRole)
class UserRole:
    """A role that a user holds: a built-in one, or one of the organization's own (用户角色)."""

    built_in: str | None = column("role", "Name of the built-in role (内置角色).")
    label: str | None = derived(("role",), _role_label, "The built-in role in words (角色名称).")
    role: Role | None = one(OrganizationRole, "custom_role_id", "The organization's own role (自定义角色).")
    granted_by: "User | None" = one(Member, "granted_by", _GIVER)
    granted_at: Moment | None = column("granted_at", _GIVEN_AT)
    expires_at: Moment | None = column("expires_at", _UNTIL)


@shows(MemberGrant)
class UserGrant:
    """Leave to use the roles on an estate, or on every one (小区授权)."""

    every_estate: bool = derived(
        ("estate_id",), _every, "Whether it is for every estate, later ones included (全部小区)."
    )
    estate: Estate | None = one(
        EstateRow, "estate_id", "The estate; null also where the caller does not see it (物业区域)."
    )
    kinds: list[GrantKind] = derived(("kinds",), _kinds, "Kinds of business (业务类别).")
    granted_by: "User | None" = one(Member, "granted_by", _GIVER)
    granted_at: Moment | None = column("granted_at", _GIVEN_AT)
    expires_at: Moment | None = column("expires_at", _UNTIL)


@shows(MemberDeny)
class UserDeny:
    """An action that a user may not take, whatever the roles say (禁止项)."""

    action: str = column("action", "Name of the action (权限).")
    label: str = derived(("action",), _action_label, "The action in words (权限名称).")
    everywhere: bool = derived(("estate_id",), _every, "Whether it is denied altogether (全部禁止).")
    estate: Estate | None = one(
        EstateRow, "estate_id", "The estate; null also where the caller does not see it (物业区域)."
    )
    granted_by: "User | None" = one(Member, "granted_by", _GIVER)
    granted_at: Moment = column("granted_at", _GIVEN_AT)
    expires_at: Moment | None = column("expires_at", _UNTIL)


@shows(MemberInvitation)
class UserInvitation:
    """An invitation by which a user chooses the first password; its token was told once (邀请)."""

    status: InvitationStatus = derived(
        ("used_at", "revoked_at", "expires_at"), _invitation, "What became of it (邀请状态)."
    )
    invited_by: "User | None" = one(Member, "created_by", "Who invited (邀请人).")
    created_at: Moment = column("created_at", "When it was made (邀请时间).")
    expires_at: Moment = column("expires_at", "Until when it can be accepted (有效期至).")
    accepted_at: Moment | None = column("used_at", "When it was accepted (接受时间).")


@shows(MemberSession)
class UserSession(Node):
    """A sign-in of a user, which its administrators may end (登录会话)."""

    created_at: Moment = column("created_at", "When it began (登录时间).")
    last_seen_at: Moment = column("seen_at", "When it was last used, to the minute (最近使用).")
    expires_at: Moment = column("expires_at", "When it ends at the latest (有效期至).")
    ended_at: Moment | None = column("revoked_at", "When it was ended, if it was (结束时间).")
    address: str | None = column("address", "Network address it came from (网络地址).")
    agent: str | None = column("agent", "Program it came from, as it called itself (客户端).")


@shows(Member)
class User(Node):
    """Somebody who works for the organization or the fund office, or a machine's account (用户)."""

    name: str = column("name", "Name (姓名).")
    login_name: str | None = column("login_name", "Login name; null for a machine (登录名).")
    title: str | None = column("title", "Post (职务).")
    mobile: str | None = column("mobile_masked", "Mobile number, masked (手机号).")
    id_number: str | None = column("person_masked", "ID number, masked (证件号).")
    kind: PrincipalKind = column("kind", "What sort of account it is (用户类别).")
    bank: str | None = column("bank", "Code of the bank of a bank's machine (银行).")
    status: UserStatus = column("status", "How it stands (状态).")
    must_change_password: bool = column(
        "must_change", "Whether the next sign-in begins with a new password (须修改密码)."
    )
    has_totp: bool = column("has_totp", "Whether one-time codes are set up (已启用动态口令).")
    last_seen_at: Moment | None = column("seen_at", "When it was last active, to the minute (最近活动).")
    created_at: Moment = column("created_at", "When it was added (添加时间).")
    created_by: "User | None" = one(Member, "created_by", "Who added it, if the caller sees them (添加人).")
    deactivated_at: Moment | None = column("ended_at", "When it was deactivated (注销时间).")
    deactivation_reason: str | None = column("ended_reason", "Why it was deactivated (注销原因).")
    version: int = column("version", "Rises whenever its rights or status change (版本).")
    roles: list[UserRole] = many(MemberRole, "member_id", ("id",), "Roles (角色).")
    grants: list[UserGrant] = many(MemberGrant, "member_id", ("id",), "Estates granted (小区授权).")
    denies: list[UserDeny] = many(MemberDeny, "member_id", ("id",), "Actions denied (禁止项).")
    invitation: UserInvitation | None = one(
        MemberInvitation, "id", "The newest invitation (邀请).", remote="member_id"
    )
    keys: list[ApiKey] = many(MemberKey, "member_id", ("id",), "Keys of a machine's account (接口密钥).")
    sessions: list[UserSession] = many(MemberSession, "member_id", ("id",), "Sign-ins (登录会话).")


@asks
class UserFilter:
    """Which users are asked for; all conditions must hold (用户查询条件)."""

    search: str | None = maybe(
        "Part of the name, sign-in name or post, or a mobile number in full (姓名、登录名、职务、手机号),"
        " up to 50 characters."
    )
    status: UserStatus | None = maybe("Only in this status (状态).")
    role: str | None = maybe(
        "Only who holds this role: a built-in one's name, or the id of one's own (角色)."
    )
    estate_id: strawberry.ID | None = maybe("Only who is granted this estate (物业区域).")

    def conditions(self, asker: Asker, /) -> Sequence[Condition]:
        """Write what must hold."""
        role = self.role if self.role in ROLES else read_key(self.role, "Role", "filter.role")
        estate = read_key(self.estate_id, "Estate", "filter.estateId")
        return user_filter(self.search, self.status, role, estate, asker)
