"""What somebody may do, as the tables of rights say at a moment: read by one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from authz.domains import bank_domain, city_domain, organization_domain, system_domain
from authz.rights import CustomRole, Deny, Grant, Rights
from authz.roles import CUSTOM_ACTIONS
from domain.actor import PrincipalKind

# What has expired is left out; when the next of the rest expires is read beside it.
_READ = text("""
select 'role' as what, r.role as name, r.custom_role_id as id, c.actions as listed, r.expires_at
from role_assignment r
left join custom_role c on c.city = r.city and c.id = r.custom_role_id
where r.city = :city and r.principal_id = :principal and (r.expires_at is null or r.expires_at > :now)
  and c.retired_at is null
union all
select 'grant', null, g.estate_id, g.kinds, g.expires_at
from estate_grant g
where g.city = :city and g.principal_id = :principal and (g.expires_at is null or g.expires_at > :now)
union all
select 'deny', d.action, d.estate_id, null, d.expires_at
from estate_deny d
where d.city = :city and d.principal_id = :principal and (d.expires_at is null or d.expires_at > :now)
""")


@dataclass(frozen=True, slots=True)
class RightsNow:
    """The rights of a principal at a moment.

    Attributes:
        rights: What it holds.
        until: When the first part of it expires; None if nothing does.
    """

    rights: Rights
    until: datetime | None


def domain_of(
    kind: PrincipalKind, city: int, *, organization: UUID | None = None, bank: str | None = None
) -> str:
    """Name the domain in which a principal's roles count."""
    match kind:
        case PrincipalKind.OFFICE:
            return city_domain(city)
        case PrincipalKind.BANK:
            return bank_domain(city, bank or "")
        case PrincipalKind.SYSTEM:
            return system_domain(city)
        case PrincipalKind.REPORTER if organization is None:
            return city_domain(city)
        case PrincipalKind.DEVELOPER | PrincipalKind.VISITOR | PrincipalKind.REPORTER:
            return organization_domain(organization.hex if organization else "")


async def read_rights(
    session: AsyncSession,
    city: int,
    principal: UUID,
    domain: str,
    now: datetime,
    *,
    closed: frozenset[str],
) -> RightsNow:
    """Read the roles, grants and denials of a principal.

    Args:
        session: Of the gate or the keeper.
        city: Where the principal acts.
        principal: Whose rights they are.
        domain: What `domain_of` names.
        now: Whatever has expired by then is left out.
        closed: What nobody has in the city: `authz.cities.closed_in(city, side_of(domain))`.
    """
    found = await session.execute(_READ, {"city": city, "principal": principal, "now": now})
    rows = found.all()
    rights = Rights(
        principal=principal.hex,
        domain=domain,
        roles=tuple(row.name for row in rows if row.what == "role" and row.id is None),
        grants=tuple(Grant(_hex(row.id), frozenset(row.listed)) for row in rows if row.what == "grant"),
        denies=tuple(Deny(_hex(row.id), row.name) for row in rows if row.what == "deny"),
        custom=tuple(_custom(rows)),
        closed=closed,
    )
    return RightsNow(rights, min((row.expires_at for row in rows if row.expires_at), default=None))


def _custom(rows: Iterable[Any]) -> Iterable[CustomRole]:
    for row in rows:
        if row.what == "role" and row.id is not None:
            # An action that is no longer declared, or that such a role may not give any more, gives nothing.
            yield CustomRole(row.id.hex, frozenset(row.listed) & CUSTOM_ACTIONS)


def _hex(estate: UUID | None) -> str | None:
    return estate.hex if estate else None
