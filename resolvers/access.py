"""Why a user may or may not do something: the chain of rights, decided by casbin on a fresh engine."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from authz.actions import ACTIONS, Action
from authz.cities import closed_in
from authz.domains import side_of
from authz.explanation import Explanation, Given, Holder, explain
from authz.rights import CustomRole, Deny, Grant
from authz.roles import CUSTOM_ACTIONS
from authz.wording import Wording
from db.base import Pool
from db.tables.estates import Estate
from domain.actor import Actor, PrincipalKind
from domain.refusal import BadUserInput, Forbidden, NotFound
from resolvers.door import see
from resolvers.rights import domain_of
from resolvers.visit import Visit

_WHO = text("""
select id, kind, org_id, bank, status from principal
where city = :city and id = :user and org_id is not distinct from cast(:organization as uuid)
  and kind not in ('VISITOR', 'SYSTEM')
""")
_ONESELF = text("""
select id, kind, org_id, bank, status from principal where city = :city and id = :user
""")
# Whatever was ever given and not taken back, ended or not. Who gave it is named only within the user's own
# organization or office.
_GIVEN = text("""
with given as (
  select 'role' as what, r.role as name, r.custom_role_id as id, c.actions as listed, c.name as title,
    r.granted_by, r.granted_at, r.expires_at, r.city
  from role_assignment r
  left join custom_role c on c.city = r.city and c.id = r.custom_role_id
  where r.city = :city and r.principal_id = :user and c.retired_at is null
  union all
  select 'grant', null, estate_id, kinds, null, granted_by, granted_at, expires_at, city
  from estate_grant where city = :city and principal_id = :user
  union all
  select 'deny', action, estate_id, null, null, granted_by, granted_at, expires_at, city
  from estate_deny where city = :city and principal_id = :user
)
select given.*, giver.name as giver
from given
left join principal giver on giver.city = given.city and giver.id = given.granted_by
  and giver.org_id is not distinct from cast(:organization as uuid)
order by what, granted_at nulls first, name, id
""")
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation with whom and what it is about.

    Attributes:
        action: What was asked about.
        estate: On which estate, if on one.
        told: What casbin decided, and the chain.
        wording: Puts the chain into the caller's words.
    """

    action: Action
    estate: UUID | None
    told: Explanation
    wording: Wording


async def explain_access(visit: Visit, user: UUID, action: str, estate: UUID | None) -> Explained:
    """Explain whether a user may do something on an estate, or on what lies on none.

    Everybody may ask about themselves; about others whoever holds `access.explain`, within the own
    organization or office. The estate must be one that the caller sees.

    Raises:
        Unauthenticated: Nobody is signed in.
        Forbidden: The caller asks about somebody else without the right to.
        NotFound: There is no such user or estate, or the caller may not see it.
        BadUserInput: No such action is declared.
    """
    await visit.confirm()
    actor = visit.signed_in()
    await _check_asker(visit, actor, user)
    if action not in ACTIONS:
        raise BadUserInput("action", get_close_matches(action, ACTIONS, _NEAR))
    name = (await see(visit, Estate, estate)).name if estate else None
    async with AsyncSession(visit.desk.databases.engine(Pool.GATE)) as session:
        holder = await _read_holder(session, visit, actor, user, (estate, name))
    told = explain(holder, action, estate=estate.hex if estate else None, now=visit.now)
    return Explained(ACTIONS[action], estate, told, Wording(holder, action, visit.language))


async def _check_asker(visit: Visit, actor: Actor, user: UUID) -> None:
    if user == actor.principal:
        return
    decision = await visit.may("access.explain", organization=actor.organization, estate=None)
    if not decision.allowed:
        raise Forbidden


async def _read_holder(
    session: AsyncSession, visit: Visit, actor: Actor, user: UUID, estate: tuple[UUID | None, str | None]
) -> Holder:
    """Read somebody with everything that was given to them, under the eyes of the caller alone."""
    given: dict[str, Any] = {"city": actor.city, "user": user}
    if user == actor.principal:
        who = (await session.execute(_ONESELF, given)).one_or_none()
    else:
        who = (await session.execute(_WHO, {**given, "organization": actor.organization})).one_or_none()
    if who is None:
        raise NotFound
    domain = domain_of(PrincipalKind(who.kind), actor.city, organization=who.org_id, bank=who.bank)
    rows = await session.execute(_GIVEN, {**given, "organization": who.org_id})
    return Holder(
        principal=who.id.hex,
        domain=domain,
        status=who.status,
        given=tuple(_read_given(row, estate) for row in rows),
        closed=closed_in(visit.city, side_of(domain)),
    )


def _read_given(row: Row[Any], estate: tuple[UUID | None, str | None]) -> Given:
    known, name = estate
    title = row.title if row.what == "role" else name if row.id is not None and row.id == known else None
    return Given(what=_what(row), title=title, by=row.giver, at=row.granted_at, until=row.expires_at)


def _what(row: Row[Any]) -> str | CustomRole | Grant | Deny:
    place = row.id.hex if row.id else None
    if row.what == "grant":
        return Grant(place, frozenset(row.listed))
    if row.what == "deny":
        return Deny(place, row.name)
    return CustomRole(place, frozenset(row.listed) & CUSTOM_ACTIONS) if place else row.name
