"""Nobody gives or manages more than they hold, nobody holds roles that clash, and an admin always stays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from authz.actions import ACTIONS
from authz.cities import closed_in
from authz.delegation import beyond, find_clash
from authz.domains import side_of
from authz.snapshot import Snapshot, compile_snapshot
from domain.actor import PrincipalKind
from domain.problem import Invalid, Problem, ProblemCode
from resolvers.act import Effect, Outcome, Refused, Work
from resolvers.rights import read_rights
from resolvers.users.accounts import Account

_MOMENTS = text("""
select expires_at from role_assignment
where city = :city and principal_id = :giver and expires_at > :now
union select expires_at from estate_grant
where city = :city and principal_id = :giver and expires_at > :now
union select expires_at from estate_deny
where city = :city and principal_id = :receiver and expires_at > :now
order by 1
""")
_ROLES_OF_PERSON = text("""
select distinct r.role
from principal p
join principal q on q.city = p.city and q.person_blind = p.person_blind
join role_assignment r on r.city = q.city and r.principal_id = q.id
where p.city = :city and p.id = :user and r.role is not null
  and (q.id = p.id or q.status in ('ACTIVE', 'PENDING'))
  and (r.expires_at is null or r.expires_at > :now)
union
select role from role_assignment
where city = :city and principal_id = :user and role is not null and (expires_at is null or expires_at > :now)
""")
_ADMINS = text("""
select count(*) from principal p join role_assignment r on r.city = p.city and r.principal_id = p.id
where p.city = :city and p.org_id = :organization and p.kind = 'DEVELOPER' and p.status = 'ACTIVE'
  and r.role = 'org_admin' and r.expires_at is null
""")


class Problems(Invalid):
    """Several things that are wrong with a request."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = tuple(problems)


def refusing(effect: Effect) -> Effect:
    """Make an effect answer with the problem on which it stopped."""

    async def run(work: Work) -> Outcome:
        try:
            return await effect(work)
        except Problems as wrong:
            return Refused(wrong.problems)
        except Invalid as wrong:
            return Refused.because(wrong.problem)

    return run


async def must_hold(work: Work, *actions: str) -> None:
    """Ask for rights over the actor's own organization or office.

    Raises:
        Forbidden: One is missing.
    """
    for action in actions:
        await work.must(action, organization=work.actor.organization, estate=None)


async def read_snapshot(work: Work, account: Account, at: datetime) -> Snapshot:
    """Give what an account may do at a moment, as the open transaction has it, whatever its status."""
    domain = account.domain(work.actor.city)
    closed = closed_in(work.city, side_of(domain))
    found = await read_rights(work.session, work.actor.city, account.id, domain, at, closed=closed)
    return compile_snapshot(found.rights)


async def check_reach(work: Work, account: Account) -> None:
    """Insist that the actor holds whatever the account holds, so that it may manage it.

    Raises:
        Invalid: It holds less.
    """
    if account.kind is PrincipalKind.BANK:
        # A bank's machine works in the bank's own domain; the office may only shut it out and let it in.
        return
    receiver = await read_snapshot(work, account, work.now)
    _compare(work, await work.visit.snapshot(), receiver, ProblemCode.USER_BEYOND_OWN)


async def check_gift(work: Work, account: Account) -> None:
    """Insist that an account holds no more than its giver, now and whenever something of either ends.

    Raises:
        Invalid: It does, or the roles of the person do not go together.
    """
    code = ProblemCode.RIGHTS_BEYOND_OWN
    _compare(work, await work.visit.snapshot(), await read_snapshot(work, account, work.now), code)
    actor = work.actor
    giver = Account(actor.principal, actor.kind, actor.organization, actor.bank)
    given = {"city": actor.city, "giver": giver.id, "receiver": account.id, "now": work.now}
    for moment in (await work.session.execute(_MOMENTS, given)).scalars().all():
        held = await read_snapshot(work, giver, moment)
        _compare(work, held, await read_snapshot(work, account, moment), code)
    await _check_person(work, account)


def _compare(work: Work, giver: Snapshot, receiver: Snapshot, code: ProblemCode) -> None:
    more = beyond(giver, receiver)
    if more:
        action = ACTIONS[more[0].action]
        name = action.text if work.visit.language == "zh" else action.english
        raise Invalid(Problem(code, params={"name": name}))


async def _check_person(work: Work, account: Account) -> None:
    given = {"city": work.actor.city, "user": account.id, "now": work.now}
    roles = (await work.session.execute(_ROLES_OF_PERSON, given)).scalars().all()
    clash = find_clash(roles, work.city)
    if clash is not None:
        raise Invalid(Problem(ProblemCode.ROLE_CLASH, "roles", params={"name": ", ".join(clash)}))


async def count_admins(work: Work, organization: UUID | None) -> int:
    """Count an organization's administrators who are active and stay so; the office is not counted."""
    if organization is None:
        return 0
    given = {"city": work.actor.city, "organization": organization}
    return (await work.session.execute(_ADMINS, given)).scalar_one()


async def keep_an_admin(work: Work, organization: UUID | None, before: int) -> None:
    """Insist that an organization which had an administrator still has one.

    Raises:
        Invalid: It has none any more.
    """
    if before and not await count_admins(work, organization):
        raise Invalid(Problem(ProblemCode.LAST_ADMIN))
