"""Roles: the built-in ones, those of an organization's own making, and the actions that they give."""

from collections.abc import Sequence

import strawberry

from authz.actions import ACTIONS, Action
from authz.roles import OWN
from authz.roles import Role as BuiltIn
from db.tables.members import OrganizationRole
from resolvers.users.spelling import actions_of
from resolvers.visit import Visit
from schema.fields import column, derived
from schema.ids import write_id
from schema.node import Node
from schema.scalars import Moment
from schema.types import resolved, shows, tells, value


def _names(_visit: Visit, actions: Sequence[str]) -> list[str]:
    return [name for name in ACTIONS if name in actions]


@shows(OrganizationRole)
class Role(Node):
    """A role that an organization made for itself (自定义角色)."""

    name: str = column("name", "Name (角色名称).")
    actions: list[str] = derived(("actions",), _names, "Names of the actions that it gives (权限).")
    created_at: Moment = column("created_at", "When it was made (创建时间).")
    changed_at: Moment = column("changed_at", "When it was changed last (修改时间).")
    retired_at: Moment | None = column("retired_at", "When it was taken out of use (停用时间).")


@tells
class RoleAction:
    """An action that a role gives, in words (权限)."""

    name: str = value("Stable name (权限代码).")
    label: str = value("What a clerk calls it (权限名称).")
    needs_estate: bool = value("Whether a grant on the estate is needed as well (须有小区授权).")


@tells
class AssignableRole:
    """A role that can be given to users of the caller's side (可分配角色)."""

    visit: strawberry.Private[Visit]
    built_in: strawberry.Private[BuiltIn | None]
    own: strawberry.Private[OrganizationRole | None]
    key: str = value("How inputs name it: a built-in role's name, or the id of one's own (角色标识).")
    label: str = value("What a clerk calls it (角色名称).")
    is_own: bool = value("Whether the organization made it for itself (自定义).")

    @resolved()
    def actions(self) -> list[RoleAction]:
        """Actions that it gives (权限)."""
        named = (
            self.built_in.actions if self.built_in else OWN | frozenset(self.own.actions if self.own else ())
        )
        return [describe_action(self.visit, action) for action in actions_of(self.visit, named)]


def assignable_roles(
    visit: Visit, built_in: Sequence[BuiltIn], own: Sequence[OrganizationRole]
) -> list[AssignableRole]:
    """Say roles in the caller's language."""
    given = [
        AssignableRole(
            visit=visit,
            built_in=role,
            own=None,
            key=role.name,
            label=role.text if visit.language == "zh" else role.english,
            is_own=False,
        )
        for role in built_in
    ]
    return given + [
        AssignableRole(
            visit=visit,
            built_in=None,
            own=role,
            key=write_id("Role", role.city, role.id),
            label=role.name,
            is_own=True,
        )
        for role in own
    ]


def describe_action(visit: Visit, action: Action) -> RoleAction:
    """Say an action in the caller's language."""
    label = action.text if visit.language == "zh" else action.english
    return RoleAction(name=action.name, label=label, needs_estate=action.needs_estate)
