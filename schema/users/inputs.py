"""What administrators type about users: details, roles, estates, denials and the way in."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from authz.roles import ROLES
from domain.refusal import BadUserInput
from domain.users import GrantKind
from resolvers.users.details import Details
from resolvers.users.given import DenyGiven, GrantGiven, RoleGiven
from schema.mutation import ActInput, row_id
from schema.scalars import Moment
from schema.types import asks, given, maybe

_UNTIL = "Until when it holds; left out for good (有效期至)."
_USER = "The user (用户)."
_INVITE = "Make an invitation in the place of an initial password (发送邀请)."
_PASSWORD = "Initial password, to be changed at the next sign-in (初始密码)."  # noqa: S105 - a description


@asks
class RoleInput:
    """A role for a user (角色)."""

    role: str = given("A built-in role's name, or the id of one's own, as `roles` tells it (角色标识).")
    expires_at: Moment | None = maybe(_UNTIL)


@asks
class GrantInput:
    """An estate for a user, or every one; exactly one of the two (小区授权)."""

    estate_id: strawberry.ID | None = maybe("The estate (物业区域).")
    every_estate: bool = maybe("Every estate, later ones included (全部小区).", default=False)
    kinds: list[GrantKind] | None = maybe("Kinds of business; left out for all of them (业务类别).")
    expires_at: Moment | None = maybe(_UNTIL)


@asks
class DenyInput:
    """An action that a user may not take, whatever the roles say (禁止项)."""

    action: str = given("Name of the action (权限代码).")
    estate_id: strawberry.ID | None = maybe("On this estate; left out, nowhere at all (物业区域).")
    expires_at: Moment | None = maybe(_UNTIL)


@asks
class UserDetailsInput(ActInput):
    """A user's details (用户资料)."""

    title: str | None = maybe("Post (职务).")
    mobile: str | None = maybe("Mobile number (手机号).")
    id_number: str | None = maybe("ID number; required for people of the fund office (证件号).")


@asks
class UserAddInput(UserDetailsInput):
    """A new user, with either an initial password or an invitation (添加用户)."""

    name: str = given("Name (姓名).")
    login_name: str = given("Sign-in name, unique in the city: 2 to 64 letters, digits and .@_- (登录名).")
    password: str | None = maybe(_PASSWORD)
    invite: bool = maybe(_INVITE, default=False)
    roles: list[RoleInput] | None = maybe("Roles, up to 20 (角色).")
    grants: list[GrantInput] | None = maybe("Estates, up to 500 (小区授权).")


@asks
class UserUpdateInput(UserDetailsInput):
    """What is changed of a user: what is left out stays, an empty text takes away (修改用户)."""

    user_id: strawberry.ID = given(_USER)
    name: str | None = maybe("Name (姓名).")
    roles: list[RoleInput] | None = maybe("All roles that it is to have, if they change (角色).")


@asks
class UserRolesSetInput(ActInput):
    """All roles that a user is to have (分配角色)."""

    user_id: strawberry.ID = given(_USER)
    roles: list[RoleInput] = given("The roles, up to 20; none takes all away (角色).")


@asks
class UserGrantsSetInput(ActInput):
    """All estates that a user is to be granted (分配小区权限)."""

    user_id: strawberry.ID = given(_USER)
    grants: list[GrantInput] = given("The grants, up to 500; none takes all away (小区授权).")


@asks
class UserDeniesSetInput(ActInput):
    """All actions that a user is to be denied (设定禁止项)."""

    user_id: strawberry.ID = given(_USER)
    denies: list[DenyInput] = given("The denials, up to 200; none takes all away (禁止项).")


@asks
class UserDeactivateInput(ActInput):
    """A user to be shut out (注销用户)."""

    user_id: strawberry.ID = given(_USER)
    reason: str = given("Why, up to 200 characters (注销原因).")


@asks
class UserActInput(ActInput):
    """A user with whom something is done (用户操作)."""

    user_id: strawberry.ID = given(_USER)


@asks
class UserPasswordResetInput(ActInput):
    """A user who is to come in again by an initial password or an invitation (重置密码)."""

    user_id: strawberry.ID = given(_USER)
    password: str | None = maybe(_PASSWORD)
    invite: bool = maybe(_INVITE, default=False)
    remove_totp: bool = maybe("Take the one-time codes away as well (解除动态口令).", default=False)


@asks
class UserSignOutInput(ActInput):
    """A user whose sign-ins are to end (结束用户会话)."""

    user_id: strawberry.ID = given(_USER)
    session_id: strawberry.ID | None = maybe("Only this sign-in; left out, all of them (会话).")


@asks
class ReporterAddInput(ActInput):
    """A new account of a machine that only reads (添加报表接口账号)."""

    name: str = given("Name, such as that of the program (名称).")
    grants: list[GrantInput] | None = maybe("Estates that it may read, for an organization (小区授权).")


@asks
class RoleAddInput(ActInput):
    """A new role of the organization's own (新建自定义角色)."""

    name: str = given("Name, unique in the organization, up to 50 characters (角色名称).")
    actions: list[str] = given("Names of the actions that it gives (权限代码).")


@asks
class RoleUpdateInput(ActInput):
    """What is changed of a role; what is left out stays (修改自定义角色)."""

    role_id: strawberry.ID = given("The role (角色).")
    name: str | None = maybe("Name (角色名称).")
    actions: list[str] | None = maybe("Names of all actions that it is to give (权限代码).")


@asks
class RoleRetireInput(ActInput):
    """A role to be taken out of use (停用自定义角色)."""

    role_id: strawberry.ID = given("The role (角色).")


@asks
class OrganizationSecuritySetInput(ActInput):
    """What an organization asks of all its users at the sign-in (设定安全要求)."""

    totp_required: bool = given("Whether everybody needs one-time codes (须使用动态口令).")


def read_details(asked: UserDetailsInput, name: str | None) -> Details:
    """Give the details as typed."""
    return Details(name, asked.title, asked.mobile, asked.id_number)


def read_roles(info: strawberry.Info, asked: Sequence[RoleInput] | None) -> list[RoleGiven] | None:
    """Read roles: a text that is neither a name nor an id is refused as a role that does not exist."""
    return None if asked is None else [RoleGiven(_role(info, one.role), one.expires_at) for one in asked]


def _role(info: strawberry.Info, text: str) -> str | UUID:
    if text in ROLES:
        return text
    try:
        return row_id(info, text, "Role", "role")
    except BadUserInput:
        return text[:100]


def read_grants(info: strawberry.Info, asked: Sequence[GrantInput] | None) -> list[GrantGiven] | None:
    """Read grants."""
    if asked is None:
        return None
    return [
        GrantGiven(_estate(info, one.estate_id), one.every_estate, tuple(one.kinds or ()), one.expires_at)
        for one in asked
    ]


def read_denies(info: strawberry.Info, asked: Sequence[DenyInput]) -> list[DenyGiven]:
    """Read denials."""
    return [DenyGiven(_estate(info, one.estate_id), one.action, one.expires_at) for one in asked]


def _estate(info: strawberry.Info, text: str | None) -> UUID | None:
    return None if text is None else row_id(info, text, "Estate", "estateId")
