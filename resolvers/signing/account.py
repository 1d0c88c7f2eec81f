"""The own account: password, profile, and the sessions that are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from db.base import Pool
from db.tables.identity import Login, Principal, Session
from db.tables.members import Member, MemberSession
from domain.actor import PrincipalKind
from domain.identity import check_mobile, fold
from domain.people import NumberKind
from domain.problem import Invalid, Problem, ProblemCode
from domain.refusal import Forbidden, NotFound
from resolvers.act import Work, act
from resolvers.auditing import add_note
from resolvers.note import AuditOutcome
from resolvers.outcome import Done, Outcome, Refused
from resolvers.passwords import check_password
from resolvers.signing.keeping import keeping, note_of
from resolvers.signing.ownership import end_sessions, own_account, prove
from resolvers.signing.steps import set_password
from resolvers.visit import Visit

MOST_CHARACTERS = 50
_PEOPLE = frozenset({PrincipalKind.DEVELOPER, PrincipalKind.OFFICE})


async def sign_out(visit: Visit) -> None:
    """End the session that the request came by.

    Raises:
        Forbidden: It came by a machine's key, which is revoked where it was made.
    """
    await visit.confirm()
    actor = visit.signed_in()
    if actor.session is None:
        raise Forbidden
    async with keeping(visit.desk, actor.city) as session:
        await session.execute(
            update(Session)
            .where(Session.city == actor.city, Session.id == actor.session, Session.revoked_at.is_(None))
            .values(revoked_at=visit.now)
        )
        principal = await session.get_one(Principal, (actor.city, actor.principal))
        await add_note(session, note_of(visit, actor.city, "signOut", AuditOutcome.DONE, principal))


async def change_password(visit: Visit, old: str, new: str) -> Problem | None:
    """Change the own password [L 2.13]; every other session of the account ends.

    Raises:
        Forbidden: The account has no password, or may not change it.
    """
    await visit.confirm()
    if not visit.city.password_change:
        return Problem(ProblemCode.PROFILE_FEATURE_OFF, params={"feature": "修改密码"})
    proven = await prove(visit, old, "oldPassword")
    if isinstance(proven, Problem):
        return proven
    wrong = check_password(new, proven.name, "newPassword")
    if wrong is not None:
        return wrong
    hashed = await visit.desk.passwords.hash(new)

    async def effect(work: Work) -> Outcome:
        await work.must("password.change", organization=work.actor.organization, estate=None)
        return await _replace(work, proven, hashed)

    return _problem(await act(visit, "passwordChange", effect, pool=Pool.KEEPER))


async def _replace(work: Work, proven: Login, hashed: str) -> Outcome:
    pair = await own_account(work, proven)
    if isinstance(pair, Problem):
        return Refused.because(Problem(pair.code, "oldPassword"))
    principal, login = pair
    set_password(login, hashed, work.now)
    await work.session.flush()
    ended = await end_sessions(work.session, principal, work.now, keep=work.actor.session)
    return Done("Principal", (principal.id,), {"sessionsEnded": ended})


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody says of themselves; None leaves it as it is, an empty text clears it."""

    name: str | None = None
    title: str | None = None
    mobile: str | None = None


async def update_profile(
    visit: Visit, given: Profile, *, key: str | None = None, dry_run: bool = False
) -> Problem | None:
    """Change the own name, title or mobile number; a number is kept sealed."""
    values, problem = _check_profile(visit, given)
    if problem is not None:
        return problem

    async def effect(work: Work) -> Outcome:
        await work.must("profile.update", organization=work.actor.organization, estate=None)
        pair = await own_account(work)
        if isinstance(pair, Problem):
            return Refused.because(pair)
        return await _write_profile(work, pair[0], values)

    return _problem(
        await act(visit, "profileUpdate", effect, given=given, key=key, dry_run=dry_run, pool=Pool.KEEPER)
    )


