"""How a user comes in for the first time, or again: an initial password, or an invitation told once."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from db.tables.identity import (
    ApiKey,
    Authenticator,
    Invitation,
    Login,
    Principal,
    RecoveryCode,
    Session,
    SignInTicket,
)
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Work
from resolvers.passwords import check_password
from resolvers.signing.tokens import INVITATION, INVITED_FOR, make_token


@dataclass(slots=True)
class Told:
    """What an act tells once beside its row, and what no repetition and no rehearsal tells."""

    token: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody is to come in: exactly one of the two.

    Attributes:
        password: An initial password, to be changed at the next sign-in.
        invite: By an invitation, whose holder chooses the first password.
    """

    password: str | None
    invite: bool

    def check(self, login_name: str) -> None:
        """Insist on one way in, and on a good password.

        Raises:
            Invalid: Neither or both are given, or the password is a bad one.
        """
        if (self.password is None) != self.invite:
            params = {"label": "初始密码(或发送邀请,二选一)"}
            raise Invalid(Problem(ProblemCode.FIELD_REQUIRED, "password", params=params))
        wrong = check_password(self.password, login_name) if self.password is not None else None
        if wrong is not None:
            raise Invalid(wrong)

    async def hash(self, work: Work, *, rehearsal: bool) -> str:
        """Hash the password; who is invited gets one that nobody knows, and that takes no less to compare."""
        if rehearsal:
            return ""
        return await work.visit.desk.passwords.hash(self.password or secrets.token_urlsafe(32))


async def write_login(work: Work, user: UUID, name: str, hashed: str, *, must_change: bool) -> None:
    """Write a user's sign-in name and password.

    Raises:
        Invalid: Somebody in the city has that name.
    """
    taken = select(Login.id).where(Login.city == work.actor.city, Login.name == name)
    if (await work.session.execute(taken)).first() is not None:
        raise Invalid(Problem(ProblemCode.NAME_TAKEN, "loginName", params={"name": name}))
    values = {"name": name, "password_hash": hashed, "changed_at": work.now, "must_change": must_change}
    await work.add(Login, id=user, **values)


async def set_password(work: Work, user: UUID, hashed: str, *, must_change: bool) -> None:
    """Put another password in the place of a user's own."""
    login = update(Login).where(Login.city == work.actor.city, Login.id == user)
    await work.session.execute(
        login.values(password_hash=hashed, changed_at=work.now, must_change=must_change)
    )


async def invite(work: Work, user: UUID, told: Told) -> None:
    """Write an invitation in the place of any other; its token is told once."""
    await revoke_invitations(work, user)
    token, hashed = make_token(INVITATION, work.actor.city)
    told.token, told.expires_at = token, work.now + INVITED_FOR
    values = {"created_by": work.actor.principal, "created_at": work.now, "expires_at": told.expires_at}
    await work.add(Invitation, id=work.new_id(), principal_id=user, token_hash=hashed, **values)


async def find_invitation(work: Work, user: UUID) -> Invitation:
    """Find a user's newest invitation, if it has not been accepted.

    Raises:
        Invalid: There is none.
    """
    newest = select(Invitation).where(Invitation.city == work.actor.city, Invitation.principal_id == user)
    found = (await work.session.execute(newest.order_by(Invitation.id.desc()).limit(1))).scalar_one_or_none()
    if found is None or found.used_at is not None:
        raise Invalid(Problem(ProblemCode.INVITATION_NOT_OPEN))
    return found


async def awaits_invitation(work: Work, user: UUID) -> bool:
    """Tell whether a user was invited and has had no password since."""
    newest = (
        select(Invitation.used_at.is_(None) & (Login.changed_at <= Invitation.created_at))
        .join(Login, (Login.city == Invitation.city) & (Login.id == Invitation.principal_id))
        .where(Invitation.city == work.actor.city, Invitation.principal_id == user)
    )
    return bool(await work.session.scalar(newest.order_by(Invitation.id.desc()).limit(1)))


async def revoke_invitations(work: Work, user: UUID) -> int:
    """Revoke a user's invitations that are open still, and tell how many."""
    return await _revoke(
        work, Invitation, user, Invitation.used_at.is_(None), Invitation.expires_at > work.now
    )


async def end_sessions(work: Work, user: UUID, session: UUID | None = None) -> int:
    """End a user's sign-ins, or one of them, those under way included; tell how many."""
    ended = await _revoke(work, Session, user, *([Session.id == session] if session else []))
    if session is None:
        tickets = delete(SignInTicket).where(SignInTicket.city == work.actor.city)
        await work.session.execute(tickets.where(SignInTicket.principal_id == user))
    return ended


async def end_keys(work: Work, user: UUID) -> int:
    """Revoke a machine's keys, and tell how many."""
    return await _revoke(work, ApiKey, user)


async def _revoke(work: Work, table: Any, user: UUID, *more: Any) -> int:  # noqa: ANN401 - tables and conditions
    of_user = (table.city == work.actor.city, table.principal_id == user, table.revoked_at.is_(None))
    ended = update(table).where(*of_user, *more).values(revoked_at=work.now).returning(table.id)
    return len((await work.session.execute(ended)).all())


async def remove_totp(work: Work, user: UUID) -> bool:
    """Take away a user's one-time codes, and tell whether there were any."""
    removed = False
    for table in (RecoveryCode, Authenticator):
        of_user = delete(table).where(table.city == work.actor.city, table.principal_id == user)
        removed = bool((await work.session.execute(of_user.returning(table.id))).all())
    return removed


async def put_status(work: Work, user: UUID, status: str, **more: Any) -> None:  # noqa: ANN401 - columns of any type
    """Change how an account stands; this waits for what it is writing, and is what its next write finds."""
    account = update(Principal).where(Principal.city == work.actor.city, Principal.id == user)
    await work.session.execute(account.values(status=status, version=Principal.version + 1, **more))
