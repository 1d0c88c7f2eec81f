"""What a user may do, spelled out for people, and the roles that can be given."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from authz.actions import ACTIONS, Action
from authz.cities import closed_in
from authz.domains import side_of
from authz.roles import ROLES, Role
from authz.snapshot import compile_snapshot
from authz.spelling import Right, spell_out
from db.base import Pool
from db.tables.members import Member, OrganizationRole
from domain.refusal import Forbidden, NotFound
from domain.users import UserStatus
from resolvers.door import see
from resolvers.rights import domain_of, read_rights
from resolvers.users.accounts import Account, assignable
from resolvers.visit import Visit


async def spell_rights(visit: Visit, user: UUID) -> tuple[Right, ...] | None:
    """Spell out what a user may do now: nothing, if it is not active; None, if it cannot be seen."""
    try:
        member = await see(visit, Member, user)
    except NotFound:
        return None
    if member.status != UserStatus.ACTIVE:
        return ()
    city = visit.city
    domain = Account.of(member).domain(city.code)
    closed = closed_in(city, side_of(domain))
    async with AsyncSession(visit.desk.databases.engine(Pool.GATE)) as session:
        found = await read_rights(session, city.code, member.id, domain, visit.now, closed=closed)
    return spell_out(compile_snapshot(found.rights))


async def list_roles(visit: Visit) -> tuple[list[Role], list[OrganizationRole]]:
    """List the roles that the caller's side can give: built-in ones, and the organization's own in use.

    Raises:
        Forbidden: The caller may not see roles.
    """
    scope = await visit.sight(OrganizationRole)
    if scope is None:
        raise Forbidden
    actor = visit.signed_in()
    domain = domain_of(actor.kind, actor.city, organization=actor.organization, bank=actor.bank)
    names = assignable(side_of(domain))
    own = select(OrganizationRole).where(
        scope.clause(OrganizationRole), OrganizationRole.retired_at.is_(None)
    )
    rows = await visit.run(own.order_by(OrganizationRole.name))
    return [role for name, role in ROLES.items() if name in names], list(rows.scalars())


def actions_of(visit: Visit, names: frozenset[str]) -> list[Action]:
    """Give actions in the order in which they are declared, without those that the city does not have."""
    actor = visit.signed_in()
    domain = domain_of(actor.kind, actor.city, organization=actor.organization, bank=actor.bank)
    closed = closed_in(visit.city, side_of(domain))
    return [action for name, action in ACTIONS.items() if name in names - closed]
