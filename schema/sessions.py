"""Signing in and out, the own password, and beginning to register."""

from typing import Annotated

import strawberry

from domain.problem import Problem as DomainProblem
from resolvers.act import Refused
from resolvers.registration import open_registration
from resolvers.sessions import SignedIn, change_password, sign_in, sign_out
from resolvers.visit import Visit
from schema.fields import visit_of
from schema.mutation import INPUT, mutation, result
from schema.problem import Rejected, reject
from schema.scalars import Moment
from schema.types import asks, given, tells, value


@tells
class SignedInDone:
    """A fresh sign-in; the token is told this once (登录成功)."""

    token: str = value("Send it as `Authorization: Bearer <token>` (令牌).")
    expires_at: Moment = value("When it ends at the latest (有效期至).")


@tells
class Accomplished:
    """It was done, and there is nothing to read (已完成)."""

    ok: bool = value("Always true (是).")


SignInResult = Annotated[SignedInDone | Rejected, result("SignInResult", "A token, or why there is none.")]
PlainResult = Annotated[Accomplished | Rejected, result("PlainResult", "Done, or why not.")]


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
class PasswordChangeInput:
    """The old and the new password (修改密码) [L 2.13]."""

    old_password: str = given("The present password (原密码).")
    new_password: str = given("The new one, at least 10 characters (新密码).")


def _signed(visit: Visit, found: SignedIn | DomainProblem) -> SignedInDone | Rejected:
    if isinstance(found, DomainProblem):
        return reject(visit, Refused.because(found))
    return SignedInDone(token=found.token, expires_at=Moment(found.expires_at))


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
        """Sign in with name and password (登录)."""
        visit = visit_of(info)
        return _signed(visit, await sign_in(visit, asked.city, asked.name, asked.password))

    @mutation("session.end")
    async def sign_out(self, info: strawberry.Info) -> PlainResult | None:
        """Sign out: this token ends (退出)."""
        await sign_out(visit_of(info))
        return Accomplished(ok=True)

    @mutation("password.change")
    async def password_change(
        self, info: strawberry.Info, asked: Annotated[PasswordChangeInput, INPUT]
    ) -> PlainResult | None:
        """Change the own password; the account's other sessions end (修改密码) [L 2.13]."""
        visit = visit_of(info)
        wrong = await change_password(visit, asked.old_password, asked.new_password)
        return reject(visit, Refused.because(wrong)) if wrong else Accomplished(ok=True)
