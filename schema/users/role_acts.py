"""How an organization makes, changes and retires roles of its own."""

from typing import Annotated

import strawberry

from resolvers.act import Outcome, Work
from resolvers.users.own_roles import add_role, retire_role, update_role
from schema.mutation import INPUT, mutation, row_id
from schema.users.acts import keep
from schema.users.answers import RoleResult, role_done
from schema.users.inputs import RoleAddInput, RoleRetireInput, RoleUpdateInput


@strawberry.type
class RoleActs:
    """The mutations about an organization's own roles."""

    @mutation("role.edit")
    async def role_add(
        self, info: strawberry.Info, asked: Annotated[RoleAddInput, INPUT]
    ) -> RoleResult | None:
        """Make a role of the organization's own (新建自定义角色)."""

        async def effect(work: Work) -> Outcome:
            return await add_role(work, asked.name, asked.actions)

        return await keep(info, asked, effect, role_done)

    @mutation("role.edit")
    async def role_update(
        self, info: strawberry.Info, asked: Annotated[RoleUpdateInput, INPUT]
    ) -> RoleResult | None:
        """Change a role; whoever holds it has the other rights at once (修改自定义角色)."""
        role = row_id(info, asked.role_id, "Role", "roleId")

        async def effect(work: Work) -> Outcome:
            return await update_role(work, role, asked.name, asked.actions)

        return await keep(info, asked, effect, role_done)

    @mutation("role.edit")
    async def role_retire(
        self, info: strawberry.Info, asked: Annotated[RoleRetireInput, INPUT]
    ) -> RoleResult | None:
        """Take a role out of use; whoever holds it loses what it gave (停用自定义角色)."""
        role = row_id(info, asked.role_id, "Role", "roleId")

        async def effect(work: Work) -> Outcome:
            return await retire_role(work, role)

        return await keep(info, asked, effect, role_done)
