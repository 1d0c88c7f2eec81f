"""What a sign-in still wants beside the right password: a new one, a code, or an authenticator."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.tables.identity import Login, Principal, RoleAssignment
from db.tables.organizations import Organization
from domain.city import City
from resolvers.signing.codes import has_authenticator


class Need(StrEnum):
    """One step that a sign-in waits for."""

    NEW_PASSWORD = "NEW_PASSWORD"  # noqa: S105 - the name of a step
    CODE = "CODE"
    CODE_SETUP = "CODE_SETUP"


async def find_needs(
    session: AsyncSession, city: City, login: Login, principal: Principal, now: datetime
) -> tuple[Need, ...]:
    """Tell which steps a sign-in with the right password still takes."""
    needs = [Need.NEW_PASSWORD] if login.must_change else []
    if await has_authenticator(session, principal.city, principal.id):
        needs.append(Need.CODE)
    elif await wants_codes(session, city, principal, now):
        needs.append(Need.CODE_SETUP)
    return tuple(needs)


async def wants_codes(session: AsyncSession, city: City, principal: Principal, now: datetime) -> bool:
    """Tell whether an account may not do without one-time codes, for its organization or a role."""
    organization = select(Organization.totp_required).where(
        Organization.city == principal.city, Organization.id == principal.org_id
    )
    if principal.org_id is not None and await session.scalar(organization):
        return True
    if not city.totp_roles:
        return False
    held = select(RoleAssignment.id).where(
        RoleAssignment.city == principal.city,
        RoleAssignment.principal_id == principal.id,
        RoleAssignment.role.in_([role.value for role in city.totp_roles]),
        or_(RoleAssignment.expires_at.is_(None), RoleAssignment.expires_at > now),
    )
    return await session.scalar(held.limit(1)) is not None
