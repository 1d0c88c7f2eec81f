"""What administrators do with users: add, change, shut out and let in again [J 1.2.2]."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import strawberry

from db.base import Pool
from resolvers.act import Effect, Outcome, Work
from resolvers.users.adding import add_reporter, add_user
from resolvers.users.changing import set_rights, update_user
from resolvers.users.entry import Entry, Told
from resolvers.users.given import Wish
from resolvers.users.leaving import Dropped, activate_user, deactivate_user
from resolvers.users.limits import refusing
from schema.mutation import INPUT, Answered, answer, mutation, row_id
from schema.problem import Rejected
from schema.users.answers import (
    UserActivatedResult,
    UserInvitedResult,
    UserResult,
    user_activated,
    user_done,
    user_invited,
)
from schema.users.inputs import (
    ReporterAddInput,
    UserActInput,
    UserAddInput,
    UserDeactivateInput,
    UserDeniesSetInput,
    UserGrantsSetInput,
    UserRolesSetInput,
    UserUpdateInput,
    read_denies,
    read_details,
    read_grants,
    read_roles,
)

Answer = TypeVar("Answer")


async def keep(
    info: strawberry.Info, asked: object, effect: Effect, write: Callable[[Answered], Answer]
) -> Answer | Rejected:
    """Run an act on users or roles as the keeper of them."""
    return await answer(info, asked, refusing(effect), write, pool=Pool.KEEPER)


@strawberry.type
class UserActs:
    """The mutations about users."""

    @mutation("user.create")
    async def user_add(
        self, info: strawberry.Info, asked: Annotated[UserAddInput, INPUT]
    ) -> UserInvitedResult | None:
        """Add a user with roles and estates, by an initial password or an invitation (添加用户)."""
        told, entry = Told(), Entry(asked.password, asked.invite)
        wish = Wish(roles=read_roles(info, asked.roles), grants=read_grants(info, asked.grants))
        details = read_details(asked, asked.name)

        async def effect(work: Work) -> Outcome:
            name = asked.login_name
            return await add_user(work, name, details, entry, wish, told, rehearsal=asked.dry_run)

        return await keep(info, asked, effect, lambda done: user_invited(done, told))

    @mutation("user.create")
    async def reporter_add(
        self, info: strawberry.Info, asked: Annotated[ReporterAddInput, INPUT]
    ) -> UserResult | None:
        """Add an account of a machine that only reads; `apiKeyIssue` gives it keys (添加报表接口账号)."""
        wish = Wish(grants=read_grants(info, asked.grants))

        async def effect(work: Work) -> Outcome:
            return await add_reporter(work, asked.name, wish)

        return await keep(info, asked, effect, user_done)

    @mutation("user.update")
    async def user_update(
        self, info: strawberry.Info, asked: Annotated[UserUpdateInput, INPUT]
    ) -> UserResult | None:
        """Change a user's details, and the roles if they are given (修改用户)."""
        user = row_id(info, asked.user_id, "User", "userId")
        wish, details = Wish(roles=read_roles(info, asked.roles)), read_details(asked, asked.name)

        async def effect(work: Work) -> Outcome:
            return await update_user(work, user, details, wish)

        return await keep(info, asked, effect, user_done)

    @mutation("role.assign")
    async def user_roles_set(
        self, info: strawberry.Info, asked: Annotated[UserRolesSetInput, INPUT]
    ) -> UserResult | None:
        """Set all roles that a user has (分配角色)."""
        return await _set_rights(info, asked, Wish(roles=read_roles(info, asked.roles)))

    @mutation("user.grant")
    async def user_grants_set(
        self, info: strawberry.Info, asked: Annotated[UserGrantsSetInput, INPUT]
    ) -> UserResult | None:
        """Set all estates that a user is granted, each for kinds of business (分配小区权限)."""
        return await _set_rights(info, asked, Wish(grants=read_grants(info, asked.grants)))

    @mutation("user.grant")
    async def user_denies_set(
        self, info: strawberry.Info, asked: Annotated[UserDeniesSetInput, INPUT]
    ) -> UserResult | None:
        """Set all actions that a user is denied, whatever the roles say (设定禁止项)."""
        return await _set_rights(info, asked, Wish(denies=read_denies(info, asked.denies)))

    @mutation("user.deactivate")
    async def user_deactivate(
        self, info: strawberry.Info, asked: Annotated[UserDeactivateInput, INPUT]
    ) -> UserResult | None:
        """Shut a user out: sign-ins, keys and invitations end at once (注销用户)."""
        user = row_id(info, asked.user_id, "User", "userId")

        async def effect(work: Work) -> Outcome:
            return await deactivate_user(work, user, asked.reason)

        return await keep(info, asked, effect, user_done)

    @mutation("user.activate")
    async def user_activate(
        self, info: strawberry.Info, asked: Annotated[UserActInput, INPUT]
    ) -> UserActivatedResult | None:
        """Let a deactivated user in again with the rights that have not expired (激活用户)."""
        user, dropped = row_id(info, asked.user_id, "User", "userId"), Dropped()

        async def effect(work: Work) -> Outcome:
            return await activate_user(work, user, dropped)

        return await keep(info, asked, effect, lambda done: user_activated(done, dropped))


async def _set_rights(
    info: strawberry.Info,
    asked: UserRolesSetInput | UserGrantsSetInput | UserDeniesSetInput,
    wish: Wish,
) -> UserResult | None:
    user = row_id(info, asked.user_id, "User", "userId")

    async def effect(work: Work) -> Outcome:
        return await set_rights(work, user, wish)

    return await keep(info, asked, effect, user_done)
