"""Proving that an account is one's own once more, before what guards it is changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Pool
from db.tables.identity import Login, Principal, Session
from domain.problem import Problem, ProblemCode
from domain.refusal import Forbidden, TooBusy
from resolvers.act import Work
from resolvers.signing.codes import take_code
from resolvers.signing.tickets import hold_account
from resolvers.throttle import begin_try, forgive, take_back
from resolvers.visit import Visit


def code_subject(principal: UUID) -> str:
    """Name the guesses at an account's codes, wherever they come from: who makes them knows the password."""
    return f"code:{principal}"


async def prove(visit: Visit, password: str, path: str) -> Login | Problem:
    """Compare the own password, as often as a stranger might try it; give the sign-in that was compared.

    Raises:
        Forbidden: The account has no password.
    """
    await visit.confirm()
    actor, desk = visit.signed_in(), visit.desk
    async with AsyncSession(desk.databases.engine(Pool.GATE), expire_on_commit=False) as session:
        login = await session.get(Login, (actor.city, actor.principal))
    if login is None:
        raise Forbidden
    subject = f"password:{login.id}"
    throttled = await begin_try(desk, login.city, (subject,))
    if throttled is not None:
        return throttled
    try:
        right = await desk.passwords.matches(login.password_hash, password)
    except TooBusy:
        await take_back(desk, login.city, (subject,))
        raise
    if not right:
        return Problem(ProblemCode.PASSWORD_WRONG, path)
    await forgive(desk, login.city, subject)
    return login


async def begin_code(visit: Visit) -> Problem | None:
    """Count a try at the own code before it is made."""
    await visit.confirm()
    actor = visit.signed_in()
    return await begin_try(visit.desk, actor.city, (code_subject(actor.principal),))


async def forgive_code(visit: Visit, *, wholly: bool) -> None:
    """Forget the wrong codes, for a right one came; or the last try alone, for which no code was compared."""
    actor = visit.signed_in()
    subject = code_subject(actor.principal)
    if wholly:
        await forgive(visit.desk, actor.city, subject)
    else:
        await take_back(visit.desk, actor.city, (subject,))


async def own_account(work: Work, proven: Login | None = None) -> tuple[Principal, Login] | Problem:
    """Lock the own account; a problem if the password that was proven is another one by now.

    Raises:
        Forbidden: The account has no password.
    """
    whose = Principal(city=work.actor.city, id=work.actor.principal)
    pair = await hold_account(work.session, whose)
    if pair is None:
        raise Forbidden
    if proven is not None and pair[1].password_hash != proven.password_hash:
        return Problem(ProblemCode.PASSWORD_WRONG, "password")
    return pair


async def own_code(work: Work, principal: Principal, code: str) -> Problem | None:
    """Take a code of the own authenticator; a wrong one is recorded as a denial."""
    if await take_code(work.session, work.visit.desk.sealer, principal, code, work.now):
        return None
    work.denial = "WRONG_CODE"
    return Problem(ProblemCode.CODE_WRONG, "code")


async def end_sessions(
    session: AsyncSession, whose: Principal, now: datetime, keep: UUID | None = None
) -> int:
    """End the sessions of an account, but for one; tell how many."""
    others = Session.id != keep if keep is not None else Session.id.is_not(None)
    ended = await session.scalars(
        update(Session)
        .where(
            Session.city == whose.city,
            Session.principal_id == whose.id,
            Session.revoked_at.is_(None),
            Session.expires_at > now,
            others,
        )
        .values(revoked_at=now)
        .returning(Session.id)
    )
    return len(ended.all())
