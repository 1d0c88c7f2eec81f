"""Accepting an invitation: a new user chooses the first password and may sign in from then on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.tables.identity import Invitation, Login, Principal
from domain.problem import Problem, ProblemCode
from resolvers.auditing import add_note
from resolvers.desk import Desk
from resolvers.note import AuditOutcome
from resolvers.passwords import check_password
from resolvers.signing.keeping import keeping, note_of, record_alone
from resolvers.signing.ownership import end_sessions
from resolvers.signing.steps import set_password
from resolvers.signing.tickets import hold_account
from resolvers.signing.tokens import INVITATION, city_of, hash_token
from resolvers.throttle import begin_try, name_network, take_back, whole_address
from resolvers.visit import Visit

_ACT = "invitationAccept"
_INVALID = Problem(ProblemCode.INVITATION_INVALID)
_INVITED = frozenset({"PENDING", "ACTIVE"})


@dataclass(frozen=True, slots=True)
class Accepted:
    """An account that may sign in now."""

    city: int
    login_name: str


@dataclass(frozen=True, slots=True)
class _Invited:
    invitation: Invitation
    principal: Principal
    login: Login

    def is_open(self, now: datetime) -> bool:
        one = self.invitation
        in_time = one.used_at is None and one.revoked_at is None and now < one.expires_at
        return in_time and self.principal.status in _INVITED


async def accept_invitation(visit: Visit, token: str, password: str) -> Accepted | Problem:
    """Set the first password; an unknown, used, revoked or late invitation gets the same answer.

    Raises:
        TooBusy: Too many passwords are being hashed already.
    """
    desk, city = visit.desk, city_of(token, INVITATION)
    if city is None or city not in desk.cities:
        return _INVALID
    subject = whole_address(f"invitation:{name_network(visit.address)}")
    throttled = await begin_try(desk, city, (subject,))
    if throttled is not None:
        return throttled
    found = await _look_up(desk, city, token)
    if found is None or not found.is_open(visit.now):
        principal = found.principal if found else None
        await record_alone(desk, note_of(visit, city, _ACT, AuditOutcome.DENIED, principal))
        return _INVALID
    await take_back(desk, city, (subject,))
    wrong = check_password(password, found.login.name)
    if wrong is not None:
        return wrong
    return await _accept(visit, found, await desk.passwords.hash(password))


async def _look_up(desk: Desk, city: int, token: str) -> _Invited | None:
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        found = await session.execute(
            select(Invitation, Principal, Login)
            .join(Principal, (Principal.city == Invitation.city) & (Principal.id == Invitation.principal_id))
            .join(Login, (Login.city == Principal.city) & (Login.id == Principal.id))
            .where(Invitation.city == city, Invitation.token_hash == hash_token(token))
        )
        row = found.first()
    return _Invited(*row) if row else None


async def _accept(visit: Visit, found: _Invited, hashed: str) -> Accepted | Problem:
    """Write everything at once; of two who accept the same invitation the second is told that it is used."""
    city, now = found.login.city, visit.now
    async with keeping(visit.desk, city) as session:
        pair = await hold_account(session, found.principal)
        again = await session.get(Invitation, (city, found.invitation.id), with_for_update=True)
        if pair is None or again is None or not _Invited(again, *pair).is_open(now):
            return _INVALID
        principal, login = pair
        set_password(login, hashed, now)
        principal.status = "ACTIVE"
        principal.version += 1
        again.used_at = now
        others = update(Invitation).where(
            Invitation.city == city,
            Invitation.principal_id == principal.id,
            Invitation.id != again.id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        await session.execute(others.values(revoked_at=now))
        await end_sessions(session, principal, now)
        await add_note(session, note_of(visit, city, _ACT, AuditOutcome.DONE, principal))
    return Accepted(city, login.name)
