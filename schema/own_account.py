"""The own account in the graph: password, authenticator with its recovery codes, and profile."""

from typing import Annotated

import strawberry

from domain.problem import Problem as DomainProblem
from resolvers.act import Refused
from resolvers.signing.account import Profile, change_password, update_profile
from resolvers.signing.authenticators import begin_totp, confirm_totp, remove_totp, renew_recovery_codes
from resolvers.visit import Visit
from schema.fields import visit_of
from schema.mutation import INPUT, ActInput, mutation, result
from schema.problem import Rejected, reject
from schema.sessions import PlainResult, TotpSetup, plain, tell_setup
from schema.types import asks, given, maybe, tells, value


@asks
class PasswordChangeInput:
    """The old and the new password (修改密码) [L 2.13]."""

    old_password: str = given("The present password (原密码).")
    new_password: str = given("The new one, at least 10 characters (新密码).")


@asks
class TotpBeginInput:
    """The proof that it is one's own account (开始设置动态口令)."""

    password: str = given("The present password (密码).")
    code: str | None = maybe("A code of the present authenticator, if there is one (动态口令).")


@asks
class TotpConfirmInput:
    """The first code of the new authenticator (确认动态口令)."""

    code: str = given("The code that the app shows (动态口令).")


@asks
class OwnProofInput:
    """The proof that it is one's own account, by both (本人验证)."""

    password: str = given("The present password (密码).")
    code: str = given("A code of the authenticator, or a recovery code (动态口令).")


@asks
class ProfileUpdateInput(ActInput):
    """What is changed of the own profile; what is left out stays (修改本人资料)."""

    name: str | None = maybe("Name (姓名).")
    title: str | None = maybe("Title; an empty text clears it (职务).")
    mobile: str | None = maybe("Mobile number; an empty text clears it (手机号).")


@tells
class TotpBegun:
    """An authenticator can be set up; it counts once a code of it was typed (动态口令待确认)."""

    setup: TotpSetup = value("What the app needs (动态口令设置).")


@tells
class RecoveryCodesTold:
    """Ten recovery codes, told this once; earlier ones are good no more (恢复码)."""

    recovery_codes: list[str] = value("Each stands in once for a code (恢复码).")


TotpBeginResult = Annotated[
    TotpBegun | Rejected, result("TotpBeginResult", "What the app needs, or why not.")
]
RecoveryCodesResult = Annotated[
    RecoveryCodesTold | Rejected, result("RecoveryCodesResult", "The recovery codes, or why not.")
]


def _told(visit: Visit, found: list[str] | DomainProblem) -> RecoveryCodesTold | Rejected:
    if isinstance(found, DomainProblem):
        return reject(visit, Refused.because(found))
    return RecoveryCodesTold(recovery_codes=found)


@strawberry.type
class OwnAccountActs:
    """The mutations about the own account."""

    @mutation("password.change")
    async def password_change(
        self, info: strawberry.Info, asked: Annotated[PasswordChangeInput, INPUT]
    ) -> PlainResult | None:
        """Change the own password; the account's other sessions end (修改密码) [L 2.13]."""
        visit = visit_of(info)
        return plain(visit, await change_password(visit, asked.old_password, asked.new_password))

    @mutation("totp.manage")
    async def totp_begin(
        self, info: strawberry.Info, asked: Annotated[TotpBeginInput, INPUT]
    ) -> TotpBeginResult | None:
        """Begin to set up an authenticator, or another one in its place (开始设置动态口令)."""
        visit = visit_of(info)
        found = await begin_totp(visit, asked.password, asked.code)
        if isinstance(found, DomainProblem):
            return reject(visit, Refused.because(found))
        return TotpBegun(setup=tell_setup(found))

    @mutation("totp.manage")
    async def totp_confirm(
        self, info: strawberry.Info, asked: Annotated[TotpConfirmInput, INPUT]
    ) -> RecoveryCodesResult | None:
        """Type the new authenticator's first code; from then on sign-in asks for codes (确认动态口令)."""
        visit = visit_of(info)
        return _told(visit, await confirm_totp(visit, asked.code))

    @mutation("totp.manage")
    async def totp_remove(
        self, info: strawberry.Info, asked: Annotated[OwnProofInput, INPUT]
    ) -> PlainResult | None:
        """Do without an authenticator, where none is required (关闭动态口令)."""
        visit = visit_of(info)
        return plain(visit, await remove_totp(visit, asked.password, asked.code))

    @mutation("totp.manage")
    async def recovery_codes_renew(
        self, info: strawberry.Info, asked: Annotated[OwnProofInput, INPUT]
    ) -> RecoveryCodesResult | None:
        """Make ten recovery codes anew (重新生成恢复码)."""
        visit = visit_of(info)
        return _told(visit, await renew_recovery_codes(visit, asked.password, asked.code))

    @mutation("profile.update")
    async def profile_update(
        self, info: strawberry.Info, asked: Annotated[ProfileUpdateInput, INPUT]
    ) -> PlainResult | None:
        """Change the own name, title or mobile number (修改本人资料)."""
        visit = visit_of(info)
        profile = Profile(asked.name, asked.title, asked.mobile)
        wrong = await update_profile(visit, profile, key=asked.idempotency_key, dry_run=asked.dry_run)
        return plain(visit, wrong)
