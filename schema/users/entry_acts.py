"""How administrators bring a user in again: passwords, invitations, sign-ins, and what everybody needs."""

from typing import Annotated

import strawberry

from resolvers.act import Outcome, Work
from resolvers.users.changing import (
    require_totp,
    resend_invitation,
    reset_password,
    revoke_invitation,
    sign_user_out,
)
from resolvers.users.entry import Entry, Told
from schema.mutation import INPUT, mutation, row_id
from schema.users.acts import keep
from schema.users.answers import (
    OrganizationResult,
    UserInvitedResult,
    UserResult,
    organization_done,
    user_done,
    user_invited,
)
from schema.users.inputs import (
    OrganizationSecuritySetInput,
    UserActInput,
    UserPasswordResetInput,
    UserSignOutInput,
)


@strawberry.type
class EntryActs:
    """The mutations about how users come in."""

    @mutation("user.reset")
    async def user_password_reset(
        self, info: strawberry.Info, asked: Annotated[UserPasswordResetInput, INPUT]
    ) -> UserInvitedResult | None:
        """Give a user a new initial password or an invitation; its sign-ins end (重置密码)."""
        user = row_id(info, asked.user_id, "User", "userId")
        told, entry = Told(), Entry(asked.password, asked.invite)

        async def effect(work: Work) -> Outcome:
            return await reset_password(
                work, user, entry, told, totp=asked.remove_totp, rehearsal=asked.dry_run
            )

        return await keep(info, asked, effect, lambda done: user_invited(done, told))

    @mutation("user.invite")
    async def invitation_resend(
        self, info: strawberry.Info, asked: Annotated[UserActInput, INPUT]
    ) -> UserInvitedResult | None:
        """Make a new invitation for who has not accepted the last, which is good no more (重发邀请)."""
        user, told = row_id(info, asked.user_id, "User", "userId"), Told()

        async def effect(work: Work) -> Outcome:
            return await resend_invitation(work, user, told, rehearsal=asked.dry_run)

        return await keep(info, asked, effect, lambda done: user_invited(done, told))

    @mutation("user.invite")
    async def invitation_revoke(
        self, info: strawberry.Info, asked: Annotated[UserActInput, INPUT]
    ) -> UserResult | None:
        """Make a user's invitation good no more (撤销邀请)."""
        user = row_id(info, asked.user_id, "User", "userId")

        async def effect(work: Work) -> Outcome:
            return await revoke_invitation(work, user)

        return await keep(info, asked, effect, user_done)

    @mutation("user.sign_out")
    async def user_sign_out(
        self, info: strawberry.Info, asked: Annotated[UserSignOutInput, INPUT]
    ) -> UserResult | None:
        """End all of a user's sign-ins, or one (结束用户会话)."""
        user = row_id(info, asked.user_id, "User", "userId")
        one = asked.session_id
        session = None if one is None else row_id(info, one, "UserSession", "sessionId")

        async def effect(work: Work) -> Outcome:
            return await sign_user_out(work, user, session)

        return await keep(info, asked, effect, user_done)

    @mutation("security.set")
    async def organization_security_set(
        self, info: strawberry.Info, asked: Annotated[OrganizationSecuritySetInput, INPUT]
    ) -> OrganizationResult | None:
        """Set whether everybody of the organization needs one-time codes (设定安全要求)."""

        async def effect(work: Work) -> Outcome:
            return await require_totp(work, required=asked.totp_required)

        return await keep(info, asked, effect, organization_done)
