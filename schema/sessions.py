"""Signing in step by step, accepting an invitation, signing out, and beginning to register."""

from typing import Annotated

import strawberry

from domain.problem import Problem as DomainProblem
from resolvers.act import Refused
from resolvers.registration import open_registration
from resolvers.sessions import SignedIn
from resolvers.signing.account import revoke_other_sessions, revoke_session, sign_out
from resolvers.signing.codes import Setup
from resolvers.signing.entrance import sign_in
from resolvers.signing.invitations import accept_invitation
from resolvers.signing.needs import Need
from resolvers.signing.steps import Finished, Given, finish_sign_in
from resolvers.signing.tickets import Unfinished
from resolvers.visit import Visit
from schema.fields import visit_of
from schema.mutation import INPUT, mutation, result, row_id
from schema.problem import Rejected, reject
from schema.scalars import Moment
from schema.types import asks, closed, given, maybe, tells, value

closed(
    Need,
    "What a sign-in still waits for (登录所需步骤).",
    {
        "NEW_PASSWORD": "A new password, for somebody else chose the present one (设置新密码).",
        "CODE": "A code of the authenticator, or a recovery code (动态口令).",
        "CODE_SETUP": "An authenticator is set up, and its first code typed (设置动态口令).",
    },
    name="SignInNeed",
)


@tells
class TotpSetup:
    """What an authenticator app needs, told while it is set up and never again (动态口令设置)."""

    secret: str = value("The secret, base32, to be typed into the app (密钥).")
    otpauth_uri: str = value("The same as the address of a QR code (二维码内容).")


@tells
class SignedInDone:
    """A fresh sign-in; the token is told this once (登录成功)."""

    token: str = value("Send it as `Authorization: Bearer <token>` (令牌).")
    expires_at: Moment = value("When it ends at the latest (有效期至).")
    recovery_codes: list[str] = value(
        "Ten codes for a lost device, told this once after an authenticator was set up, else none (恢复码)."
    )


@tells
class SignInUnfinished:
    """The password was right, and more is wanted before there is a token (登录待完成)."""

    ticket: str = value("Send it to `signInFinish` (登录凭证).")
    expires_at: Moment = value("Until when (有效期至).")
    needs: list[Need] = value("What is still wanted (所需步骤).")
    setup: TotpSetup | None = value("The authenticator to be set up, if one is wanted (动态口令设置).")


@tells
class Accomplished:
    """It was done, and there is nothing to read (已完成)."""

    ok: bool = value("Always true (是).")


@tells
class SessionsRevoked:
    """Other sessions were ended (已结束其他会话)."""

    count: int = value("How many (数量).")


@tells
class InvitationAccepted:
    """The first password is set; sign in with it (已接受邀请)."""

    city: int = value("Division code of the city, GB/T 2260 (行政区划代码).")
    login_name: str = value("Sign-in name (登录名).")


SignInResult = Annotated[
    SignedInDone | SignInUnfinished | Rejected,
    result("SignInResult", "A token, what is wanted first, or why there is none."),
]
PlainResult = Annotated[Accomplished | Rejected, result("PlainResult", "Done, or why not.")]
SessionsRevokeResult = Annotated[
    SessionsRevoked | Rejected, result("SessionsRevokeResult", "How many were ended, or why not.")
]
InvitationAcceptResult = Annotated[
    InvitationAccepted | Rejected, result("InvitationAcceptResult", "Who may sign in, or why not.")
]


@asks
class RegistrationOpenInput:
    """Where an enterprise begins to register (开始注册)."""

    city: int = given("Division code of the city, GB/T 2260 (行政区划代码).")


@asks
class SignInInput:
    """A name and password in a city (登录)."""

    city: int = given("Division code of the city, GB/T 2260 (行政区划代码).")
    name: str = given("Sign-in name (登录名).")
    password: str = given("Password (密码).")


@asks
class SignInFinishInput:
    """What a sign-in waits for, all at once or one after the other (完成登录)."""

    ticket: str = given("The ticket that `signIn` gave (登录凭证).")
    new_password: str | None = maybe("The new password, at least 10 characters (新密码).")
    code: str | None = maybe("A code of the authenticator, or a recovery code (动态口令).")