def _check_profile(visit: Visit, given: Profile) -> tuple[dict[str, Any], Problem | None]:
    values: dict[str, Any] = {}
    for field, label in (("name", "姓名"), ("title", "职务")):
        typed = getattr(given, field)
        if typed is not None:
            values[field] = fold(typed) or None
            if len(values[field] or "") > MOST_CHARACTERS or "\x00" in typed:
                params = {"label": label, "max": str(MOST_CHARACTERS)}
                return {}, Problem(ProblemCode.TEXT_INVALID, field, params=params)
    if given.name is not None and values["name"] is None:
        return {}, Problem(ProblemCode.FIELD_REQUIRED, "name", params={"label": "姓名"})
    if given.mobile is not None:
        try:
            values |= _sealed_mobile(visit, given.mobile)
        except Invalid as wrong:
            return {}, wrong.problem
    return values, None if values else Problem(ProblemCode.NO_CHANGES)


def _sealed_mobile(visit: Visit, typed: str) -> dict[str, Any]:
    if not fold(typed):
        return {"mobile_cipher": None, "mobile_masked": None, "mobile_blind": None}
    sealed = visit.desk.sealer(NumberKind.MOBILE, check_mobile(typed, "mobile"))
    return {
        "mobile_cipher": sealed.cipher,
        "mobile_masked": sealed.masked,
        "mobile_blind": sealed.blind,
    }


async def _write_profile(work: Work, principal: Principal, values: dict[str, Any]) -> Outcome:
    told = ("name", "title", "mobile_masked")
    before = {field: getattr(principal, field) for field in told}
    renamed = values.get("name", principal.name) != principal.name
    for field, one in values.items():
        setattr(principal, field, one)
    # Whoever remembers the name with the rights reads both anew.
    principal.version += renamed
    await work.session.flush()
    after = {field: getattr(principal, field) for field in told}
    return Done("Principal", (principal.id,), {"before": before, "after": after})


async def revoke_session(visit: Visit, session: UUID) -> Problem | None:
    """End one of the own sessions; anybody else's is not found."""

    async def effect(work: Work) -> Outcome:
        await work.must("session.revoke", organization=work.actor.organization, estate=None)
        ended = await work.session.scalar(
            update(Session)
            .where(
                Session.city == work.actor.city,
                Session.principal_id == work.actor.principal,
                Session.id == session,
                Session.revoked_at.is_(None),
                Session.expires_at > work.now,
            )
            .values(revoked_at=work.now)
            .returning(Session.id)
        )
        if ended is None:
            raise NotFound
        return Done("Session", (session,))

    return _problem(await act(visit, "sessionRevoke", effect, pool=Pool.KEEPER))


async def revoke_other_sessions(visit: Visit) -> int:
    """End every own session but the one that asks; tell how many."""
    counts = [0]

    async def effect(work: Work) -> Outcome:
        await work.must("session.revoke", organization=work.actor.organization, estate=None)
        whose = Principal(city=work.actor.city, id=work.actor.principal)
        counts[0] = await end_sessions(work.session, whose, work.now, keep=work.actor.session)
        return Done("Principal", (work.actor.principal,), {"sessionsEnded": counts[0]})

    await act(visit, "sessionsRevokeOthers", effect, pool=Pool.KEEPER)
    return counts[0]


async def find_sessions(visit: Visit) -> Sequence[MemberSession]:
    """Give the own sessions that still stand, the one used last first; machines have none."""
    actor = visit.signed_in()
    if actor.kind not in _PEOPLE or await visit.scope("session.view") is None:
        return []
    idle = func.make_interval(0, 0, 0, 0, 0, 0, MemberSession.idle_seconds)
    statement = (
        select(MemberSession)
        .where(
            MemberSession.city == actor.city,
            MemberSession.member_id == actor.principal,
            MemberSession.revoked_at.is_(None),
            MemberSession.expires_at > visit.now,
            MemberSession.seen_at + idle > visit.now,
        )
        .order_by(MemberSession.seen_at.desc(), MemberSession.id.desc())
    )
    return (await visit.run(statement)).scalars().all()


async def find_own(visit: Visit) -> Member | None:
    """Give the own account as its organization sees it; machines and visitors have none to show."""
    actor = visit.signed_in()
    if actor.kind not in _PEOPLE:
        return None
    statement = select(Member).where(Member.city == actor.city, Member.id == actor.principal)
    return (await visit.run(statement)).scalar_one_or_none()


def _problem(outcome: Outcome) -> Problem | None:
    return outcome.problems[0] if isinstance(outcome, Refused) else None