@asks
class InvitationAcceptInput:
    """An invitation and the first password (接受邀请)."""

    token: str = given("The invitation, as its link carries it (邀请码).")
    password: str = given("The first password, at least 10 characters (密码).")


@asks
class SessionRevokeInput:
    """Which of the own sessions is ended (结束会话)."""

    session_id: strawberry.ID = given("The session (会话).")


def tell_setup(setup: Setup) -> TotpSetup:
    """Show what an authenticator app needs."""
    return TotpSetup(secret=setup.secret, otpauth_uri=setup.uri)


def _signed(
    visit: Visit, found: SignedIn | Finished | Unfinished | DomainProblem
) -> SignedInDone | SignInUnfinished | Rejected:
    match found:
        case DomainProblem():
            return reject(visit, Refused.because(found))
        case Unfinished():
            return SignInUnfinished(
                ticket=found.ticket,
                expires_at=Moment(found.expires_at),
                needs=list(found.needs),
                setup=tell_setup(found.setup) if found.setup else None,
            )
        case Finished():
            return _done(found.signed_in, list(found.recovery_codes))
        case SignedIn():
            return _done(found, [])


def _done(found: SignedIn, codes: list[str]) -> SignedInDone:
    return SignedInDone(token=found.token, expires_at=Moment(found.expires_at), recovery_codes=codes)


def plain(visit: Visit, wrong: DomainProblem | None) -> Accomplished | Rejected:
    """Answer that it was done, or why not."""
    return reject(visit, Refused.because(wrong)) if wrong else Accomplished(ok=True)


@strawberry.type
class SessionActs:
    """The mutations of signing in."""

    @mutation("org.register")
    async def registration_open(
        self, info: strawberry.Info, asked: Annotated[RegistrationOpenInput, INPUT]
    ) -> SignInResult | None:
        """Begin to register: a token to upload papers, to register and to look it up (开始注册)."""
        visit = visit_of(info)
        return _signed(visit, await open_registration(visit, asked.city))

    @mutation("session.begin")
    async def sign_in(
        self, info: strawberry.Info, asked: Annotated[SignInInput, INPUT]
    ) -> SignInResult | None:
        """Sign in with name and password; a ticket is given where more is wanted (登录)."""
        visit = visit_of(info)
        return _signed(visit, await sign_in(visit, asked.city, asked.name, asked.password))

    @mutation("session.begin")
    async def sign_in_finish(
        self, info: strawberry.Info, asked: Annotated[SignInFinishInput, INPUT]
    ) -> SignInResult | None:
        """Give what a sign-in waits for, until there is a token (完成登录)."""
        visit, brought = visit_of(info), Given(asked.new_password, asked.code)
        return _signed(visit, await finish_sign_in(visit, asked.ticket, brought))

    @mutation("invitation.accept")
    async def invitation_accept(
        self, info: strawberry.Info, asked: Annotated[InvitationAcceptInput, INPUT]
    ) -> InvitationAcceptResult | None:
        """Choose the first password of an account one was invited to (接受邀请)."""
        visit = visit_of(info)
        found = await accept_invitation(visit, asked.token, asked.password)
        if isinstance(found, DomainProblem):
            return reject(visit, Refused.because(found))
        return InvitationAccepted(city=found.city, login_name=found.login_name)

    @mutation("session.end")
    async def sign_out(self, info: strawberry.Info) -> PlainResult | None:
        """Sign out: this token ends (退出)."""
        await sign_out(visit_of(info))
        return Accomplished(ok=True)

    @mutation("session.revoke")
    async def session_revoke(
        self, info: strawberry.Info, asked: Annotated[SessionRevokeInput, INPUT]
    ) -> PlainResult | None:
        """End one of the own sessions (结束会话)."""
        visit, session = visit_of(info), row_id(info, asked.session_id, "UserSession", "sessionId")
        return plain(visit, await revoke_session(visit, session))

    @mutation("session.revoke")
    async def sessions_revoke_others(self, info: strawberry.Info) -> SessionsRevokeResult | None:
        """End every own session but this one (结束其他会话)."""
        return SessionsRevoked(count=await revoke_other_sessions(visit_of(info)))
